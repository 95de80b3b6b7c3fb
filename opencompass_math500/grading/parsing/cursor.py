"""A cursor over tokens: what the parser stands on."""

from __future__ import annotations

from typing import Final

from opencompass_math500.grading.limits import MAX_DEPTH
from opencompass_math500.grading.parsing.lexer import Token

__all__ = ['END', 'ParseError', 'TokenStream']


class ParseError(ValueError):
    """The tokens are no answer in this grammar; the text says why."""


END: Final = Token('end', '')


class TokenStream:
    """One pass over one token list, with a bound on nesting.

    Args:
        tokens: as from :func:`opencompass_math500.grading.parsing.lexer.tokenize`.
    """

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> Token:
        """Return the next token, or one further ahead; END behind the last."""
        index = self.position + ahead
        return self.tokens[index] if index < len(self.tokens) else END

    def next(self) -> Token:
        """Take the next token."""
        token = self.peek()
        self.position += 1
        return token

    def accept(self, kind: str, text: str) -> bool:
        """Take the next token if it is this one; tell whether it was."""
        token = self.peek()
        if token.kind == kind and token.text == text:
            self.position += 1
            return True
        return False

    def enter(self) -> None:
        """Count one more level of nesting; raise ParseError where that is too deep."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ParseError(f'nested deeper than {MAX_DEPTH} groups')

    def subscript(self) -> str:
        """Take the text of a subscript or of an environment's name."""
        token = self.next()
        if token.text != '{':
            if token.kind == 'end':
                raise ParseError('a subscript without its text')
            return token.text
        parts: list[str] = []
        open_groups = 1  # 52_{\mathrm{8}} has a second one
        while open_groups:
            token = self.next()
            if token.kind == 'end':
                raise ParseError('an unreadable subscript')
            open_groups += (token.text == '{') - (token.text == '}')
            parts.append('' if token.text in ('{', '}') else token.text)
        return ''.join(parts)
