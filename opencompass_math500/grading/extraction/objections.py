"""What the question says against the value to which an ending seemed to commit.

The rules of an ending look at how a sentence speaks: "So Jill has 11 marbles." concludes. Whether
that is what was asked for, the question knows: it asked about Jack. A value that it speaks
against is none; the last sentence is read again, and may hold another.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.asking import asked_letter, squeezed
from opencompass_math500.grading.extraction.candidates import Candidate, candidates_in
from opencompass_math500.grading.extraction.clauses import without_afterwords
from opencompass_math500.grading.extraction.endings import ending_of
from opencompass_math500.grading.extraction.final_value import is_look_back, last_statement
from opencompass_math500.grading.extraction.givens import quantities
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import lowered, tidy
from opencompass_math500.grading.extraction.sought import Sought, alike, sought, words_of
from opencompass_math500.grading.extraction.surroundings import Statement, part_of
from opencompass_math500.grading.parsing.ranges import in_words
from opencompass_math500.grading.parsing.units import is_known, unit_phrase
from opencompass_math500.grading.problem.asked import units_asked

__all__ = ['is_refuted', 'is_superseded', 'reals_in']

MAX_SENTENCE = 500  # characters; a longer one argues
MAX_TEXT = 4_000  # characters of the end that are read


def is_refuted(value: str, text: str, problem: str) -> bool:
    """Tell whether the question speaks against ``value``, with which ``text`` seemed to end."""
    if _is_step(value, problem):
        return True
    asked = sought(problem)
    if _is_list_for_one(value, asked):
        return True
    ending = ending_of(text[-MAX_TEXT:])
    # The rules read what stands before sentences that only look back: "It is 5. Check: 2 + 3 = 5".
    line, sentence = last_statement(without_afterwords(ending) or ending)
    if value not in sentence:
        line, sentence = last_statement(ending)
    if len(sentence) > MAX_SENTENCE or value.strip('$') not in sentence:
        return False
    if is_look_back(sentence, line) or _is_rough_range(value, sentence):
        return True
    one = _candidate(value, sentence)
    if one is None:
        return False
    said = Statement.of(sentence)
    return (
        _is_of_other_person(one, said, asked)
        or _is_of_other_quantity(one, said, asked)
        or _is_measured_otherwise(one, said, asked)
        or _is_under_other_amount(said, asked)
        or _is_earlier(said, problem, asked)
        or _is_part_of_total(one, said, asked)
    )


def is_superseded(value: str, text: str) -> bool:
    """Tell whether the last sentence goes on to another value: "There are 9, giving 2/9"."""
    sentence = last_statement(ending_of(text[-MAX_TEXT:]))[1]
    if len(sentence) > MAX_SENTENCE or 'ing ' not in sentence:
        return False
    said = Statement.of(sentence)
    one = _candidate(value, sentence) if said.begins else None
    return (
        one is not None
        and one.start < said.begins
        and said.plain[: said.begins].rstrip().endswith(tuple(lexicon().words('giving')))
    )


def reals_in(value: str, text: str) -> str | None:
    """Return "all real numbers greater than 4", where the last sentence ends so: a set, not 4."""
    sentence = text.rstrip()[-MAX_SENTENCE:]
    if 'real' not in sentence or 'than' not in sentence:
        return None
    found = _REALS.search(sentence)
    words = None if found is None else tidy(found[0])
    return words if words is not None and words.endswith(value) and in_words(words) else None


_REALS = re.compile(r'\ball (?:the )?real (?:numbers?|values?) [a-z ]{1,40}than [^\n]{1,80}$')


def _is_step(value: str, problem: str) -> bool:
    """``7n = 77`` where n is asked for, ``x = 7`` where y is."""
    left, equals, _ = value.partition('=')
    letter = asked_letter(problem) if equals else None
    left = squeezed(tidy(left))
    if letter is None or left.lower() == letter.lower() or not _TERM.fullmatch(left):
        return False
    if re.search(rf'(?:^|[,;\s]){letter}\s*=', value):
        return False  # "x = 7, y = 3"
    return len(left) == 1 or letter in left


_TERM = re.compile(r'[-+\d]*[A-Za-z](?:[-+]\d+)?')


def _candidate(value: str, sentence: str) -> Candidate | None:
    """The last candidate of a sentence that has the value."""
    bare = squeezed(value)
    found = candidates_in(sentence) or ()
    return next((one for one in reversed(found) if bare in _spellings(one)), None)


def _spellings(one: Candidate) -> tuple[str, ...]:
    left = f'{one.left}={one.bare}' if one.left else one.bare
    return squeezed(one.bare), squeezed(one.value), squeezed(left)


# Not "Jill's 11 marbles", "7 years older than Jill".
_NAME = re.compile(
    r'(?<!than )(?<!from )(?<!with )(?<!to )(?<!by )(?<!as )(?<!of )(?<!for )'
    r"\b[A-Z][a-z]+\b(?!['’]s)"
)


def _is_of_other_person(one: Candidate, said: Statement, asked: Sought) -> bool:
    """Tell whether the part of the sentence names another person of the problem."""
    if not asked.names:
        return False
    start, end = part_of(one, said)
    if asked.names & set(words_of(said.text[start:end])):
        return False
    named = set(_NAME.findall(said.text[start:end]))
    return bool(named & asked.others)


@lru_cache(maxsize=1)
def _particular() -> frozenset[str]:
    return quantities() - lexicon().words('generalquantity')


def _is_of_other_quantity(one: Candidate, said: Statement, asked: Sought) -> bool:
    """Tell whether a figure's area is asked for, and the sentence gives its radius."""
    shapes = lexicon().words('shape')
    wanted = asked.words & shapes
    if not wanted:
        return False
    before = set(words_of(_SINCE.split(said.plain[said.begins : one.reach])[-1]))
    given = before & shapes
    if not given or any(
        alike(word, other) for word in before for other in asked.words & _particular()
    ):
        return False
    return not any(alike(word, other) for word in given for other in asked.words)


