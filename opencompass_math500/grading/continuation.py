"""Where the answer to *this* question ends and an invented next one begins.

A base model, or a chat model that runs past its end-of-turn token, goes on to write
another problem and to solve it. What it boxes there answers nothing that was asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice

from opencompass_math500.grading.lexicon import lexicon
from opencompass_math500.grading.snippets import lowered

__all__ = ['own_answer']

MAX_BREAKS = 8  # headings tried; a response with more is a loop

# The end of a sequence, or the user speaking: what precedes is this answer, whole. A turn of the
# model's or the system's own is no break: some models give or mend their answer in one.
_END = re.compile(
    r'</s>|<eos>|<\|(?:im_end|endoftext|end_of_text|eot_id|eom_id|end|return|EOT|user|User'
    r'|END_OF_TURN_TOKEN)\|>|<end_of_turn>|<｜(?:end▁of▁sentence|User)｜>|\[/?INST\]'
    r'|<\|im_start\|>\s*user|<start_of_turn>user|<\|start_header_id\|>\s*user|<\|im_end'
)


@lru_cache(maxsize=1)
def _new_question() -> re.Pattern[str]:
    """A line that opens a question: 'Problem:', '### Question 2', '**题目**：', 'Human:'."""
    names = lexicon().pattern('question')
    return re.compile(
        rf'^[ \t>#*_\-\[]{{0,8}}(?:new |next |another )?{names}'
        r'[ \t]{0,3}(?:#?\d{1,3})?[ \t]{0,3}(?:[:：.)\]]|\*\*|$)',
        re.MULTILINE,
    )


def own_answer(text: str, commits: Callable[[str], bool]) -> str:
    """``text`` up to the first sign that another question follows.

    A heading such as ``Problem:`` may also restate the question asked, so it counts only
    where ``commits`` finds an answer before it.
    """
    for end in _END.finditer(text):
        if text[: end.start()].strip():
            text = text[: end.start()]
            break
    for heading in islice(_new_question().finditer(lowered(text)), MAX_BREAKS):
        before = text[: heading.start()]
        if before.strip() and commits(before):
            return before
    return text
