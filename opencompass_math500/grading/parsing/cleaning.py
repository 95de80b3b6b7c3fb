"""Answer text to bounded, plain LaTeX: Unicode, mangled commands, wrappers, digit groups.

Everything here is about characters; what they mean is the parser's business.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from opencompass_math500.grading.parsing.amounts import in_words
from opencompass_math500.grading.parsing.commands import COMMANDS, STYLES
from opencompass_math500.grading.parsing.digits import in_plain_digits, ungrouped
from opencompass_math500.grading.parsing.elements import without_entities, without_html
from opencompass_math500.grading.parsing.moduli import with_modulus
from opencompass_math500.grading.parsing.notations import rewrite
from opencompass_math500.grading.parsing.programs import from_program
from opencompass_math500.grading.parsing.typesetting import plainly_set
from opencompass_math500.grading.parsing.units import pieces
from opencompass_math500.grading.parsing.words import connectives, counters, refused

__all__ = ['clean', 'strip_wrappers']

_SPELLED: Final[dict[str, str]] = {
    **dict.fromkeys('−–—‒―﹣－', '-'),
    **dict.fromkeys('×✕⨯', r'\times '),
    **dict.fromkeys('·⋅∙•', r'\cdot '),
    '÷': r'\div ', '⁄': '/', '∕': '/', '∗': '*', '√': r'\sqrt ', '∛': r'\sqrt[3]', '∜': r'\sqrt[4]',
    '∞': r'\infty ', '±': r'\pm ', '∓': r'\mp ', '≤': r'\le ', '≥': r'\ge ', '⩽': r'\le ',
    '⩾': r'\ge ', '≦': r'\le ', '≧': r'\ge ', '≠': r'\ne ', '≈': r'\approx ', '≅': r'\approx ',
    '∈': r'\in ', '∪': r'\cup ', '∩': r'\cap ', '∅': r'\emptyset ', '∖': r'\setminus ',
    '≡': r'\equiv ',
    '→': r'\to ', '⇒': r'\Rightarrow ', '∠': r'\angle ', '△': r'\triangle ', '∀': r'\forall ',
    '°': r'^\circ ', 'º': r'^\circ ', '˚': r'^\circ ', '′': "'", '’': "'", '‘': "'",
    '“': '"', '”': '"', '…': r'\ldots ', '⟨': r'\langle ', '⟩': r'\rangle ', '∣': '|',
    '⌊': r'\lfloor ', '⌋': r'\rfloor ', '⌈': r'\lceil ', '⌉': r'\rceil ', '∫': r'\int ',
    '∑': r'\sum ', '∏': r'\prod ', '∂': r'\partial ',
    '¢': r'\text{ cents}', '€': r'\text{ euros}', '£': r'\text{ pounds sterling}',
    '₹': r'\text{ rupees}', '₽': r'\text{ rubles}', '₩': r'\text{ won}', '¥': r'\text{ yen}',
    '฿': r'\text{ baht}', '৳': r'\text{ taka}', '₫': r'\text{ dong}', '₪': r'\text{ shekels}',
    'ℝ': r'\mathbb{R}', 'ℤ': r'\mathbb{Z}', 'ℚ': r'\mathbb{Q}', 'ℕ': r'\mathbb{N}',
    'ℂ': r'\mathbb{C}', '、': ',', '。': '.', '，': ',', '；': ';', '：': ':',
    '∶': ':', '﹕': ':', '‖': '|',
    '\u200b': '', '\ufeff': '', '\u2061': '', '\u2062': '', '\u2063': ',', '\u200e': '',
    '„': '"', '℃': r'^\circ\text{C}', '℉': r'^\circ\text{F}', 'ϕ': r'\phi ', 'ø': r'\emptyset ',
}  # fmt: skip

_GREEK_LOWER: Final = (
    'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho '
    'varsigma sigma tau upsilon phi chi psi omega'
)
_GREEK: Final = {
    chr(0x3B1 + index): f'\\{name} ' for index, name in enumerate(str.split(_GREEK_LOWER))
}
# Capitals that have a command of their own; the others look like Latin letters.
_GREEK_CAPITALS: Final = {
    'Γ': 'Gamma', 'Δ': 'Delta', 'Θ': 'Theta', 'Λ': 'Lambda', 'Ξ': 'Xi', 'Π': 'Pi', 'Σ': 'Sigma',
    'Φ': 'Phi', 'Ψ': 'Psi', 'Ω': 'Omega',
}  # fmt: skip
_GREEK.update({letter: f'\\{name} ' for letter, name in _GREEK_CAPITALS.items()})

_CHARACTERS: Final = str.maketrans({**_SPELLED, **_GREEK})

_SUPERSCRIPTS: Final = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ'
_SUBSCRIPTS: Final = '₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙ'
_SUPERSCRIPT_RUN: Final = re.compile(f'[{_SUPERSCRIPTS}]+')
_SUBSCRIPT_RUN: Final = re.compile(f'[{_SUBSCRIPTS}]+')
_FROM_SUPERSCRIPT: Final = str.maketrans(_SUPERSCRIPTS, '0123456789+-()ni')
_FROM_SUBSCRIPT: Final = str.maketrans(_SUBSCRIPTS, '0123456789+-()n')

# A JSON or Python string that was not escaped turned the first letter of a command
# into a control character: a form feed and `rac{14}{3}` was \frac{14}{3}.
_MANGLED: Final = re.compile(
    r'\x0c(?=rac|box)|\x08(?=oxed|inom|egin|eta|ar\b)|\t(?=ext\b|imes\b|frac|heta\b|ext\{)'
    r'|\r(?=ight|angle|floor|ceil)|\x07(?=lpha|pprox|ngle)|\x0b(?=ec\b|ert\b)|\n(?=eq\b|e\b)'
)
_UNMANGLED: Final = {
    '\x0c': r'\f', '\x08': r'\b', '\t': r'\t', '\r': r'\r', '\x07': r'\a', '\x0b': r'\v',
    '\n': r'\n',
}  # fmt: skip

_DIGIT_GLUE: Final = re.compile(
    r'(?<=\d)(?:,\s*\\!\s*|\{,\}|\\text\{,\}|\\[,;:]|\\!|\\ |\\thinspace\s*)(?=\d{3}(?!\d))'
    r'|(?<=\d)\\!(?=\d)'
)
# 10,\,080 is spaced, not glued: a number or a list.
_SPACED_COMMA: Final = re.compile(r'(?<=\d),\\[,;: ]\s*(?=\d)')
_DECIMAL_COMMA: Final = re.compile(r'(?<=\d)\{,\}(?=\d)')
_SPACED_GROUPS: Final = re.compile(r'(?<![\d.,_^])\d{1,3}(?:[ ~]\d{3})+(?!\d)')
_EMPTY: Final = re.compile(r'(?<![\^_}])(\\[A-Za-z]+)?\s?\{\}(?!\s*_)')
_ORDINAL: Final = re.compile(r'(?<=\d)(?:st|nd|rd|th)\b')
# `\begin{pmatrix} 2 \ 6 \ 3 \end{pmatrix}`: the row breaks lost one backslash.
_FLAT_MATRIX: Final = re.compile(r'(\\begin\{([pbvB]?matrix)\})((?:(?!\\end)[^&])*?)(\\end\{\2\})')

# \\frac{1}{2} out of a JSON string; a row of a matrix may begin with a command.
_ESCAPED_TWICE: Final = re.compile(r'\\\\([A-Za-z]{2,20})')
_SPECIAL_TOKEN: Final = re.compile(r'(?:<\|?/?[a-z_]{2,20}\|?>\s*){1,4}$')
# A Chinese or Japanese measure word or copula; those that change the value stay.
_CJK_TAIL: Final = re.compile(
    r'(?<=[\d})])\s*(?:(?P<bare>(?![万千百亿半倍億萬])[\u3040-\u30ff\u4e00-\u9fff]{1,4})'
    r'|\\text\s?\{\s?(?P<text>(?![万千百亿半倍億萬])[\u3040-\u30ff\u4e00-\u9fff]{1,4})\s?\})$'
)
_DOLLAR: Final = re.compile(r'\\(?:text|mbox|mathrm)\s*\{\s*\\\$\s*\}|^USD\s*(?=\d)')
# <3, 5> stands for angle brackets only where it surrounds the whole answer.
_ANGLES: Final = re.compile(r'<([^<>=]*,[^<>=]*)>')

_PAIRS: Final = (
    ('$$', '$$'), ('$', '$'), (r'\(', r'\)'), (r'\[', r'\]'), ('**', '**'), ('`', '`'),
    ("'", "'"), ('"', '"'), ('``', "''"), ('__', '__'), ('*', '*'),
)  # fmt: skip
_TRAILING_COMMANDS: Final = (
    r'\!', r'\>', r'\quad', r'\qquad', r'\displaystyle', r'\newline', '\\', r'\checkmark',
    r'\blacksquare', r'\square', r'\qed', r'\Box', '✓', '✔', '✅', '∎', '■', '□',
)  # fmt: skip
_LEADING: Final = re.compile(
    r'^(?:[\s~:,;=&]|\\[,;:!> ]'
    r'|\\(?:approx|sim|quad|qquad|displaystyle|therefore|implies|Rightarrow)(?![A-Za-z]))+'
)
_ENVIRONMENT: Final = re.compile(
    r'\\(?:begin|end)\{(?:aligned|align|split|gathered|gather|equation|center|displaymath)\*?\}'
)


def clean(text: str) -> str:
    """Return ``text`` with one spelling for each character and its wrappers removed."""
    if not text.isprintable():
        text = _MANGLED.sub(lambda m: _UNMANGLED[m.group()], text)
    if '<' in text or '&' in text:
        text = without_html(without_entities(text))
    if not text.isascii():
        text = _ascii(text)
    text = strip_wrappers(text)
    if not text.isascii():
        text = _CJK_TAIL.sub(_without_counter, text)
    if not text or text.isdigit():
        return text
    if '\\\\' in text and '\\begin' not in text:
        text = _ESCAPED_TWICE.sub(_unescaped_once, text)
    if '$' in text or 'USD' in text:
        text = _DOLLAR.sub(r'\\$', text)
    text = in_words(from_program(plainly_set(text)))
    if text[0] == '<' and (angles := _ANGLES.fullmatch(text)):
        text = f'\\langle {angles.group(1)} \\rangle'
    text = text.replace('+/-', '\\pm ')
    if 'mod' in text:
        text = with_modulus(text)
    if '{}' in text:
        text = _EMPTY.sub(_without_empty, text)
    if ',' in text or '\\' in text:
        text = _DIGIT_GLUE.sub('', text)
        text = _SPACED_COMMA.sub(', ', text) if ',\\' in text else text
        text = _DECIMAL_COMMA.sub('.', text) if '{,}' in text else text
    text = ungrouped(text)
    text = _SPACED_GROUPS.sub(lambda m: m.group().replace(' ', '').replace('~', ''), text)
    text = _ORDINAL.sub('', text)
    text = rewrite(text)
    if 'matrix' in text:
        text = _FLAT_MATRIX.sub(_restore_rows, text)
    return text


def _without_counter(match: re.Match[str]) -> str:
    """Nothing where the tail only counts or states (12个, 5です); a unit stays: 12米."""
    tail = match['bare'] or match['text']
    if tail in counters():
        return ''
    kept = pieces(tail) or tail in connectives() or any(word in tail for word in refused())
    # 5斤, if no unit that we know: of one unit more, but not of none.
    return match.group() if kept else f'\\text{{ {tail}}}'


def _unescaped_once(match: re.Match[str]) -> str:
    known = match[1] in COMMANDS or match[1] in STYLES or match[1] in ('left', 'right')
    return match.group()[1:] if known else match.group()


def _without_empty(match: re.Match[str]) -> str:
    r"""``3\cdot{}5``, ``90{}^\circ``: an empty group says nothing, but as an argument."""
    command = match.group(1)
    takes_argument = command and COMMANDS.get(command[1:], ('command',))[0] == 'command'
    return match.group() if takes_argument else f'{command or ""} '


def _ascii(text: str) -> str:
    text = in_plain_digits(text)
    text = _SUPERSCRIPT_RUN.sub(lambda m: f'^{{{m.group().translate(_FROM_SUPERSCRIPT)}}}', text)
    text = _SUBSCRIPT_RUN.sub(lambda m: f'_{{{m.group().translate(_FROM_SUBSCRIPT)}}}', text)
    text = ''.join(_vulgar(char) for char in text.translate(_CHARACTERS))
    # Full-width digits and the mathematical alphabets (U+1D70B is an italic pi).
    return unicodedata.normalize('NFKC', text).translate(_CHARACTERS)


def _vulgar(char: str) -> str:
    """Spell ``⅔`` as a fraction before normalisation makes ``2⅔`` into ``22/3``."""
    if char.isascii() or unicodedata.category(char) != 'No':
        return char
    top, slash, bottom = unicodedata.normalize('NFKC', char).partition('⁄')
    return f'\\frac{{{top}}}{{{bottom}}}' if slash and bottom else char


def _restore_rows(match: re.Match[str]) -> str:
    begin, _, body, end = match.groups()
    if '\\\\' not in body:
        body = body.replace('\\ ', '\\\\ ')
    return f'{begin}{body}{end}'


def strip_wrappers(text: str) -> str:
    """Remove what only surrounds an answer: math delimiters, quotes, a box, a full stop."""
    for _ in range(8):  # `**\( \boxed{$5$.} \)**` needs five rounds
        before = text
        if text.isalnum():
            break
        if not text.endswith('...'):
            text = _without_tail(text)
        text = _LEADING.sub('', text)
        if text.endswith('}') and text.count('}') > text.count('{'):
            text = text[:-1]
        elif text.endswith('>'):
            text = text[:-60] + _SPECIAL_TOKEN.sub('', text[-60:])
        for left, right in _PAIRS:
            if (
                len(text) >= len(left) + len(right)
                and text.startswith(left)
                and text.endswith(right)
                and (left == '$$' or left not in _unescaped(text[len(left) : -len(right)]))
            ):
                text = text[len(left) : -len(right)]
        text = _unbox(text)
        if _ENVIRONMENT.match(text):
            text = _ENVIRONMENT.sub('', text).replace('&=', '=')
        if text == before:
            break
    return text


def _unescaped(text: str) -> str:
    r"""The text without the dollar signs that are money: ``$\boxed{\$18.90}$``."""
    return text.replace('\\$', '') if '\\$' in text else text


def _without_tail(text: str) -> str:
    """Remove punctuation and spacing at the end; a loop, for a regex would be quadratic."""
    while True:
        text = text.rstrip(' \t\r\n\xa0.,;:~')
        if text.endswith('**') and text.count('**') == 1:
            text = text[:-2]  # 73**: emphasis that opened elsewhere
            continue
        if not text.endswith(_TRAILING_COMMANDS):
            return text
        for command in _TRAILING_COMMANDS:
            text = text.removesuffix(command)


_WRAPPER: Final = re.compile(
    r'\\(?:boxed|fbox|framebox|boldsymbol|mathbf|bm|pmb|ensuremath|underline|textcolor\s*\{[^{}]*\}'
    r'|color\s*\{[^{}]*\})\s*\{'
)


def _unbox(text: str) -> str:
    """Unwrap a command that does nothing but surround the whole answer."""
    match = _WRAPPER.match(text) if text.startswith('\\') and text.endswith('}') else None
    if match is None:
        return text
    depth = 1
    for index in range(match.end(), len(text)):
        depth += (text[index] == '{') - (text[index] == '}')
        if not depth:
            inside = text[match.end() : -1]
            # A bold zero is a vector, too.
            return inside if index == len(text) - 1 and inside.strip() != '0' else text
    return text
