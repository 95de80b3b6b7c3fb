"""Extraction: the cases in ``cases/responses.jsonl``, the lexicon, and what no input may do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from examples import examples
from hypothesis import example, given
from hypothesis import strategies as st

import opencompass_math500
from opencompass_math500.grading import OUTCOMES, as_policy, grade
from opencompass_math500.grading.extraction.boxes import answer_of, boxes_in
from opencompass_math500.grading.extraction.extract import (
    Extraction,
    NoAnswer,
    extract,
    extract_answer,
)
from opencompass_math500.grading.extraction.lexicon import Kind, lexicon
from opencompass_math500.grading.extraction.repair import repair
from opencompass_math500.grading.parsing.numerals import spelled_number
from opencompass_math500.grading.parsing.units import unit_words

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / 'cases' / 'responses.jsonl')
    .read_text(encoding='utf-8')
    .splitlines()
]
DATA = Path(opencompass_math500.__file__).parent / 'data' / 'answer_phrases.tsv'


@pytest.mark.parametrize('case', CASES, ids=[case['id'] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    found = extract(
        case['response'],
        finish_reason=case.get('finish_reason'),
        problem=case.get('problem'),
        policy=as_policy(case.get('policy')),
    )
    got = (found.answer, found.outcome, found.rule)
    assert got == (case['answer'], case['outcome'], case['rule']), case['why']


def test_cases_are_complete() -> None:
    assert len({case['id'] for case in CASES}) == len(CASES)
    assert all(case['why'] and case['source'] for case in CASES)
    rooms = DATA.parents[1] / 'grading' / 'extraction'
    source = ''.join(
        (rooms / f'{room}.py').read_text(encoding='utf-8')
        for room in ('extract', 'commitments', 'implicit')
    )
    assert {case['rule'] for case in CASES} == set(re.findall(r"'(extract\.\w+)'", source))


def test_the_folder_says_what_each_of_its_files_is_for() -> None:
    rooms = DATA.parents[1] / 'grading' / 'extraction'
    order = (rooms / '__init__.py').read_text(encoding='utf-8')
    files = {file.stem for file in rooms.glob('*.py')} - {'__init__'}
    assert files - set(re.findall(r'\w+', order)) == set()


def test_outcomes_are_the_verdicts_own() -> None:
    assert set(get_args(NoAnswer)) <= set(OUTCOMES)


def test_extract_answer_is_the_short_form() -> None:
    assert extract_answer(r'Thus $\boxed{\frac{1}{2}}$.') == r'\frac{1}{2}'
    assert extract_answer('Let us think.') is None


@pytest.mark.parametrize('reason', ['length', 'max_tokens', 'MAX_TOKENS'])
def test_a_cut_response_is_flagged_with_and_without_an_answer(reason: str) -> None:
    committed = extract(r'It is $\boxed{5}$. To check, we', finish_reason=reason)
    assert (committed.answer, committed.outcome, committed.was_cut) == ('5', None, True)
    cut = extract('Then we add both and', finish_reason=reason)
    assert (cut.answer, cut.outcome, cut.was_cut) == (None, 'truncated', True)


def test_a_complete_response_is_not_flagged() -> None:
    assert not extract(r'It is $\boxed{5}$.', finish_reason='stop').was_cut
    assert extract(r'<think>It is $\boxed{5}$. So then', finish_reason='stop').was_cut


def test_an_unclosed_thought_is_flagged_unless_the_engine_says_that_it_ended() -> None:
    thought = r'<think>It is $\boxed{5}$.'
    flags = [extract(thought, finish_reason=reason).was_cut for reason in ('stop', None, 'length')]
    assert flags == [False, True, True]
    assert grade(response=thought, gold='5').reason.endswith('the thinking was never closed')


# --- the lexicon -----------------------------------------------------------------------------


def test_every_entry_has_a_kind_a_language_a_phrase_and_a_reason() -> None:
    entries = [
        line.split('\t')
        for line in DATA.read_text(encoding='utf-8').splitlines()
        if not line.startswith('#')
    ]
    assert all(len(entry) == 4 and all(entry) for entry in entries)
    assert {entry[0] for entry in entries} == set(get_args(Kind))
    assert all(entry[2] == entry[2].lower().strip() for entry in entries)
    assert len({(kind, phrase) for kind, _, phrase, _ in entries}) == len(entries)


@pytest.mark.parametrize('noun', sorted(lexicon().words('noun')))
def test_every_name_of_the_answer_introduces_it(noun: str) -> None:
    assert extract(f'We add.\n\n{noun}: 17').answer == '17'


@pytest.mark.parametrize('copula', sorted(lexicon().words('copula')))
def test_every_copula_leads_to_the_value(copula: str) -> None:
    assert extract(f'We add.\n\nThe answer {copula} 17.').answer == '17'


@pytest.mark.parametrize('opening', sorted(lexicon().words('conclude')))
def test_every_conclusion_counts_at_the_end(opening: str) -> None:
    assert extract(f'We add 8 and 9.\n\n{opening}, $x = 17$.').answer == 'x = 17'


@pytest.mark.parametrize('words', sorted(lexicon().words('textanswer')))
def test_every_answer_in_words_is_one(words: str) -> None:
    assert extract(f'We add.\n\nAnswer: {words}').answer is not None


@pytest.mark.parametrize('said', sorted(lexicon().words('nonanswer') | lexicon().words('error')))
def test_a_tools_message_is_no_answer(said: str) -> None:
    assert extract(said).outcome == 'no_answer'
    assert extract(said.capitalize()).outcome == 'no_answer'


# --- what no input may do --------------------------------------------------------------------

FRAGMENTS = [
    r'\boxed{', '}', '{', '$', '$$', r'\(', r'\)', r'\[', r'\]', '**', '\n', '\n\n', '. ', '5',
    '-3', '= ', 'x', r'\frac{1}{2}', 'the ', 'answer is ', 'Answer: ', 'Therefore, ', ' because ',
    '<think>', '</think>', '<answer>', '</answer>', '####', '```', '```python\n', '"answer": "',
    '答案是', 'Problem:\n', '|', ' is ', '\\', 'not ', '<|im_end|>', '<|im_start|>user', '1. ',
    r'\text{', r'\begin{pmatrix}', r'\end{pmatrix}', r'\\', '\x08oxed{', '\x0crac', '\x00',
    '\ud800', 'However, ', 'İ', '½', '€', '?', ',',
]  # fmt: skip

mixtures = st.lists(st.sampled_from(FRAGMENTS), max_size=60).map(''.join)


@examples(600)
@given(
    response=st.one_of(mixtures, st.text(max_size=300)),
    finish_reason=st.sampled_from([None, 'stop', 'length']),
    problem=st.sampled_from([None, 'Find $x$.', '']),
)
def test_never_raises_and_is_consistent(
    response: str, finish_reason: str | None, problem: str | None
) -> None:
    found = extract(response, finish_reason=finish_reason, problem=problem)
    assert isinstance(found, Extraction)
    assert (found.answer is None) == (found.outcome is not None)
    assert found.answer is None or found.answer.strip()
    assert found.reason
    assert '\n' not in found.reason
    assert found.was_cut or found.outcome != 'truncated' or found.rule == 'extract.open_box'


def test_dashes_alone_spell_no_number() -> None:
    assert spelled_number('---') is None


@examples(600)
@example(response='The answer is 12\\boxed{}34')  # no number of all four digits
@given(response=mixtures)
def test_every_word_of_an_answer_stands_in_the_response(response: str) -> None:
    answer = extract(response).answer
    repaired = repair(response)
    assert all(word in repaired for word in re.findall(r'\w+', answer or ''))


PROSE = [
    *('we', 'can', 'see', 'that', 'this', 'is', 'where', 'they', 'should', 'have', 'been', 'but'),
    *('because', 'it', 'follows', 'from', 'what', 'was', 'given', 'you', 'would', 'not', 'know'),
    *('how', 'or', 'why', 'until', 'then', 'so', 'let', 'us', 'consider', 'and', 'of', 'the'),
]


@examples(300)
@given(
    st.lists(st.sampled_from(PROSE), min_size=4, max_size=30).map(' '.join),
    st.sampled_from(['', 'Therefore, ', 'The answer is ', 'Answer: ', 'So ', '答案：', '#### ']),
    st.sampled_from(['', '.', ':', ' and']),
)
def test_prose_is_never_an_answer(sentence: str, opening: str, ending: str) -> None:
    assert extract(f'{opening}{sentence}{ending}').answer is None


values = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.tuples(st.integers(1, 99), st.integers(2, 99)).map(lambda p: rf'\frac{{{p[0]}}}{{{p[1]}}}'),
    st.tuples(st.integers(-9, 9), st.integers(-9, 9)).map(lambda p: f'({p[0]}, {p[1]})'),
    st.integers(2, 99).map(lambda n: rf'{n}\sqrt{{3}}'),
)
FRAMES = [
    'So it is $\\boxed{%s}$.',
    '<think>\\boxed{0}</think>\n\nThe final answer is $%s$.',
    '**Answer:** $%s$',
    '## Final Answer\n\n\\[ %s \\]',
    '<answer>%s</answer>',
    'Therefore, the value is $%s$.',
    '因此，答案是 $%s$。',
    'The answer is $%s$, because both sides agree.',
    '$%s$',
    'So it is \x08oxed{%s}.',
]


@given(value=values, frame=st.sampled_from(FRAMES))
def test_a_value_comes_back_from_every_frame(value: str, frame: str) -> None:
    assert extract(frame % value).answer == value


@given(value=values, later=values)
def test_an_invented_question_changes_nothing(value: str, later: str) -> None:
    response = f'The answer is ${value}$.\n\nQuestion: And now?\nAnswer: $\\boxed{{{later}}}$'
    assert extract(response).answer == value


def test_boxes_are_spans_of_the_text() -> None:
    text = r'$x = \boxed{\frac{1}{2}}$ and $\boxed 7$'
    found = boxes_in(text)
    assert [text[box.start : box.end] for box in found] == [r'\boxed{\frac{1}{2}}', r'\boxed 7']
    assert answer_of(found, text) == r'\frac{1}{2}, 7'


# --- the real thing --------------------------------------------------------------------------


def test_every_solution_of_math500_gives_its_answer(math500_rows: list[dict[str, Any]]) -> None:
    def bare(text: str) -> str:
        return re.sub(r'\s|\\!', '', text)

    missed = [
        row['unique_id']
        for row in math500_rows
        if bare(extract_answer(row['solution']) or '') != bare(row['answer'])
    ]
    assert missed == []


def test_labelled_real_responses_without_a_box(
    shared: Path, math500_rows: list[dict[str, Any]]
) -> None:
    """Committed and uncommitted responses told apart, at least 97 in 100."""
    problems = {row['unique_id']: row['problem'] for row in math500_rows}
    lines = (shared / 'cases' / 'unboxed.jsonl').read_text(encoding='utf-8').splitlines()
    rows = [row for row in map(json.loads, lines) if row['label'] is not None]
    wrong = 0
    for row in rows:
        found = extract(row['response'], problem=problems[row['unique_id']])
        wrong += (found.answer is None) != (row['label'] == 'no_answer')
    assert len(rows) > 300
    assert wrong <= 0.03 * len(rows)


def test_every_unit_of_the_judge_is_part_of_a_value() -> None:
    assert unit_words() <= lexicon().words('unit')
    for unit in ('acres', 'furlong', 'tbsp', 'kwh', '厘米', 'метров', 'stunden'):
        assert unit in lexicon().words('unit')
