"""The page's filters, its search and its address, against the records themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from browser import Visit, Visiting
from page_filters import Count, Filter, Shelf, count_in
from page_runs import Shown, made_report, replying, save_run

from opencompass_math500.comparison import compare_pair
from opencompass_math500.runs.graded import comparable_runs

pytestmark = pytest.mark.slow


@pytest.fixture(scope='module')
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """Three runs, one with two samples a problem, of two work directories."""
    folder = tmp_path_factory.mktemp('filters')
    save_run(folder / 'a', 'able', 8)
    save_run(folder / 'a', 'weak', 3)
    save_run(folder / 'b', 'often', replying(6, fails=True), samples=2)
    page = made_report(folder / 'report.html', folder / 'a', folder / 'b')
    return page, Shelf.of(folder / 'a', folder / 'b')


@pytest.fixture(scope='module')
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs of one folder: the folder and its page."""
    folder = tmp_path_factory.mktemp('pair')
    save_run(folder / 'a', 'able', 8)
    save_run(folder / 'a', 'weak', 3)
    return folder / 'a', made_report(folder / 'report.html', folder / 'a')


def counted(visit: Visit) -> Count:
    return count_in(visit.find('#count').inner_text())


def set_to(visit: Visit, chosen: Filter) -> None:
    """Set the controls, as a person does, and let the search settle."""
    for name, value in (('subject', chosen.subject), ('level', chosen.level)):
        visit.find(f'#filter-{name}').select_option(value)
    visit.find('#filter-ending').select_option(chosen.ending)
    for run in chosen.run:
        visit.find(f'#filter-run input[value="{run}"]').check()
    for verdict in chosen.verdict:
        visit.find(f'#filter-verdict input[value="{verdict}"]').check()
    visit.find('#filter-differ').set_checked(chosen.differ)
    visit.find('#search').fill(chosen.q)
    visit.find('#search').press('Enter')


EACH = {
    'run': Filter(run=(1,)),
    'two runs': Filter(run=(0, 2)),
    'verdict': Filter(verdict=('incorrect',)),
    'two verdicts': Filter(verdict=('truncated', 'empty_response')),
    'failed requests': Filter(verdict=('failed_request',)),
    'subject': Filter(subject='Counting & Probability'),
    'level': Filter(level='5'),
    'cut': Filter(ending='finish:length'),
    'not cut': Filter(ending='finish:stop'),
    'differ': Filter(differ=True),
    'differ of two': Filter(differ=True, run=(0, 1)),
    'search in problems': Filter(q='MARBLES'),
    'search in ids': Filter(q='number_theory/'),
    'search in golds': Filter(q='\\begin{pmatrix}'),
    'search in reasons': Filter(q='token cap'),
    'search in responses': Filter(q='that I cannot say'),
    'search in reasoning': Filter(q='I thought about it'),
    'search for a sign of patterns': Filter(q='(x'),
    'search for nothing there': Filter(q='no such words anywhere'),
    'spaces': Filter(q='  '),
    'combined': Filter(run=(0,), verdict=('correct', 'incorrect'), subject='Algebra'),
    'all at once': Filter(run=(1, 2), verdict=('incorrect',), level='3', ending='finish:stop',
                          differ=True, q='boxed'),
}  # fmt: skip


@pytest.mark.parametrize('name', EACH)
def test_a_filter_leaves_what_the_records_say(name: str, shown: Shown, visiting: Visiting) -> None:
    page, shelf = shown
    visit = visiting(page, state='searchable')
    set_to(visit, EACH[name])
    expected = shelf.count(EACH[name])
    assert counted(visit) == expected
    visit.unroll()
    rows = {row['id'].removeprefix('item-') for row in visit.run(
        "() => [...document.querySelectorAll('.response')].map(({id}) => ({id}))"
    )}  # fmt: skip
    assert rows == {record.key for record in shelf.left(EACH[name])}
    assert visit.find('.card').count() == expected.problems


def test_these_filters_tell_something(shown: Shown) -> None:
    """Not all of them leave everything or nothing, or the same."""
    counts = {name: shown[1].count(chosen) for name, chosen in EACH.items()}
    whole = shown[1].count(Filter())
    assert whole == Count(35, 35, 140, 140)
    empty = [name for name, count in counts.items() if count.problems == 0]
    assert empty == ['search for nothing there']
    assert [name for name, count in counts.items() if count == whole] == ['spaces']
    assert len(set(counts.values())) >= len(EACH) - 3


@pytest.mark.parametrize('name', ['all at once', 'differ of two', 'search in golds', 'two runs'])
def test_the_address_holds_the_filter(name: str, shown: Shown, visiting: Visiting) -> None:
    """Opened by its address, set by hand and loaded again: the same."""
    page, shelf = shown
    chosen = EACH[name]
    opened = visiting(page, chosen.fragment, state='searchable')
    assert counted(opened) == shelf.count(chosen)
    by_hand = visiting(page, state='searchable')
    set_to(by_hand, chosen)
    by_hand.page.wait_for_url(lambda url: '#' in url)
    by_hand.page.reload()
    by_hand.wait('searchable')
    assert counted(by_hand) == shelf.count(chosen)
    assert by_hand.find('#search').input_value() == chosen.q
    assert by_hand.find('#filter-level').input_value() == chosen.level
    assert by_hand.find('#filter-differ').is_checked() == chosen.differ


def test_reset_shows_everything_again(shown: Shown, visiting: Visiting) -> None:
    page, shelf = shown
    visit = visiting(page, EACH['all at once'].fragment, state='searchable')
    assert counted(visit) == shelf.count(EACH['all at once'])
    visit.find('#reset').click()
    assert counted(visit) == shelf.count(Filter())
    visit.page.wait_for_url(lambda url: '#' not in url)
    assert visit.find('#search').input_value() == ''


