"""Commitments in words: "The final answer is $5$.", "Answer: 5", "**答案：** 5"."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from opencompass_math500.grading.extraction.corrections import corrected, denies
from opencompass_math500.grading.extraction.formulas import formulas_in, masked
from opencompass_math500.grading.extraction.lexicon import lexicon, pattern_of
from opencompass_math500.grading.extraction.sentences import first_sentence
from opencompass_math500.grading.extraction.snippets import has_value, is_answer_like, lowered, tidy
from opencompass_math500.grading.extraction.things import without_counted_things
from opencompass_math500.grading.parsing.numerals import numeral_words

__all__ = ['phrase_answer', 'value_in']

MAX_PHRASES = 16  # the last ones are tried: a loop of "the answer is" costs little
MAX_VALUE = 600  # characters read after a phrase
MAX_LINKS = 4  # copulas or grounds tried in one clause


@lru_cache(maxsize=256)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(pattern_of(names))


@lru_cache(maxsize=2)
def _nouns(*, ascii_only: bool) -> tuple[str, ...]:
    """Every name of the answer that such a text can hold."""
    names = sorted(lexicon().words('noun'))
    return tuple(name for name in names if name.isascii() or not ascii_only)


def _names_in(low: str) -> list[re.Match[str]]:
    """The last places where the answer is named, first to last."""
    # Plain containment first: most texts hold none or two of the many names, and a
    # pattern of those alone is ten times as fast as one of all.
    present = tuple(name for name in _nouns(ascii_only=low.isascii()) if name in low)
    return list(_any_of(present).finditer(low))[-MAX_PHRASES:] if present else []


def _indic_numerals() -> str:
    return '|'.join(sorted(w for w in numeral_words() if '\u0900' <= w[0] <= '\u0dff'))


@lru_cache(maxsize=1)
def _link() -> re.Pattern[str]:
    """Return what leads from the answer's name to its value: a copula, a colon,
    a heading's line end.
    """
    copula = lexicon().pattern('copula')
    return re.compile(
        r'[:：*_ \t]{0,4}\n[ \t]*(?:-{3,}|={3,})[ \t]*\n'  # a heading, underlined
        r'|[\s*_`"\'）)\]】」]{0,6}'
        r'(?:'
        # "उत्तर 42 है": the verb comes last
        rf'(?:(?<=[\u0900-\u0dff]\s)|(?<=[\u0900-\u0dff])\s)(?=[\d$\\-]|(?:{_indic_numerals()})(?:\s|[।.]|$))'
        rf'|[^.\n:：。=$\\|?!]{{0,60}}?(?:{copula}|\bto be\b|[:：=])'
        r'|\s{0,3}[|–—→⇒-]\s'
        r'|[#*_ \t]{0,6}\n'
        r'|\.?[ \t]{1,3}(?=[-$\\(\d])'  # "ANSWER 5", "Ans. 5": at the head of a line only
        r'|(?:(?<=[\u3400-\u9fff])|(?<=[\u3400-\u9fff] ))(?=[A-Za-z\d$\\(（])'  # "故选B"
        r'|(?<=】)'  # "【答案】42"
        r')'
    )


_HEADING_LEAD = re.compile(r'[\s#*_>\-✅\[【(]*(?:(?:the|my|our|final|correct)\s+)*', re.IGNORECASE)
# "not the final answer", "if the answer is", "points from incorrect answers"
_DENIED = re.compile(
    r'\b(?:not|if|suppose|assume|whether|n\'t)\b[^.\n]{0,20}$'
    r'|\b(?:incorrect|wrong|each|every|per|(?:from|for) correct)\s+$'
    r'|\b(?:need|want|expect|require)s?\s+(?:the|our|my)\s+(?:final\s+)?$'
    r'|\bnumber of (?:\w+ )?$'
    # "one might think the answer is 4, but", "tempting to say that the answer is 4"
    r'|\b(?:may|might|could|would|tempt(?:ing|ed) to)\s+(?:\w+\s+)?'
    r'(?:think|say|guess|expect|assume|believe)\b[^.\n]{0,20}$'
)
_POSTPOSED = re.compile(
    r'(?P<value>[^\s.,;][^\n.;]{0,80}?)\s+(?:is|are|as)\s+(?:the|our|my)\s+(?:\w+\s+)?$'
)


def phrase_answer(text: str) -> tuple[str, int] | None:
    """Return the last value that the text calls its answer, and where that is said; or None."""
    low = lowered(text).replace('__', '  ')  # emphasis, which \b takes for a letter
    for name in reversed(_names_in(low)):
        if _DENIED.search(low, max(0, name.start() - 40), name.start()):
            continue
        link = _link().match(low, name.end())
        is_loose = link is not None and _is_loose(link) and not _is_linked(name[0])
        if link is not None and (not is_loose or _is_heading(low, name.start())):
            is_denied = denies(link[0])  # "La respuesta no es 6, sino 9."
            value = _value_after(text[link.end() : link.end() + MAX_VALUE], is_denied=is_denied)
            # "has to be positive" names no value, nor does "la solución es sencilla".
            is_to_be = link[0].endswith('to be') or _is_linked(name[0])
            if value is not None and (not is_to_be or has_value(value)):
                return value, link.end()
        before = _POSTPOSED.search(text, max(0, name.start() - 120), name.start())
        if before is not None:
            value = value_in(before['value']) or value_in(before['value'].rpartition(', ')[2])
            if value is not None and has_value(value):
                return value, name.start()
    return None


def _is_linked(name: str) -> bool:
    """Tell whether a name of the answer holds its copula: "lösung lautet"."""
    return ' ' in name and name.rpartition(' ')[2] in lexicon().words('copula')


def _is_loose(link: re.Match[str]) -> bool:
    """Tell whether nothing but space links the name to the value: right for a heading only."""
    if '\u0900' <= link.string[link.start() - 1] <= '\u0dff':
        return False
    return link[0] != '' and not link[0].strip(' .\t\n#*_' if '\n' not in link[0] else ' .\n#*_=-:')


def _is_heading(low: str, start: int) -> bool:
    line = low[low.rfind('\n', 0, start) + 1 : start]
    return len(line) < 40 and _HEADING_LEAD.fullmatch(line) is not None


# Asterisks before a space close the label's emphasis; before a word they open the value's.
_FIRST_ITEM = re.compile(r'1[.)]\s+[*_]{0,3}[A-Z]')
_VALUE_LEAD = re.compile(r'(?:[\s:：>|}…]|\.{2,}|[*_]+(?=\s)|(?<=\n)(?:[-•]\s|```\w*\n))*')
# "C) 12": the letter is the answer.
_CHOICE = re.compile(r'([A-J])\)\s')


def _value_after(rest: str, *, is_denied: bool) -> str | None:
    """The value with which ``rest`` begins, on this line or, after a colon, the next.

    Where the words before it deny, or it begins with a denial, the value that is right instead.
    """
    rest = _VALUE_LEAD.sub('', rest, count=1)
    if _FIRST_ITEM.match(rest):
        return None  # "to express the answer in base 9, we follow these steps: 1. Convert ..."
    formulas = formulas_in(rest)
    if not is_denied and formulas and formulas[0].display and formulas[0].start == 0:
        body = tidy(formulas[0].body)
        return body if is_answer_like(body) else None
    line = _first_line(rest, formulas[0].end if formulas and formulas[0].start == 0 else 0)
    sentence = first_sentence(line)
    if sentence.rstrip().endswith(('?', '？')):
        return None
    right = corrected(sentence, is_denied=is_denied)
    return None if right is None else value_in(right)


def _first_line(text: str, beyond: int) -> str:
    """The first line, extended to hold a formula or environment that starts in it."""
    if text.startswith('\\begin'):
        closing = re.search(r'\\end\s*\{[^{}]*\}', text)
        beyond = max(beyond, closing.end() if closing else 0)
    stop = text.find('\n', beyond)
    return text if stop < 0 else text[:stop]


@lru_cache(maxsize=1)
def _boundaries() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = lexicon()
    # From the first space of a run only: 20,000 spaces were tried from each of them.
    reasons = re.compile(rf'(?:[,，(]|(?<!\s)\s)\s*{words.pattern("reason")}')
    aside = f'{words.pattern("reason")}|{words.pattern("subordinator")}'
    asides = re.compile(rf'(?:[,，(]|(?<!\s)\s)\s*(?:{aside})')
    links = re.compile(f'{words.pattern("copula")}|{words.pattern("verb")}')
    return reasons, asides, links


_BOLD = re.compile(r'\*\*([^*\n]{1,200})\*\*')


def value_in(clause: str) -> str | None:
    """Return the value that a clause states: "$5$", "12 square units because ...", "The sum is 5".

    Tried in turn: the clause up to its reasons, what is bold, what follows the last copula,
    the clause up to any aside, a formula at its head.
    """
    reasons, asides, links = _boundaries()
    whole = _leading_value(clause, reasons)
    if whole is not None:
        return whole
    for bold in reversed(list(_BOLD.finditer(clause))):
        value = tidy(bold[1])
        is_last = not clause[bold.end() :].strip(' .。!')
        is_known = value.lower() in lexicon().words('textanswer')
        is_named = value[:1].isupper() and _said_by_copula(clause[: bold.start()])
        if is_answer_like(value) and (is_last or is_known or is_named or has_value(value)):
            return without_counted_things(value)
    hidden = lowered(masked(clause, formulas_in(clause)))
    tail = _ACHIEVED.search(hidden)
    if tail is not None:
        head = value_in(clause[: tail.start()])
        if head is not None and has_value(head):
            return head
    for link in reversed(list(links.finditer(hidden))[-MAX_LINKS:]):
        linked = _leading_value(clause[link.end() :], asides)
        if linked is not None:
            counted = None if has_value(linked) else _count_at_head(hidden, link.start())
            return counted or linked
    return _leading_value(clause, asides) or _head_formula(clause)


_COUNT = re.compile(r'[\s*]*(?P<number>\d[\d,.]*\s?%?)\s+[^\W\d]')


def _count_at_head(hidden: str, link: int) -> str | None:
    """``20%``, of "20% of the cars are red": so many are, and red is what they are.

    Of "91 is composite" the word is the answer: nothing stands between number and verb.
    """
    count = _COUNT.match(hidden)
    return count['number'] if count is not None and count.end() < link else None


# "is 14, achieved when the sides are 3 and 4"
_ACHIEVED = re.compile(r',\s+(?:which is )?(?:achieved|attained|reached|obtained|occurring)\b')


@lru_cache(maxsize=1)
def _copula_at_end() -> re.Pattern[str]:
    return re.compile(rf'{lexicon().pattern("copula")}\s*$')


def _said_by_copula(before: str) -> bool:
    return _copula_at_end().search(lowered(before[-40:])) is not None


def _leading_value(clause: str, boundary: re.Pattern[str]) -> str | None:
    """The value with which ``clause`` begins, up to one of its boundaries."""
    value = tidy(clause)
    if is_answer_like(value):
        return without_counted_things(value)
    choice = _CHOICE.match(value)
    if choice is not None:
        return choice[1]
    low = lowered(value)
    for words in lexicon().words('textanswer'):
        if ' ' in words and low.startswith(words + ' '):
            return value[: len(words)]
    hidden = lowered(masked(clause, formulas_in(clause)))
    for found in islice(boundary.finditer(hidden), MAX_LINKS):
        value = tidy(clause[: found.start()])
        is_known = value.lower() in lexicon().words('textanswer')
        if is_answer_like(value) and (is_known or has_value(value) or _is_name(value, clause)):
            return without_counted_things(value)
    return None


def _is_name(value: str, clause: str) -> bool:
    """A name before its grounds ("Evelyn, since ..."); not the first words of something longer
    ("the remainder when ... is 2", "the sum of the roots")."""
    is_one_word = re.fullmatch(r'\(?[A-Z]\)?|[A-Z][a-z]+', value) is not None
    return value.lstrip('(')[:1].isupper() and (is_one_word or not has_value(clause))


def _head_formula(clause: str) -> str | None:
    formulas = formulas_in(clause)
    if not formulas or clause[: formulas[0].start].strip(' *_'):
        return None
    value = tidy(formulas[0].body)
    if re.search(r'\d', value) and is_answer_like(value):
        return value
    # "$P(\text{at least one}) = \frac{1}{2}$": named in words on the left.
    value = tidy(value.rpartition('=')[2])
    return value if has_value(value) and is_answer_like(value) else None
