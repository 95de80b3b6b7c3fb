"""The texts of a message: what was said, and what was thought before it.

Source: UKGovernmentBEIS/inspect_ai 0.3.285, ``_util/content.py``, ``model/_chat_message.py``
(texts of one message are joined by line ends) and ``log/_condense.py`` (attachments).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ['reasoning_of', 'text_of', 'turn_of']

_ROLES: Final = {'user': 'HUMAN', 'assistant': 'BOT', 'system': 'SYSTEM'}
_ATTACHED: Final = re.compile(r'attachment://([0-9a-f]{32})')


def text_of(content: Any, attachments: Mapping[str, Any]) -> str:
    """Return the text of a content, which is one or has parts; what is no text is left out.

    Args:
        content: of a message, or a message itself.
        attachments: the long texts that older logs keep once, under their hashes.
    """
    if isinstance(content, Mapping):
        content = content.get('content')
    if isinstance(content, str):
        return _whole(content, attachments)
    texts = [part.get('text') for part in _parts(content, 'text')]
    return _whole('\n'.join(text for text in texts if isinstance(text, str)), attachments)


def reasoning_of(content: Any, attachments: Mapping[str, Any]) -> str:
    """Return what was thought before a reply; of what was encrypted its summary, if any."""
    thoughts = []
    for part in _parts(content, 'reasoning'):
        thought = part.get('summary') if part.get('redacted') else part.get('reasoning')
        if isinstance(thought, str) and thought:
            thoughts.append(_whole(thought, attachments))
    return '\n'.join(thoughts)


def turn_of(message: Any, attachments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message of a prompt as a turn of ours."""
    role = message.get('role') if isinstance(message, Mapping) else ''
    return {'role': _ROLES.get(str(role), role), 'prompt': text_of(message, attachments)}


def _parts(content: Any, kind: str) -> Iterator[Mapping[str, Any]]:
    for part in content if isinstance(content, list) else ():
        if isinstance(part, Mapping) and part.get('type') == kind:
            yield part


def _whole(text: str, attachments: Mapping[str, Any]) -> str:
    if 'attachment://' not in text:
        return text
    return _ATTACHED.sub(lambda found: str(attachments.get(found[1], found[0])), text)
