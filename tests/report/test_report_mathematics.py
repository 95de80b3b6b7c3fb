"""Formulas of the report: typeset, harmless, and quick whatever they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from own_time import own_time

from opencompass_math500.report.mathematics import formula, prose

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / 'cases' / 'report_mathematics.jsonl')
    .read_text(encoding='utf-8')
    .splitlines()
]
FUNCTIONS: dict[str, Callable[[str], str]] = {'formula': formula, 'prose': prose}
XHTML = '{http://www.w3.org/1999/xhtml}'
MATHML = '{http://www.w3.org/1998/Math/MathML}'
OF_HTML = {'span', 'code', 'pre', 'b', 'i', 'em', 'u', 'table', 'tbody', 'tr', 'td'}
OF_MATHML = frozenset(
    (
        *('math', 'semantics', 'annotation', 'mrow', 'mi', 'mo', 'mn', 'mtext', 'mspace'),
        *('msqrt', 'mroot', 'msub', 'msup', 'msubsup', 'mfrac', 'mover', 'munder', 'munderover'),
        *('mmultiscripts', 'mprescripts', 'mphantom', 'mpadded', 'mstyle', 'mtable', 'mtr', 'mtd'),
    )
)
ATTRIBUTES = frozenset(
    (
        *('display', 'encoding', 'class', 'colspan', 'stretchy', 'symmetric', 'largeop', 'form'),
        *('movablelimits', 'lspace', 'rspace', 'minsize', 'maxsize', 'displaystyle', 'accent'),
        *('scriptlevel', 'mathvariant', 'width', 'height', 'depth', 'linethickness'),
        'accentunder',
    )
)


def parsed(fragment: str) -> ElementTree.Element:
    """The fragment as the page reads it; fails on what the page would not show."""
    root = ElementTree.fromstring(f'<span xmlns="{XHTML[1:-1]}">{fragment}</span>')
    for element in root.iter():
        if element.tag.startswith(MATHML):
            assert element.tag.removeprefix(MATHML) in OF_MATHML
        else:
            assert element.tag.removeprefix(XHTML) in OF_HTML
        assert set(element.attrib) <= ATTRIBUTES
    return root


def visible(element: ElementTree.Element) -> str:
    if element.tag == f'{MATHML}annotation':
        return ''
    return (element.text or '') + ''.join(visible(child) + (child.tail or '') for child in element)


def characters(text: str) -> Counter[str]:
    """Letters and digits, those in bold or script as plain ones."""
    return Counter(re.findall('[A-Za-z0-9]', normalize('NFKC', text)))


@pytest.mark.parametrize('case', CASES, ids=lambda case: case['id'])
def test_case(case: dict[str, Any]) -> None:
    shown = FUNCTIONS[case['function']](case['text'])
    parsed(shown)
    assert [part for part in case.get('has', ()) if part not in shown] == []
    assert [part for part in case.get('hasnt', ()) if part in shown] == []


PIECES = st.one_of(
    st.text(st.characters(), max_size=8),  # lone surrogates and controls among them
    st.sampled_from((' ', '\n\n', '\x00', '\ud800', '\r', '\x08', '\ufffe')),
    st.sampled_from(
        (
            *(r'\frac', r'\sqrt', r'\left(', r'\right)', r'\left.', r'\text{', r'\mbox{', r'\\'),
            *(r'\begin{matrix}', r'\end{matrix}', r'\begin{align*}', r'\end{align*}', '&', '%'),
            *(r'\begin{tabular}{c}', r'\end{tabular}', r'\(', r'\)', r'\[', r'\]', '$', '$$'),
            *('[asy]', '[/asy]', '{', '}', '^', '_', '(', ')', '[', ']', r'\{', r'\}', '#', '~'),
            *('x', '1', '<', '>', r'\pi', r'\sin', r'\overline', r'\pmod', r'\not', r'\phantom'),
            *(r'\color{red}', r'\hspace{9em}', r'\tag{', '<script>', ']]>', '&amp;', '<!--'),
            *(r'\def\a', r'\href{', r'\$'),
        )
    ),
)


@pytest.mark.parametrize('function', FUNCTIONS.values(), ids=FUNCTIONS)
@given(st.lists(PIECES, max_size=25).map(''.join))
@examples(200)
def test_any_text_is_a_harmless_fragment(function: Callable[[str], str], text: str) -> None:
    root = parsed(function(text))
    # \mod writes "mod" and \sin "sin": letters of the command's own name.
    assert characters(visible(root)) <= characters(text)
    for note in root.iter(f'{MATHML}annotation'):
        assert ''.join((note.text or '').split()) in ''.join(text.split())


@given(st.text(st.characters(exclude_characters='\\$[', exclude_categories=['C'])))
def test_plain_text_stays_what_it_is(text: str) -> None:
    assert visible(parsed(prose(text))) == text


HOSTILE = {
    'brackets': '(' * 1_900,
    'functions': r'\sin(' * 300,
    'braces of sets': r'\{' * 900,
    'named brackets': r'\langle ' * 200,
    'big brackets': r'\bigl(' * 300,
    'groups': '{' * 1_000 + '}' * 1_000,
    'roots': r'\sqrt' * 399,
    'primes': "x'" * 900,
    'letters': 'x' * 2_000,
    'spaces': r'\,' * 1_000,
    'rows': r'\\' * 900,
    'words': 'ab ' * 600,
    'twelve brackets': '(' * 12 + 'x' * 1_900,
    'a megabyte': r'\frac' * 200_000,
}


@pytest.mark.parametrize('tex', HOSTILE.values(), ids=HOSTILE)
def test_no_expression_is_slow(tex: str) -> None:
    """Each left-open bracket would double the converter's time; the guard is generous."""
    formula('1')  # the library is loaded once
    with own_time() as spent:
        parsed(formula(tex))
    assert spent.seconds < 0.25


@pytest.mark.parametrize('opener', [r'\(', '$', '${', r'\begin{align}', r'\text{$', '[asy]'])
def test_texts_of_openers_are_read_in_linear_time(opener: str) -> None:
    with own_time() as spent:
        parsed(prose(opener * (20_000 // len(opener))))
    assert spent.seconds < 1


def test_math500_is_typeset_whole(math500_rows: list[dict[str, Any]]) -> None:
    """Every formula of the 500 problems and golds becomes MathML."""
    shown = [prose(row['problem']) for row in math500_rows]
    golds = [formula(row['answer']) for row in math500_rows]
    for fragment in (*shown, *golds):
        parsed(fragment)
    assert [text for text in (*shown, *golds) if 'class="tex"' in text] == []
    assert [gold for gold in golds if '<math' not in gold] == []
    assert sum('<math' in text for text in shown) > 400
