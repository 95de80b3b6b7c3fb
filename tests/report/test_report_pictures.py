"""Pictures of the page: artefacts of every test run, and the one in README and docs."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import pytest
from browser import ARTEFACTS, Visit, Visiting
from doc_pages import ROOT, pages
from page_runs import made_report, many_problems, replying, save_run
from report_picture import PICTURE

PHONE = {'viewport': {'width': 360, 'height': 740}, 'is_mobile': True, 'device_scale_factor': 2}


def size_of(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG, in pixels."""
    content = picture.read_bytes()
    assert content[:8] == b'\x89PNG\r\n\x1a\n'
    width, height = struct.unpack('>II', content[16:24])
    return width, height


def test_the_picture_of_the_documentation_is_small() -> None:
    width, height = size_of(PICTURE)
    assert 1000 <= width <= 2400
    assert 700 <= height <= 2400
    assert PICTURE.stat().st_size < 300_000


def test_the_documentation_shows_the_picture() -> None:
    """In both languages, in the README and in a page of the docs, with words for it."""
    showing = {
        page.path.relative_to(ROOT).parent.as_posix()
        for page in pages()
        if f'{PICTURE.name})' in page.text and '![](' not in page.text
    }
    assert showing == {'.', 'docs/en', 'docs/zh_cn'}
    for name in ('README.md', 'README_zh-CN.md'):
        assert '](docs/report.png)' in (ROOT / name).read_text(encoding='utf-8')


@pytest.fixture(scope='module')
def work_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs on the embedded problems."""
    folder = tmp_path_factory.mktemp('pictures') / 'run'
    save_run(folder, 'able', replying(9))
    return save_run(folder, 'weak', replying(4))


def opened(visit: Visit, count: int) -> None:
    """Open the first responses of the list, and wait for their texts."""
    for row in visit.find('.response').all()[:count]:
        row.evaluate('row => { row.open = true; }')
        row.locator('details.response-text pre:not(:empty), .body p').first.wait_for()
    visit.page.wait_for_timeout(200)


def whole(visit: Visit, name: str) -> Path:
    """From top to bottom; what is out of view is laid out for that."""
    visit.run(
        """() => {
          for (const card of document.querySelectorAll('.card')) {
            card.style.contentVisibility = 'visible';
          }
        }"""
    )
    return visit.keep(name, full_page=True)


@pytest.mark.slow
def test_the_page_is_kept_as_pictures(work_dir: Path, tmp_path: Path, visiting: Visiting) -> None:
    """Light, dark, on a phone, the runs side by side, one response opened, a filter."""
    page = made_report(tmp_path / 'report.html', work_dir)
    kept = [
        whole(visiting(page, state='searchable'), 'report-light'),
        whole(visiting(page, state='searchable', color_scheme='dark'), 'report-dark'),
        whole(visiting(page, state='searchable', **PHONE), 'report-phone'),
        visiting(page, '#side-by-side', state='searchable').keep('report-side-by-side'),
    ]
    both = visiting(page, '#differ=1', state='searchable')
    opened(both, 2)
    kept.append(both.keep('report-opened'))
    small = visiting(page, '#verdict=incorrect', state='searchable', **PHONE)
    opened(small, 1)
    kept.append(small.keep('report-opened-phone'))
    for picture in kept:
        assert picture.parent == ARTEFACTS
        width, height = size_of(picture)
        assert min(width, height) >= 700
        assert picture.stat().st_size > 20_000


def make_picture(work_dir: Path, output: Path) -> subprocess.CompletedProcess[str]:
    """Run the script; in its own process, for this one may have a browser already."""
    return subprocess.run(
        [
            sys.executable,
            ROOT / 'tests' / 'support' / 'report_picture.py',
            work_dir,
            '--output',
            output,
        ],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.usefixtures('chromium')
def test_the_picture_can_be_made(work_dir: Path, tmp_path: Path) -> None:
    done = make_picture(work_dir, tmp_path / 'made.png')
    assert done.returncode == 0, done.stderr
    assert size_of(tmp_path / 'made.png') == size_of(PICTURE)


@pytest.mark.slow
def test_no_picture_of_other_problems(tmp_path: Path) -> None:
    """MATH's texts do not belong into this repository, not even as pixels."""
    save_run(tmp_path / 'run', 'able', 5, many_problems(3))
    done = make_picture(tmp_path / 'run', tmp_path / 'made.png')
    assert done.returncode == 1
    assert 'other problems than the embedded ones' in done.stderr
    assert not (tmp_path / 'made.png').exists()
