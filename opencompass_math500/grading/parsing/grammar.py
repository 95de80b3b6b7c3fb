"""Tokens and parser put together: a text in our grammar, or why it is none."""

from __future__ import annotations

from opencompass_math500.grading.limits import MAX_HEIGHT
from opencompass_math500.grading.parsing.cursor import ParseError
from opencompass_math500.grading.parsing.lexer import LexError, tokenize
from opencompass_math500.grading.parsing.parser import Parser
from opencompass_math500.grading.values import Value, height

__all__ = ['grammar']


def grammar(text: str) -> tuple[Value | None, str]:
    """Read a cleaned text: its value, or None and a few words on what is wrong with it."""
    try:
        tokens = tokenize(text)
        if not tokens:
            return None, 'nothing but spaces'
        value = Parser(tokens).answer()
        if height(value) > MAX_HEIGHT:
            return None, f'nested deeper than {MAX_HEIGHT} operations'
        return value, ''
    except (LexError, ParseError, ValueError) as error:
        return None, str(error)
    except RecursionError:
        # The caller's own stack was nearly used up.
        return None, 'nested too deeply'
