"""What a problem asks for, as far as it tells one value of a sentence from another.

No language is known here but through data: the words that stand in the question, the thing
after "how many", the people named. ``counts.py`` and ``asking.py`` read English more closely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from opencompass_math500.grading.extraction.counts import asked_nouns
from opencompass_math500.grading.extraction.formulas import formulas_in, masked
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import lowered, tidy

__all__ = ['Sought', 'alike', 'is_unspaced', 'sought', 'wants_number', 'words_of']

MAX_PROBLEM = 2000  # characters of a problem's end that are read
MIN_STEM = 3  # letters that two forms of a word share at least
MAX_ENDING = 3  # letters in which they may differ

_WORD = re.compile(r'[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u0652\u0900-\u0dff\u0e31-\u0e4e])*')
_SENTENCE = re.compile(r'(?<=[.?!؟।])\s+|(?<=[。？！])\s*')
_ASKS = re.compile(r'[?？؟]\W*$')
_FORM = re.compile(
    r'\b(?:express|round|write|give|leave|your)\b.*\banswers?\b|^\W*(?:answer|express|round)\b'
)
_UNSPACED = re.compile(r'[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]')


@dataclass(frozen=True, slots=True)
class Sought:
    """What the question speaks of.

    Attributes:
        question: the sentence that asks, formulas hidden, in lower case.
        words: its words.
        things: what is to be counted or measured: the words next to "how many".
        names: the people whom it names.
        others: the other people of the problem.
        letters: the letters that are its formulas.
        told: the words that only the rest of the problem has.
        wants_money: whether an amount of money is asked for.
        wants_day: whether a day or month is asked for.
        wants_curve: whether an equation is asked for, not its solution.
    """

    question: str
    words: frozenset[str]
    things: frozenset[str]
    names: frozenset[str]
    others: frozenset[str]
    letters: frozenset[str]
    told: frozenset[str]
    wants_money: bool
    wants_day: bool
    wants_curve: bool


def words_of(text: str) -> list[str]:
    """Return the words of ``text`` in any script, vowel signs included."""
    return _WORD.findall(text)


def is_unspaced(text: str) -> bool:
    """Tell whether ``text`` begins in a script that writes no spaces between words."""
    return _UNSPACED.match(text) is not None


def alike(one: str, other: str) -> bool:
    """Tell whether two words may be forms of one: ``рубля`` and ``рублей``,
    ``pens`` and ``pen``.
    """
    if one == other:
        return True
    if is_unspaced(one) or is_unspaced(other):
        return one[:1] == other[:1]
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    longest = max(len(one), len(other))
    return shared >= MIN_STEM and longest - shared <= min(MAX_ENDING, longest // 2)


@lru_cache(maxsize=512)
def sought(problem: str) -> Sought:
    """Return what ``problem`` asks for."""
    end = problem[-MAX_PROBLEM:]
    hidden = masked(end, formulas_in(end))
    asking, rest = _question_in(hidden)
    low = lowered(asking)
    words = frozenset(words_of(low))
    names = _names_in(_CONDITION.split(asking)[0])
    told = frozenset(words_of(lowered(rest))) - words
    known = lexicon()
    things = (asked_nouns(problem) | _counted(low)) - known.words('prose') - known.words('copula')
    return Sought(
        question=low,
        words=words,
        things=things - known.words('auxiliary'),
        names=names,
        others=(_names_in(hidden) | _openers_in(hidden)) - names,
        letters=_letters_in(end),
        told=told,
        wants_money=_money().search(low) is not None,
        wants_day=_day().search(low) is not None,
        wants_curve=_CURVE.search(low) is not None,
    )


def _letters_in(text: str) -> frozenset[str]:
    formulas = formulas_in(last_sentence(text))
    return frozenset(body for formula in formulas if len(body := tidy(formula.body)) == 1)


def _names_in(text: str) -> frozenset[str]:
    # A capital inside a sentence; days and months are nobody.
    names = re.findall(r'(?<=[\w,] )[A-Z][a-z]+\b', text)
    return frozenset(name for name in names if name.lower() not in lexicon().words('calendar'))


def _openers_in(text: str) -> frozenset[str]:
    """The people with whom sentences open: "Jill has 13 marbles", "Jill and Jack collect"."""
    nobody = lexicon().words('impersonal')
    return frozenset(name for name in _OPENER.findall(text) if name.lower() not in nobody)


_OPENER = re.compile(
    r"(?:^|[.!?]\s+)([A-Z][a-z]+)(?='s\s|\s+(?:and\s+[A-Z]|has|had|is|was|buys|owns|makes)\b)"
)
# "How old is Zoe if she is 4 years younger than Kim?" asks for Zoe.
_CONDITION = re.compile(r'(?<=\w)\s+(?:if|when|given)\b')
_CURVE = re.compile(
    r'\b(?:what is|find|write|give|determine)\b[^.?]{0,30}\bequations?\b|\bequation of\b'
    r'|\bin the form\b'
)


@lru_cache(maxsize=1)
def _money() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('moneyword'))


@lru_cache(maxsize=1)
def _day() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('dayquestion'))


def wants_number(problem: str) -> bool:
    """Tell whether a number is asked for: a count, a sum, the largest."""
    asked = sought(problem)
    return bool(asked.things) or bool(asked.words & lexicon().words('scalar'))


def _question_in(text: str) -> tuple[str, str]:
    """The sentence that asks, and all others."""
    sentences = [part for part in _SENTENCE.split(text) if part.strip()]
    asking = [n for n, part in enumerate(sentences) if _ASKS.search(part)]
    plain = [n for n, part in enumerate(sentences) if not _FORM.search(part.lower())]
    at = (asking or plain or [len(sentences) - 1])[-1]
    if not sentences:
        return '', ''
    return sentences[at], ' '.join(sentences[:at])


@lru_cache(maxsize=1)
def _how_many() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('howmany'))


def _counted(question: str) -> frozenset[str]:
    """The words on either side of "how many", in languages other than English, too."""
    found: set[str] = set()
    for asked in _how_many().finditer(question):
        after = words_of(question[asked.end() : asked.end() + 60])
        before = words_of(question[max(0, asked.start() - 30) : asked.start()])
        if after and not question[asked.end() : asked.end() + 1].strip('?？؟ '):
            found.add(after[0])
        elif after and is_unspaced(after[0]):
            found.add(after[0][:3])
        elif before and not after:
            found.add(before[-1])  # Swahili: "wanyama wangapi"
    return frozenset(found)
