"""Single texts that no spreadsheet runs, and that leave no block of Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from opencompass_math500.exports.cell import fitted, inert, printable
from opencompass_math500.exports.markdown import fenced, in_code


@pytest.mark.parametrize(
    ('text', 'shown'),
    [('-5', '-5'), ('-0.5', '-0.5'), ('5', '5'), ('', ''), ('a=b', 'a=b'), ('-x', "'-x"),
     ('+5', "'+5"), ('-05', "'-05"), ('-5e3', "'-5e3"), ("''=1", "'''=1"), ("'a", "'a"),
     ('\\frac{1}{2}', '\\frac{1}{2}')],
)  # fmt: skip
def test_a_number_stays_one_and_nothing_runs(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.text(alphabet=st.sampled_from("'=+-@ \t\n1a＝")))
def test_the_apostrophe_can_be_taken_back(text: str) -> None:
    shown = inert(text)
    undone = shown[1:] if re.match(r"'['\s]*[=+\-@\t\r\n＝＋－＠]", shown) else shown
    assert undone == text


@given(st.text(st.characters(codec=None, categories=None), max_size=60), st.integers(400, 500))
def test_a_text_fits_its_cell(text: str, limit: int) -> None:
    cell = fitted(printable(text * 20), 'p' * 400, limit)
    assert len(cell.encode('utf-16-le')) // 2 <= limit
    assert cell == printable(text * 20) or cell.endswith('p]')


@given(st.text('`ab \n\\|<', max_size=40))
def test_code_holds_whatever_it_is_given(text: str) -> None:
    parser = MarkdownIt('commonmark')
    (paragraph,) = [t for t in parser.parse(in_code(text)) if t.type == 'inline']
    assert [child.type for child in paragraph.children or ()] == ['code_inline']
    (block,) = parser.parse('\n'.join(fenced(text)))
    assert (block.type, block.content) == ('fence', f'{text}\n')
