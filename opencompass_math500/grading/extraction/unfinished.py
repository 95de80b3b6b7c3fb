"""A last sentence without its full stop: whether what it says stands nevertheless.

"The sum is 12" does where the model stopped by itself; "Mia used 35 teaspoons of sug" does,
cut or not, where the problem asks for teaspoons; "The sum is 12 +" never does.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.counts import counted_answer
from opencompass_math500.grading.extraction.endings import announcements, owns_mistake, takes_back
from opencompass_math500.grading.extraction.formulas import has_open_formula
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import has_value, lowered, tidy
from opencompass_math500.grading.extraction.things import without_counted_things

__all__ = ['before_the_cut', 'counted_before', 'goes_on', 'is_said_whole']

# A sentence that goes on: "The sum is 3 +", "there are 12 ways to", "12,".
_OPEN_END = re.compile(
    r'(?:[^\w%°]|\b(?:and|or|of|to|by|the|an?|in|for|with|times|than|is|are|from))$'
)


def goes_on(ending: str) -> bool:
    """Tell whether the text breaks off where more must follow: in a formula,
    after "of" or a sign.
    """
    return _OPEN_END.search(ending[-80:]) is not None or has_open_formula(ending)


_DELIMITER = re.compile(r'(?<!\\)\$|\\[()]')

MAX_UNCUT = 800
"""Characters of a reply that no token cap in use (256 tokens and more) can have cut."""


def is_said_whole(
    value: str, statement: str, ending: str, problem: str | None, *, was_cut: bool
) -> bool:
    """Tell whether a sentence without its full stop is past its value: "The sum is 12", "42 cups
    of".

    The last characters of a text that the token cap cut may be half of a number or word.
    """
    if problem is not None:
        counted = counted_answer(statement[:-1] if was_cut else statement, problem)
        if counted == value:
            return True
    if value not in statement:
        statement = _DELIMITER.sub('', statement)
    at = statement.rfind(value)
    is_linked = '=' in value or _links_to_end(statement[: max(at, 0)])
    if not has_value(value) or at < 0 or not is_linked:
        return False
    if not was_cut and tidy(statement).endswith(value):
        return len(ending) < MAX_UNCUT or _is_said_before(value, ending[: -len(statement)])
    return problem is None and not was_cut and value == _counted_at_end(statement[at:])


def _is_said_before(value: str, text: str) -> bool:
    """Tell whether the value stands in the text above:
    then it is not the beginning of a longer one.
    """
    return re.search(rf'(?<![\w.]){re.escape(value)}(?![\w.]*\d)', text) is not None


def _counted_at_end(text: str) -> str:
    """``42``, of "42 ways" and nothing more."""
    return without_counted_things(tidy(text))


@lru_cache(maxsize=1)
def _link_at_end() -> re.Pattern[str]:
    words = lexicon()
    links = f'(?:{words.pattern("copula")}|{words.pattern("verb")}|[=:：]|\\bby\\b)'
    return re.compile(
        rf'{links}\s*'
        r'(?:(?:only|exactly|approximately|about|a total of|therefore|thus|then)\s+)?[\s*$\\(]*$'
    )


def _links_to_end(before: str) -> bool:
    """Tell whether a verb or an equals sign stands right before the value ("The sum is")."""
    return _link_at_end().search(lowered(before)[-60:]) is not None


MAX_BEGUN = 160  # characters of a half sentence behind a conclusion


def before_the_cut(ending: str) -> str | None:
    """Return ``ending`` without the half sentence that it breaks off in;
    None where that takes back.
    """
    line_start = ending.rfind('\n') + 1
    begun = last_sentence(ending[line_start:])
    rest = ending[: len(ending) - len(begun)].rstrip()
    if not rest or len(begun) > MAX_BEGUN or takes_back(begun) or owns_mistake(begun):
        return None
    return rest


_COUNT = re.compile(r'(?:the\s+|a\s+)?(?:(?:final|correct)\s+)?(?:total|number|answer)\b(?!.*\d)')


_SUCH = re.compile(
    r'(?!(?:for|if|when|in|given|since|suppose|with|each|every)\b)(?:[\w\s]{1,40},\s+)?'
    r'(?:we\s+(?:find|see|get|conclude)\s+(?:that\s+)?)?there\s+(?:are|is)\s+'
    r'(?:exactly\s+|only\s+|a\s+total\s+of\s+)?\$?(?P<number>\d[\d,]*)\$?\s+'
    r'(?P<such>(?:such|valid|possible|suitable)\s+)?(?P<things>[a-z]+)'
    r'(?:\s+of\s+\$?[a-z]\$?)?\.'
)
_THERE = re.compile(r'\bthere (?:are|is) [^.]{0,20}\d|\bcase\b')


def counted_before(sentence: str, earlier: str, begun: str, problem: str) -> str | None:
    """Return 9, of "There are 9 such elements." before a cut "Thus, the number of elements".

    Not where it may be one of several counts that the half sentence was to add up.
    """
    low = lowered(begun.strip())
    marker = announcements()[0].match(low)
    if marker is None or _COUNT.match(low, marker.end()) is None:
        return None
    said = _SUCH.fullmatch(lowered(sentence))
    if said is None or len(_THERE.findall(lowered(earlier))) != 1:
        return None
    is_asked = said['such'] is not None or said['things'] in lowered(last_sentence(problem))
    return said['number'] if is_asked else None
