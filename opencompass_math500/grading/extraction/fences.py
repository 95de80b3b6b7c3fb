"""Fenced program code in a response, and what is no code though a fence stands before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

__all__ = ['last_block', 'without_code']

# An info string holds no backtick: "```y > 4```" in a line is no fence but code in the text.
# Source: CommonMark 0.31.2, section 4.5 "Fenced code blocks".
_FENCE: Final = re.compile(r'^[ \t]{0,8}```[ \t]*([\w+-]*)[^\n`]*$', re.MULTILINE)
_PROSE_FENCES: Final = frozenset(
    {
        *('', 'latex', 'tex', 'math', 'katex', 'mathjax', 'asciimath', 'json', 'answer'),
        *('text', 'txt', 'plaintext', 'plain', 'markdown', 'md', 'boxed'),
    }
)
# The paragraph after a program that no fence closes: a sentence, a formula, a heading or a box.
_PROSE: Final = re.compile(
    r'[ \t]{0,3}(?:[A-Z][a-z]*(?:,|[ \t]+(?:[a-z]|\$|\\))|\*\*|#{2,6}[ \t]|\$|\\[\[(]|\\boxed)'
)


def without_code(text: str) -> str:
    """Return ``text`` without fenced program code and program output.

    A box that a program prints is no commitment. Fences around prose, LaTeX or JSON stay,
    and so does the prose after a program whose fence is never closed.
    """
    if '```' not in text:
        return text
    return ''.join(_kept(text))


_BLOCK: Final = re.compile(r'```[ \t]*([\w+-]*)[ \t]*\n([^\n`]{1,200})\n[ \t]*```$')


def last_block(text: str) -> str | None:
    """Return the text without the fence of the one line in which it ends; None where it is a
    program's, or holds more, or another program stands above it: then it may be its output.
    """
    at = text.rfind('```', 0, len(text) - 3)
    found = _BLOCK.match(text, at) if at >= 0 else None
    if found is None or found[1].lower() not in _PROSE_FENCES:
        return None
    above = text[:at]
    if any(fence[1].lower() not in _PROSE_FENCES for fence in _FENCE.finditer(above)):
        return None
    return f'{above.rstrip()}\n{found[2].strip()}' if above.strip() else found[2].strip()


def _kept(text: str) -> Iterator[str]:
    at = 0
    dropping = inside = False
    for fence in _FENCE.finditer(text):
        if not inside:
            dropping = fence[1].lower() not in _PROSE_FENCES
            if dropping:
                yield text[at : fence.start()]
                at = fence.end()
        elif dropping:
            at = fence.end()
            dropping = False
        inside = not inside
    yield text[_end_of_program(text, at) :] if dropping else text[at:]


def _end_of_program(text: str, start: int) -> int:
    """Where a program that begins at ``start`` and is not closed gives way to prose."""
    blank = text.find('\n\n', start)
    while blank >= 0:
        if _PROSE.match(text, blank + 2):
            return blank
        blank = text.find('\n\n', blank + 2)
    return len(text)
