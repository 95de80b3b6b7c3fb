"""The page on the report shows and says what is so."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from command_arguments import arguments_of
from doc_pages import Page, pairs
from documented_commands import OTHER_RUN_DIR, REPORTS
from documented_run import ITEMS, run_in, save_items

from opencompass_math500.cli import main
from opencompass_math500.report.bundle import LONGEST
from opencompass_math500.report.page import content_policy

PAGES = next(pair for pair in pairs() if pair[0].path.name == 'report.md')
READMES = next(pair for pair in pairs() if pair[0].path.name == 'README.md')
FILES = Path(main.__code__.co_filename).parents[1] / 'report' / 'page'

each_page = pytest.mark.parametrize('page', PAGES, ids=str)


@pytest.mark.slow
@pytest.mark.parametrize('command', sorted(REPORTS))
def test_a_command_does_what_is_shown(command: str, documented_folder: Path) -> None:
    save_items(documented_folder / OTHER_RUN_DIR)
    done = run_in(documented_folder, command)
    assert done.stderr == ''
    written = re.fullmatch(r'(\S+) \((\d+\.\d) MB\)\n', done.stdout)
    assert written is not None
    page = (documented_folder / written[1]).read_text(encoding='utf-8')
    assert f'{len(page.encode()) / 1e6:.1f}' == written[2]
    runs, responses = REPORTS[command]
    assert re.search(rf'{runs} runs?,\s+{len(ITEMS)} problems,\s+{responses} responses', page)
    for one in PAGES:
        blocks = [block for block in one.blocks if command in block.commands]
        assert len(blocks) == 1
        assert blocks[0].output in (None, done.stdout)


@pytest.fixture(scope='module')
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page about two runs."""
    folder = tmp_path_factory.mktemp('documented')
    runs = [str(save_items(folder / name)) for name in ('a', 'b')]
    assert main(['report', *runs, '--output', str(folder / 'report.html')]) == 0
    return (folder / 'report.html').read_text(encoding='utf-8')


def firsts(page: Page, among: str) -> list[str]:
    """The first column of the one table in which this stands there."""
    (table,) = (t for t in page.tables if any(among in row[0] for row in t))
    return [row[0] for row in table[1:]]


@each_page
def test_every_option_is_explained(page: Page) -> None:
    options = {o for action in arguments_of()['report'] for o in action.option_strings}
    explained = re.findall(r'`(\S+?)`', ' '.join(firsts(page, '`--output`')))
    assert sorted(explained) == sorted(options - {'-h', '--help'})


@each_page
def test_every_section_is_explained_in_its_order(page: Page, report: str) -> None:
    sections = re.findall(
        r'<section aria-labelledby="([\w-]+)">\s*<h2 id="\1">([^<]+)</h2>', report
    )
    explained = [re.search(r'\*\*(.+?)\*\*', cell) for cell in firsts(page, '**Lengths**')]
    assert [found and found[1] for found in explained] == [title for _, title in sections]
    (anchor,) = (
        cell.strip('`#')
        for cell in firsts(page, '`#item-')
        if '=' not in cell and 'item-' not in cell
    )
    assert anchor in [name for name, _ in sections]


@each_page
def test_every_filter_is_explained(page: Page, report: str) -> None:
    bar = report[report.index('<form id="toolbar"') : report.index('<div id="items">')]
    labels = {
        *re.findall(r'aria-label="(Search)"', bar),
        *re.findall(r'<legend>([^<]+)</legend>', bar),
        *re.findall(r'<label for="[^"]+">([^<]+)</label>', bar),
        *(one.strip() for one in re.findall(r'<input type="checkbox" id="[^"]+">([^<]+)<', bar)),
    }
    assert len(labels) == 8
    explained = re.findall(r'\*\*(.+?)\*\*', ' '.join(firsts(page, '**Search**')))
    assert sorted(explained) == sorted(labels)


@each_page
def test_every_key_is_explained(page: Page, report: str) -> None:
    (dialog,) = re.findall(r'<dialog id="help".*?</dialog>', report, re.DOTALL)
    rows = re.findall(r'<tr><td>(.*?)</td>', dialog)
    keys = [re.findall(r'<kbd>(.+?)</kbd>', row) for row in rows]
    assert [re.findall(r'`(.+?)`', cell) for cell in firsts(page, '`j`')] == keys


