"""One grader in one process: rows in, verdicts and times out, as JSON lines.

Runs in the environment of the grader that it is named after; the standard library
aside it imports that grader only. A request is a list of ``[kind, text, gold, problem]``
(the last may be left out), a reply a list of ``[is_correct, microseconds]``. Time is taken
around each judgement in here, so that pipes and JSON cost neither grader anything; it is the
time of the clock on the wall, or with ``cpu`` as a second argument that of this process alone.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable

Grader = Callable[[str, str, str, str | None], bool]


def this_judge() -> Grader:
    from opencompass_math500 import grade, judge

    def run(kind: str, text: str, gold: str, problem: str | None) -> bool:
        if kind == 'answer':
            return judge(answer=text, gold=gold, problem=problem).is_correct
        return grade(response=text, gold=gold, problem=problem).is_correct

    return run


def math_verify() -> Grader:
    r"""As its README uses it, with its own timeouts; a bare answer goes in a box.

    The gold is boxed too: bare LaTeX is not recognised without a delimiter.
    """
    from math_verify import parse, verify  # type: ignore[import-not-found]

    logging.disable(logging.CRITICAL)  # it logs every timeout with a traceback

    def run(kind: str, text: str, gold: str, problem: str | None) -> bool:
        answer = f'\\boxed{{{text}}}' if kind == 'answer' else text
        return bool(verify(parse(f'\\boxed{{{gold}}}'), parse(answer)))

    return run


GRADERS = {'opencompass_math500': this_judge, 'math_verify': math_verify}


def main() -> int:
    run = GRADERS[sys.argv[1]]()
    clock = time.process_time if 'cpu' in sys.argv[2:] else time.perf_counter
    for text in ('\\frac{1}{2}', 'x^2+1', '(1, 2)', '\\sqrt{2}'):  # what loads lazily, loads now
        run('answer', text, '\\sqrt{2}', None)
        run('response', f'So the answer is $\\boxed{{{text}}}$.', '\\sqrt{2}', None)
    for line in sys.stdin:
        replies = []
        for kind, text, gold, *problem in json.loads(line):
            start = clock()
            is_correct = run(kind, text, gold, problem[0] if problem else None)
            replies.append((is_correct, (clock() - start) * 1e6))
        print(json.dumps(replies), flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
