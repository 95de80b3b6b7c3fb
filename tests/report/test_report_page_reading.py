"""The page while it is read: where one stands after a filter, small screens, paper, odd texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import Visit, Visiting
from page_runs import Reply, Shown, made_report, many_problems, replying, save_run

from opencompass_math500 import Problem

pytestmark = pytest.mark.slow

PHONE: dict[str, Any] = {'viewport': {'width': 390, 'height': 780}}


@pytest.fixture(scope='module')
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A single run without anything truncated, on 200 problems."""
    folder = tmp_path_factory.mktemp('one')

    def reply(problem: Problem, sample: int) -> Reply:
        return Reply('so ' * 5**problem.level + f'\\boxed{{{len(problem.answer)}}}')

    save_run(folder / 'a', 'sums', reply, many_problems(200))
    return made_report(folder / 'report.html', folder / 'a')


def first_in_view(visit: Visit) -> int:
    """The number of the first card that can be seen below the toolbar."""
    number = visit.run(
        """() => {
          const top = document.getElementById('toolbar').getBoundingClientRect().bottom;
          const cards = [...document.querySelectorAll('.card')];
          return cards.findIndex((card) => card.getBoundingClientRect().bottom > top);
        }"""
    )
    return int(number)


def box(visit: Visit, selector: str) -> tuple[float, float, float, float]:
    """Left, top, width, height."""
    found = visit.find(selector).first.bounding_box()
    assert found is not None, selector
    return found['x'], found['y'], found['width'], found['height']


def test_what_is_filtered_is_seen_from_its_first_problem(one: Path, visiting: Visiting) -> None:
    """It was seen from where the list before it had been scrolled to, mostly its end."""
    visit = visiting(one, state='searchable')
    for action in ('search', 'level', 'reset'):
        visit.find('.card').nth(25).scroll_into_view_if_needed()
        assert first_in_view(visit) > 15
        if action == 'search':
            visit.find('#search').fill('+ 3')
            visit.page.wait_for_url(lambda url: 'q=' in url)
        elif action == 'level':
            visit.find('#search').fill('')
            visit.find('#filter-level').select_option('2')
        else:
            visit.find('#reset').click()
        visit.page.wait_for_timeout(200)
        assert first_in_view(visit) == 0, action


def test_a_link_to_a_filter_takes_the_focus_along(shown: Shown, visiting: Visiting) -> None:
    """Else the next Tab is at the top of the page again, where the link is."""
    visit = visiting(shown[0])
    visit.find('.legend a').first.focus()
    visit.page.keyboard.press('Enter')
    visit.page.wait_for_function("() => document.activeElement.id === 'responses'")
    visit.page.keyboard.press('Tab')
    assert visit.run('() => document.activeElement.id') == 'search'


def test_a_card_that_keys_lead_to_has_a_name(shown: Shown, visiting: Visiting) -> None:
    visit = visiting(shown[0])
    visit.page.keyboard.press('j')
    name = visit.find('.card').first.locator('h3').inner_text()
    assert visit.page.get_by_role('article', name=name, exact=True).count() == 1
    assert visit.find('.card:focus').get_attribute('aria-label') == name


@pytest.mark.parametrize(
    ('fragment', 'is_lost'),
    [
        ('#verdict=timeout', True),
        ('#subject=Topology&level=2', True),
        ('#run=7', True),
        ('#level=2&q=%20what%20', False),
        ('#run=0&verdict=incorrect', False),  # as the links of a single run have it
        ('#sort=-length', False),
    ],
)
def test_what_an_address_asks_in_vain_is_said(
    fragment: str, is_lost: bool, one: Path, visiting: Visiting
) -> None:
    visit = visiting(one, fragment)
    said = 'asks for something that this report does not have' in visit.find('#told').inner_text()
    assert said == is_lost


@pytest.mark.parametrize('size', [(390, 780), (320, 256), (780, 390)])
def test_open_filters_leave_room_for_the_list(
    size: tuple[int, int], shown: Shown, visiting: Visiting
) -> None:
    """320 to 256 is a large screen enlarged fourfold."""
    width, height = size
    visit = visiting(shown[0], viewport={'width': width, 'height': height})
    visit.run('() => { document.getElementById("filters").open = true; }')
    visit.find('.card').nth(20).evaluate('card => card.scrollIntoView()')
    visit.page.wait_for_timeout(100)
    _, top, _, tall = box(visit, '#toolbar')
    assert top + tall < 0.6 * height


