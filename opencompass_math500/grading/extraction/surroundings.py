"""What the words around a value in a sentence make of it: a condition, a step, a comparison.

"modulo 7", "when x = 5", "4 times as many", "each box has 12", "we can divide by 3", "is not 54"
hold numbers that no sentence states as found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from opencompass_math500.grading.extraction.candidates import Candidate, plain_of
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.snippets import lowered
from opencompass_math500.grading.extraction.sought import Sought, alike, words_of

__all__ = [
    'Statement',
    'compares',
    'conclusion_in',
    'following',
    'is_condition',
    'is_denied',
    'is_money',
    'is_of_a_kind',
    'is_one_of_many',
    'is_partial',
    'is_rough',
    'is_task',
    'part_of',
]

MAX_LEAD = 24  # characters before a value in which its preposition stands
MAX_FOLLOWING = 60  # characters behind a value in which its noun stands


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence.

    Attributes:
        text: as written.
        plain: the same in lower case, formulas hidden.
        begins: where the conclusion begins that it draws from what it says first.
    """

    text: str
    plain: str
    begins: int

    @classmethod
    def of(cls, text: str) -> Statement:
        """Return the statement that ``text`` makes."""
        plain = lowered(plain_of(text))
        return cls(text, plain, conclusion_in(plain))


_PART = re.compile(r'[,;:，；、：](?=\s|[^\d\s])|\s(?:and|while|but|so|und|y|e|et|и|а)\s|\s[–—-]\s')
_CONCLUDES = re.compile(
    r'[:;]\s|\bin (?:\w+ )?(?:notation|form)\b,?\s|[,;，]?\s*\b(?:and\s+)?(?:so|thus|hence'
    r'|in other words|it follows that|therefore|namely|i\.e\.|giving'
    r'|leaving|making|meaning|yielding|which\s+(?:gives|leaves|makes|means|yields|is|equals|comes))\b'
    # "we pull out a 6, ending up with": what follows from it; not how it is done.
    r'|,\s+(?:and\s+)?(?!includ|count|exclud|us|assum|consider|hav|be|dur|accord|cost|weigh|measur|start)'
    r'[a-z]{2,12}ing\s'
)
_HOLDS_VALUE = re.compile(
    r'\d|x{3,}|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|[a-z]+ty)\b'
)


def conclusion_in(plain: str) -> int:
    """Return where the conclusion begins that a sentence draws from what it says first; or 0."""
    last = max((value.start() for value in _HOLDS_VALUE.finditer(plain)), default=-1)
    return max((mark.end() for mark in _CONCLUDES.finditer(plain) if mark.end() <= last), default=0)


def part_of(one: Candidate, said: Statement) -> tuple[int, int]:
    """Return where the part of the sentence begins and ends that holds a value."""
    start = 0
    for mark in _PART.finditer(said.plain):
        if mark.end() <= one.reach:
            start = mark.end()
        elif mark.start() >= one.end:
            return start, mark.start()
    return start, len(said.plain)


def following(one: Candidate, said: Statement) -> list[str]:
    """Return the words behind a value up to the next one, its unit among them."""
    rest = said.plain[one.end : part_of(one, said)[1]][:MAX_FOLLOWING]
    rest = re.split(r'\d|x{3,}', rest)[0]
    unit = re.sub(r'[\d$.,]+|x{3,}', ' ', said.plain[one.start : one.end])
    return words_of(unit)[:3] + words_of(rest)[:5]


@lru_cache(maxsize=1)
def _condition() -> re.Pattern[str]:
    return re.compile(rf'{lexicon().pattern("condition")}\s*(?:the\s+)?[($\\]*$')


# "attained at $x = 5$"
_WHERE = re.compile(r'\b(?:at|for|where|when|taking|setting)\s*$')
_AT_LEAST = re.compile(r'\bno (?:fewer|less|more) than\s*$')


def is_condition(one: Candidate, said: Statement) -> bool:
    """Tell whether what stands before it makes a value a condition: "modulo 7", "when x = 5"."""
    before = said.plain[max(0, one.reach - MAX_LEAD) : one.reach]
    if one.left and _WHERE.search(before):
        return True
    return _condition().search(before) is not None and _AT_LEAST.search(before) is None


@lru_cache(maxsize=1)
def _roughly() -> re.Pattern[str]:
    return re.compile(rf'(?:{lexicon().pattern("rough")}|[≈≃(])\s*$')


def is_rough(one: Candidate, said: Statement) -> bool:
    """Tell whether a value is only near another, or a gloss: "about 28.3", "(= 4)"."""
    return _roughly().search(said.plain[max(0, one.reach - MAX_LEAD) : one.reach]) is not None


def is_money(one: Candidate, said: Statement) -> bool:
    """Tell whether a value is an amount of money by its sign."""
    return re.search(r'[$€£¥₹₽]', said.text[one.start : one.start + 4]) is not None


