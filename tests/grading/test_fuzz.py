"""What the fuzzer runs still runs, and every hostile input that it or a person found is bounded.

Coverage-guided fuzzing itself is ``make fuzz``: tests/fuzz/README.md.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from fuzz.seeds import read_cases, seeds, words, write_corpus, write_dictionary
from fuzz.targets import BOUND_SECONDS, SEPARATOR, TARGETS, cpu_seconds, forget, without_fallback
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HOSTILE = read_cases('hostile')
# An empty loop of this many rounds took so long on the machine that the bound was set on.
ROUNDS, ROUNDS_SECONDS = 200_000, 0.0045
MAX_RSS_MB = 150


def spelled(expression: Any) -> str:
    """The text of a case: a string, ``repeat``, ``each`` (``{n}`` counts), or a list of these."""
    if isinstance(expression, str):
        return expression
    if isinstance(expression, list):
        return ''.join(spelled(part) for part in expression)
    if 'repeat' in expression:
        return str(expression['repeat']) * int(expression['times'])
    counted = range(expression['from'], expression['to'] + 1)
    return ''.join(expression['each'].replace('{n}', str(n)) for n in counted)


def input_of(case: dict[str, Any]) -> str:
    gold = spelled(case['gold']) + SEPARATOR if 'gold' in case else ''
    return gold + spelled(case['text'])


@pytest.fixture(scope='module')
def slowness() -> float:
    """How much slower than the machine of the bound this one is, and never less than 1."""
    spent = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(ROUNDS):
            pass
        spent.append(time.process_time() - start)
    return max(1.0, min(spent) / ROUNDS_SECONDS)


@pytest.mark.parametrize('case', HOSTILE, ids=[str(case['id']) for case in HOSTILE])
def test_hostile_inputs_are_bounded(case: dict[str, Any], slowness: float) -> None:
    seconds = cpu_seconds(case['target'], input_of(case), tries=5)
    assert seconds <= BOUND_SECONDS * slowness, case['why']
    if case['target'] == 'judge':
        gold, _, answer = input_of(case).partition(SEPARATOR)
        turned = cpu_seconds('judge', answer + SEPARATOR + gold, tries=5)
        assert turned <= BOUND_SECONDS * slowness, case['why']


def test_hostile_inputs_are_well_formed() -> None:
    assert len({case['id'] for case in HOSTILE}) == len(HOSTILE)
    for case in HOSTILE:
        assert set(case) <= {'id', 'target', 'text', 'gold', 'why'}
        assert case['why'] and ('gold' in case) == (case['target'] == 'judge'), case['id']


def test_memory_of_a_process_that_judged_every_hostile_input() -> None:
    code = (
        'import re, test_fuzz as t\n'
        'for case in t.HOSTILE: t.cpu_seconds(case["target"], t.input_of(case), tries=1)\n'
        # Not ru_maxrss, which begins at what the process had that started this one.
        'status = open("/proc/self/status").read()\n'
        'print(int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024)'
    )
    here = Path(__file__).parent
    paths = (here, here.parent / 'support', here.parent, here.parents[1])
    done = subprocess.run(
        [sys.executable, '-c', code], capture_output=True, text=True, timeout=300,
        env={'PYTHONPATH': ':'.join(map(str, paths)), 'PATH': ''},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < MAX_RSS_MB


@pytest.mark.parametrize('target', TARGETS)
def test_a_target_runs_over_its_seeds(target: str) -> None:
    texts = list(seeds(target))
    assert len(texts) > 100
    with without_fallback():
        for text in texts:
            TARGETS[target](text)


pieces = st.one_of(
    st.sampled_from(words()),
    st.sampled_from(list('()[]{}$|!%^_&,.=<>+-*/\\\'"`# 0123456789xeiABC\n')),
    st.text(max_size=3),
)
hostile_texts = st.builds(
    lambda parts, times: ''.join(parts) * times,
    st.lists(pieces, max_size=24),
    st.sampled_from((1, 1, 1, 2, 30)),
)


@pytest.mark.parametrize('target', TARGETS)
def test_a_target_holds_on_hostile_text(target: str) -> None:
    @settings(
        max_examples=50, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(hostile_texts, hostile_texts)
    def holds(first: str, second: str) -> None:
        forget()
        TARGETS[target](first + SEPARATOR + second)

    with without_fallback():
        holds()


def test_corpus_and_dictionary_are_written(tmp_path: Path) -> None:
    for target in TARGETS:
        assert write_corpus(target, tmp_path / target) == len(list((tmp_path / target).iterdir()))
    write_dictionary(tmp_path / 'words.dict')
    lines = (tmp_path / 'words.dict').read_text('ascii').splitlines()
    assert len(lines) == len(words()) > 1_000
    assert '"\\x5Csqrt"' in lines or '"\\x5Csqrt{"' in lines
