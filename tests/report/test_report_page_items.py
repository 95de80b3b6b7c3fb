"""The page's list: links to single responses, formulas, full texts, and the keyboard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import Visit, Visiting
from page_filters import Filter, Shelf, count_in
from page_runs import DATA, Reply, Shown, made_report, many_problems, save_run

from opencompass_math500.response import Response

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.slow


@pytest.fixture(scope='module')
def large(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """One run on 400 problems: many more than the page makes cards of at first."""
    folder = tmp_path_factory.mktemp('large')
    save_run(folder / 'a', 'able', 5, many_problems(400), dataset='sums')
    return made_report(folder / 'report.html', folder / 'a'), Shelf.of(folder / 'a')


def is_in_view(visit: Visit, selector: str) -> bool:
    """Whether the top of the element is on the screen, and nothing covers it."""
    return bool(
        visit.run(
            """selector => {
              const row = document.querySelector(selector);
              const { left, top, width } = row.getBoundingClientRect();
              const there = document.elementFromPoint(left + width / 2, top + 8);
              return there !== null && row.contains(there);
            }""",
            selector,
        )
    )


@pytest.mark.parametrize('number', [0, 3, 211, 399])
def test_a_link_opens_its_response(number: int, large: Shown, visiting: Visiting) -> None:
    page, shelf = large
    record = shelf.records[number][1]
    row = f'#item-{record.key}'
    visit = visiting(page, row)
    visit.page.wait_for_selector(f'{row}[open]')
    visit.page.wait_for_timeout(200)  # texts of open rows arrive, and must not push it away
    assert is_in_view(visit, row)
    card = visit.find(f'.card:has({row})')
    assert card.locator('h3').text_content() == record.unique_id
    assert visit.find('.response[open]').count() == 1


def test_a_link_wins_against_the_filter(large: Shown, visiting: Visiting) -> None:
    """First within a filter that hides it; then followed on a page that is filtered."""
    page, shelf = large
    wrong = shelf.left(Filter(verdict=('incorrect',)))[50]
    row = f'#item-{wrong.key}'
    visit = visiting(page, f'#verdict=correct&item={wrong.key}')
    visit.page.wait_for_selector(f'{row}[open]')
    assert is_in_view(visit, row)
    visit.find('#filter-verdict input[value="correct"]').check()
    assert visit.find(row).count() == 0
    visit.page.evaluate('hash => { location.hash = hash; }', row)
    visit.page.wait_for_selector(f'{row}[open]')
    assert is_in_view(visit, row)


def test_a_link_within_its_filter_keeps_it(large: Shown, visiting: Visiting) -> None:
    page, shelf = large
    chosen = Filter(verdict=('incorrect',), level='3')
    record = shelf.left(chosen)[-1]
    visit = visiting(page, f'{chosen.fragment}&item={record.key}')
    visit.page.wait_for_selector(f'#item-{record.key}[open]')
    assert is_in_view(visit, f'#item-{record.key}')
    assert count_in(visit.find('#count').inner_text()) == shelf.count(chosen)


def test_a_link_to_nothing_says_so(large: Shown, visiting: Visiting) -> None:
    visit = visiting(large[0], '#item-000000000000')
    visit.page.get_by_text('no response 000000000000').wait_for()


def test_the_link_of_a_response_can_be_copied(shown: Shown, visiting: Visiting) -> None:
    """The address becomes the link; loaded again, it opens that response."""
    page, shelf = shown
    key = shelf.records[40][1].key
    visit = visiting(page, permissions=['clipboard-read', 'clipboard-write'])
    visit.find(f'#item-{key} > summary').click()
    visit.find(f'#item-{key} a.link').click()
    visit.page.get_by_text('link is').first.wait_for()
    visit.page.wait_for_url(f'**#item-{key}')
    assert visit.run('() => navigator.clipboard.readText()') == visit.page.url
    visit.page.reload()
    visit.page.wait_for_selector(f'#item-{key}[open]')
    assert is_in_view(visit, f'#item-{key}')


def test_the_link_is_still_there_without_a_clipboard(shown: Shown, visiting: Visiting) -> None:
    page, shelf = shown
    key = shelf.records[3][1].key
    visit = visiting(page)
    visit.run(
        "() => Object.defineProperty(navigator, 'clipboard',"
        " {value: {writeText: () => Promise.reject(new Error('no'))}})"
    )
    visit.find(f'#item-{key} > summary').click()
    visit.find(f'#item-{key} a.link').click()
    visit.page.get_by_text('in the address bar').wait_for()
    visit.page.wait_for_url(f'**#item-{key}')


def test_prompt_response_and_reasoning_are_whole(shown: Shown, visiting: Visiting) -> None:
    page, shelf = shown
    visit = visiting(page)
    records = [record for _, record in shelf.records]
    thought = [record for record in records if record.reasoning]
    assert thought
    for record in [*thought[:2], *records[::17]]:
        row = unfolded(visit, record)
        assert texts_of(visit, record) == {
            'prompt': record.prompt_text,
            'response-text': record.response,
            'reasoning': record.reasoning,
        }
        row.locator('> summary').click()


def unfolded(visit: Visit, record: Response) -> Locator:
    """The row of a response, opened by a click, with all that is in it."""
    row = visit.find(f'#item-{record.key}')
    row.locator('> summary').click()
    row.locator('a.link').wait_for()
    return row


def texts_of(visit: Visit, record: Response) -> dict[str, str]:
    """What is written in the passages of an open response; '' where there is none."""
    found = {}
    for kind in ('prompt', 'response-text', 'reasoning'):
        passage = visit.find(f'#item-{record.key} details.{kind}')
        if passage.count() == 0:
            found[kind] = ''
            continue
        if passage.get_attribute('open') is None:
            passage.locator('> summary').click()
        visit.page.wait_for_selector(
            f'#item-{record.key} details.{kind}[open] :is(pre:not(:empty, [aria-busy]), p)',
            state='attached',
        )
        box = passage.locator('pre')
        # Through JSON: a lone surrogate would not get here otherwise.
        said = box.evaluate('e => JSON.stringify(e.textContent)') if box.count() else '""'
        found[kind] = json.loads(said)
    return found


def test_every_response_says_what_is_on_record(shown: Shown, visiting: Visiting) -> None:
    """Verdict, answer, gold, reason, ending, tokens, characters and place."""
    page, shelf = shown
    visit = visiting(page)
    for _, record in shelf.records[2::13]:
        row = unfolded(visit, record)
        assert row.locator('.chip').text_content() == record.outcome.replace('_', ' ')
        said = row.inner_text()
        facts = [record.answer, record.gold, record.reason, record.rule, record.extraction,
                 record.finish_reason or 'unknown', record.place, f'{record.tokens:,} token',
                 f'{len(record.response):,} character']  # fmt: skip
        assert [fact for fact in facts if fact not in said] == []


def test_formulas_are_laid_out(shown: Shown, visiting: Visiting) -> None:
    """Real mathematics: every element has a size, a fraction is taller than a digit."""
    page, _ = shown
    visit = visiting(page)
    visit.unroll()
    sizes = visit.run(
        """() => {
          for (const card of document.querySelectorAll('.card')) {
            card.style.contentVisibility = 'visible';
          }
          const height = (e) => e.getBoundingClientRect().height;
          const width = (e) => e.getBoundingClientRect().width;
          const MATHML = 'http://www.w3.org/1998/Math/MathML';
          const all = [...document.querySelectorAll('#items math')];
          const highest = (name) => Math.max(0, ...all.flatMap((math) =>
            [...math.querySelectorAll(name)].map(height)));
          return {
            count: all.length,
            empty: all.filter((e) => !(height(e) > 5 && width(e) > 1)).length,
            digit: highest('mn'),
            fraction: highest('mfrac'),
            root: highest('msqrt'),
            matrix: highest('mtable'),
            outside: all.filter((e) => e.namespaceURI !== MATHML).length,
          };
        }"""
    )  # fmt: skip
    assert sizes['count'] > 150
    assert (sizes['empty'], sizes['outside']) == (0, 0)
    assert sizes['fraction'] > 1.4 * sizes['digit']
    assert sizes['matrix'] > 1.6 * sizes['digit']
    assert sizes['root'] > sizes['digit']


def test_formulas_carry_their_source(shown: Shown, visiting: Visiting) -> None:
    visit = visiting(shown[0])
    sources = visit.find('.gold annotation[encoding="application/x-tex"]').all_text_contents()
    assert any('\\frac' in source for source in sources)
    golds = {record.gold for _, record in shown[1].records}
    assert set(sources) <= golds


def test_the_search_marks_what_it_finds(tmp_path: Path, visiting: Visiting) -> None:
    """A problem whose response says it, far down in a long text: opened, it is in view."""
    problems = many_problems(3)
    text = 'line\n' * 3000 + 'the needle is here\n' + 'line\n' * 3000

    def reply(problem: object, sample: int) -> Reply:
        return Reply(text if problem is problems[1] else 'no such thing')

    save_run(tmp_path / 'a', 'one', reply, problems, dataset=DATA)
    visit = visiting(made_report(tmp_path / 'r.html', tmp_path / 'a'), '#q=needle',
                     state='searchable')  # fmt: skip
    assert count_in(visit.find('#count').inner_text()).responses == 1
    visit.find('.response > summary').click()
    box = visit.find('details.response-text pre')
    visit.page.wait_for_selector('details.response-text[open] pre:not(:empty, [aria-busy])')
    assert box.evaluate('e => e.scrollTop') > 1000