@lru_cache(maxsize=1)
def _comparing() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What compares the number before it, and a comparative by itself."""
    more = lexicon().pattern('comparative')
    compares = (
        r'\s*(?:times\s+(?:as|more|less|the|that|larger|older|greater|her|his|their|its)\b'
        rf'|(?P<word>(?:[a-z]+\s+)?{more}\s+(?:[a-z]+\s+)?than\b))'
    )
    return re.compile(compares), re.compile(more)


def compares(one: Candidate, said: Statement, asked: Sought | None) -> bool:
    """Tell whether a number only compares: "4 times as many", "3 more than";
    unless that is asked.
    """
    compared, more = _comparing()
    found = compared.match(said.plain, one.end)
    if found is None:
        return False
    return not (found['word'] and asked is not None and more.search(asked.question))


@lru_cache(maxsize=1)
def _many() -> re.Pattern[str]:
    return re.compile(
        rf'(?<!\d\s)(?<!\ba\s)(?<!\bthe\s)(?P<word>{lexicon().pattern("distributive")})(?!\s+\d)'
    )


_ORDINAL = re.compile(r'\bthe\s+(?P<word>first|second|third|fourth|fifth|previous)\b')
_RATE = re.compile(r'[^,.;]{0,40}?\b(?P<word>per|each|every|apiece)\b')


def is_one_of_many(one: Candidate, said: Statement, asked: Sought | None) -> bool:
    """Tell whether a value is that of each, or of one of several, where not these are asked for."""
    if asked is not None and asked.wants_curve:
        return False  # "every point satisfies"
    before = said.plain[said.begins : one.reach]
    words = {mark['word'] for found in (_many(), _ORDINAL) for mark in found.finditer(before)}
    after = _RATE.match(said.plain, one.end)
    words |= {after['word']} if after is not None else set()
    return not all(asked is not None and _says(asked, word) for word in words)


def _says(asked: Sought, word: str) -> bool:
    """Tell whether the problem has a word, too."""
    if word == 'second' and 'other' in asked.words:
        return True  # of two
    if word.isascii():
        return word in asked.words or word in asked.told
    return word in asked.question or any(word in told for told in asked.told)


_OF_A_KIND = re.compile(r'\W*an?\s(?!total|sum)[a-z]+\s(?:of|for)\b.*\bis\b')


_PARTIAL = re.compile(
    r'\W*(?:and\s+|but\s+|then\s+)?(?:by|on|before|after|during|until|up to|within|in|at)\s+'
    r'(?:the\s+|a\s+|an\s+)?(?P<word>[a-z]{2,})(?P<next>\s+[a-z]{2,})?[^,]{0,40}?(?:,|\s(?:he|she|it|they|we|there|you)\b)'
)


def is_partial(said: Statement, asked: Sought) -> bool:
    """Tell whether a sentence opens with a time or place that the question does not name."""
    found = _PARTIAL.match(said.plain)
    if found is None or found['word'] in lexicon().words('wholly'):
        return False
    words = [found['word'], (found['next'] or '').strip()]
    known = asked.words
    return not any(word and any(alike(word, other) for other in known) for word in words)


def is_of_a_kind(said: Statement) -> bool:
    """Tell whether a sentence speaks of one of several, or of a rule:
    "An antiderivative of x is".
    """
    return _OF_A_KIND.match(said.plain) is not None


@lru_cache(maxsize=1)
def _task() -> re.Pattern[str]:
    """ "We now multiply", "we can find", "Divide by 3": work that is to be done."""
    words = lexicon()
    steps, tasks = words.pattern('operation'), words.pattern('task')
    modal = (
        r"(?:can|could|may|will|must|should|would|'ll|to"
        r'|(?:need|have|want|try|is|are|are going) to)'
    )
    adverbs = r'(?:(?:now|next|then|also|first|still|simply|just|easily)\s+)*'
    who = r"(?:we|i|you|one|let us|let's|let me)"
    return re.compile(
        rf'^\W*(?:(?:now|then|and|next|so|thus|hence|therefore)\W+)*(?:{steps}|{tasks})\b'
        rf'|\b{who}\s+{adverbs}{modal}\s+{adverbs}{tasks}\b'
        rf'|\b{who}\s+{adverbs}(?:{modal}\s+)?{adverbs}(?P<step>{steps})\b'
        rf"|\blet(?:'s| us| me)\b|\b(?:we|i) next\b|\bremains to\b"
    )


def is_task(one: Candidate, said: Statement, asked: Sought | None) -> bool:
    """Tell whether the part of the sentence up to the value only says what is to be done."""
    start = max(part_of(one, said)[0], said.begins)
    found = _task().search(said.plain[start : one.reach])
    if found is None:
        return False
    step = found['step']  # "You need to add 3.6 liters", where the problem asks how many to add
    return not (step and asked is not None and any(alike(step, word) for word in asked.words))


@lru_cache(maxsize=1)
def _denial() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('denial'))


def is_denied(one: Candidate, said: Statement) -> bool:
    """Tell whether the part of the sentence that holds the value denies it."""
    start, end = part_of(one, said)
    return _denial().search(said.plain[start:end]) is not None
