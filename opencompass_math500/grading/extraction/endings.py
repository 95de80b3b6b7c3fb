"""How a response ends: its last characters, and whether they are nothing but an answer."""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.formulas import formulas_in, has_open_formula
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import (
    is_answer_like,
    lowered,
    starts_with_value,
    tidy,
)
from opencompass_math500.grading.extraction.things import (
    last_of_steps,
    value_side,
    without_counted_things,
)

__all__ = [
    'announcements',
    'bare_answer',
    'ending_of',
    'is_loop',
    'is_unfinished',
    'owns_mistake',
    'takes_back',
    'without_label',
    'without_step',
]

TAIL = 3000  # characters of the end that are read for a conclusion
MAX_COURTESIES = 3  # sentences like "I hope this helps."
MAX_BARE = 200  # characters of a response that is nothing but its answer

_STEP = re.compile(
    r'^[\s>#*_-]{0,8}(?:(?:step|thought)\s*\d{1,4}\s*[:.)]|\d{1,3}[.)](?=\s))?[\s*_:-]{0,4}'
    r'(?:(?:step)\s*\d{1,4}\s*[:.)]\s*)?',
    re.IGNORECASE,
)


_SENTENCE_OVER = re.compile(r'(?:^|[\n.!?。！？$)\]*])\s*$')


def without_step(line: str) -> str:
    """Return ``line`` without "Step 4:", "Thought 7:", "3." or a list's dash before it."""
    return _STEP.sub('', line, count=1)


# Tags, a tombstone, an emoji at the end.
_FLOURISH = re.compile(
    r'(?:\s|</?[A-Za-z_]{1,20}>|\$\s?\\(?:blacksquare|square|qed|Box)\s?\$|\\\(\s?\\(?:blacksquare|square|qed|Box)\s?\\\)'
    r'|\\(?:blacksquare|square|qed|Box)\b|[|∎■□◻✓✔✅☑\U0001f300-\U0001faff\ufe0f])+$'
)


def ending_of(text: str) -> str:
    """Return the last ``TAIL`` characters without courtesy
    ("I hope it is correct.") and trailing tags.
    """
    return _ending(_tail(text.rstrip()))


@lru_cache(maxsize=16)  # of one response it is asked for by several rules
def _ending(tail: str) -> str:
    if not tail.endswith('.'):  # no flourish ends in a full stop, most texts do
        tail = tail[:-200] + _FLOURISH.sub('', tail[-200:])
    tail = _without_footnotes(tail)
    tail = _without_empty_label(tail)
    for _ in range(MAX_COURTESIES):
        line_start = tail.rfind('\n') + 1
        starts = [found.start() for found in _courtesy().finditer(lowered(tail), line_start)]
        # The courtesy must open its sentence, else it is part of one.
        over = (at for at in starts if _SENTENCE_OVER.search(tail, max(0, at - 80), at))
        cut = next(over, 0)
        if not tail[:cut].strip():
            break
        tail = tail[:cut].rstrip()
    return tail


@lru_cache(maxsize=1)
def _empty_label() -> re.Pattern[str]:
    noun = lexicon().pattern('noun')
    return re.compile(
        rf'(?:^|[\n.!?。])[\s#*_>-]{{0,8}}(?:the\s+|my\s+|our\s+|so,?\s+|thus,?\s+|therefore,?\s+|hence,?\s+)*'
        rf'(?:(?:final|correct)\s+)?{noun}[\s*_]*(?:is|are)?\s*[:：]?[\s*_]*$'
    )


def _without_empty_label(tail: str) -> str:
    """``tail`` without a last "Answer:" or "**Final answer**" that nothing follows."""
    label = _empty_label().search(lowered(tail), max(0, len(tail) - 60))
    if label is None or not tail[: label.start()].strip():
        return tail
    return tail[: label.start() + 1].rstrip()


# "The train covers 150 km. [1]", and the note at the end.
_FOOTNOTE = re.compile(r'\n+\[\d{1,2}\]:?\s[^\n]{0,300}$')
_REFERENCE = re.compile(r'(?<=[.!?])\s?\[\d{1,2}\]$')


def _without_footnotes(tail: str) -> str:
    for _ in range(MAX_COURTESIES):
        note = _FOOTNOTE.search(tail, max(0, len(tail) - 320))
        if note is None:
            break
        tail = tail[: note.start()].rstrip()
    return (
        _REFERENCE.sub('', tail[-20:])
        if len(tail) <= 20
        else tail[:-20] + _REFERENCE.sub('', tail[-20:])
    )


def _tail(text: str) -> str:
    """The last ``TAIL`` characters, begun outside a displayed formula."""
    if len(text) <= TAIL:
        return text
    cut = len(text) - TAIL
    if text.count('$$', 0, cut) % 2:  # inside: else every later $$ would seem to open
        close = text.find('$$', cut)
        cut = close + 2 if close >= 0 else cut
    return text[cut:]


@lru_cache(maxsize=1)
def _courtesy() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('courtesy'))


_CLOSED = re.compile(r'(?:[.!?。！？।)\]}"”*✓✅✔☑>`]|\$|\\[)\]])[\s*_]*$')


def is_unfinished(text: str) -> bool:
    """Tell whether the text breaks off: no full stop, bracket or formula's end closes it."""
    return _CLOSED.search(text[-80:]) is None or has_open_formula(_tail(text.rstrip()))


def takes_back(text: str) -> bool:
    """Tell whether the text withdraws something ("However, ...", "let's try again")."""
    low = lowered(text)
    return any(phrase in low for phrase in lexicon().words('retract'))


_MISTAKE = re.compile(
    r"\b(?:(?:made|is|was) an? (?:mistake|error)|(?:let me|let's|i will) (?:redo|recompute))"
)


