r"""The one value that a last sentence leaves, where no known opening or verb marks it.

The last resort for a reply that has come to its own end. "The train's average speed works
out to 60 mph." needs no list of verbs: the sentence is no question, plan, doubt, case or
check; of its values those go that the problem gives or that are mere conditions; what is
asked decides among several; and what is left is the answer if it is one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.extraction.asking import asks_for_name, squeezed
from opencompass_math500.grading.extraction.candidates import Candidate, plain_of
from opencompass_math500.grading.extraction.chosen import Manner, choose
from opencompass_math500.grading.extraction.endings import (
    announcements,
    ending_of,
    is_loop,
    takes_back,
    without_label,
    without_step,
)
from opencompass_math500.grading.extraction.fences import without_code
from opencompass_math500.grading.extraction.formulas import formulas_in, has_open_formula, masked
from opencompass_math500.grading.extraction.lexicon import Kind, lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import lowered
from opencompass_math500.grading.extraction.sought import (
    is_unspaced,
    sought,
    wants_number,
    words_of,
)
from opencompass_math500.grading.extraction.surroundings import conclusion_in

__all__ = ['final_value', 'is_look_back', 'is_wordy', 'last_statement']

MAX_SENTENCE = 500  # characters; a longer one argues
MAX_READ = 20_000  # characters of the end that are read

_FULL_STOP = re.compile(r'[.!。！।።۔✓✅✔☑■∎](?:\$|\\[)\]])?[\s*_"”]*$')
_COMPLETE = re.compile(r'(?:[.!。！।።۔)\]}✓✅✔☑■∎²³°%٪]|\$|\\[)\]])[\s*_"”]*$')
_QUESTION = re.compile(r'[?？؟:：,，;；]\W*$')
_HEADING = re.compile(r'\s*#{1,6}\s')
_CODE = re.compile(r'\{"|"\}|</?[a-z_]+>|\w\(\w*\(|`{2}')


def final_value(text: str, problem: str | None, *, has_stopped: bool) -> str | None:
    """Return the value that the last sentence of a reply leaves, or None where there is none or
    several.

    Args:
        text: what the model says for itself, up to its end.
        problem: the question; without it only an engine's word that the reply ended counts.
        has_stopped: whether the engine says that the reply came to its own end.
    """
    stripped = text[-MAX_READ:].strip()
    if stripped.endswith('```') or not (has_stopped or problem):
        return None
    prose = without_code(stripped).rstrip()
    ending = _without_farewell(ending_of(prose))
    if not ending or has_open_formula(ending) or is_loop(ending) or _QUESTION.search(ending[-20:]):
        return None
    line, sentence = last_statement(ending)
    if len(sentence) > MAX_SENTENCE or _HEADING.match(line) or _CODE.search(line):
        return None
    is_complete = _is_complete(ending, has_stopped=has_stopped) or not prose.endswith(ending)
    if not (is_complete or (has_stopped and _has_end(sentence))):
        return None
    manner = _manner_of(sentence, line, has_stopped=has_stopped)
    if manner is None or takes_back(lowered(line)):
        return None
    manner = manner if is_complete else replace(manner, surely=True)
    found = choose(sentence, problem, manner=manner)
    return None if found is None else _answer(found, problem)


def is_wordy(answer: str, problem: str | None) -> bool:
    """Tell whether an answer holds words beside its number ("15 hours to finish"),
    or for a number.
    """
    units = lexicon().words('unit') - {'by'}
    words = [word.lower() for word in words_of(_TEX.sub(' ', answer))]
    if _DIGIT.search(answer) is None:
        return problem is not None and answer.islower() and wants_number(problem)
    return any(len(word) > 1 and word not in units for word in words)


_TEX = re.compile(
    r'\\(?:text|mathrm|mbox)\s*\{[^{}]*\}|\\[A-Za-z]+|(?<![A-Za-z])(?:sqrt|pi|sin|cos|tan|log|ln)(?![a-z])'
)
_DIGIT = re.compile(r'\d')


def _is_complete(ending: str, *, has_stopped: bool) -> bool:
    """Tell whether a text is over; an inline formula ends one only where an engine says so."""
    line = ending[ending.rfind('\n') + 1 :].strip()
    if len(line) > 4 and line.startswith('**') and line.endswith('**'):
        return True  # emphasis that is closed
    formulas = formulas_in(ending)
    if formulas and formulas[-1].display and formulas[-1].end >= len(ending.rstrip('*_ ')):
        return True
    return (_COMPLETE if has_stopped else _FULL_STOP).search(ending[-40:]) is not None


def _has_end(sentence: str) -> bool:
    """Tell whether a sentence without a full stop ends in a whole word or number."""
    last = sentence.rstrip(' *_')[-1:]
    return last.isalnum() or is_unspaced(last) or '\u0900' <= last <= '\u0e7f'


_VALUE = re.compile(r'\d|\$|\\[(\[]')


def _without_farewell(ending: str) -> str:
    """``ending`` without a last sentence that only takes leave ("Hope this clears it up!")."""
    line_start = ending.rfind('\n') + 1
    sentence = last_sentence(ending[line_start:])
    before = ending[: len(ending.rstrip()) - len(sentence)].rstrip()
    if not before or _VALUE.search(sentence) or len(sentence) > MAX_FAREWELL:
        return ending
    return before if _farewell().match(lowered(sentence)) else ending


@lru_cache(maxsize=1)
def _farewell() -> re.Pattern[str]:
    return re.compile(rf'[\W_]*{lexicon().pattern("farewell")}')


def last_statement(ending: str) -> tuple[str, str]:
    """Return the last line, and its last sentence;
    a displayed formula belongs to the words before it.
    """
    formulas = formulas_in(ending)
    hidden = masked(ending, formulas)
    start = hidden.rfind('\n') + 1
    if start and formulas and formulas[-1].start >= start and not hidden[start:].strip(' x.,*'):
        above = hidden[:start].rstrip()
        if above and not above.endswith(('.', '。', '!', 'xxx')):
            start = above.rfind('\n') + 1
    line = ending[start:]
    unlabelled = without_label(without_step(line))
    return line, last_sentence(' '.join(unlabelled.split('\n')))


@lru_cache(maxsize=1)
def _bars() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what opens a case, what opens a step or a look back, and what spoils any sentence."""
    words = lexicon()
    steps = f'(?:{words.pattern("preliminary")}|{words.pattern("checking")})'
    spoils = '|'.join(words.pattern(kind) for kind in _SPOILING)
    return re.compile(rf'\W*{words.pattern("hypothesis")}'), re.compile(steps), re.compile(spoils)


