"""OpenCompass's prompts as the messages of a chat endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from opencompass_math500.errors import ConfigError

__all__ = ['TURNS', 'messages_of']

TURNS: Final[dict[str, Any]] = {
    'round': [
        {'role': 'HUMAN', 'api_role': 'HUMAN'},
        {'role': 'BOT', 'api_role': 'BOT', 'generate': True},
    ],
    'reserved_roles': [{'role': 'SYSTEM', 'api_role': 'SYSTEM'}],
}
"""The meta template of every chat endpoint, so that configs need none."""

_ROLES: Final = {
    'HUMAN': 'user', 'BOT': 'assistant', 'SYSTEM': 'system',
    **{role: role for role in ('user', 'assistant', 'system', 'developer')},
}  # fmt: skip


def messages_of(prompt: Any) -> list[dict[str, str]]:
    """Return the messages of a prompt: a text, OpenCompass's turns, or messages already.

    Raises:
        ConfigError: a part of it is none of these.
    """
    if isinstance(prompt, str):
        return [{'role': 'user', 'content': prompt}]
    messages: list[dict[str, str]] = []
    for turn in prompt:
        if isinstance(turn, list):  # the ``begin`` of a meta template
            messages.extend(messages_of(turn))
            continue
        text = turn.get('prompt', turn.get('content')) if isinstance(turn, Mapping) else None
        role = _ROLES.get(turn.get('role', '')) if isinstance(turn, Mapping) else None
        if role is None or not isinstance(text, str):
            raise ConfigError(
                f'a part of the prompt is no turn of a chat: {str(turn)[:80]!r}',
                f'give it a prompt and one of the roles {", ".join(_ROLES)}',
            )
        messages.append({'role': role, 'content': text})
    if not messages:
        raise ConfigError('a prompt is empty', 'mend the prompt template')
    return messages
