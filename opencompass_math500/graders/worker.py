"""A grader in a process of its own: a response and a gold in, an answer and a verdict out.

Also loaded by the interpreter of an environment that has math-verify and nothing of ours: this
file imports math-verify alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

Grade = Callable[[str, str, str], 'tuple[str | None, bool]']
Answer = Callable[['list[str]'], 'list[str | bool | None]']

LONGEST_ANSWER = 2_000
"""Characters of an extracted answer that are passed on; the rest says nothing to a person."""


def served(grade: Grade, versions: dict[str, str]) -> tuple[Answer, dict[str, str]]:
    """Return what answers requests, for a workshop, and the versions as its greeting.

    A request is ``[grader, response, gold]``, the reply ``[answer, is_correct, note]``.
    """

    def answer(request: list[str]) -> list[str | bool | None]:
        try:
            found, is_correct = grade(*request)
        except Exception as error:  # noqa: BLE001 - hostile input in foreign code: it is its word
            return [None, False, f'{type(error).__name__}: {error}'[:200]]
        return [None if found is None else str(found)[:LONGEST_ANSWER], bool(is_correct), '']

    return answer, versions


def math_verify() -> tuple[Answer, dict[str, str]]:
    r"""Grade with math-verify as its README uses it, with its own timeouts.

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

    return served(grade, {'math_verify': f'math-verify {version("math-verify")}'})
