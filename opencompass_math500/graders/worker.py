"""A grader in a process of its own: a response and a gold in, an answer and a verdict out.

Run as a script it serves math-verify, with the interpreter of an environment that has it:
math-verify and latex2sympy2 want different releases of one parser runtime. Such an
environment has nothing of ours, so this file imports nothing of ours, and math-verify alone.

One JSON line each: first the versions; then for every ``[grader, response, gold]`` an
``[answer, is_correct, note]``.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable

Grade = Callable[[str, str, str], 'tuple[str | None, bool]']
Load = Callable[[], 'tuple[Grade, dict[str, str]]']

LONGEST_ANSWER = 2_000
"""Characters of an extracted answer that are passed on; the rest says nothing to a person."""


def serve(load: Load) -> int:
    """Answer requests until the input ends.

    Args:
        load: gives the grader and its versions. It, and the grader, may print: their output
            goes to stderr.
    """
    replies = os.fdopen(os.dup(1), 'w', encoding='ascii')
    os.dup2(2, 1)
    grade, versions = load()
    print(json.dumps(versions), file=replies, flush=True)
    for line in sys.stdin:
        note = ''
        try:
            answer, is_correct = grade(*json.loads(line))
        except Exception as error:  # noqa: BLE001 - hostile input in foreign code: it is its word
            answer, is_correct, note = None, False, f'{type(error).__name__}: {error}'[:200]
        if answer is not None:
            answer = str(answer)[:LONGEST_ANSWER]
        print(json.dumps([answer, bool(is_correct), note]), file=replies, flush=True)
    return 0


def math_verify() -> tuple[Grade, dict[str, str]]:
    r"""math-verify as its README uses it, with its own timeouts.

    The gold goes in a box: bare LaTeX is not recognised without a delimiter.
    """
    from importlib.metadata import version

    from math_verify import parse, verify  # type: ignore[import-not-found]

    logging.disable(logging.CRITICAL)  # it logs every timeout with a traceback

    def grade(name: str, response: str, gold: str) -> tuple[str | None, bool]:
        found = parse(response)
        texts = [value for value in found if isinstance(value, str)]
        # It gives the value that it read and the text that it read it from.
        answer = (texts[-1] if texts else str(found[0])) if found else None
        return answer, bool(verify(parse(f'\\boxed{{{gold}}}'), found))

    return grade, {'math_verify': f'math-verify {version("math-verify")}'}


if __name__ == '__main__':
    sys.exit(serve(math_verify))