_SINCE = re.compile(r'\d|x{3,}')  # "a cube of side 3 holds 27"
_KINDS = frozenset({'length', 'time', 'mass'})


def _is_measured_otherwise(one: Candidate, said: Statement, asked: Sought) -> bool:
    """Tell whether miles are given where miles per hour are asked for."""
    if one.value == one.bare or _AS_RATE.match(said.plain, one.end):
        return False
    unit = unit_phrase(one.value.replace(one.bare, '', 1).strip())
    wanted = units_asked(asked.question)
    if unit is None or not wanted or not is_known(unit):
        return False
    bases = {base for base, _ in unit.dimensions}
    others = [{base for base, _ in w.dimensions} for w in wanted]
    return bool(bases) and bases <= _KINDS and all(o <= _KINDS and o != bases for o in others)


_AS_RATE = re.compile(r'\s*(?:per|an?|each|every|in (?:an?|one|1|each|every))\b')


_OPENING = r'\W*(?:(?:so|thus|hence|therefore),?\s+)?'
_UNDER = re.compile(
    rf'{_OPENING}(?:in|after|for|with)\s+(?P<amount>\d[\d,.]*|one|an?)\s+(?P<thing>[a-z]{{3,}})\b'
)


def _is_under_other_amount(said: Statement, asked: Sought) -> bool:
    """Tell whether a sentence speaks of one crate, where the question asks about five."""
    found = _UNDER.match(said.plain)
    if found is None:
        return False
    thing = found['thing'].removesuffix('s')
    amount = '1' if found['amount'] in ('one', 'a', 'an') else found['amount']
    in_question = re.findall(rf'([\w.,]+)\s+{re.escape(thing)}(?:s|es)?\b', asked.question)
    return bool(in_question) and all(_is_count(n) and n != amount for n in in_question)


_BEFORE = re.compile(rf'{_OPENING}before (?:(?:the|a|an|any)\s+)?(?P<word>[a-z]{{3,}})\b')


def _is_earlier(said: Statement, problem: str, asked: Sought) -> bool:
    """Tell whether a sentence speaks of what was before the coupon, and the question does not."""
    found = _BEFORE.match(said.plain)
    if found is None or found['word'] in asked.words:
        return False
    return found['word'] in lowered(problem[-MAX_TEXT:]) and found['word'] not in last_sentence(
        problem
    )


def _is_count(word: str) -> bool:
    return word[:1].isdigit() or word in ('all', 'two', 'three', 'four', 'five', 'six', 'ten')


_TOTAL = re.compile(r'\b(?:in total|altogether|in all|total number)\b')
_SUBJECT = re.compile(rf'{_OPENING}the\s+(?P<word>[a-z]{{3,}}s)\s+(?:have|has|make|cost|weigh)\b')


def _is_part_of_total(one: Candidate, said: Statement, asked: Sought) -> bool:
    """Tell whether the dogs have 20 legs, where those of dogs and ducks are asked for in total."""
    if not _TOTAL.search(asked.question):
        return False
    subject = _SUBJECT.match(said.plain)
    return (
        subject is not None
        and subject['word'] in asked.told
        and 'total' not in said.plain
        and ' and ' not in said.plain
    )


_RANGE = re.compile(
    r'\b(?:about|roughly|around|approximately)\s+(\d[\d.,]*)\s*(?:to|or|–|-)\s*(\d[\d.,]*)',
    re.IGNORECASE,
)
_NUMBER = re.compile(r'\d[\d.,]*')


def _is_rough_range(value: str, sentence: str) -> bool:
    """Tell whether a value is a guess between two, or one of its ends: "roughly 20 to 30"."""
    found, number = _RANGE.search(sentence), _NUMBER.match(value)
    return found is not None and number is not None and number[0] in found.groups()


_ASKS_ONE = re.compile(
    r'\b(?:what is|find|compute|determine|calculate|evaluate) the (?:positive |total )?'
    r'(?:sum|product|difference|average|mean|number) of\b'
)


def _is_list_for_one(value: str, asked: Sought) -> bool:
    """Tell whether both solutions are given where their sum is asked for."""
    found = _ASKS_ONE.search(asked.question)
    if found is None or value.lstrip()[:1] in '([{<\\' or re.search(r'\d,\d{3}', value):
        return False
    rest = asked.question[: found.start()] + asked.question[found.end() :]
    is_list = _PLAIN_LIST.fullmatch(value.replace('$', '')) is not None
    return is_list and not re.search(r'\band (?:the|their|its)\b', rest)


_PLAIN_LIST = re.compile(
    r'(?:[a-z]\s*=\s*)?[-−]?\d[\d./]*(?:\s*(?:,|,?\s+and)\s*(?:[a-z]\s*=\s*)?[-−]?\d[\d./]*)+'
)