def test_where_they_differ_is_where_the_pair_flips(
    pair: tuple[Path, Path], visiting: Visiting
) -> None:
    """The filter and the comparison above it are of one mind."""
    work_dir, page = pair
    first, second = comparable_runs(work_dir)
    flips = compare_pair(first, second).flips
    assert 0 < len(flips) < 35
    visit = visiting(page)
    visit.find('#filter-differ').check()
    names = visit.find('.card h3').all_text_contents()
    assert names == [flip.unique_id for flip in flips]


def test_the_link_of_a_pair_sets_the_filter(pair: tuple[Path, Path], visiting: Visiting) -> None:
    work_dir, page = pair
    flips = compare_pair(*comparable_runs(work_dir)).flips
    visit = visiting(page)
    link = visit.find('a[href*="differ=1"]').first
    link.click()
    assert counted(visit).problems == len(flips)
    assert visit.find('#filter-differ').is_checked()


def test_a_heat_cell_filters(pair: tuple[Path, Path], visiting: Visiting) -> None:
    """Every cell that links, by its own address: as many responses as it says."""
    work_dir, page = pair
    shelf = Shelf.of(work_dir)
    visit = visiting(page)
    hrefs = visit.run(
        '() => [...document.querySelectorAll(\'a[href*="level="]\')].map((a) =>'
        " [a.getAttribute('href'), a.closest('td, th').innerText])"
    )
    assert len(hrefs) >= 2 * 35  # seven subjects on five levels, for each of two runs
    for href, text in hrefs[::9]:
        visit.page.evaluate('href => { location.hash = href; }', href)
        count = counted(visit)
        assert f'/{count.responses}' in text.replace(' ', ''), (href, text)
    visit.find('a[href*="level="]').first.click()
    chosen = visit.find('#filter-level').input_value()
    assert chosen == '1'
    subject = visit.find('#filter-subject').input_value()
    expected = shelf.count(Filter(run=(0,), subject=subject, level='1'))
    assert counted(visit) == expected


def test_the_links_of_the_scores_lead_to_what_they_count(shown: Shown, visiting: Visiting) -> None:
    """Verdicts and cut responses of each run: as many as the text beside the link says."""
    page, shelf = shown
    visit = visiting(page)
    links = visit.run(
        """() => [...document.querySelectorAll('main a[href^="#run="]')]
          .filter((a) => /verdict=|ending=/.test(a.href))
          .map((a) => [a.getAttribute('href'), a.parentElement.innerText])"""
    )
    assert len(links) >= 3 * 4
    for href, text in links:
        asked = parse_qs(href[1:])
        chosen = Filter(
            run=(int(asked['run'][0]),),
            verdict=tuple(asked.get('verdict', [])),
            ending=asked.get('ending', [''])[0],
        )
        visit.run('hash => { location.hash = hash; }', href)
        assert counted(visit) == shelf.count(chosen)
        numbers = re.findall(r'[\d,]+', text)
        assert f'{counted(visit).responses:,}' in numbers, (href, text)


def test_the_search_reaches_the_responses_by_itself(shown: Shown, visiting: Visiting) -> None:
    """Asked before the texts are there, it answers again when they are."""
    page, shelf = shown
    chosen = EACH['search in responses']
    visit = visiting(page, chosen.fragment)
    visit.wait('searchable')
    assert counted(visit) == shelf.count(chosen)
    assert shelf.count(chosen) != shelf.count(chosen, texts=False)


ORDERS: dict[str, Callable[[Shelf], list[str]]] = {
    'data': lambda shelf: _ids(shelf, lambda records: 0),
    'level': lambda shelf: _ids(shelf, lambda records: records[0].level),
    '-level': lambda shelf: _ids(shelf, lambda records: -records[0].level),
    '-length': lambda shelf: _ids(shelf, lambda records: -max(len(r.response) for r in records)),
    'length': lambda shelf: _ids(shelf, lambda records: max(len(r.response) for r in records)),
}


def _ids(shelf: Shelf, worth: Callable[..., int]) -> list[str]:
    groups: dict[str, list[object]] = {}
    for _, record in shelf.records:
        groups.setdefault(record.unique_id, []).append(record)
    return sorted(groups, key=lambda name: worth(groups[name]))


@pytest.mark.parametrize('order', ORDERS)
def test_cards_are_sorted(order: str, shown: Shown, visiting: Visiting) -> None:
    page, shelf = shown
    visit = visiting(page)
    visit.find('#sort').select_option(order)
    visit.unroll()
    assert visit.find('.card h3').all_text_contents() == ORDERS[order](shelf)


def test_the_worst_come_first(shown: Shown, visiting: Visiting) -> None:
    page, shelf = shown
    right: dict[str, list[bool]] = {}
    for _, record in shelf.records:
        right.setdefault(record.unique_id, []).append(record.outcome == 'correct')
    visit = visiting(page)
    visit.find('#sort').select_option('verdict')
    visit.unroll()
    shares = [sum(right[n]) / len(right[n]) for n in visit.find('.card h3').all_text_contents()]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]


def test_a_filter_by_hand_that_is_not_there_falls_away(shown: Shown, visiting: Visiting) -> None:
    page, shelf = shown
    odd = replace(Filter(), run=(99,), subject='No such <b>subject</b>', level='77', ending='x')
    visit = visiting(page, odd.fragment + '&sort=__proto__&verdict=constructor&nothing=1')
    assert counted(visit) == shelf.count(Filter())
