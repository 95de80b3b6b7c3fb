"""Answer tags: ``<answer>5</answer>``, and what small models make of them.

Base models in reinforcement learning are asked for ``<think> … </think> <answer> …
</answer>`` and write every variant: the wrong tag closes, a bracket is missing, the
close opens again. The tag still says where the answer is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

__all__ = ['Tagged', 'ends_in_tag', 'tag_left_open', 'tagged_parts', 'without_tags']

_NAME: Final = r'(?:(?:final[_ -]?)?(?:answer|result)|solution|ans|final|output|boxed)'
# <answer type="fraction">, <answer id=1>
_ATTRIBUTES: Final = (
    r'(?:\s{1,3}[\w:-]{1,30}\s?=\s?(?:"[^"<>]{0,80}"|\'[^\'<>]{0,80}\'|[\w.-]{1,30})){0,4}'
)
# Each alternative begins with a character that a search can skip to.
_TAG: Final = re.compile(
    r'(?P<close><\s{0,2}[/\\]\s{0,2}' + _NAME + r'\w{0,2}(?:\s{0,2}>|(?=[\s"]|$))'
    r'|[\[{]/' + _NAME + r'[\]}]'
    r'|<\s{0,2}/\s{0,2}(?:think|thought|reasoning)[\s-]{0,2}>|<end>'
    r'|\\end\{?answer[}>]{0,2}'
    r'|<\|end_of_(?:solution|box)\|>)'
    r'|(?P<open><\s{0,2}' + _NAME + _ATTRIBUTES + r'\s{0,2}>|<\|begin_of_(?:solution|box)\|>)'
    # "<answer $3$ </answer>": its own bracket is missing.
    r'|(?P<broken><(?:final )?answer(?=\s{0,2}[$\\\d(-])|(?<![<\w/\\])answer\s{0,2}>)'
    # Not in plain text, where brackets name a placeholder: only with a close behind them.
    r'|(?P<other>(?<![\w}\\])[\[{(](?:(?:final )?answer|boxed)[\]})])',
    re.IGNORECASE,
)
_CLEAN: Final = re.compile(rf'<\s?/\s?{_NAME}\s?>', re.IGNORECASE)
_ANSWER_HINTS: Final = (
    'answer>', '<answer', '< answer', '[answer]', '{answer}', '(answer)', '/answer', '/ answer',
)  # fmt: skip
_OTHER_HINTS: Final = ('[boxed]', 'of_solution|', 'of_box|')
_OPENS: Final = re.compile('<(?:final|ans|solution|output|boxed|result)')


@dataclass(frozen=True, slots=True)
class Tagged:
    """What an answer tag encloses.

    Attributes:
        text: without the tags.
        is_closed: False where it runs to the end of the response.
        is_clean: its own tag closes it, well written.
        end: where it ends in the whole text, its close included.
    """

    text: str
    is_closed: bool
    is_clean: bool
    end: int


def tagged_parts(text: str) -> list[Tagged]:
    """Return what the answer tags of ``text`` enclose, in order; empty ones are left out.

    Any tag ends what another opened: ``<answer>75<answer>``. The last may be unclosed.
    """
    if not _may_hold_tags(text):
        return []
    found: list[Tagged] = []
    opened: re.Match[str] | None = None
    for tag in _TAG.finditer(text):
        part = '' if opened is None else _between(text, opened, tag)
        if opened is not None and part:
            is_other = opened['other'] or opened['broken']
            if not is_other or tag['close']:
                found.append(Tagged(part, True, _CLEAN.fullmatch(tag[0]) is not None, tag.end()))
        opened = None if tag['close'] else tag
    if opened is not None and opened['open'] and text[opened.end() :].strip():
        found.append(Tagged(text[opened.end() :].strip(), False, False, len(text)))
    return found


_CONTENT: Final = re.compile(r'\b(?:content|value|text)\s?=\s?["\']?(?P<value>[^"\'<>]{1,80})')


def _between(text: str, opened: re.Match[str], tag: re.Match[str]) -> str:
    """Return what two tags enclose; of an empty tag its attribute,
    ``<answer content="1"></answer>``.
    """
    part = text[opened.end() : tag.start()].strip()
    content = None if part or not opened['open'] else _CONTENT.search(opened[0])
    return part if content is None else content['value'].strip()


@lru_cache(maxsize=8)  # an ending is asked for its tags, then freed of them
def _may_hold_tags(text: str) -> bool:
    """Tell whether a tag can stand in the text: every one is closed with one of these,
    or is open so.
    """
    if '<' not in text and '[/' not in text and '{/' not in text and '\\end' not in text:
        return False
    low = text.lower()
    if 'answer' in low and any(hint in low for hint in _ANSWER_HINTS):
        return True
    return _OPENS.search(low) is not None or any(hint in low for hint in _OTHER_HINTS)


def ends_in_tag(text: str) -> bool:
    """Tell whether a closed answer tag, with something in it, is the last thing said."""
    tail = text[-2000:]
    parts = [part for part in tagged_parts(tail) if part.is_closed]
    return bool(parts) and not _left_over(tail[parts[-1].end :])


def tag_left_open(text: str, longest: int) -> bool:
    """Tell whether the text ends in an answer tag that is not closed, with little in it."""
    tail = text[-(longest + 40) :]
    parts = tagged_parts(f'{tail}</think>')
    return bool(parts) and parts[-1].end > len(tail) and '\n\n' not in parts[-1].text


def _left_over(rest: str) -> str:
    return without_tags(rest).strip(' \t\r\n.`$*')


def without_tags(text: str) -> str:
    """Return ``text`` without answer tags, which enclose nothing: "<answer></answer>5"."""
    if not _may_hold_tags(text):
        return text
    return _TAG.sub(lambda tag: tag[0] if tag['other'] else ' ', text)
