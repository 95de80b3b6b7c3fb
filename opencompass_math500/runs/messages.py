"""Replies and prompts that are kept as chat messages, and not as one text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = ['NO_REPLY', 'Reply', 'is_message', 'replies_in']

_REASONING: Final = ('reasoning_content', 'reasoning', 'thinking')
_OF_MODEL: Final = ('assistant', 'BOT', 'model')


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply.

    Attributes:
        text: what the model said; whatever stood there, where it is neither a text nor one
            of chat messages.
        reasoning: what stands apart from it.
        before: turns between the prompt and the reply, as with tools.
    """

    text: Any
    reasoning: str = ''
    before: tuple[Mapping[str, Any], ...] = ()


NO_REPLY: Final = Reply(None)


def is_message(value: Any) -> bool:
    """Tell whether a value is a turn of a chat, as endpoints write it."""
    return isinstance(value, dict) and isinstance(value.get('role'), str) and 'content' in value


def replies_in(value: Any) -> Iterator[Reply]:
    """Yield the replies that one cell of a table holds.

    Args:
        value: a text; chat messages, of which the model's last is the reply; or a list of
            either, one a sample.
    """
    if not isinstance(value, list) or _is_chat(value):
        yield _reply(value)
        return
    for one in value:
        yield _reply(one)


def _is_chat(value: Any) -> bool:
    # TRL keeps a conversational completion as a list of messages, most often of one.
    return isinstance(value, list) and bool(value) and all(map(is_message, value))


def _reply(value: Any) -> Reply:
    if is_message(value):
        return _of_messages([value])
    return _of_messages(value) if _is_chat(value) else Reply(value)


def _of_messages(messages: Sequence[Mapping[str, Any]]) -> Reply:
    place = next(
        (n for n in reversed(range(len(messages))) if messages[n]['role'] in _OF_MODEL), None
    )
    if place is None:
        return Reply('', before=tuple(messages))
    said = messages[place]
    apart = next((said[name] for name in _REASONING if isinstance(said.get(name), str)), '')
    return Reply(_text(said['content']), apart, tuple(messages[:place]))


def _text(content: Any) -> Any:
    """The text of a turn; of one in parts, their texts one after the other."""
    if not isinstance(content, list):
        return content
    texts = [part.get('text') for part in content if isinstance(part, dict)]
    return ''.join(text for text in texts if isinstance(text, str))
