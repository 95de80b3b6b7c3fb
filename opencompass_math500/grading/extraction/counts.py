"""What a sentence counts, where the problem asks "how many": ``28``, of "28 different pizzas".

The noun decides: of "4 dimes and 7 nickels" a question about nickels is answered by 7. A
light reading: the noun must follow its number, and words that set one count off from
another ("each", "neither", "more") must be the question's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from opencompass_math500.grading.extraction.formulas import Formula, formulas_in, masked
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import lowered, tidy

__all__ = ['asked_nouns', 'counted_answer', 'is_given', 'names_agree', 'sets_off', 'singular']

MAX_QUESTION = 2000  # characters of a problem's end that are read
MAX_NOUN_LEAD = 6  # words between "how many" and its noun

_ASKED = re.compile(
    r'\b(?:how many|number of)\s+(?:of\s+)?(?P<words>[a-z][a-z\'’-]*(?:\s+[a-z][a-z\'’-]*){0,5})'
)
_HOW_LARGE = re.compile(
    r'\bhow\s+(?:far|long|old|tall|fast|high|deep|wide|heavy|much)\b|\b(?:in|number of)\s+[a-z]+\b'
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_NUMBER = re.compile(
    r'(?<![\w.,/^$\\-])(?P<sign>[-−]?)(?P<number>\d+(?:,\d{3})*(?:\.\d+)?(?:\s?/\s?\d+)?|x{3,})'
    r'(?![\w/^]|[.,]\d)(?P<rest>(?:[ -]+[^\W\d_][\w\'’-]*){1,5})'
)
_MONEY = re.compile(
    r'(?<![\w.])(?:US)?\\?\$\s?(?P<amount>\d+(?:,\d{3})*(?:\.\d+)?)(?![\w.]*\d)'
    r'|(?<![\w.,$])(?P<worded>\d+(?:,\d{3})*(?:\.\d+)?)\s+(?:dollars|euros|pounds)\b'
)
_ASKS_MONEY = re.compile(
    r'\bhow much\b|\bhow many (?:more )?dollars\b|\bwhat (?:is|was|will be) the '
    r'(?:\w+ ){0,3}(?:cost|price|amount|profit|bill)\b'
)
_OUT_OF = re.compile(
    r'(?:\b(?:out of|of the|of all|among|from|the first|every|each|per|between|if|when)|^of)'
    r'\s+(?:the\s+)?$',
    re.IGNORECASE,
)

_RATE = re.compile(r'\bper\s+\w+')


def singular(word: str) -> str:
    """Return ``box``, of "boxes"; light: both sides are cut alike."""
    word = word.lower().rstrip("'’")
    irregular = dict(pair.split('=') for pair in lexicon().words('plural'))
    if word in irregular:
        return irregular[word]
    for ending, kept in (
        ('ies', 'y'),
        ('ches', 'ch'),
        ('shes', 'sh'),
        ('xes', 'x'),
        ('sses', 'ss'),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + kept
    return word[:-1] if word.endswith('s') and not word.endswith('ss') and len(word) > 3 else word


def _is_plural(word: str) -> bool:
    return singular(word) != word.lower()


@lru_cache(maxsize=512)
def asked_nouns(problem: str) -> frozenset[str]:
    """Return the things whose number the problem asks for, in the singular."""
    end = problem[-MAX_QUESTION:]
    low = lowered(masked(end, formulas_in(end)))
    found = set()
    no_noun = lexicon().words('nonoun')
    for asked in _ASKED.finditer(low):
        words = _WORD.findall(asked['words'])
        noun = next((w for w in words[:MAX_NOUN_LEAD] if _is_plural(w) and w not in no_noun), None)
        if noun is not None:
            found.add(singular(noun))
    question = lowered(last_sentence(end))
    if _HOW_LARGE.search(question):
        units = lexicon().words('unit')
        joining = lexicon().words('joining')
        found |= {
            singular(w)
            for w in _WORD.findall(question)
            if w in units and len(w) > 2 and w not in joining and w not in no_noun
        }
    return frozenset(found) | _synonyms(found)


def _synonyms(nouns: set[str]) -> set[str]:
    """The other names of what is asked for: ways are arrangements, too."""
    pairs = (pair.split('=') for pair in lexicon().words('synonym'))
    return {other for noun, other in pairs if noun in nouns}


def counted_answer(statement: str, problem: str) -> str | None:
    """Return the number that ``statement`` gives of what the problem asks for; if one is plain."""
    question = lowered(problem[-MAX_QUESTION:])
    if sets_off(statement, problem):
        return None
    aged = _age(statement, problem)
    if aged is not None:
        return aged
    nouns = asked_nouns(problem)
    found = _counts(statement, nouns, question) if nouns else {}
    if not found and _ASKS_MONEY.search(question):
        hidden = masked(statement, formulas_in(statement))
        amounts = {m['amount'] or m['worded'] for m in _MONEY.finditer(hidden)}
        bodies = (_MONEY.fullmatch(formula.body) for formula in formulas_in(statement))
        amounts |= {m['amount'] for m in bodies if m is not None and m['amount']}
        found = dict.fromkeys(amounts, '')
    if len(found) > 1:
        clause = _clause_of_the_asked(statement, problem)
        found = _counts(clause, nouns, question) if clause else {}
    return next(iter(found)) if len(found) == 1 else None


_PARTS = re.compile(r',\s+(?:and\s+|while\s+|but\s+)?|\s+(?:and|while|but)\s+|;\s*')


def _clause_of_the_asked(statement: str, problem: str) -> str | None:
    """The one clause about who is asked for: "Ann has 4", of "Tom has 6 apples and Ann has 4"."""
    asked = set(_NAME.findall(last_sentence(problem)))
    parts = [part for part in _PARTS.split(statement) if asked & set(_WORD.findall(part))]
    return parts[0] if len(parts) == 1 and parts[0] != statement else None


_ASKS_AGE = re.compile(r'\bhow old (?:is|was|will|are)\s+(?P<name>[A-Z][a-z]+)\b', re.IGNORECASE)


def _age(statement: str, problem: str) -> str | None:
    """``17``, of "Sara is 17 and Omar is 13", where the problem asks how old Sara is."""
    asked = _ASKS_AGE.search(problem[-MAX_QUESTION:])
    if asked is None:
        return None
    said = re.compile(
        rf'\b{asked["name"]}\s+(?:is|was|will be|must be)\s+(?:now\s+|currently\s+)?'
        r'(?:[\d\s+*/×().-]{1,40}=\s*)?(?P<age>\d{1,3})(?!\s*[-+*/×=]|\d|\s+years?\s+(?:older|younger))'
    )
    ages = {found['age'] for found in said.finditer(statement)}
    return ages.pop() if len(ages) == 1 else None


def _counts(statement: str, nouns: frozenset[str], question: str) -> dict[str, str]:
    """Every number that one of the nouns follows, and the words between them."""
    formulas = formulas_in(statement)
    hidden = masked(statement, formulas)
    asks_difference = _difference().search(question) is not None
    differences = lexicon().words('difference')
    found: dict[str, str] = {}
    for number in _NUMBER.finditer(hidden):
        if _OUT_OF.search(hidden, max(0, number.start() - 20), number.start()):
            continue  # "out of 10 boxes": that many there are, not that many are asked for
        words = _WORD.findall(number['rest'])
        between = _before_noun(words, nouns)
        rate = _RATE.search(hidden, number.start('rest'), number.end() + 20)
        if rate is not None and rate[0].lower() not in question:
            continue  # "4 inches per second", where inches are asked for
        if between is None or bool(differences & set(between)) != asks_difference:
            continue
        value = _value_at(statement, number, formulas)
        if value is not None:
            found[value] = ' '.join(between)
    return found


@lru_cache(maxsize=1)
def _difference() -> re.Pattern[str]:
    return re.compile(rf'\bhow many {lexicon().pattern("difference")}')


def _before_noun(words: list[str], nouns: frozenset[str]) -> list[str] | None:
    """The adjectives before the noun asked for; None where another clause comes first."""
    known = lexicon()
    breaks = known.words('joining') | known.words('prose') | known.words('clausebreak')
    for at, word in enumerate(words):
        low = word.lower()
        if singular(low) in nouns:
            return [w.lower() for w in words[:at]]
        if low in breaks:
            return None
    return None


def _value_at(statement: str, number: re.Match[str], formulas: Sequence[Formula]) -> str | None:
    if number['number'][0] != 'x':
        return number['sign'] + number['number']
    body = next((f.body for f in formulas if f.start == number.start('number')), None)
    value = tidy(body.rpartition('=')[2]) if body is not None else ''
    return value if re.fullmatch(r'[-−]?[\d,.{}/\\a-z]*\d[\d,.{}/]*', value) else None


def is_given(value: str, problem: str) -> bool:
    """Tell whether the problem itself speaks of that number: then a sentence may only repeat it."""
    return re.search(rf'(?<![\d.,]){re.escape(value)}(?![\d]|[.,]\d)', problem) is not None


def _words_of(text: str) -> set[str]:
    return set(_WORD.findall(text))


def sets_off(statement: str, problem: str) -> bool:
    """Tell whether a sentence sets one count off from another ("each box"),
    and the problem does not.
    """
    said = _words_of(lowered(statement)) & lexicon().words('contrast')
    return not said <= _words_of(lowered(problem[-MAX_QUESTION:]))


# A capital inside a sentence.
_NAME = re.compile(r'(?<=[a-z,] )[A-Z][a-z]+\b')


def names_agree(statement: str, problem: str) -> bool:
    """Tell whether the people a sentence names are those of the question, where both name some.

    "Tom has 5 apples" answers no question about Ann's.
    """
    first = statement.split(' ', 1)[0]  # a name, if the problem has it and no common word like it
    is_name = first[:1].isupper() and first.lower() not in _words_of(problem)
    known = set(_NAME.findall(problem)) | set(_NAME.findall(statement))
    known |= {first} & _words_of(problem) if is_name else set()
    asked = set(_NAME.findall(last_sentence(problem)))
    said = {word for word in _WORD.findall(statement) if word in known}
    return not asked or not said or bool(asked & said)
