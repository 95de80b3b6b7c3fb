"""Pages of runs that say little: no predictions, no results, no ids, no subjects."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Visiting
from page_filters import Filter, Shelf, count_in
from page_runs import made_report, save_run
from work_dirs import detail, prediction, save_predictions, save_results

pytestmark = pytest.mark.slow


def test_results_alone_have_verdicts_and_no_texts(tmp_path: Path, visiting: Visiting) -> None:
    save_run(tmp_path / 'a', 'able', 7)
    for path in (tmp_path / 'a' / 'predictions').rglob('*.json'):
        path.unlink()
    visit = visiting(made_report(tmp_path / 'r.html', tmp_path / 'a'), state='searchable')
    assert count_in(visit.find('#count').inner_text()) == Shelf.of(tmp_path / 'a').count(Filter())
    visit.find('.response > summary').first.click()
    passage = visit.find('.response[open] details.response-text')
    passage.get_by_text('Nothing is on record').wait_for()
    assert 'prompts and responses are unknown' in visit.find('main').inner_text()


def test_a_run_of_another_maker_is_graded_and_shown(tmp_path: Path, visiting: Visiting) -> None:
    """No ids, no subjects, no levels, no endings: rows by their numbers."""
    rows = [
        {'origin_prompt': f'Question {n}?', 'prediction': f'It is \\boxed{{{n % 3}}}.', 'gold': '1'}
        for n in range(9)
    ]
    save_predictions(tmp_path / 'a', rows, 'math', 'theirs')
    visit = visiting(made_report(tmp_path / 'r.html', tmp_path / 'a'), state='searchable')
    assert visit.find('.card h3').first.inner_text() == 'math, row 0'
    assert visit.find('.chip[data-verdict="correct"]').count() == 3
    visit.find('#filter-ending').select_option('finish:')
    assert count_in(visit.find('#count').inner_text()).responses == 9
    visit.find('#filter-verdict input[value="incorrect"]').check()
    assert count_in(visit.find('#count').inner_text()).responses == 6


def test_what_is_unknown_is_said_so(tmp_path: Path, visiting: Visiting) -> None:
    """Problems without a subject and a level, among others that have them."""
    rows = [prediction(n, problem=f'Problem {n}') for n in range(6)]
    subjects, levels = ['', '', 'Algebra', 'Algebra', 'Geometry', 'Geometry'], [0, 3, 3, 3, 4, 0]
    details = [detail(n, subject=subjects[n], level=levels[n]) for n in range(6)]
    save_predictions(tmp_path / 'a', rows)
    save_results(tmp_path / 'a', details)
    visit = visiting(made_report(tmp_path / 'r.html', tmp_path / 'a'))
    for number, (subject, level) in enumerate(zip(subjects, levels, strict=True)):
        said = visit.find('.card > header .aside').nth(number).text_content()
        assert said == ', '.join(filter(None, [subject, f'level {level}' if level else '']))
    visit.find('#filter-level').select_option(label='unknown')
    assert count_in(visit.find('#count').inner_text()).problems == 2
    visit.find('#reset').click()
    for href, text in visit.run(
        """() => [...document.querySelectorAll('table.heat a')].map((a) =>
          [a.getAttribute('href'), a.closest('td').innerText.split('/')[1]])"""
    ):
        visit.run('hash => { location.hash = hash; }', href)
        count = count_in(visit.find('#count').inner_text()).problems
        assert count == int(text), f'{href} leads to {count}, its cell says {text}'


def test_two_folders_of_one_name_are_told_apart(tmp_path: Path, visiting: Visiting) -> None:
    save_run(tmp_path / 'monday', 'able', 8)
    save_run(tmp_path / 'friday', 'able', 5)
    page = made_report(tmp_path / 'r.html', tmp_path / 'monday', tmp_path / 'friday')
    visit = visiting(page, state='searchable')
    names = set(visit.find('.who').all_text_contents())
    assert len(names) == 2
    assert any('monday' in name for name in names)
    assert any('friday' in name for name in names)
    ids = visit.run("() => [...document.querySelectorAll('.response')].map((e) => e.id)")
    assert len(ids) == len(set(ids)) == 70
    shelf = Shelf.of(tmp_path / 'monday', tmp_path / 'friday')
    visit.find('#filter-differ').check()
    assert count_in(visit.find('#count').inner_text()) == shelf.count(Filter(differ=True))
    visit.page.evaluate('hash => { location.hash = hash; }', f'#{ids[-1]}')
    visit.page.wait_for_selector(f'#{ids[-1]}[open]')
