"""Filters by subject, level and id, and the names of subsets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opencompass_math500.dataset import SUBJECTS, load_problems
from opencompass_math500.errors import SelectionError

SELECTIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    'level': ({'levels': [5]}, 'level 5, 7 of 35', 'level5'),
    'levels': ({'levels': [4, 2, 4]}, 'levels 2, 4, 14 of 35', 'level2_4'),
    'level in words': ({'levels': ['Level 5']}, 'level 5, 7 of 35', 'level5'),
    'bare level': ({'levels': 5}, 'level 5, 7 of 35', 'level5'),
    'subject': ({'subjects': ['Algebra']}, 'Algebra, 5 of 35', 'algebra'),
    'bare subject': ({'subjects': 'Algebra'}, 'Algebra, 5 of 35', 'algebra'),
    'subject as in ids': (
        {'subjects': ['counting_and_probability']},
        'Counting & Probability, 5 of 35',
        'counting_probability',
    ),
    'subjects': (
        {'subjects': ['GEOMETRY', 'Algebra']},
        'Algebra + Geometry, 10 of 35',
        'algebra-geometry',
    ),
    'many subjects': (
        {'subjects': ['Algebra', 'Geometry', 'Prealgebra']},
        'Algebra + Geometry + Prealgebra, 15 of 35',
        'subjects3',
    ),
    'subject and level': (
        {'subjects': ['Algebra'], 'levels': [1, 2]},
        'Algebra, levels 1, 2, 2 of 35',
        'algebra-level1_2',
    ),
    'id': (
        {'ids': ['sample/algebra/1.json']},
        'sample/algebra/1.json, 1 of 35',
        'ids1',
    ),
    'ids': (
        {'ids': ('sample/algebra/2.json', 'sample/algebra/1.json')},
        '2 ids, 2 of 35',
        'ids2',
    ),
}


@pytest.mark.parametrize('case', SELECTIONS)
def test_a_subset_is_named_as_such(case: str) -> None:
    filters, words, slug = SELECTIONS[case]
    found = load_problems('sample', **filters)
    assert found.name == f'sample subset ({words})'
    assert found.slug == f'sample-{slug}-{found.checksum[:8]}'
    assert found.subset and words.startswith(found.subset)


def test_a_subset_of_math500_is_not_math500(math500_file: Path) -> None:
    found = load_problems(math500_file, levels=[5])
    assert (found.name, len(found)) == ('MATH-500 subset (level 5, 134 of 500)', 134)
    assert not found.is_math500
    assert found.slug == f'math500-file-level5-{found.checksum[:8]}'


def test_filters_that_leave_nothing_out_leave_the_name(math500_file: Path) -> None:
    found = load_problems(math500_file, levels=[1, 2, 3, 4, 5], subjects=SUBJECTS)
    assert found == load_problems(math500_file)


def test_a_subset_keeps_the_order_of_the_set() -> None:
    ids = ['sample/precalculus/5.json', 'sample/algebra/2.json', 'sample/algebra/1.json']
    found = load_problems('sample', ids=ids)
    assert [problem.unique_id for problem in found] == [ids[2], ids[1], ids[0]]


BAD_FILTERS: dict[str, tuple[dict[str, Any], str]] = {
    'subject': ({'subjects': ['Algebr']}, r"unknown subject 'Algebr', did you mean 'Algebra'\?"),
    'far subject': ({'subjects': ['Topology']}, r"unknown subject 'Topology': this set has Alg"),
    'level': ({'levels': [6]}, r"unknown level '6': this set has 1, 2, 3, 4, 5"),
    'level word': ({'levels': ['hard']}, r"unknown level 'hard'"),
    'level true': ({'levels': [True]}, r"unknown level 'True'"),
    'id': ({'ids': ['sample/algebra/7.json']}, r"did you mean 'sample/algebra/\d\.json'"),
    'no level': ({'levels': []}, 'the filter levels is empty'),
    'no subject': ({'subjects': []}, 'the filter subjects is empty'),
    'no id': ({'ids': []}, 'the filter ids is empty'),
    'nothing left': (
        {'levels': [1], 'ids': ['sample/algebra/2.json']},
        r'no problem is left by the filters level 1, sample/algebra/2\.json',
    ),
}


@pytest.mark.parametrize('case', BAD_FILTERS)
def test_an_unknown_name_in_a_filter_is_refused(case: str) -> None:
    filters, message = BAD_FILTERS[case]
    with pytest.raises(SelectionError, match=message) as caught:
        load_problems('sample', **filters)
    assert '\n' not in str(caught.value)
    assert len(str(caught.value)) < 500
