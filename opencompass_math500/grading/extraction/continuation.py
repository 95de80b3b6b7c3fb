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

from opencompass_math500.grading.extraction.lexicon import is_spaced, lexicon
from opencompass_math500.grading.extraction.questions import asks_another, is_restated
from opencompass_math500.grading.extraction.snippets import lowered
from opencompass_math500.grading.extraction.trailers import without_trailer

__all__ = ['Own', 'own_answer']

MAX_BREAKS = 8  # headings tried; a response with more is a loop

# The end of a sequence, or the user speaking: what precedes is this answer, whole. A turn of the
# model's or the system's own is no break: some models give or mend their answer in one.
_END = re.compile(
    r'</s>|<eos>|<\|(?:im_end|endoftext|end_of_text|eot_id|eom_id|end|return|EOT|user|User'
    r'|END_OF_TURN_TOKEN)\|>|<end_of_turn>|<｜(?:end▁of▁sentence|User)｜>|\[/?INST\]'
    r'|<\|im_start\|>\s*user|<start_of_turn>user|<\|start_header_id\|>\s*user|<\|im_end'
)


_END_HINTS = ('<|', '</s>', '<eos>', '<end_of', '<start_of', '<｜', 'INST]')

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


# What ends a name: "Problem:", "Question 2", "题目**：", "Human:".
_NAMED = re.compile(r'[ \t]{0,3}(?:#?\d{1,3})?[ \t]{0,3}(?:[:：.)\]]|\*\*|$)', re.MULTILINE)


def _named(low: str) -> list[tuple[int, int, str]]:
    """Where a question is named in lower-cased text, in order: start, end, name."""
    found: list[tuple[int, int, str]] = []
    has_problem = 'problem' in low  # a part of four names, and of most responses none
    for name, parts_words in _question_names(ascii_only=low.isascii()):
        at = low.find(name) if has_problem or 'problem' not in name else -1
        if at < 0 or not _may_head(name, low):
            continue
        for _ in range(MAX_NAMES):
            after = at + len(name)
            is_word = not parts_words or not (_is_letter(low, at - 1) or _is_letter(low, after))
            mark = _NAMED.match(low, after) if is_word else None
            if mark is not None:
                found.append((at, mark.end(), name))
            at = low.find(name, after)
            if at < 0:
                break
    return sorted(found)


@lru_cache(maxsize=2)
def _question_names(*, ascii_only: bool) -> tuple[tuple[str, bool], ...]:
    """Every name of a question that such a text can hold, and whether its script parts words."""
    names = sorted(lexicon().words('question'))
    return tuple((name, is_spaced(name)) for name in names if name.isascii() or not ascii_only)


def _is_letter(low: str, at: int) -> bool:
    return 0 <= at < len(low) and (low[at].isalnum() or low[at] == '_')


def _headings(text: str) -> Iterator[tuple[int, int, str]]:
    """Where lines begin that open a question ('Problem:', '### Question 2', '**题目**：'), where
    their text does, and the name.
    """
    low = lowered(text)
    if '###' in low:
        for separator in islice(_SEPARATOR.finditer(low), MAX_BREAKS):
            yield separator.start(), separator.end(), ''
    for at, end, name in _named(low):
        start = low.rfind('\n', max(0, at - MAX_LEAD), at) + 1
        if '/' in low[max(start, at - MAX_LEAD) : at]:
            start = _after_close(low, start, at)
        is_near = start > 0 or at <= MAX_LEAD
        if is_near and _LEAD.fullmatch(low, start, at):
            yield start, end, name


# "<answer>2/7</answer>User: ...": what ends an answer ends its line.
_CLOSE = re.compile(r'[<\[{]\s?/\s?[\w -]{3,15}[>\]}]')


def _after_close(low: str, start: int, name: int) -> int:
    """Where the line of a name begins: behind the close of a tag, if one stands before it."""
    ends = [close.end() for close in _CLOSE.finditer(low, max(start, name - MAX_LEAD), name)]
    return ends[-1] if ends else start


def _may_head(name: str, low: str) -> bool:
    """Tell whether a single letter ("q", in every "square") stands before a
    heading's mark at all.
    """
    return len(name) > 1 or _before_mark(name).search(low) is not None


@lru_cache(maxsize=8)  # the lexicon has two names of one letter
def _before_mark(name: str) -> re.Pattern[str]:
    return re.compile(rf'{re.escape(name)}(?:[:.)：12]|\*\*)')


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
    may_end = '<' in text or 'INST]' in text
    may_end = may_end and any(hint in text for hint in _END_HINTS)
    for end in _END.finditer(text) if may_end else ():
        if text[: end.start()].strip():
            text = text[: end.start()]
            break
    if '|>' in text[-200:]:
        text = text[:-200] + _CLOSING_TOKENS.sub('', text[-200:])
    text = without_trailer(text)
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
    """Tell whether a heading names who speaks: "User:" asks something new."""
    return name in lexicon().words('speaker')


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
