"""What is fuzzed: one input in, nothing out, an exception where a promise is broken.

Knows nothing of the fuzzer, so that the quick tests run the same functions.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from opencompass_math500.grading import OUTCOMES, grade, judge
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.equality.equivalence import same
from opencompass_math500.grading.extraction.extract import extract
from opencompass_math500.grading.parsing import latex
from opencompass_math500.grading.parsing.latex import Reading, parse
from opencompass_math500.grading.parsing.units import unit_phrase
from opencompass_math500.grading.symbolic import fallback

BOUND_SECONDS: Final = 0.05
"""CPU time that no input may exceed outside of the symbolic fallback."""

SEPARATOR: Final = '\x1e'
"""Between the gold and the answer of one input."""

_MANY: Final = 8
"""Elements beyond which a pair is not compared part by part as well."""


class TooSlowError(AssertionError):
    """An input took more CPU time than promised."""


class Undecided(fallback.Worker):
    """Stands in for the symbolic worker, which has a process and a clock of its own.

    It decides nothing, at once: what is left is the time and memory of this process.
    """

    def ask(self, request: dict[str, Any]) -> Decision:
        return Decision(None, 'fallback.symbolic', 'the fallback is left out')


@contextmanager
def without_fallback() -> Iterator[None]:
    """Leave the symbolic worker out of every comparison inside of the block."""
    before, fallback.worker = fallback.worker, Undecided()
    try:
        yield
    finally:
        fallback.worker = before


def extract_target(text: str) -> None:
    """A response: an answer that is a piece of text, or a reason why there is none."""
    found = extract(text)
    assert (found.answer is None) == (found.outcome is not None), found
    assert found.rule.startswith('extract.') and found.reason, found
    assert found.answer is None or found.answer.strip(), found


def parse_target(text: str) -> None:
    """An answer: readings that equal themselves, or a problem in words."""
    reading = parse(text)
    assert isinstance(reading, Reading)
    assert bool(reading.values) != bool(reading.problem), reading
    for value in reading.values:
        assert same(value, value).equal, value
        assert hash(value) == hash(value)


def judge_target(text: str) -> None:
    """A gold and an answer: a named outcome with its reason, and no false one for a copy."""
    gold, _, answer = text.partition(SEPARATOR)
    verdict = judge(answer=answer, gold=gold)
    assert verdict.outcome in OUTCOMES, verdict
    assert verdict.reason and verdict.rule, verdict
    assert verdict.rule != 'judge.error', verdict
    if verdict.outcome == 'correct':
        assert answer.strip(), verdict


def grade_target(text: str) -> None:
    """A gold and a cut response, which serves as the problem's text as well."""
    gold, _, response = text.partition(SEPARATOR)
    verdict = grade(response=response, gold=gold, problem=response, finish_reason='length')
    assert verdict.outcome in OUTCOMES, verdict
    assert verdict.reason and verdict.rule, verdict
    assert verdict.rule != 'judge.error', verdict


TARGETS: Final[dict[str, Callable[[str], None]]] = {
    'extract': extract_target,
    'parse': parse_target,
    'judge': judge_target,
    'grade': grade_target,
}


def forget() -> None:
    """Empty the caches, so that an input pays for itself."""
    latex._remembered.cache_clear()
    unit_phrase.cache_clear()


def cpu_seconds(target: str, text: str, *, tries: int = 3) -> float:
    """The least CPU time of ``tries`` runs of a target, each with empty caches."""
    spent = []
    with without_fallback():
        for _ in range(tries):
            forget()
            start = time.process_time()
            TARGETS[target](text)
            spent.append(time.process_time() - start)
            if spent[-1] < 0.8 * BOUND_SECONDS:
                break
    return min(spent)


if __name__ == '__main__':  # python targets.py TARGET FILE
    print(cpu_seconds(sys.argv[1], Path(sys.argv[2]).read_bytes().decode('utf-8', 'replace')))