def owns_mistake(text: str) -> bool:
    """Tell whether the text says that what it follows was wrong, and starts anew."""
    return _MISTAKE.search(lowered(text)) is not None


@lru_cache(maxsize=16)
def is_loop(ending: str) -> bool:
    """Tell whether the last line has been said twice before: a model going round in circles."""
    last = without_step(ending[ending.rfind('\n') + 1 :]).strip(' .')
    if ending.endswith('.') or len(last) <= 3 or ending.count(last) <= 2:
        return False  # nearly always: no line has to be looked at
    lines = [without_step(line).strip(' .') for line in ending.split('\n')]
    return lines.count(last) > 2


@lru_cache(maxsize=1)
def announcements() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns for lower-cased text: a concluding opening, a plan,
    a copula at the end.
    """
    words = lexicon()
    conclude = re.compile(rf'[\s*_]*(?:and\s+)?{words.pattern("conclude")}[\s,，:：]*')
    plan = re.compile(words.pattern('plan'))
    copula_end = re.compile(rf'{words.pattern("copula")}[\s:：*_]*$')
    return conclude, plan, copula_end


def bare_answer(text: str) -> str | None:
    """Return the answer, where the whole text or its last line is nothing else."""
    whole = text.strip()
    line = whole[whole.rfind('\n') + 1 :]
    last = without_label(line)
    is_labelled = last != line
    last = last.lstrip('#')
    if not last or len(line) > MAX_BARE:
        return None
    if announcements()[0].match(lowered(last)):
        return None  # a sentence that concludes
    if last.rstrip().endswith('='):
        return None
    value = last_of_steps(tidy(last))
    if last.rstrip().endswith((',', '，')):
        return None  # a list that goes on
    if not is_answer_like(value) or re.match(r'\d{1,3}\.\s', value):  # "2. For": a list
        return None
    side = value_side(value)
    if line == whole or (is_labelled and starts_with_value(side)):
        return without_counted_things(side)
    above = whole[: len(whole) - len(last)].rstrip()
    is_formula = re.search(r'\$|\\[(\[]', last) is not None
    is_announced = above.endswith((':', '：')) and not is_formula
    is_alone = is_announced or (
        above.endswith(('.', '>', '!', '。', '✓')) or '\n\n' in whole[len(above) : -len(last)]
    )
    if not above.endswith('>') and _is_broken_off(last, value, above):
        return None
    if not is_alone or _is_list_number(last, above) or has_open_formula(above[-TAIL:]):
        return None
    if lowered(value) in lexicon().words('textanswer') and above.endswith(('.', '>')):
        return value
    return value if starts_with_value(value) and not _COMPARISON.search(value) else None


_OPERATOR_END = re.compile(r'[-=+/^(<>−×÷]\s*$|[^*]\*\s*$')


_PRICE = re.compile(r'\$\d[\d,.]*(?=[\s)])')
_PLAIN_WORD = re.compile(r'(?<![\\A-Za-z{])[A-Za-z]{3,}')


def _is_price(above: str) -> bool:
    """Tell whether dollars in the text are money."""
    return _PRICE.search(above) is not None and not formulas_in(above)


def _is_broken_off(last: str, value: str, above: str) -> bool:
    """Tell whether a last line looks like the start of one: "N", "x + S",
    "Three circles inters".
    """
    is_open = last.count('$') % 2 == 1 and '$' in above
    if _OPERATOR_END.search(last) or (is_open and not _is_price(above[-300:])):
        return True
    if above.endswith((':', '：')):
        lead = lowered(last_sentence(above[-MAX_BARE:].rpartition('\n')[2]))
        is_named = any(noun in lead for noun in lexicon().words('noun'))
        if not without_label(lead):
            return False  # "Result:" in a line of its own
        conclude, plan, _ = announcements()
        return plan.search(lead) is not None or (conclude.match(lead) is None and not is_named)
    if last.rstrip().endswith(('.', '*', '!', '。', '$', ')', '`')):
        return False
    known = lexicon()
    units = known.words('unit') | known.words('number') | known.words('textanswer')
    words = [word.lower() for word in _PLAIN_WORD.findall(value)]
    return (len(value) == 1 and value.isalpha()) or any(word not in units for word in words)


def without_label(line: str) -> str:
    """Return ``line`` without "**Result:** " before it."""
    return _label().sub('', line, count=1)


@lru_cache(maxsize=1)
def _label() -> re.Pattern[str]:
    """ "**Result:** ", "Conclusion:": what it introduces is the answer where nothing follows."""
    labels = lexicon().pattern('label')
    nouns = lexicon().pattern('noun')
    return re.compile(
        rf'^[\s#*_>✅-]{{0,8}}(?:{labels}|(?:(?:the|my|our|final|short|correct)\s+)*{nouns})'
        r'[*_]{0,3}\s?[:：][*_]{0,3}\s*',
        re.IGNORECASE,
    )


_COMPARISON = re.compile(r'[=<>≤≥≈]|\\(?:le|ge|leq|geq|lt|gt|equiv|approx|in|ne|neq)(?![A-Za-z])')


def _is_list_number(last: str, above: str) -> bool:
    """``6`` or ``6.`` below an item "5. If ...": the next item of a list that was cut."""
    number = re.fullmatch(r'(\d{1,3})\.?[\s*]*', last)
    if number is None:
        return False
    items = re.findall(r'^\s*(?:\*\*)?(\d{1,3})\.\s', above[-TAIL:], re.MULTILINE)
    said_before = re.search(rf'(?<![\d.]){number[1]}(?!\d)', above[-MAX_BARE:].rpartition('\n')[2])
    is_next = bool(items) and int(items[-1]) == int(number[1]) - 1
    return is_next and (said_before is None or '.' in last or '*' in last)
