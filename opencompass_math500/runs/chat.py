"""Messages of a chat, as harnesses log them: a text, or a list of parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from opencompass_math500.response import Turn, turns_of

__all__ = ['asked_in', 'text_and_reasoning']

_ROLES: Final = {'user': 'HUMAN', 'assistant': 'BOT', 'system': 'SYSTEM', 'developer': 'SYSTEM'}


def text_and_reasoning(content: Any) -> tuple[str, str]:
    """Return what a message says, and what was thought apart from it.

    Args:
        content: a text, or parts of the types ``text``, ``refusal`` and ``reasoning``; others
            say nothing in words.
    """
    if isinstance(content, str):
        return str(content), ''
    parts = [one for one in content if isinstance(one, Mapping)] if _is_list(content) else []
    return '\n'.join(_texts(parts, ('text', 'refusal'))), '\n'.join(_texts(parts, ('reasoning',)))


def _texts(parts: Sequence[Mapping[str, Any]], kinds: tuple[str, ...]) -> Iterator[str]:
    for part in parts:
        for kind in kinds:
            value = part.get(kind)
            if part.get('type') == kind and isinstance(value, str):
                yield value


def asked_in(messages: Any) -> tuple[Turn, ...]:
    """Return the prompt: every turn before the reply, which is the last of the assistant."""
    found = list(messages) if _is_list(messages) else []
    if found and isinstance(found[-1], Mapping) and found[-1].get('role') == 'assistant':
        found.pop()
    return turns_of([_turn(one) for one in found])


def _turn(message: Any) -> Any:
    if not isinstance(message, Mapping):
        return message
    content = message.get('content')
    text = text_and_reasoning(content)[0]
    role = str(message.get('role') or '')
    return {
        'role': _ROLES.get(role, role),
        'prompt': text or content if _is_list(content) else text,
    }


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