@each_page
def test_every_part_of_an_address_is_explained(page: Page) -> None:
    source = (FILES / 'filter.js').read_text('utf-8') + (FILES / 'address.js').read_text('utf-8')
    known = set(re.findall(r"parameters\.get(?:All)?\('(\w+)'\)", source))
    assert len(known) == 9
    addresses = [cell.strip('`') for cell in firsts(page, '`#item-')]
    assert {name for one in addresses for name in re.findall(r'[#&](\w+)=', one)} == known
    (sorts,) = re.findall(r'SORTS = Object\.freeze\(\[(.+?)\]\)', source)
    (sentence,) = (line for line in page.text.splitlines() if line.startswith('`q`'))
    orders = sentence[sentence.index('`sort`') :]
    assert set(re.findall(r"'-?(\w+)'", sorts)) == set(re.findall(r'`(\w+)`', orders)) - {'sort'}
    assert set(re.findall(r"'-(\w+)'", sorts)) == {'level', 'length'}


@each_page
def test_the_policy_is_shown_as_it_is(page: Page) -> None:
    policy = re.sub(r'sha256-[^\']+', 'sha256-…', content_policy('', ''))
    assert [b.text for b in page.blocks if b.text.startswith('default-src')] == [f'{policy}\n']


@each_page
def test_the_limits_are_those_of_the_page(page: Page) -> None:
    sources = {path.name: path.read_text('utf-8') for path in FILES.glob('*.js')}
    (factors,) = re.findall(r'TOO_LARGE = ([\d *]+);', sources['haystack.js'])
    characters = 1
    for factor in factors.split('*'):
        characters *= int(factor)
    (printed,) = re.findall(r'PRINTED = (\d+);', sources['list.js'])
    (cards,) = re.findall(r'PORTION = \{ cards: (\d+)', sources['list.js'])
    for number in (LONGEST, characters, int(printed), int(cards)):
        assert re.search(rf'(?<![\d,]){number:,}(?![\d,])', page.text), number


@each_page
def test_the_walk_is_through_the_demo_of_the_readme(page: Page) -> None:
    """The score and the verdicts of its first run, and the response that is opened."""
    table = READMES[0].marked('demo-output')
    row = re.search(r'^  A +(\d+) +([\d.]+) .*? (\d+) +(\d+) \((\d+) cut\)', table, re.MULTILINE)
    assert row is not None
    items, accuracy, no_answer, truncated, cut = row.groups()
    right = round(int(items) * float(accuracy) / 100)
    wrong = int(items) - right - int(no_answer) - int(truncated)
    (walk,) = re.findall(r'\n1\. \*\*.*?\n2\. \*\*.*?\n', page.text, re.DOTALL)
    said = [int(number) for number in re.findall(r'(?<![\d.])\d+(?![\d.])', walk)]
    counts = [int(items), right, wrong, int(no_answer), int(truncated), int(cut)]
    assert [n for n in said if n in counts][: len(counts)] == counts
    assert f'{accuracy} %' in page.text
    (abbr,) = re.findall(r'^A  (\S+) on (\S+)$', table, re.MULTILINE)
    named = json.dumps([*abbr, 'sample/algebra/3.json', 0])
    assert f'`#item-{hashlib.sha256(named.encode()).hexdigest()[:12]}`' in page.text


@each_page
def test_the_smallest_and_largest_cells_are_as_said(
    page: Page, math500_rows: Sequence[dict[str, Any]]
) -> None:
    counts: dict[tuple[str, int], int] = {}
    for row in math500_rows:
        cell = (row['subject'], row['level'])
        counts[cell] = counts.get(cell, 0) + 1
    (line,) = (one for one in page.text.splitlines() if '35' in one and 'MATH-500' in one)
    said = [int(number) for number in re.findall(r'(?<![\d-])\d+', line)]
    assert said == [len(counts), min(counts.values()), max(counts.values())]
