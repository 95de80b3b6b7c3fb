"""A closing sentence taken apart: what opens it, where it concludes, what only looks back.

"$A = 1$ and $B = 2$, so $A + B = 3$" concludes in its last clause; "We find that the total
is 4" after its opening; "The value is 13, not 1.6" before its contrast; and "We can verify
this by" says nothing more.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.endings import takes_back
from opencompass_math500.grading.extraction.formulas import formulas_in, masked
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import has_value, is_answer_like, lowered, tidy
from opencompass_math500.grading.extraction.things import without_counted_things

__all__ = [
    'last_clause',
    'simplest_form',
    'total_named',
    'without_afterwords',
    'without_contrast',
    'without_lead_in',
    'without_opening',
    'without_sign',
]

MAX_AFTERWORDS = 3  # sentences like "We can verify this by substituting."

# The sign alone, as a formula, or as a character: "$\therefore$ The area is 28".
_SIGN = re.compile(
    r'[\s*_]*(?:\$\s*\\(?:therefore|implies|Rightarrow)\s*\$|\\\(\s*\\(?:therefore|implies|Rightarrow)'
    r'\s*\\\)|\\(?:therefore|implies|Rightarrow)(?![a-z])|∴|⇒|⟹|=>)[\s,:]*'
)
_CONTRAST = re.compile(r',?\s+(?:and\s+)?not\s+(?:x{3,}|[\d$\\(-][^,.]{0,40})(?=[\s.!*]*$)')
# Never from "by", "for": "by 3, giving 12" is one clause after the comma.
_CLAUSE = re.compile(
    r',\s+and\s+(?=[\d(][\d\s+*/×·().-]{1,60}=)|(?:[,;]\s*|\s+and\s+)(?:and\s+)?(?:so|thus|hence|therefore|giving(?:\s+us)?|making'
    r'|yielding|leaving|meaning(?:\s+that)?|which\s+(?:gives(?:\s+us)?|makes|leaves|means(?:\s+that)?'
    r'|yields))\s+(?=\S)'
)
# "Comparing the slopes, the student ...", "In interval notation, this is ...": how, not what.
_LEAD_IN = re.compile(
    r'(?!In (?:this|that|each|the \w+) case)'
    r'(?:[A-Z][a-z]+ing|In|By|From|After|At|As|Using|To|With|Among|Of|On)\b[^,:;]{0,120},\s+'
    r'(?=(?:the|our|there (?:is|are)|this|it|x{3,}|\d[\d,.]* (?:is|are) the)\b)'
)
_NOTATION = re.compile(
    r'(?:in|as|expressed (?:in|as)|written (?:in|as))\s[^,.:]{0,40}?'
    r'(?:notation|form|terms?|decimal|fraction|percent(?:age)?|degrees|radians|radicals?'
    r'|base \d{1,2}),?\s+'
    r'(?:this|it|that|the\s[\w\s]{1,40}?|x{3,}|[\d/.]{1,20})\s+'
    r'(?:is|becomes|equals|can be written as)\s+',
    re.IGNORECASE,
)


def without_sign(sentence: str) -> tuple[str, bool]:
    r"""Return ``sentence`` without a therefore sign before it, and whether there was one."""
    sign = _SIGN.match(sentence)
    return (sentence[sign.end() :], True) if sign else (sentence, False)


def without_contrast(statement: str) -> str:
    """Return "The value is 13", of "The value is 13, not 1.6."."""
    if ' not ' not in statement:
        return statement
    contrast = _CONTRAST.search(masked(statement, formulas_in(statement)))
    return statement[: contrast.start()] + '.' if contrast else statement


def last_clause(statement: str) -> str | None:
    """Return the clause that a sentence draws from those before it,
    or None where it has but one.
    """
    hidden = lowered(masked(statement, formulas_in(statement)))
    at = 0
    for found in _CLAUSE.finditer(hidden):
        at = found.end()
    return statement[at:] if at else None


@lru_cache(maxsize=1)
def _opening() -> re.Pattern[str]:
    return re.compile(rf'[\s*_]*{lexicon().pattern("opening")}[\s,:]+(?:that\s+|us\s+)?')


def without_opening(statement: str) -> tuple[str, bool]:
    """Return "the total is 4", of "We find that the total is 4",
    and whether something was taken off.
    """
    opening = _opening().match(lowered(statement))
    if opening is None:
        return statement, False
    return statement[opening.end() :], True


def without_lead_in(statement: str) -> str:
    """Return "The student is Evelyn", of "Comparing the slopes, the student is Evelyn"."""
    hidden = masked(statement, formulas_in(statement))
    notation = _NOTATION.match(hidden)
    if notation is not None:
        return f'The value is {statement[notation.end() :]}'
    lead = _LEAD_IN.match(hidden)
    if lead is None:
        return statement
    rest = statement[lead.end() :]
    return rest[:1].upper() + rest[1:]


# A check, however many sentences it takes.
_CHECK = re.compile(
    r"(?<=[.!$)] )(?:Let me|Let's|Let us|We can|To) (?:verify|check|confirm|double)\b"
    r'(?!.*\b(?:So|Thus|Therefore|Hence)\b)',
    re.DOTALL,
)


@lru_cache(maxsize=1)
def _afterword() -> re.Pattern[str]:
    return re.compile(rf'[\s*_(]*{lexicon().pattern("afterword")}')


def without_afterwords(ending: str) -> str:
    """Return ``ending`` without the sentences, the last of them cut or not, that only look back."""
    line_start = ending.rfind('\n') + 1
    line = ending[line_start:]
    check = _CHECK.search(line)
    if check is not None and ending[: line_start + check.start()].strip():
        rest = lowered(line[check.start() :])
        if not takes_back(rest) and not any(noun in rest for noun in lexicon().words('noun')):
            return ending[: line_start + check.start()].rstrip()
    for _ in range(MAX_AFTERWORDS):
        line_start = ending.rfind('\n') + 1
        sentence = last_sentence(ending[line_start:])
        low = lowered(sentence)
        rest = ending[: len(ending.rstrip()) - len(sentence)].rstrip()
        if not rest or not _afterword().match(low) or takes_back(low):
            break
        ending = rest
    return ending


@lru_cache(maxsize=1)
def _simplest() -> re.Pattern[str]:
    return re.compile(rf'\s+{lexicon().pattern("simplest")}')


_QUOTED_CODE = re.compile(r'`([^`\n]{1,200})`')


def simplest_form(statement: str) -> str | None:
    r"""Return ``\sqrt{53}``, of "``\sqrt{53}`` cannot be simplified further."."""
    hidden = masked(statement, formulas_in(statement))
    said = _simplest().search(lowered(hidden))
    if said is None or ' and ' in hidden[: said.start()]:
        return None
    before = re.sub(r',?\s*(?:which|and|that)$', '', statement[: said.start()].rstrip(' ,*'))
    formulas = formulas_in(before)
    code = list(_QUOTED_CODE.finditer(before))
    if formulas and formulas[-1].end == len(before):
        value = tidy(formulas[-1].body)
    elif code and code[-1].end() == len(before):
        value = tidy(code[-1][1])
    else:
        value = tidy(before.rpartition(' ')[2])
    return value if has_value(value) and is_answer_like(value) else None


_TOTAL = re.compile(
    r'(?:,|\b(?:for|gives|gives us|giving|is|makes|making|has|have|and))\s+'
    r'(?:a\s+|the\s+)?(?:grand\s+)?'
    r'total(?:\s+of|\s+is|\s*:|\s*=|\s+comes\s+to)?\s+(?P<value>(?:\\?\$\s?)?[\dx][^,;:]{0,60})$',
    re.IGNORECASE,
)
_CASE = re.compile(
    r'\s*(?:[-*•]\s*)?(?:for|if|when|case|each|every|in (?:the|this) case)\b', re.IGNORECASE
)


def total_named(statement: str) -> str | None:
    """Return 5, of "It costs $3 and $2, total $5": the last words name a total."""
    text = statement.rstrip(' .!*✓')
    if 'total' not in text or _CASE.match(text):
        return None
    found = _TOTAL.search(masked(text, formulas_in(text)))
    if found is None:
        return None
    value = tidy(text[found.start('value') :])
    value = without_counted_things(value)
    return value if has_value(value) and is_answer_like(value) else None
