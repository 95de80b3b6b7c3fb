"""The final part of a response: what stands outside the model's thinking.

A box in mid-thought is a draft. Only what follows the thinking answers the
question, and a thought that never ends leaves no final part at all: what it may
have answered all the same is for :mod:`unclosed` to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from opencompass_math500.grading.extraction.markers import LONGEST_MARKER, marks_in
from opencompass_math500.grading.extraction.tags import ends_in_tag, tag_left_open

__all__ = ['FinalPart', 'ends_in_thought', 'final_part']


@dataclass(frozen=True, slots=True)
class FinalPart:
    """What a response says when it has done thinking.

    Attributes:
        text: the response without its thinking.
        thought: there was thinking, ended or not.
        unclosed: the thought in which the response ends; None where it ends outside.
    """

    text: str
    thought: bool = False
    unclosed: str | None = None


_LOOK_BACK = 50_000  # characters

# Working that is meant to be read: dropped once it is closed (the answer then
# follows), kept where the model never closed it and went on to its answer inside.
_SHOWN = re.compile(
    r'<(?P<slash>/?)(?P<name>analysis|reflection|scratchpad|explanation|working|steps)>'
)


def final_part(text: str) -> FinalPart:
    """Return the text outside every thought, in order.

    A close without an opening ends a thought that the chat template opened in the
    prompt (DeepSeek-R1, QwQ): everything before it is thought. Not so where it only
    stands for the end of an answer tag (``</think> <answer> 30 </think>``).
    """
    marks = marks_in(text)
    if not marks:
        return FinalPart(_without_shown_working(_without_header(text)))
    kept: list[str] = []
    start = 0  # of the text not yet classified
    last = 0  # where the mark before ended
    opened: int | None = None
    has_ended = False  # a thought, before this place
    thought = (0, 0)  # the last that ended
    for mark in marks:
        if mark.opens:
            if opened is None:
                kept.append(text[start : mark.start])
                opened = mark.end
            last = mark.end
            continue
        is_tags = opened is None and _closes_tag(text, last, mark.start, mark.end, has_ended)
        last = mark.end
        if is_tags:
            continue
        thought = (start if opened is None else opened, mark.start)
        if opened is None:
            kept.clear()
        opened, start, has_ended = None, mark.end, True
    if opened is not None:
        return FinalPart(
            _without_shown_working(_without_header(''.join(kept))), True, text[opened:]
        )
    kept.append(text[start:])
    rest = ''.join(kept)
    # "... <answer> 7 </answer> </think>": the thought's last word, and nothing after it.
    if not rest.strip() and ends_in_tag(text[slice(*thought)]):
        rest = text[slice(*thought)]
    return FinalPart(_without_shown_working(_without_header(rest)), True)


# What says who speaks, before the channel that a mark names: "<|start|>assistant<|channel|>final".
_HEADER = re.compile(
    r'\s*(?:<\|(?:im_)?start\|>|<\|start_header_id\|>|<\|start_of_role\|>|<start_of_turn>)\s*'
    r'(?:assistant|model)\s*(?:<\|end_header_id\|>|<\|end_of_role\|>|<\|message\|>)?\s*'
)


def _without_header(text: str) -> str:
    """``text`` without the header of the turn in which it was written."""
    header = _HEADER.match(text)
    return text[header.end() :] if header else text


MAX_TAGGED = 300  # characters between an answer tag and the wrong tag that closes it


def _closes_tag(text: str, last: int, end: int, after: int, has_ended: bool) -> bool:
    """Tell whether the close of a thought that nothing opened stands for the end of an answer
    tag: of one left open, or a second time after the end of one.

    Where no thought ended before, everything may be thought, and the tag an example
    quoted there: only at the end of the response is it none.
    """
    if not has_ended and text[after : after + 200].strip(' \t\n.`$'):
        return False
    part = text[last:end]  # since the mark before, so that all looks together are linear
    return ends_in_tag(part) or tag_left_open(part, MAX_TAGGED)


def ends_in_thought(text: str) -> bool:
    """Tell whether a text breaks off inside a thought; looks back no further than it must."""
    end = len(text)
    while end > 0:
        start = max(0, end - _LOOK_BACK)
        marks = marks_in(text[start : end + LONGEST_MARKER])
        if marks:
            return marks[-1].opens
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
