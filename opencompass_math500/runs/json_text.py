"""A JSON text, taken value by value: a file of any length in the memory of its longest value."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from typing import IO, Any, Final

from opencompass_math500.errors import MalformedData

__all__ = ['CUT', 'MAX_ROW_BYTES', 'JsonText']

MAX_ROW_BYTES: Final = 64 << 20
"""A longer value is an error: it would stand in memory several times over."""

CUT: Final = 'the file is cut off: make it again, or remove the broken end'
"""What to do with a file that ends too early."""

_BLOCK: Final = 1 << 18
_SPACE: Final = re.compile(r'\s*')
_PLAIN: Final = json.JSONDecoder()
_REMEDY: Final = 'give JSON Lines with "response" and "gold", or a prediction file of OpenCompass'


class JsonText:
    """A JSON text that is taken value by value.

    json.JSONDecoder.raw_decode on a sliding window: seventy lines, and as fast as the C
    scanner under it. ijson would do the same, but nothing that OpenCompass installs brings
    it, and its events would have to be built into rows in Python.

    Args:
        stream: the bytes.
        head: those that were read from it before.
        name: what to call the file in messages.
        advance: told how many bytes were read, each time that some were.
        decoder: what makes values of the text.
    """

    def __init__(
        self,
        stream: IO[bytes],
        head: bytes,
        name: str,
        advance: Callable[[int], object] = lambda size: None,
        decoder: json.JSONDecoder = _PLAIN,
    ) -> None:
        self._stream, self._name, self._advance = stream, name, advance
        self._decoder = decoder
        self._utf8 = codecs.getincrementaldecoder('utf-8')()
        self._window, self._at = '', 0
        self._append(head)

    def peek(self) -> str:
        """Return the next character that is no space, which is still to come; '' at the end."""
        while True:
            self._skip_space()
            if self._at < len(self._window):
                return self._window[self._at]
            if not self._more():
                return ''

    def mark(self) -> str:
        """Return the next character that is no space, and go past it; '' at the end."""
        found = self.peek()
        self._at += len(found)
        return found

    def value(self, what: str) -> Any:
        """Return the next value, which is ``what``.

        Raises:
            MalformedData: it is damaged, cut or too long.
        """
        while True:
            self._skip_space()
            try:
                value, self._at = self._decoder.raw_decode(self._window, self._at)
                return value
            except json.JSONDecodeError as error:
                if not self._may_go_on(error):
                    raise MalformedData(
                        f'{self._name}: {what} is not JSON ({error.msg})',
                        'make the file again: opencompass CONFIG -r',
                    ) from None
                if not self._more():
                    raise MalformedData(f'{self._name}: {what} is not whole', CUT) from None
            except (ValueError, RecursionError) as error:
                raise MalformedData(
                    f'{self._name}: {what} is not usable JSON ({error})', _REMEDY
                ) from None
            if len(self._window) > MAX_ROW_BYTES:
                raise MalformedData(
                    f'{self._name}: {what} is longer than {MAX_ROW_BYTES >> 20} MiB', _REMEDY
                )

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        """Whether what is wrong may be no more than that the window ends here."""
        return error.msg.startswith('Unterminated') or error.pos >= len(self._window) - 12

    def _skip_space(self) -> None:
        found = _SPACE.match(self._window, self._at)
        assert found is not None
        self._at = found.end()

    def _more(self) -> bool:
        """Slide the window on; at least doubled, so that a long row is not read too often."""
        data = self._stream.read(max(_BLOCK, len(self._window) - self._at))
        self._advance(len(data))
        self._append(data)
        return bool(data)

    def _append(self, data: bytes) -> None:
        try:
            text = self._utf8.decode(data, final=not data)
        except UnicodeDecodeError:
            raise MalformedData(f'{self._name} is not UTF-8', 'save the file as UTF-8') from None
        self._window, self._at = self._window[self._at :] + text, 0
