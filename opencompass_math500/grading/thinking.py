"""The final part of a response: what stands outside the model's thinking.

A box in mid-thought is a draft. Only what follows the thinking answers the
question, and a thought that never ends leaves no final part at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ['FinalPart', 'ends_in_thought', 'final_part']


@dataclass(frozen=True, slots=True)
class FinalPart:
    """What a response says when it has done thinking.

    Attributes:
        text: the response without its thinking.
        unclosed: the response ends inside a thought.
    """

    text: str
    unclosed: bool


# Name of the tag -> where it is met. An opening without a close swallows the rest.
_PRIVATE = re.compile(
    r'(?P<open><\|?[Tt]hink\|?>|<thinking>|<thought>'  # R1, Qwen3
    r'|<seed:think>|<\|thinking\|>'  # Seed-OSS
    r'|<\|begin_of_thought\|>'  # Sky-T1, OpenThinker
    r'|<\|START_THINKING\|>'  # Command A
    r'|◁think▷'  # Kimi
    r'|\[THINK\]'  # Magistral
    r'|<unused94>thought'  # MedGemma
    r'|<\|channel\|>analysis<\|message\|>)'  # gpt-oss
    r'|(?P<close><\|?/[Tt]hink\|?>|</thinking>|</thought>|</seed:think>|<\|/thinking\|>'
    r'|<\|end_of_thought\|>|<\|END_THINKING\|>|◁/think▷|\[/THINK\]|<unused95>'
    r'|<\|channel\|>final<\|message\|>)'
)

_LOOK_BACK = 50_000  # characters
_LONGEST_MARKER = 40  # characters: one may lie across two looks

_HINTS = ('think', 'Think', 'thought', 'THINK', '<unused9', '<|channel|>')  # one is in every marker

# Working that is meant to be read: dropped once it is closed (the answer then
# follows), kept where the model never closed it and went on to its answer inside.
_SHOWN = re.compile(
    r'<(?P<slash>/?)(?P<name>reasoning|analysis|reflection|scratchpad|explanation|working|steps)>'
)


def final_part(text: str) -> FinalPart:
    """The text outside every thought, in order.

    A close without an opening ends a thought that the chat template opened in the
    prompt (DeepSeek-R1, QwQ): everything before it is thought.
    """
    if not any(hint in text for hint in _HINTS):
        return FinalPart(_without_shown_working(text), False)
    kept: list[str] = []
    start = 0  # of the text not yet classified
    inside = False
    for marker in _PRIVATE.finditer(text):
        if marker['open']:
            if not inside:
                kept.append(text[start : marker.start()])
            inside = True
        else:
            if not inside:
                kept.clear()
            inside = False
            start = marker.end()
    if not inside:
        kept.append(text[start:])
    return FinalPart(_without_shown_working(''.join(kept)), inside)


def ends_in_thought(text: str) -> bool:
    """Whether a text breaks off inside a thought; looks back no further than it must."""
    end = len(text)
    while end > 0:
        start = max(0, end - _LOOK_BACK)
        seen = text[start : end + _LONGEST_MARKER]
        hinted = any(hint in seen for hint in _HINTS)  # a megabyte of "<" takes 200 ms otherwise
        markers = list(_PRIVATE.finditer(seen)) if hinted else []
        if markers:
            return markers[-1]['open'] is not None
        end = start
    return False


def _without_shown_working(text: str) -> str:
    """``text`` after its last closed block of visible working, if anything follows it."""
    if '</' not in text:
        return text
    end = 0
    for tag in _SHOWN.finditer(text):
        if tag['slash']:
            end = tag.end()
    rest = text[end:]
    return rest if rest.strip() else text
