"""A sentence that states nothing new: it recalls a rule, or repeats what the problem gives."""

from __future__ import annotations

import re

__all__ = ['is_foreign', 'is_given_again']


def is_foreign(value: str, statement: str, problem: str) -> bool:
    """Tell whether a sentence recalls a rule in its own letters:
    "The area of a circle is pi r^2".
    """
    if _OF_ANY.search(statement) is None:
        return False
    letters = set(_LETTER.findall(_COMMAND.sub(' ', value))) - {'i', 'e'}
    return not letters <= set(_LETTER.findall(_COMMAND.sub(' ', problem)))


_OF_ANY = re.compile(r'\bof an?\s')
_COMMAND = re.compile(r'\\(?:text|mathrm|mbox)\s*\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z]{2,}')
_LETTER = re.compile(r'[A-Za-z]')


def is_given_again(value: str, statement: str, problem: str) -> bool:
    """Tell whether a sentence only repeats the problem: "The width is 4",
    of "length 9 and width 4".
    """
    said = re.search(
        rf'(?P<word>[a-z]{{3,}})\s+(?:is|are|was|of)\s+(?:\$|\\\()?{re.escape(value)}', statement
    )
    if said is None:
        return False
    again = rf'\b{said["word"]}\W+(?:\w+\W+){{0,3}}?{re.escape(value)}(?!\w|[.,]\d)'
    return re.search(again, problem[-2000:]) is not None
