r"""Boxed answers: ``\boxed{...}``, ``\fbox{...}``, ``\boxed 5``.

Source: the answers of MATH are marked by ``\boxed`` (Hendrycks et al. 2021,
arXiv:2103.03874), and of several the last counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opencompass_math500.grading.extraction.braces import Braces
from opencompass_math500.grading.extraction.repeats import is_same_value

__all__ = ['Box', 'answer_of', 'boxes_in', 'has_open_box', 'with_lost_brace', 'without_blank_boxes']

MAX_BOXES = 200  # the last ones; a response with more is a loop
MAX_OPEN = 1000  # characters of a box whose own brace is missing
MAX_BARE = 200  # characters of a box without braces
MAX_NESTED = 8  # boxes in a box
MAX_JOINT = 60  # characters between two boxes that belong together


@dataclass(frozen=True, slots=True)
class Box:
    """One box: ``text[start:end]`` is the whole command, ``content`` what it frames."""

    start: int
    end: int
    content: str


@dataclass(frozen=True, slots=True)
class _Command:
    """``\\boxed`` or ``\\boxed{`` at ``text[start:end]``, with its backslashes (usually one)."""

    start: int
    end: int
    backslashes: int
    braced: bool


_NAME = re.compile(
    r'(?:(?<![A-Za-z])(?:boxed|fboxed|fbox|framebox)|(?<=\\)box(?=\s{0,20}\{))(?![A-Za-z])'
    r'(?:\s{0,20}(?P<brace>\{)|[ \t]{0,20})'
)
_MATH_END = re.compile(r'\$|\\[)\]]|\n')
_INNER = re.compile(r'(?<!\\)\\+(?:f?boxed|fbox)\s{0,20}\{')

# `\boxed 12`, `\boxed\frac12`: TeX would frame one token, the writer means all up to the end
# of the formula. Only what can be mathematics: a sentence about "\boxed form" is no box.
_BARE = re.compile(r'[-+]?(?:\\[A-Za-z]+|[0-9.,/^_(){}\[\]+*=<> -]|[A-Za-z](?![A-Za-z]))+')

# What a prompt's instruction holds, repeated by the model: "\boxed{your answer here}".
_PLACEHOLDER = re.compile(
    r'(?:\\(?:text|mathrm|textbf)\s*\{)?\s*(?:(?:your|the|final)[ _]*)*'
    r'(?:answer|result|value|solution|\.\.\.|…|\\[lc]?dots|\\cdot|\?|_+|\\square|\\ )?'
    r'[ .]*(?:here)?\s*\}?',
    re.IGNORECASE,
)
MAX_PLACEHOLDER = 60

# "... is not $\boxed{4.5}$": named in order to be denied.
_DENIED = re.compile(r'(?:\bnot\b(?: (?:equal to|the answer))?|\\neq?|≠)[\s$\\(\[]*$')

# What may stand between two boxes that give one answer in parts: "\boxed{-2} and \boxed{1}".
_JOINT = re.compile(
    r'(?:[\s$,;、，]|\\[()\[\],;:! ]|\\q?quad|\\(?:text|mbox|mathrm)\s*\{|\}'
    r'|\b(?:and|also|or|und|oder|et|ou|y|o|e)\b|和|与|或|及|&|\\\\'
    # "\boxed{7}. Or maybe \boxed{9}." is a choice, not a correction.
    r'|[.。]\s*(?=(?:Or|or|Oder|Ou|Maybe|Perhaps|Possibly|Alternatively|Otherwise|或)\b)|\bO(?:r|der|u)\b'
    r'|\b(?i:maybe|perhaps|possibly|alternatively|otherwise|else|vielleicht|quizás)\b'
    r'|\([a-h]\)|\b[A-Za-z](?:_\{?\w\}?)?\s*=)*'
)


def boxes_in(text: str) -> list[Box]:
    r"""Return the closed, filled boxes of ``text``, outermost only, in order; of very many, the
    last.

    A box whose own brace is the only one missing (``$\boxed{\frac{1}{2}$``) ends with
    its formula. Linear: braces are paired once for the whole text.
    """
    commands = _commands_in(text)
    if not commands:
        return []
    braces = Braces(text, commands[0].start)
    found: list[Box] = []
    for command in commands:
        if found and command.start < found[-1].end:
            continue
        box = _framed(text, command, braces) if command.braced else _bare(text, command)
        if box is not None and not _is_blank(box.content):
            found.append(box)
    return found


def has_open_box(text: str) -> bool:
    """Tell whether the text breaks off inside its last box."""
    last = next(_commands_from_end(text), None)
    if last is None:
        return False
    if not last.braced:
        return not text[last.end :].strip()
    is_closed = Braces(text, last.start).close_of(last.end - 1) is not None
    return not is_closed and _MATH_END.search(text, last.end) is None


def with_lost_brace(text: str) -> str:
    r"""Return ``text`` with the one brace that its last box lacks, where it ends in that box.

    Only for a text that is known to be whole: else it was cut inside its box.
    """
    last = next(_commands_from_end(text), None)
    if last is None or not last.braced:
        return text
    content = text[last.end :].rstrip(' \n.')
    is_short = 0 < len(content) <= MAX_LOST and '\n' not in content and '$' not in content
    if not is_short or content.count('{') != content.count('}') or content.endswith('\\'):
        return text
    return f'{text.rstrip(" ." + chr(10))}}}'


MAX_LOST = 100  # characters of a last box without its brace


def answer_of(boxes: list[Box], text: str) -> str:
    """Return the answer that the boxes (at least one) of ``text`` give together.

    The last box counts. Boxes that stand side by side at the end and differ are parts
    of one answer, joined with ``', '``.
    """
    parts = [boxes[-1].content]
    for left, right in zip(reversed(boxes[:-1]), reversed(boxes), strict=False):
        gap = text[left.end : right.start]
        if len(gap) > MAX_JOINT or not _JOINT.fullmatch(gap):
            break
        if left.content not in parts and not _restates(left.content, parts[-1]):
            parts.append(left.content)
    return ', '.join(reversed(parts))


def affirmed(boxes: list[Box], text: str) -> list[Box]:
    """Return the boxes that are not denied by the words before them."""
    return [box for box in boxes if not _DENIED.search(text, max(0, box.start - 40), box.start)]


def _restates(one: str, other: str) -> bool:
    """``x = 5`` beside ``5``, ``\\frac14`` beside ``\\frac{1}{4}``: one answer, said twice."""
    name, _, left = map(str.strip, one.rpartition('='))
    other_name, _, right = map(str.strip, other.rpartition('='))
    if name and other_name and name != other_name:
        return False  # x = 5 and y = 5
    return left == right or is_same_value(left, right)


def _commands_in(text: str) -> list[_Command]:
    """The last ``MAX_BOXES`` box commands, in order."""
    return list(_commands_from_end(text))[::-1]


def _commands_from_end(text: str) -> Iterator[_Command]:
    """The same, the last one first."""
    place = len(text)
    for _ in range(MAX_BOXES):
        place = text.rfind('box', 0, place)
        if place < 0:
            break
        # Matched where a name stands: a search would look at every character between two boxes.
        head = 0
        if text.endswith(('f', 'frame'), 0, place):
            head = 1 if text[place - 1] == 'f' else len('frame')
        name = _NAME.match(text, place - head)
        if name is not None:
            start = name.start()
            while start > 0 and text[start - 1] == '\\':
                start -= 1
            braced = name['brace'] is not None
            yield _Command(start, name.end(), name.start() - start, braced)


def _framed(text: str, command: _Command, braces: Braces) -> Box | None:
    close = braces.close_of(command.end - 1)
    # A formula that ends inside: the brace that closes belongs to a later one.
    if close is not None and not _leaves_formula(text[command.end : close]):
        content = _unframed(text[command.end : close], is_doubled=command.backslashes > 1)
        return Box(command.start, close + 1, content)
    stop = _MATH_END.search(text, command.end, command.end + MAX_OPEN)
    # A box opened and left at a line break is a multi-line box that was cut; only
    # the end of its formula proves that the writer forgot the brace.
    if stop is None or stop[0] == '\n':
        return None
    inner = text[command.end : stop.start()]
    if inner.count('{') != inner.count('}'):
        return None
    return Box(command.start, stop.start(), inner.strip(' .\t'))


def _bare(text: str, command: _Command) -> Box | None:
    body = _BARE.match(text, command.end, command.end + MAX_BARE)
    if body is None or not command.backslashes:
        return None
    stop = re.search(r'\\[)\]]', body[0])
    content = (body[0][: stop.start()] if stop else body[0]).rstrip(' .,')
    return Box(command.start, command.end + len(content), content.strip())


def _unframed(content: str, *, is_doubled: bool) -> str:
    """The content without nested boxes, and without doubled backslashes if the box had them."""
    if is_doubled:  # the whole response is a JSON string: \\boxed{\\frac{1}{2}}
        content = re.sub(r'\\\\(?=[A-Za-z{}%$!,;])', r'\\', content)
    for _ in range(MAX_NESTED if 'box' in content else 0):
        nested = _INNER.search(content)
        if nested is None:
            break
        close = Braces(content, nested.start()).close_of(nested.end() - 1)
        if close is None:
            break
        content = content[: nested.start()] + content[nested.end() : close] + content[close + 1 :]
    return _without_dollars(content.strip())


def _without_dollars(content: str) -> str:
    r"""``\boxed{$5$}`` frames 5, ``\boxed{x = $5$}`` x = 5; a price (``\$5``) keeps its sign."""
    if '$' not in content:
        return content
    dollars = list(_DOLLAR.finditer(content))
    if len(dollars) % 2 or (content[:1] != '$' and _PROSE.search(_between(content, dollars))):
        return content
    return _DOLLAR.sub('', content).strip()


def _between(content: str, dollars: list[re.Match[str]]) -> str:
    """Return what stands outside of the formulas, which the dollars enclose in pairs."""
    ends = [0, *(mark.start() for mark in dollars), len(content)]
    return ' '.join(content[a:b] for a, b in zip(ends[::2], ends[1::2], strict=True))


_DOLLAR = re.compile(r'(?<!\\)\$')
_PROSE = re.compile(r'[A-Za-z]{2,}\s+[A-Za-z]{2,}')
_LABEL = re.compile(r'\s*(?:[A-Za-z]\w?|\\[a-z]+)?(?:\([a-z]\))?\s*(?:=|\\approx|\\?\$)?\s*')
MAX_DOLLARS = 100  # characters of a box with formulas of its own


def _leaves_formula(content: str) -> bool:
    r"""Tell whether a dollar in the content ends the formula around the box: its brace is missing.

    Not one inside a text (``\boxed{\text{$5$ apples}}``) nor a price (``\boxed{$78}``).
    """
    if '$' not in content:
        return False
    dollars = list(_DOLLAR.finditer(content))
    if not dollars or re.fullmatch(r'\s*[-−]?\$\s*[\d.,]+\s*', content):
        return False
    before = content[: dollars[0].start()]
    if before.count('{') != before.count('}'):
        return False
    if len(dollars) % 2 == 1:
        return True
    # Pairs of their own, around nothing but a label: \boxed{x = $5$}.
    is_line = len(content) <= MAX_DOLLARS and '\n' not in content
    return before.strip() != '' and not (is_line and _LABEL.fullmatch(before) is not None)


def _is_blank(content: str) -> bool:
    if len(content) >= MAX_PLACEHOLDER:
        return False
    return _PLACEHOLDER.fullmatch(content) is not None or _IGNORANCE.search(content) is not None


_IGNORANCE = re.compile(
    r"\bI (?:do not|don['’]t|cannot|can['’]t) |\b(?:unable to|not sure|I am not|I'm not)\b"
)
_BLANK = re.compile(r'\$?\\(?:f?boxed|fbox)\s*\{\s*\}\$?')


def without_blank_boxes(text: str) -> str:
    r"""Return ``text`` without ``$\boxed{}$``: what was to stand in the box may stand beside it."""
    return _BLANK.sub(' ', text) if 'box' in text else text  # no word joins the next one