def test_paper_says_what_the_filter_is(shown: Shown, visiting: Visiting) -> None:
    fragment = '#verdict=no_answer&verdict=truncated&run=1&level=2&q=the&sort=-length&differ=1'
    visit = visiting(shown[0], fragment)
    assert not visit.find('#printed').is_visible()
    visit.page.pdf()
    visit.page.emulate_media(media='print')
    assert visit.find('#printed').inner_text() == (
        'no answer · truncated · weak · where runs differ · Level: 2 · Order: longest first'
        ' · Search: the'
    )
    visit.page.emulate_media(media='screen')
    visit.find('#reset').click()
    visit.page.pdf()
    assert visit.find('#printed').text_content() == ''


def test_a_long_gold_leaves_its_label_whole_and_none_is_said(
    tmp_path: Path, visiting: Visiting
) -> None:
    golds = (r'\undefined{' + 'x_{1}+' * 300 + '}', '')
    problems = [Problem('What?', '', gold, 'Algebra', 1, f'p/{n}') for n, gold in enumerate(golds)]
    save_run(tmp_path / 'a', 'm', replying(5), problems)
    visit = visiting(made_report(tmp_path / 'r.html', tmp_path / 'a'))
    _, _, width, height = box(visit, '.gold .term')
    assert height < 30 < 2 * width
    none = visit.find('.card').nth(1).locator('.gold > span').all_text_contents()
    assert none == ['Gold', 'none']


def test_a_script_from_right_to_left_runs_so(tmp_path: Path, visiting: Visiting) -> None:
    arabic = 'ما هو المجموع؟ اكتب الجواب.'
    problems = [Problem(arabic, '', '2', 'Algebra', 1, 'p/0')]
    save_run(tmp_path / 'a', 'm', lambda p, n: Reply(arabic + '\nAnd this: 2.'), problems)
    visit = visiting(made_report(tmp_path / 'r.html', tmp_path / 'a'), state='searchable')
    visit.find('.response > summary').first.click()
    visit.page.wait_for_selector('.response-text pre:not([aria-busy])')
    visit.page.wait_for_function("() => document.querySelector('.response-text pre').textContent")
    lefts = visit.run(
        """() => ['.problem', '.response-text pre'].map((selector) => {
          const texts = document.createTreeWalker(document.querySelector(selector), 4);
          const range = new Range();
          const node = texts.nextNode();
          const end = node.textContent.indexOf('.');
          const left = (at) => {
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            return range.getBoundingClientRect().left;
          };
          return [left(0), left(end)];
        })"""
    )
    for first, stop in lefts:
        assert stop < first, 'the full stop stands at the left end of the line'


def test_both_ends_of_the_lengths_are_written(one: Path, visiting: Visiting) -> None:
    visit = visiting(one)
    shortest, longest = visit.run(
        """() => {
          const rows = [...document.querySelectorAll('.histogram tbody th')];
          const ends = rows.map((row) => row.textContent.split(' – '));
          return [ends[0][0], ends.at(-1)[1]];
        }"""
    )
    axis = [text for text in visit.find('.axis > span').all_inner_texts() if text]
    assert axis[0].split()[0] == shortest and axis[-1].split()[-1] == longest
    end, _, wide, _ = box(visit, '.axis > span > span')
    drawing, _, width, _ = box(visit, '.histogram svg')
    assert end + wide == pytest.approx(drawing + width, abs=1)


def test_a_command_is_broken_between_its_words(shown: Shown, visiting: Visiting) -> None:
    visit = visiting(shown[0], **PHONE)
    words = visit.find('code.command > span')
    assert '--output' in words.all_inner_texts()
    heights = [words.nth(n).evaluate('e => e.getClientRects().length') for n in range(3)]
    assert heights == [1, 1, 1]
    at = words.all_inner_texts().index('--output')
    assert box(visit, f'code.command > span:nth-child({at + 1})')[3] < 30


def test_the_captions_of_wide_tables_are_read_without_scrolling(
    shown: Shown, visiting: Visiting
) -> None:
    visit = visiting(shown[0], **PHONE)
    captions = visit.find('.scroller caption')
    widths = [captions.nth(n).evaluate('e => e.offsetWidth') for n in range(captions.count())]
    assert len(widths) > 3 and max(widths) <= 390
