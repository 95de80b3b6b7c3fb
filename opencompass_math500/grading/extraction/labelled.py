r"""A last line with a label: "**Answer: 7**", ``\[\text{Answer: } 9\]``.

Who labels a last line as the answer after a box has named another value means the line.
Any other number after a box is no more than a remark.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.counts import counted_answer
from opencompass_math500.grading.extraction.endings import ending_of, takes_back, without_label
from opencompass_math500.grading.extraction.formulas import formulas_in
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.markup import hash_answer
from opencompass_math500.grading.extraction.phrases import phrase_answer
from opencompass_math500.grading.extraction.sentences import first_sentence
from opencompass_math500.grading.extraction.snippets import (
    has_value,
    is_answer_like,
    lowered,
    starts_with_value,
    tidy,
)
from opencompass_math500.grading.extraction.things import is_measure, without_counted_things

__all__ = ['labelled_last_line', 'named_answer']

MAX_LABELLED = 1000  # characters of the end that may hold a labelled line and courtesies
MAX_LINE = 300  # characters of a last line
_COMPLETE = re.compile(r'(?:[\w.!。।)\]}"*%°]|\$|\\[)\]])[\s*_]*$')
_ROUNDED = re.compile(r'≈|\\approx|\bapprox|\babout\b|\d\.\d')
_COMMAND = re.compile(r'\\[A-Za-z]+|[^\w+/.-]|_')


def labelled_last_line(after: str, box: str) -> str | None:
    """Return the value of a complete labelled last line after a box,
    if it is another than ``box``'s.
    """
    if len(after) < 4 or not any(mark in after[-MAX_LABELLED:] for mark in (':', '：', '####')):
        return None
    lines = ending_of(after).rsplit('\n', 3)
    line = lines[-1].strip()
    above = ''.join(lines[:-1][-2:]).strip()
    if above and not without_label(above).strip() and _is_labelled(above):
        line = f'{above} {line}'
    if not 0 < len(line) <= MAX_LINE or _COMPLETE.search(line) is None:
        return None
    if line.startswith('####'):
        value = hash_answer(line)
    else:
        line = line if _is_labelled(line) else _from_label(line)
        named = None if not line or takes_back(line) else phrase_answer(line)
        value = named[0] if named is not None else None
    if value is None or not has_value(value) or not starts_with_value(value):
        return None
    if not tidy(line).endswith(value) or (_ROUNDED.search(line) and not _ROUNDED.search(box)):
        return None
    return None if _bare(value) in (_bare(box), _bare(box.rpartition('=')[2])) else value


@lru_cache(maxsize=1)
def _label() -> re.Pattern[str]:
    nouns = lexicon().pattern('noun')
    return re.compile(
        rf'[\s#*_>✅-]{{0,8}}(?:(?:so|thus|therefore|hence),?\s+)?(?:(?:the|my|our|final|short|correct)\s+)*{nouns}\b'
    )


@lru_cache(maxsize=1)
def _inner_label() -> re.Pattern[str]:
    nouns = lexicon().pattern('noun')
    return re.compile(
        r'(?<=[.!:;,：。，])\s{0,3}[*_]{0,3}(?:(?:so|thus|therefore|hence),?\s+)?'
        rf'(?:(?:the|my|our|final|short|correct)\s+)*{nouns}[*_]{{0,3}}\s?[:：]'
    )


def _from_label(line: str) -> str:
    """ "Final Answer: 20", of "Correction: Final Answer: 20"; empty where none, or several."""
    low = lowered(line)
    if ':' not in low and '：' not in low:
        return ''
    labels = list(_inner_label().finditer(low))
    return line[labels[0].start() :].lstrip() if len(labels) == 1 else ''


def _is_labelled(line: str) -> bool:
    """Tell whether the line opens by naming the answer with a colon: "Answer: 7", "**答案：7**"."""
    return without_label(line) != line and _label().match(lowered(line)) is not None


def _bare(value: str) -> str:
    """``value`` without commands, braces and spaces: ``\\frac{1}{2}`` and ``1/2`` look alike."""
    last = value.rpartition('=')[2] or value
    return re.sub(r'[/+]', '', _COMMAND.sub('', last)).lower()


_IN_TEXT = re.compile(r'\\(?:text|textbf|mathrm|mbox|textsf)\s*\{(?P<label>[^{}]{1,60})\}')
_TEXT_LABEL = re.compile(
    r'\\(?:text|textbf|mathrm|mbox|textsf)\s*\{(?P<label>[^{}]{1,60})\}(?P<rest>.*)$', re.DOTALL
)


def _labelled_formula(text: str) -> tuple[str, int] | None:
    r"""The value of a last formula that a label opens, ``\[\text{Answer: } 9\]``; and its end."""
    start = max(0, len(text) - MAX_LABELLED)
    nouns = lexicon().words('noun')
    labels = [lowered(found['label']) for found in _IN_TEXT.finditer(text, start)]
    if not any(noun in label for label in labels for noun in nouns):
        return None
    for formula in reversed(formulas_in(text)[-8:]):
        found = _TEXT_LABEL.match(formula.body)
        if found is None or not _names_answer(found['label'], found['rest']):
            continue
        rest = (
            found['rest'].lstrip(' :=~\\,;').strip()
            if found['rest'].lstrip().startswith(('=', ':'))
            else found['rest']
        )
        value = tidy(rest)
        if has_value(value) and is_answer_like(value):
            return without_counted_things(value), formula.end
    return None


@lru_cache(maxsize=1)
def _ends_in_link() -> re.Pattern[str]:
    return re.compile(rf'(?:{lexicon().pattern("copula")}|[:：])\s*$')


def _names_answer(label: str, rest: str) -> bool:
    low = lowered(label)
    if not any(noun in low for noun in lexicon().words('noun')):
        return False
    return _ends_in_link().search(low) is not None or rest.lstrip().startswith(('=', ':', '\\quad'))


def named_answer(text: str, problem: str | None) -> tuple[str, int] | None:
    """Return the last value that the text calls its answer, and where that is said; or None.

    Of a whole sentence behind the name ("Answer: he has 4 dimes and 7 nickels") it is the
    number of what the problem asks for.
    """
    phrase = phrase_answer(text)
    formula = _labelled_formula(text)
    if formula is not None and (phrase is None or phrase[1] < formula[1]):
        return formula
    if phrase is None:
        return _only_number(text)
    things = _FOREIGN_THINGS.fullmatch(phrase[0]) if not phrase[0].isascii() else None
    if things is not None and problem is not None and things['word'] in problem:
        return things['number'], phrase[1]
    if problem is None or is_measure(phrase[0]):
        return phrase
    line = text[phrase[1] :].partition('\n')[0]
    counted = counted_answer(first_sentence(line), problem)
    return (counted, phrase[1]) if counted is not None else phrase


# "3 রিল": a word of another script that the problem has, too.
_FOREIGN_THINGS = re.compile(r'(?P<number>\d[\d,.]*)\s+(?P<word>[^\x00-\x7f]{2,40})')
_DIGITS = re.compile(r'(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?%?')


def _only_number(text: str) -> tuple[str, int] | None:
    """The one number of a last sentence that a label introduces, in whatever language it is."""
    lines = [line for line in text[-2 * MAX_LINE :].splitlines() if line.strip()]
    if not lines or len(lines[-1]) > MAX_LINE or formulas_in(lines[-1]):
        return None
    label = _label().match(lowered(lines[-1]))
    is_above = len(lines) > 1 and _is_label_alone(lines[-2])
    if not is_above and (label is None or without_label(lines[-1]) == lines[-1]):
        return None
    sentence = lines[-1] if is_above else without_label(lines[-1])
    numbers = set(_DIGITS.findall(sentence))
    is_english = 'answer' in lowered(''.join(lines[-2:])) or 'ans' in lowered(lines[-1][:12])
    if len(numbers) != 1 or _COMPLETE.search(sentence) is None or is_english:
        return None  # "Answer: see figure 3"
    return numbers.pop(), len(text)


def _is_label_alone(line: str) -> bool:
    return _is_labelled(line) and not without_label(line).strip()
