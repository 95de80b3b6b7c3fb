"""Undo what transport did to a response, before anything is read out of it.

A program that writes ``"\\boxed{5}"`` into a string without escaping the backslash
stores a backspace followed by ``oxed{5}``; ``\\frac`` becomes a form feed and
``rac``, ``\\text`` a tab and ``ext``. The commitment is still plain to see, so it
is repaired rather than lost.
"""

from __future__ import annotations

import re
import unicodedata

from opencompass_math500.grading.parsing.digits import in_plain_digits

__all__ = ['hides_marks', 'repair']

_CONTROL_LETTERS = {'\x07': 'a', '\x08': 'b', '\t': 't', '\x0b': 'v', '\x0c': 'f', '\r': 'r'}

# What may follow each control character for it to have been the start of a command.
# Only names that no ordinary word after a tab or carriage return begins with.
_TAILS = {
    '\x07': r'lpha|ngle|pprox|rcsin|rccos|rctan|lign',
    '\x08': r'oxed|eginboxed|egin|eta|inom|ar|oldsymbol|mod|igcup|igl|igr|ig|f',
    '\t': r'ext(?:bf|rm|it)?\{|imes|heta|an(?=[\s({\\^])|o(?=\s)|frac|riangle|ilde',
    '\x0b': r'ec(?=[{\s])|arphi|arnothing|matrix|ee',
    '\x0c': r'rac|box|orall',
    '\r': r'ight|angle|ho(?=[^a-z])|floor|ceil|brace',
}
_MANGLED = re.compile('|'.join(f'{re.escape(char)}(?={tail})' for char, tail in _TAILS.items()))

# The control character itself was dropped on the way: 'oxed{5}', 'rac{1}{2}', '{2}ight)'.
_BEHEADED = re.compile(r'(?<![A-Za-z\\])(?:(?P<b>oxed)|(?P<f>rac))(?=\{)')
_TAILED = (('boxed{', 'oxed{'), ('frac{', 'rac{'))
_BEHEADED_RIGHT = re.compile(r'(?<![A-Za-z\\])ight(?=[)\]}|.\\])')

_MISSPELT = re.compile(r'(?<!\\)\\(?:Boxed|bboxed|oxed)(?=\s{0,4}\{)')
# The ampersand last, so that nothing is unescaped twice.
_ENTITIES = {
    '&lt;': '<',
    '&gt;': '>',
    '&nbsp;': ' ',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
}
# Bold, italic and double-struck letters and digits of Unicode: "𝟒𝟐", "𝑥".
_MATH_LETTERS = re.compile('[\U0001d400-\U0001d7ff]+')
_FRAME = re.compile('[\u2500-\u257f]')  # lines drawn around an answer or between columns
_BIDI = '\u202a-\u202e\u2066-\u2069'  # marks that only turn the direction of writing
_INVISIBLE = re.compile(f'[\x00\u200b-\u200f\u2060\ufeff\u00ad{_BIDI}]')
_CONTROLS = '\x00\x07\x08\t\x0b\x0c\r\x1b'
_ASCII = bytes(range(128))
_TERMINAL_COLOUR = re.compile(r'\x1b\[[0-9;]{0,12}m')


def repair(response: str) -> str:
    """Return the response with mangled LaTeX commands restored and invisible characters dropped.

    Linear in the length of ``response``; text without damage comes back unchanged.
    """
    text = response.replace('\r\n', '\n')
    beyond = _beyond_ascii(text)
    if _has_control(text) or _INVISIBLE.search(beyond):
        text = _INVISIBLE.sub('', text)
        text = _TERMINAL_COLOUR.sub('', text)
        text = _MANGLED.sub(lambda found: '\\' + _CONTROL_LETTERS[found[0]], text)
    if beyond:
        text = _in_plain_signs(text, beyond)
    if '&' in text and ';' in text:
        for entity, char in _ENTITIES.items():
            text = text.replace(entity, char)
    text = _with_boxes(text)
    # Counted first: the pattern looks at every character.
    if any(text.count(tail) > text.count(name) for name, tail in _TAILED):
        text = _BEHEADED.sub(lambda f: '\\boxed' if f['b'] else '\\frac', text)
    if '\\left' in text and text.count('\\left') > text.count('\\right'):
        text = _BEHEADED_RIGHT.sub(r'\\right', text)
    return text


def _with_boxes(text: str) -> str:
    r"""Return ``text`` with every box command spelt ``\boxed``."""
    if text.count('oxed') == text.count('\\boxed{'):
        return text
    text = text.replace('\\beginboxed{', '\\boxed{')
    return _MISSPELT.sub(r'\\boxed', text)


def hides_marks(response: str) -> bool:
    """Tell whether damage may hide the marks of a thought, which then only a repair shows."""
    if '&' in response and any(entity in response for entity in _ENTITIES):
        return True
    return any(char in response for char in _BREAKING) or (
        not response.isascii() and _HIDING.search(_beyond_ascii(response)) is not None
    )


_BREAKING = _CONTROLS.replace('\t', '')  # a tab is space, inside of a mark as elsewhere
_HIDING = re.compile(
    f'[\u200b-\u200f\u2060\ufeff\u00ad{_BIDI}\u2500-\u257f\uff10-\uff19\U0001d400-\U0001d7ff]'
)


def _has_control(text: str) -> bool:
    # Containment costs a tenth of a search.
    return any(char in text for char in _CONTROLS)


def _beyond_ascii(text: str) -> str:
    """Return the characters that ASCII lacks: at a hundredth of the cost of a search for them."""
    if text.isascii():
        return ''
    return (
        text.encode('utf-8', 'surrogatepass')
        .translate(None, _ASCII)
        .decode('utf-8', 'surrogatepass')
    )


def _in_plain_signs(text: str, beyond: str) -> str:
    """Return ``text`` in plain digits and letters, without frames; ``beyond`` as it holds them."""
    if _FRAME.search(beyond):
        text = _FRAME.sub(' ', text)
    if in_plain_digits(beyond) != beyond:
        text = in_plain_digits(text)
    if _MATH_LETTERS.search(beyond):
        text = _MATH_LETTERS.sub(lambda found: unicodedata.normalize('NFKC', found[0]), text)
    return text
