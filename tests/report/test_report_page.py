"""The page as a whole: opens from disk, in every light and size, on paper, without scripts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browser import Visit, Visiting
from page_colours import contrasts, faint_texts
from page_filters import Filter, Shelf, count_in
from page_runs import made_report, many_problems, replying, save_run

from opencompass_math500.grading import OUTCOMES
from opencompass_math500.runs.graded import comparable_runs
from opencompass_math500.statistics.score import score_items

pytestmark = pytest.mark.slow

PHONE = {'viewport': {'width': 360, 'height': 740}, 'is_mobile': True, 'has_touch': True}


@pytest.fixture(scope='module')
def one(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder with one run, and its page."""
    folder = tmp_path_factory.mktemp('one')
    save_run(folder / 'a', 'able', 7)
    return folder / 'a', made_report(folder / 'report.html', folder / 'a')


@pytest.fixture(scope='module')
def three(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Three runs, one incomplete, with long names."""
    folder = tmp_path_factory.mktemp('three')
    save_run(folder / 'a', 'able', 8)
    save_run(folder / 'a', 'a-model-with-a-rather-long-name-72b-instruct-2026-01-01', 3)
    save_run(folder / 'a', 'often', replying(6, fails=True), samples=2)
    return folder / 'a', made_report(folder / 'report.html', folder / 'a')


def open_everything(visit: Visit, rows: int = 3) -> None:
    """Unfold what can be unfolded, and the first rows of the list."""
    visit.run(
        """rows => {
          for (const one of document.querySelectorAll('main details:not(.response)')) {
            one.open = true;
          }
          for (const one of [...document.querySelectorAll('.response')].slice(0, rows)) {
            one.open = true;
          }
        }""",
        rows,
    )
    visit.page.wait_for_timeout(200)
    visit.run(
        """() => {
          for (const one of document.querySelectorAll('.response details')) one.open = true;
        }"""
    )
    visit.page.wait_for_timeout(300)


def test_it_opens_from_disk(one: tuple[Path, Path], visiting: Visiting) -> None:
    """Shown, counted and made searchable; the fixture sees to errors and requests."""
    work_dir, page = one
    visit = visiting(page, state='searchable')
    assert visit.page.url.startswith('file://')
    shown = count_in(visit.find('#count').inner_text())
    assert shown == Shelf.of(work_dir).count(Filter())
    assert visit.find('.card').count() == 35
    assert visit.page.title()
    open_everything(visit, rows=35)


def test_the_policy_of_the_page_forbids_everything_else(
    one: tuple[Path, Path], visiting: Visiting
) -> None:
    visit = visiting(one[1])
    policy = visit.find('meta[http-equiv="Content-Security-Policy"]').get_attribute('content')
    assert policy is not None
    parts = dict(part.strip().split(' ', 1) for part in policy.split(';'))
    assert parts['default-src'] == "'none'"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/=]+'", parts['script-src'])
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/=]+'", parts['style-src'])
    assert (parts['base-uri'], parts['form-action']) == ("'none'", "'none'")


def test_the_policy_is_in_force(one: tuple[Path, Path], visiting: Visiting) -> None:
    """A script that got in all the same would not run, nor reach the network."""
    visit = visiting(one[1])
    outcome = visit.run(
        """async () => {
          const injected = document.createElement('div');
          injected.innerHTML = '<img src="x" onerror="window.pwned = 1">';
          document.body.append(injected);
          const script = document.createElement('script');
          script.textContent = 'window.pwned = 2';
          document.body.append(script);
          await new Promise((resume) => setTimeout(resume, 200));
          try { await fetch('https://leak.invalid/'); return 'fetched'; }
          catch { return String(window.pwned); }
        }"""
    )
    assert outcome == 'undefined'
    assert visit.requests == []
    assert any('Content Security Policy' in text for text in visit.said)
    visit.said.clear()  # these were asked for


def test_the_numbers_stand_without_javascript(three: tuple[Path, Path], visiting: Visiting) -> None:
    work_dir, page = three
    visit = visiting(page, state='', java_script_enabled=False)
    text = visit.find('main').inner_text()
    for run in comparable_runs(work_dir):
        found = score_items(run.items)
        assert f'{found.accuracy:.2f}' in text
        assert f'{found.low:.1f} – {found.high:.1f}' in text
    hint = visit.find('noscript').inner_text()
    assert 'JavaScript' in hint
    assert 'math500 export' in hint
    assert not visit.find('#toolbar').is_visible()
    assert visit.find('table').count() >= 4


def test_a_browser_that_cannot_unpack_says_so(one: tuple[Path, Path], visiting: Visiting) -> None:
    visit = visiting(one[1], state='')
    visit.page.add_init_script('delete window.DecompressionStream')
    visit.page.reload()
    visit.wait('failed')
    assert 'DecompressionStream' in visit.find('#status').inner_text()
    assert visit.find('#status').is_visible()
    visit.said.clear()  # it is an error, and the console may have it too


def verdicts_page(folder: Path) -> Path:
    """A page with a chip of every verdict, and cells from 0 to 100 percent."""
    problems = many_problems(400)
    save_run(folder / 'a', 'able', 5, problems, dataset='sums')
    path = folder / 'a' / 'results' / 'able' / 'sums.json'
    text = path.read_text(encoding='utf-8')
    for number, verdict in enumerate(OUTCOMES):
        text = text.replace('"verdict": ["incorrect"]', f'"verdict": ["{verdict}"]', number + 1)
    path.write_text(text, encoding='utf-8')
    return made_report(folder / 'report.html', folder / 'a')


@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_everything_is_legible(
    scheme: str, three: tuple[Path, Path], tmp_path: Path, visiting: Visiting
) -> None:
    visit = visiting(three[1], color_scheme=scheme, state='searchable')
    open_everything(visit)
    for chosen in ('.chip', '[class*="heat-"]'):
        assert len(contrasts(visit, chosen)) > 20
        assert faint_texts(visit, chosen) == []
    texts = 'main :is(p, td, th, dt, dd, li, summary, label, legend, button, a, code, h3, small)'
    assert faint_texts(visit, texts) == []
    many = visiting(verdicts_page(tmp_path), color_scheme=scheme)
    kinds = {one['kind'].split()[-1] for one in contrasts(many, '.chip[data-verdict]')}
    assert len(kinds) >= 5, kinds
    assert faint_texts(many, '.chip') == []


def test_every_step_of_the_heat_is_legible(one: tuple[Path, Path], visiting: Visiting) -> None:
    """All eleven, put onto cells of the page: a run seldom has all of them."""
    for scheme in ('light', 'dark'):
        visit = visiting(one[1], color_scheme=scheme)
        visit.run(
            """() => {
              const cells = [...document.querySelectorAll('td[class*="heat-"]')];
              cells.slice(0, 11).forEach((cell, step) => { cell.className = `heat-${step}`; });
            }"""
        )
        found = contrasts(visit, ', '.join(f'td.heat-{step}' for step in range(11)))
        assert len({one['ground'] for one in found}) == 11
        assert [one for one in found if one['contrast'] < 4.5] == []


def test_dark_is_dark(one: tuple[Path, Path], visiting: Visiting) -> None:
    def ground(scheme: str) -> list[int]:
        visit = visiting(one[1], color_scheme=scheme)
        (body,) = contrasts(visit, 'body')
        return [int(number) for number in body['ground'].split(',')]

    assert min(ground('light')) > 230
    assert max(ground('dark')) < 60


def wider_than_the_screen(visit: Visit) -> dict[str, Any]:
    """How wide the document is, and which elements stick out of it outside scrolling boxes."""
    found: dict[str, Any] = visit.run(
        """() => {
          const width = document.documentElement.clientWidth;
          const clipped = (e) => {
            for (let up = e.parentElement; up !== null; up = up.parentElement) {
              if (getComputedStyle(up).overflowX !== 'visible') return true;
            }
            return false;
          };
          const out = [...document.querySelectorAll('body *')].filter((e) =>
            e.getBoundingClientRect().right > width + 1 && !clipped(e));
          return { scrolls: document.documentElement.scrollWidth > width,
            out: out.slice(0, 5).map((e) => `${e.tagName}.${e.className} ${e.id}`) };
        }"""
    )
    return found


def test_a_phone_does_not_scroll_sideways(three: tuple[Path, Path], visiting: Visiting) -> None:
    visit = visiting(three[1], state='searchable', **PHONE)
    fits = {'scrolls': False, 'out': []}
    assert wider_than_the_screen(visit) == fits
    open_everything(visit)
    assert wider_than_the_screen(visit) == fits
    visit.find('#search').fill('the')
    visit.find('#search').press('Enter')
    assert wider_than_the_screen(visit) == fits


def test_long_lines_do_not_widen_a_phone(tmp_path: Path, visiting: Visiting) -> None:
    """Answers, reasons and formulas without a place to break."""
    problems = many_problems(4)
    save_run(tmp_path / 'a', 'm' * 120, 0, problems, dataset='d' * 90)
    path = tmp_path / 'a' / 'results' / ('m' * 120) / f'{"d" * 90}.json'
    text = path.read_text(encoding='utf-8')
    assert '"pred": ["' in text
    long = 'x_{1}+' * 200
    text = re.sub(r'"(pred|reason)": \["[^"]*"\]', rf'"\1": ["{long}1"]', text)
    path.write_text(text, encoding='utf-8')
    page = made_report(tmp_path / 'report.html', tmp_path / 'a')
    visit = visiting(page, **PHONE)
    open_everything(visit)
    assert wider_than_the_screen(visit) == {'scrolls': False, 'out': []}


def test_paper_has_the_texts_and_none_of_the_controls(
    three: tuple[Path, Path], visiting: Visiting
) -> None:
    visit = visiting(three[1], '#verdict=incorrect', state='searchable', color_scheme='dark')
    visit.page.emulate_media(media='print')
    for control in ('#search', '#filters', '#reset', '#filter-verdict', '#sort', '#show-help'):
        assert not visit.find(control).is_visible(), control
    assert visit.find('.card').first.is_visible()
    (body,) = contrasts(visit, 'body')
    assert body['ground'] == '255,255,255'
    assert faint_texts(visit, '.chip, [class*="heat-"]') == []
    assert len(visit.page.pdf()) > 20_000
