"""What keeps a page of many responses quick: few cards, small files. Times: benchmarks/."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser import Visit, Visiting
from page_filters import Filter, Shelf, count_in
from page_runs import made_report, many_problems, save_run
from response_runs import responses_of, save_responses

pytestmark = pytest.mark.slow

MOST_CARDS = 200
"""In the page at once, whatever the number of problems; a view holds about five."""


@pytest.fixture(scope='module')
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Shelf]:
    """Two runs on 3,000 problems."""
    folder = tmp_path_factory.mktemp('many')
    problems = many_problems(3000)
    save_run(folder / 'a', 'able', 8, problems, dataset='sums')
    save_run(folder / 'a', 'weak', 3, problems, dataset='sums')
    return made_report(folder / 'report.html', folder / 'a'), Shelf.of(folder / 'a')


def cards(visit: Visit) -> int:
    """How many cards are made, once scrolling has settled."""
    before = -1
    while (now := visit.find('.card').count()) != before:
        before = now
        visit.page.wait_for_timeout(150)
    return now


def test_cards_are_made_for_what_is_near(many: tuple[Path, Shelf], visiting: Visiting) -> None:
    """At the start, filtered, searched, sorted, and opened at a link in the middle."""
    page, shelf = many
    visit = visiting(page, state='searchable')
    assert 20 <= cards(visit) <= MOST_CARDS
    visit.find('#filter-level').select_option('3')
    assert 20 <= cards(visit) <= MOST_CARDS
    assert count_in(visit.find('#count').inner_text()) == shelf.count(Filter(level='3'))
    visit.find('#reset').click()
    visit.find('#search').fill('what is')
    visit.find('#search').press('Enter')
    assert count_in(visit.find('#count').inner_text()).problems == 3000
    assert 20 <= cards(visit) <= MOST_CARDS
    key = shelf.records[1500][1].key
    linked = visiting(page, f'#item-{key}')
    linked.page.wait_for_selector(f'#item-{key}[open]')
    assert 1 <= cards(linked) <= MOST_CARDS


def test_scrolling_brings_more(many: tuple[Path, Shelf], visiting: Visiting) -> None:
    """In the order of the data, none twice, and a button does the same."""
    page, shelf = many
    visit = visiting(page)
    first = cards(visit)
    visit.find('.card').last.scroll_into_view_if_needed()
    visit.page.wait_for_function(
        'first => document.querySelectorAll(".card").length > first', arg=first
    )
    more = cards(visit)
    # It moves away from a pointer: what comes near the view is made by itself.
    visit.find('#items > button.more').dispatch_event('click')
    assert cards(visit) > more
    names = visit.find('.card h3').all_text_contents()
    ids = list(dict.fromkeys(record.unique_id for _, record in shelf.records))
    assert names == ids[: len(names)]


def test_paper_holds_what_is_filtered(many: tuple[Path, Shelf], visiting: Visiting) -> None:
    """All of it, for paper does not scroll; up to about a thousand responses."""
    page, shelf = many
    chosen = Filter(subject='Algebra', level='3', run=(0,))
    visit = visiting(page, chosen.fragment)
    expected = shelf.count(chosen).problems
    assert cards(visit) < expected
    visit.page.pdf()
    assert cards(visit) == expected
    everything = visiting(page)
    everything.page.pdf()
    assert 900 <= everything.find('.response').count() <= 1200


def test_texts_are_not_unpacked_into_the_page(many: tuple[Path, Shelf], visiting: Visiting) -> None:
    """Nothing of a response stands in the document before it is opened."""
    visit = visiting(many[0], state='searchable')
    assert visit.find('pre').count() == 0
    assert visit.find('.response[open]').count() == 0
    elements = visit.run('() => document.querySelectorAll("*").length')
    assert elements < 20_000


def test_real_responses_make_a_small_file(
    shared: Path, math500_file: Path, tmp_path: Path, visiting: Visiting
) -> None:
    """In proportion to 40 MB for 10,000; and all 500 of them open without an error."""
    rows = responses_of(shared, 'Llama-3.1-8B-Instruct')
    save_responses(tmp_path / 'a', rows, 'llama')
    page = made_report(tmp_path / 'r.html', tmp_path / 'a', options=['--data', str(math500_file)])
    assert page.stat().st_size < 40e6 * len(rows) / 10_000
    visit = visiting(page, state='searchable')
    assert count_in(visit.find('#count').inner_text()) == (500, 500, 500, 500)
    visit.unroll()
    assert visit.find('.card math').count() > 1000
    # What no formula could be made of is shown as source: few of real problems and answers.
    assert visit.find('.card code.tex').count() < 60
    responses = {row['unique_id']: row['response'] for row in rows}
    for number in (0, 250, 499):
        card = visit.find('.card').nth(number)
        card.locator('.response > summary').first.click()
        box = card.locator('details.response-text pre:not(:empty, [aria-busy])')
        said = json.loads(box.evaluate('e => JSON.stringify(e.textContent)'))
        assert said == responses[card.locator('h3').inner_text()]


def test_the_same_runs_make_the_same_bytes(tmp_path: Path) -> None:
    save_run(tmp_path / 'a', 'able', 8, samples=2)
    first = made_report(tmp_path / 'one.html', tmp_path / 'a', options=[]).read_bytes()
    second = made_report(tmp_path / 'two.html', tmp_path / 'a', options=[]).read_bytes()
    # The command to make it again names the file.
    assert first.replace(b'one.html', b'two.html') == second
