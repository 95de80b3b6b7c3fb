"""Where the answer to *this* question ends and an invented next one begins.

A base model, or a chat model that runs past its end-of-turn token, goes on to write
another problem and to solve it. What it boxes there answers nothing that was asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from opencompass_math500.grading.lexicon import lexicon, pattern_of
from opencompass_math500.grading.questions import asks_another, is_restated
from opencompass_math500.grading.snippets import lowered
from opencompass_math500.grading.trailers import without_trailer

__all__ = ['Own', 'own_answer']

MAX_BREAKS = 8  # headings tried; a response with more is a loop

# The end of a sequence, or the user speaking: what precedes is this answer, whole. A turn of the
# model's or the system's own is no break: some models give or mend their answer in one.
_END = re.compile(
    r'</s>|<eos>|<\|(?:im_end|endoftext|end_of_text|eot_id|eom_id|end|return|EOT|user|User'
    r'|END_OF_TURN_TOKEN)\|>|<end_of_turn>|<｜(?:end▁of▁sentence|User)｜>|\[/?INST\]'
    r'|<\|im_start\|>\s*user|<start_of_turn>user|<\|start_header_id\|>\s*user|<\|im_end'
)


# The prompt, repeated before the answer.
_ECHO = re.compile(r'\A\s{0,20}(?:<s>|<bos>)?\s{0,20}\[INST\].{0,20000}?\[/INST\]', re.DOTALL)
_CLOSING_TOKENS = re.compile(r'(?:\s*<\|[A-Za-z_]{1,30}\|>(?:\s*assistant\b)?)+\s*$')


MAX_LEAD = 60  # characters of a line before its "Problem:"
MAX_NAMES = 2000  # places where a question is named that are looked at

# What may stand before the name in its line: "2. ", "**Next ", "Now, let's solve another ".
_LEAD = re.compile(
    r'[ \t>#*_\-\[]{0,8}(?:\d{1,3}[.)] )?'
    r"(?:(?:now,? |next,? )?(?:let us|let's|here is|here's) (?:\w+ )?(?:another|one more) "
    r'|(?:new |next |another ))?'
)
_SEPARATOR = re.compile(r'^#{3,}[ \t]*$', re.MULTILINE)


@lru_cache(maxsize=256)
def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    """'Problem:', 'Question 2', '题目**：', 'Human:', up to what ends the name."""
    return re.compile(
        rf'{pattern_of(names)}[ \t]{{0,3}}(?:#?\d{{1,3}})?[ \t]{{0,3}}(?:[:：.)\]]|\*\*|$)',
        re.MULTILINE,
    )


def _headings(text: str) -> Iterator[tuple[int, int, str]]:
    """Where lines begin that open a question ('Problem:', '### Question 2', '**题目**：'), where
    their text does, and the name.
    """
    low = lowered(text)
    if '###' in low:
        for separator in islice(_SEPARATOR.finditer(low), MAX_BREAKS):
            yield separator.start(), separator.end(), ''
    names = lexicon().words('question')
    present = tuple(sorted(name for name in names if name in low and _may_head(name, low)))
    if not present:
        return
    for name in islice(_named(present).finditer(low), MAX_NAMES):
        start = low.rfind('\n', max(0, name.start() - MAX_LEAD), name.start()) + 1
        if '/' in low[max(start, name.start() - MAX_LEAD) : name.start()]:
            start = _after_close(low, start, name.start())
        is_near = start > 0 or name.start() <= MAX_LEAD
        if is_near and _LEAD.fullmatch(low, start, name.start()):
            yield start, name.end(), name[0]


# "<answer>2/7</answer>User: ...": what ends an answer ends its line.
_CLOSE = re.compile(r'[<\[{]\s?/\s?[\w -]{3,15}[>\]}]')


def _after_close(low: str, start: int, name: int) -> int:
    """Where the line of a name begins: behind the close of a tag, if one stands before it."""
    ends = [close.end() for close in _CLOSE.finditer(low, max(start, name - MAX_LEAD), name)]
    return ends[-1] if ends else start


def _may_head(name: str, low: str) -> bool:
    """Whether a single letter ("q", in every "square") stands before a heading's mark at all."""
    return len(name) > 1 or any(
        name + mark in low for mark in (':', '.', ')', '**', '：', '1', '2')
    )


@dataclass(frozen=True, slots=True)
class Own:
    """What a response says about the question that was asked.

    Attributes:
        text: up to the first sign that another question follows.
        is_whole: something follows, so that no cap cut this part.
    """

    text: str
    is_whole: bool


def own_answer(text: str, commits: Callable[[str], bool], problem: str | None = None) -> Own:
    """Return what of ``text`` answers the question asked.

    A heading such as ``Problem:`` may also restate that question, so it counts only where
    ``commits`` finds an answer before it, and where it does not ask the same again.
    Without the ``problem``, only a text that says so ("Let me read it again") restates it.
    """
    echo = _ECHO.match(text) if '[INST]' in text else None
    text = text[echo.end() :] if echo else text
    given = len(text)
    for end in _END.finditer(text):
        if text[: end.start()].strip():
            text = text[: end.start()]
            break
    text = without_trailer(text[:-200] + _CLOSING_TOKENS.sub('', text[-200:]))
    text = _without_empty_label(text)
    is_whole = len(text) < given and text.strip() != ''
    for start, named, name in sorted(islice(_headings(text), 2 * MAX_BREAKS))[:MAX_BREAKS]:
        before, question = text[:start], text[named:]
        if not before.strip():
            if problem and asks_another(question, problem):
                return Own('', True)
        elif commits(before) and (_is_speaker(name) or not is_restated(question, before, problem)):
            return Own(before, True)
    return Own(text, is_whole)


def _is_speaker(name: str) -> bool:
    """Whether a heading names who speaks: "User:" asks something new."""
    return name.rstrip(' \t:：.)]*#0123456789') in lexicon().words('speaker')


def _without_empty_label(text: str) -> str:
    """``text`` without a last line that is only "**Final Answer:**": the answer stands above."""
    stripped = text.rstrip()
    line = stripped[stripped.rfind('\n') + 1 :]
    if len(line) > MAX_LEAD or len(line) == len(stripped):
        return text
    name = lowered(line).strip(' \t#*_>-:：').removeprefix('the ')
    is_label = name in lexicon().words('noun') or name.removeprefix('final ') in (
        lexicon().words('noun')
    )
    return stripped[: -len(line)] if is_label and stripped[-1] in ':：*_' else text
