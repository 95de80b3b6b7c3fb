"""The page without a mouse."""

from __future__ import annotations

import pytest
from browser import Visit, Visiting
from page_filters import Filter, count_in
from page_runs import Shown

pytestmark = pytest.mark.slow


def test_the_keyboard_does_everything(shown: Shown, visiting: Visiting) -> None:
    page, shelf = shown
    visit = visiting(page, state='searchable')
    keys = visit.page.keyboard
    keys.press('/')
    assert visit.run('() => document.activeElement.id') == 'search'
    keys.type('marbles jk')
    assert visit.find('#search').input_value() == 'marbles jk', 'a key in the search is a letter'
    for _ in ' jk':
        keys.press('Backspace')
    keys.press('Enter')
    assert count_in(visit.find('#count').inner_text()) == shelf.count(Filter(q='marbles'))
    assert visit.find('.card:focus').count() == 1, 'Enter leads to what is found'
    keys.press('/')
    keys.press('Backspace')
    visit.page.wait_for_url(lambda url: '#' not in url)
    keys.press('Escape')
    assert visit.find('#search:focus').count() == 0
    names = visit.find('.card h3').all_text_contents()
    assert len(names) == 35
    keys.press('j')
    first = names.index(focused_card(visit))
    keys.press('j')
    keys.press('j')
    assert names.index(focused_card(visit)) == first + 2
    keys.press('k')
    assert names.index(focused_card(visit)) == first + 1
    keys.press('Enter')
    card = visit.find('.card:focus')
    assert card.locator('.response:not([open])').count() == 0
    assert card.locator('.response[open]').count() == 3
    keys.press('Escape')
    assert card.locator('.response[open]').count() == 0
    keys.press('o')
    assert card.locator('.response[open]').count() == 3
    keys.press('?')
    assert visit.find('#help').is_visible()
    keys.press('Escape')
    assert not visit.find('#help').is_visible()
    assert card.locator('.response[open]').count() == 3, 'closing the help closes nothing else'


def focused_card(visit: Visit) -> str:
    return str(
        visit.run("() => document.activeElement.closest('.card').querySelector('h3').textContent")
    )


def test_tab_reaches_every_control_and_shows_where(shown: Shown, visiting: Visiting) -> None:
    """From the top to the first response's link, with a ring around each stop."""
    visit = visiting(shown[0])
    stops: list[str] = []
    for _ in range(400):
        visit.page.keyboard.press('Tab')
        stop, ring = visit.run(
            """() => {
              const e = document.activeElement;
              const style = getComputedStyle(e);
              const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
              const name = e.id || e.name || e.className || e.tagName;
              return [name, ring || style.boxShadow !== 'none'];
            }"""
        )
        assert ring, f'nothing shows that {stop} has the focus'
        stops.append(stop)
        if visit.run("() => document.activeElement.matches('.response > summary')"):
            break
    wanted = {'search', 'reset', 'verdict', 'run', 'filter-differ', 'filter-subject',
              'filter-level', 'filter-ending', 'sort'}  # fmt: skip
    assert wanted <= set(stops)
    visit.page.keyboard.press('Enter')
    visit.page.wait_for_selector('.response[open] a.link')
    for _ in range(6):
        visit.page.keyboard.press('Tab')
        if visit.run("() => document.activeElement.matches('a.link')"):
            return
    raise AssertionError('Tab does not reach the link of an open response')