_SPOILING: Final[tuple[Kind, ...]] = ('hedge', 'error', 'apology')


def _manner_of(sentence: str, line: str, *, has_stopped: bool) -> Manner | None:
    """How a sentence says what it says, or None where it states nothing."""
    low = lowered(plain_of(sentence))
    conclude, plan, _ = announcements()
    marker = conclude.match(low)
    begins = conclusion_in(low) or (marker.end() if marker else 0)
    statement = low[begins:]
    cases, steps, spoils = _bars()
    if sentence.rstrip().endswith(('?', '？', '؟')) or takes_back(low) or spoils.search(low):
        return None
    label = _LABEL.match(line)
    if any(
        steps.match(part.lstrip(' *_#-('))
        for part in (low, statement, lowered(label[0]) if label else '')
    ):
        return None
    if _IRREAL.match(low):
        return None
    is_case = cases.match(low) is not None and begins == 0
    is_plan = plan.search(low) is not None or ' would ' in low
    return Manner(
        surely=is_case or is_plan or not has_stopped,
        is_unsure=not has_stopped,
        results_only=is_case,
    )


def is_look_back(sentence: str, line: str) -> bool:
    """Tell whether a sentence checks or recalls ("Check: 3 + 5 = 8", "Notice that 2 < 3")."""
    low = lowered(plain_of(sentence))
    label = _LABEL.match(line)
    return _recalls().match(low.lstrip(' *_#-(')) is not None or (
        label is not None and _recalls().match(lowered(label[0]).lstrip(' *_#-(')) is not None
    )


@lru_cache(maxsize=1)
def _recalls() -> re.Pattern[str]:
    return re.compile(
        rf'(?:{lexicon().pattern("checking")}|(?:note|notice|recall|remember|observe)\b)'
    )


_LABEL = re.compile(r'[^.:!?。：]{1,60}(?=[:：])')
MAX_FAREWELL = 100  # characters of a sentence that takes leave
# "If there were only 3 books, there would be 6 ways."
_IRREAL = re.compile(r'\W*if\b.*\b(?:were|had|would)\b')


def _answer(found: Candidate, problem: str | None) -> str | None:
    """The candidate as an answer: with the letter that it is the value of, where that is asked."""
    left, value = found.left, found.value
    letters = _letters_of(found.bare) if ':' not in found.bare else set()  # 1:03 PM
    if not letters <= _letters_in(problem or ''):
        return None  # a rule recalled in its own letters: V = \pi r^2 h
    if _INEQUALITY.search(value) and len(letters) != 1:
        return None  # 5 + 5e^2 \ge 25 + 10e: a step
    if not left:
        return value
    if _NUMBER.fullmatch(left) or (problem is not None and not asks_for_name(left, problem)):
        return None
    if _NAMED.fullmatch(left):
        return f'{left} = {value}'
    is_given = problem is not None and _is_whole_in(squeezed(left), squeezed(problem))
    if not is_given and _letters_of(left) and _COMPOSED.search(left):
        is_curve = problem is not None and sought(problem).wants_curve
        return f'{left} = {value}' if is_curve else None
    return value


def _letters_of(formula: str) -> set[str]:
    """The letters that stand for something in a formula."""
    return set(_LETTER.findall(_COMMAND.sub(' ', formula))) - {'e', 'i'}


def _is_whole_in(left: str, problem: str) -> bool:
    """Tell whether the problem has an expression, not as part of another (``4y`` in ``4y + 6``)."""
    return (
        re.search(rf'(?<![A-Za-z0-9+*/^=−-]){re.escape(left)}(?![A-Za-z0-9+*/^=(−-])', problem)
        is not None
    )


@lru_cache(maxsize=256)
def _letters_in(problem: str) -> frozenset[str]:
    """The letters of a problem's formulas, and those that stand alone in its text."""
    found = set(_ALONE.findall(problem))
    for formula in formulas_in(problem):
        found |= _letters_of(formula.body)
    return frozenset(found)


_COMMAND = re.compile(r'\\(?:text|mathrm|mbox)\s*\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z]{3,}')
_LETTER = re.compile(r'[A-Za-z]')
_ALONE = re.compile(r'(?<![A-Za-z])[A-Za-z](?![A-Za-z])')
_INEQUALITY = re.compile(r'[<>≤≥]|\\(?:leq?|geq?|lt|gt)(?![a-z])')
_NUMBER = re.compile(r'[-−\d.,\s]+')
_NAMED = re.compile(r'\\?[A-Za-z](?:_\{?\w+\}?|\([A-Za-z]\))?')
_COMPOSED = re.compile(r'[-+^\d/]|\\frac')
