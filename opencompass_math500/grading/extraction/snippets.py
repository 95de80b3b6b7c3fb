"""Snippets of a response: formulas found, wrapping taken off, prose told from an answer.

The test is light on purpose. It asks whether a snippet has the *shape* of an
answer; whether it can be read, and what it is worth, is for the parser and judge.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.formulas import formulas_in
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.parsing.numerals import is_numeral

__all__ = [
    'has_value',
    'is_answer_like',
    'lowered',
    'starts_with_value',
    'tidy',
]

MAX_ANSWER = 400  # characters; a longer snippet outside a box is a derivation
MAX_UNIT_WORDS = 5  # "12 square inches of red paper"
MAX_TEXT_WORDS = 3  # "all real numbers"


def lowered(text: str) -> str:
    """Return ``text`` in lower case, every character at its own place (``'İ'.lower()`` is two)."""
    low = text.lower()
    return low if len(low) == len(text) else ''.join(c.lower()[:1] or c for c in text)


_EDGE = ' \t\n\r*_`"\'“”‘’~:：=>✅✓✔☑→⇒∴、，,;；'
_LEADING = re.compile(
    r'(?:(?:\\displaystyle|\\therefore|\\implies|\\Rightarrow|\\quad|\\qquad|\\,|\\;|\\ )\s*'
    r'|(?:the|an|a(?!\s*[-+*/=^])|either|both|just|simply|exactly|precisely|indeed|also|therefore'
    r'|thus|only|equal to|equivalent to|given by'
    r'|(?:located\s+)?at(?:\s+the\s+point)?(?=\s+[(\\$\d])|the point(?=\s*[($\\])'
    r'|approximately|about|roughly|found to be|a total of)\s+)+',
    re.IGNORECASE,
)
_TRAILING = re.compile(r'(?:[\s.。．।!！*_`~,，;；:：✓✅✔☑"”]|\\[,;! ]|\\q?quad|\\\\)+$')
# What it can end in but space: nearly every snippet ends in none of these.
_LAST_OF_TRAILING = tuple('.。．।!！*_`~,，;；:：✓✅✔☑"”d\\')


# Not the power of a program's output: 2**10.
_EMPHASIS = re.compile(r'(?<![\w)\]*])\*\*([^*\n]{1,400})\*\*(?![\w(*])')
# "5 ($x = 5$)", "1/2 (or 0.5)", "42 (forty-two)"; not "40 (base nine)"
_GLOSS = re.compile(
    r'(?<=\S)\s+\((?:[^()]*=[^()]*|(?:or|approximately|approx\.?|about|roughly|rounded|≈)\s[^()]*'
    r'|(?!base|mod)[a-z]+(?:[ -][a-z]+){0,3})\)$'
)


@lru_cache(maxsize=256)  # one value is taken up by several rules
def tidy(snippet: str) -> str:
    """Return ``snippet`` without formula delimiters, emphasis,
    leading filler and final punctuation.
    """
    text = snippet.strip()
    for _ in range(4):
        before = text
        text = _undelimited(text)
        text = (_EMPHASIS.sub(r'\1', text) if '**' in text else text).strip(_EDGE)
        leading = _LEADING.match(text)
        text = text[leading.end() :] if leading else text
        # A bare price ends in no backslash; an escaped space does.
        if text.endswith(_LAST_OF_TRAILING) or text[-1:].isspace():
            text = text[:-60] + _TRAILING.sub('', text[-60:])
        if text.endswith((')', ')\n')):
            text = _GLOSS.sub('', text)
        text = text.removesuffix('|') if text.count('|') % 2 else text  # a table's edge
        if text.endswith(_verbs_at_end()):
            for ending in lexicon().words('ending'):
                text = text.removesuffix(ending)
        if text == before:
            break
    return text


@lru_cache(maxsize=1)
def _verbs_at_end() -> tuple[str, ...]:
    return tuple(lexicon().words('ending'))


def _undelimited(text: str) -> str:
    formulas = formulas_in(text)
    if not formulas:
        return text
    out = ''
    at = 0
    for formula in formulas:
        out = _beside(_beside(out, text[at : formula.start]), formula.body)
        at = formula.end
    return _beside(out, text[at:])


def _beside(left: str, right: str) -> str:
    """Both, kept apart where a delimiter alone stood between two words ("$5$and")."""
    return f'{left} {right}' if left[-1:].isalnum() and right[:1].isalnum() else left + right


_TEXT_COMMAND = re.compile(
    r'\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox|operatorname)\s*\*?\s*'
)
_ENVIRONMENT = re.compile(r'\\(?:begin|end)\s*\{[^{}]*\}')
_COMMAND = re.compile(r'\\[A-Za-z]+')
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
_FUNCTION = re.compile(
    r'(?:sqrt|sin|cos|tan|cot|sec|csc|log|ln|exp|pi|arc(?:sin|cos|tan)|max|min|mod|abs|gcd|lcm|det)',
    re.IGNORECASE,
)
_VALUE = re.compile(
    r'[0-9０-９½⅓⅔¼¾⅕⅛√π∞²³]|\\(?!text|mathrm|mbox|displaystyle|left|right)[A-Za-z]{2,}'
)
# A snippet that breaks off: after an operator, an opening bracket, a command that wants more.
_ORPHAN = re.compile(
    r'(?:[=+*/^_(\[{<>-]|\\(?:cdot|times|le|leq|ge|geq|implies|pm|in|frac|sqrt|sum|int|prod|left'
    r'|binom|log|sin|cos|tan|text|begin|mathbf|mathrm)|(?<!\\)\\)\s*$'
)
# Delimiters that tidy() could not pair, and a label that introduces something else.
_STRAY = re.compile(
    r'，|`|\w\.\s+[A-Z]|(?<![\W\d_]sq)(?<![\W\d_]cu)(?<!\bapprox)[^\W\d_]{2}\.\s+(?=\S)(?![a-z])|\b(?:i\.e|e\.g)\b|<<|<\||(?<!\\)\\[(\[)\]]|(?<!\\)\$(?!\s*\d)|[^\W\d_]{2,}\s*[:：]|```|\?|(?<![A-Za-z])f?box(?:ed)?\b'
)
_CJK = re.compile(r'[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]')


def _words(snippet: str) -> list[str]:
    bare = _COMMAND.sub(' ', _TEXT_COMMAND.sub(' ', _ENVIRONMENT.sub(' ', snippet)))
    return [w for w in _WORD.findall(bare) if not _FUNCTION.fullmatch(w)]


def has_value(snippet: str) -> bool:
    """Tell whether a digit, a constant or a number word stands in ``snippet``."""
    if _VALUE.search(snippet):
        return True
    numbers = lexicon().words('number')
    if any(word.lower() in numbers for word in _words(snippet)):
        return True
    return is_numeral(snippet)


def starts_with_value(snippet: str) -> bool:
    """Tell whether the value opens the snippet ("12 square units", not "the sum of the three")."""
    word = re.match(r'[^\W\d_]+', snippet)
    if word is not None and word[0].lower() in lexicon().words('number'):
        return True
    if word is not None and is_numeral(snippet):
        return True
    return _VALUE_START.match(snippet) is not None


_VALUE_START = re.compile(
    r'[-+±−(\[{|$]*\s*(?:\d|\.\d|\\|[½⅓⅔¼¾√π∞]|[A-Za-z](?![^\W\d_]|[\'’])|[A-Za-z]{3,4}\()'
)


def is_answer_like(snippet: str) -> bool:
    """Tell whether a tidied snippet could stand in a box: a value, a relation, or a few words.

    Prose (a verb, a pronoun, a conjunction that argues) is never answer-like, nor is
    a formula that breaks off, nor a tool's error message.
    """
    if not snippet or len(snippet) > MAX_ANSWER or '\n\n' in snippet:
        return False
    if _ORPHAN.search(snippet) or _STRAY.search(snippet) or not _is_balanced(snippet):
        return False
    known = lexicon()
    lowered = snippet.lower()
    if lowered in known.words('nonanswer') or any(p in lowered for p in known.words('error')):
        return False
    if lowered in known.words('textanswer') or (len(snippet) < 80 and is_numeral(snippet)):
        return True
    words = [word.lower() for word in _words(snippet)]
    if any(_is_prose(word) for word in words):
        return False
    if lowered.split()[-1] in known.words('joining') or lowered.split()[0] in known.words(
        'joining'
    ):
        return False
    size = sum(len(word) / 2 if _CJK.match(word) else 1 for word in words)
    if has_value(snippet):
        is_placed = not words or '=' in snippet or starts_with_value(snippet)
        return is_placed and size <= MAX_UNIT_WORDS
    letters = re.sub(r'[^A-Za-z]', '', _TEXT_COMMAND.sub('', snippet))
    return 0 < size <= MAX_TEXT_WORDS or (not words and 0 < len(letters) <= 24)


def _is_prose(word: str) -> bool:
    prose = lexicon().words('prose')
    if _CJK.match(word):  # written without spaces: the run holds the word
        return any(known in word for known in prose if _CJK.match(known))
    return word in prose


def _is_balanced(snippet: str) -> bool:
    """Brackets pair up; an interval may open with one kind and close with the other."""
    if snippet.count('\\begin') != snippet.count('\\end'):
        return False
    bare = re.sub(r'\\[{}]', '', snippet)
    opened = snippet.count('(') + snippet.count('[')
    closed = snippet.count(')') + snippet.count(']')
    return bare.count('{') == bare.count('}') and opened == closed
