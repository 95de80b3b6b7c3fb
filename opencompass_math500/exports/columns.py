"""A response as named values: one row of a table, one line of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from opencompass_math500.response import Response

__all__ = ['COLUMNS', 'as_json', 'cells']


def as_json(response: Response) -> str:
    """Return the response as one line of JSON, nothing left out; what is unknown is null or ''."""
    fields = {
        'key': response.key,
        **{name: getattr(response, name) for name in _PLAIN},
        'level': response.level or None,
        'verdict': response.outcome,
        'prompt': [{'role': turn.role, 'text': turn.text} for turn in response.prompt],
        'reply': response.reply,
    }
    line = json.dumps({name: fields[name] for name in _ORDER}, ensure_ascii=False)
    return line.translate(_LINE_ENDS)


# Line ends to str.splitlines and to some editors, though not to JSON; escaped they are the
# same characters.
_LINE_ENDS: Final = {mark: f'\\u{mark:04x}' for mark in (0x85, 0x2028, 0x2029)}
_ORDER: Final = (
    'key', 'model', 'dataset', 'position', 'sample', 'unique_id', 'subject', 'level', 'verdict',
    'answer', 'gold', 'reason', 'rule', 'extraction', 'was_cut', 'graded', 'other_verdict',
    'finish_reason', 'tokens', 'problem', 'prompt', 'response', 'reasoning', 'reply', 'place',
)  # fmt: skip
_PLAIN: Final = tuple(n for n in _ORDER if n not in ('key', 'level', 'prompt', 'reply', 'verdict'))
_SPECIAL: Final[Mapping[str, Callable[[Response], Any]]] = {
    'level': lambda response: response.level or '',
    'verdict': lambda response: response.outcome,
    'prompt': lambda response: response.prompt_text,
    'reply': lambda response: (
        json.dumps(response.reply, ensure_ascii=False) if response.reply is not None else ''
    ),
}
COLUMNS: Final = _ORDER
"""The columns of a table, those that fit on a screen first."""


def cells(response: Response) -> list[str | int]:
    """Return one value a column: whole numbers as such, everything else as text."""
    values = []
    for name in COLUMNS:
        value = _SPECIAL[name](response) if name in _SPECIAL else getattr(response, name)
        if isinstance(value, bool):
            value = 'yes' if value else 'no'
        values.append('' if value is None else value)
    return values
