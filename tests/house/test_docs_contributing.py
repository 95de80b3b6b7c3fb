"""The page for contributors leads to the right file: each path exists, and holds what is said."""

from __future__ import annotations

import re

import pytest
from doc_pages import CHINESE, ENGLISH, ROOT, Page

ENGLISH_PAGE = Page(ROOT / ENGLISH / 'contributing.md')
PAGES = [ENGLISH_PAGE, Page(ROOT / CHINESE / 'contributing.md')]
PLACES = ('.github/', 'configs/', 'docs/', 'findings/', 'opencompass_math500/', 'tests/')

# What a stranger looks for, with something of this kind that must stand in each place named.
FINDS: dict[str, tuple[str, ...]] = {
    'a unit word': ('\nsquared\t',),
    'a number word': ('\nseven\t', '\tsiete\t'),
    'a whole answer in words': ('\npositive infinity\t',),
    'the words that introduce an answer': ('\tfinal result\t',),
    'other words around a value': ('negation',),
    "a marker of a model's thinking": ('< / think >',),
    'where in a response the answer is found': ('def extract_answer(',),
    'an answer form: how a text becomes a value': ('def parse(', "'dfrac'"),
    'the values there are': ('class Number',),
    'a grading rule: when two values are the same answer': ('_rule(', '_rule,\n'),
    "what the problem's own text decides": ('problem',),
    'a form about which experts differ': ('list_against_tuple',),
    'exact arithmetic': ('Fraction',),
    'a bound on hostile input': ('MAX_',),
    'sympy': ('import sympy',),
    'the order of all of it': ('def grade(',),
    'a prompt': ("'qwen25-math-cot'", 'QWEN_MATH_SYSTEM ='),
    'a model config': ('models = [',),
    'a whole run as a config': ('read_base',),
    "a retry rule: what an endpoint's error means": ('\ninsufficient_quota\t', '429'),
    "a finish reason's word": ('max_tokens',),
    'what is checked before a run': ('max_out_len',),
    'the adapter to OpenCompass': ('from opencompass.',),
    'the tasks for lm-evaluation-harness': ('task: math500',),
    'the rewards for trainers': ('def ',),
    'the problems and their check': ('def load_problems(', '"unique_id"'),
    "another harness' logs": ('(Source):', 'SOURCES:', 'class Toy(Source)'),
    'the name of a column in files of rows': ("'ground_truth'",),
    'the settings that a score needs beside it': ('class Settings',),
    'an interval, a test, pass@k': ('def wilson_interval',),
    'an exporter': ('_write_zip',),
    'a published row': ('"MATH-500"', '"MATH-500"'),
    "whose score it is, by the model's name": ('def ',),
    'when two runs may be compared': ('unknown',),
    'another grader in `regrade`': ('math_verify',),
    'a section of the HTML report': ('include', 'class Sheet'),
    'a command': ('COMMAND: Final = Command', 'COMMAND: Final = Command'),
    'an argument that several commands share': ('--policy',),
    'the picture that `watch` draws': ('def picture(',),
    'a process that can be killed': ('kill',),
    'an error that a user can mend': ('class ConfigError',),
    'a test': ('\ndef test_',),
    'what tests share': ('class Page',),
    'the cases, as data': ('"gold"',),
    'which room may import which, and which library': ('LAYERS:',),
    'a dependency and its reason': ('sympy>=', 'sympy=='),
    'a surprise of another tool': ('#!/',),
}


def rows(page: Page) -> list[list[str]]:
    """Its lines of three cells: what, where, and what lands with it."""
    return [row for table in page.tables if len(table[0]) == 3 for row in table[1:]]


def paths(text: str) -> list[str]:
    """The paths of this repository in a text, in its order."""
    return [code for code in codes(text) if code.startswith(PLACES) or is_file_at_top(code)]


def codes(text: str) -> list[str]:
    return re.findall(r'`([^`]+)`', text)


def is_file_at_top(code: str) -> bool:
    return re.fullmatch(r'[\w.-]+\.(md|py|toml|txt)', code) is not None


def texts(path: str) -> list[str]:
    """The file's text, or those of the files below a folder."""
    place = ROOT / path
    files = [place] if place.is_file() else sorted(p for p in place.rglob('*') if p.is_file())
    suffixes = {'.py', '.tsv', '.jsonl', '.yaml', '.j2', '.sh', '.txt', '.md'}
    return [file.read_text(encoding='utf-8') for file in files if file.suffix in suffixes]


@pytest.mark.parametrize('page', PAGES, ids=str)
def test_every_path_exists_and_is_of_its_kind(page: Page) -> None:
    named = paths(page.prose)
    assert len(named) > 60
    for path in named:
        assert (ROOT / path).exists(), path
        assert (ROOT / path).is_dir() == path.endswith('/'), path


@pytest.mark.parametrize('row', rows(ENGLISH_PAGE), ids=lambda row: row[0])
def test_a_stranger_finds_it_there(row: list[str]) -> None:
    places = paths(row[1])
    wanted = FINDS[row[0]]
    assert len(places) == len(wanted), places
    for path, text in zip(places, wanted, strict=True):
        assert any(text in one for one in texts(path)), f'{text!r} is not in {path}'
    beside = [name for name in codes(row[1]) if name not in places]
    held = [text for path in places for text in texts(path)]
    assert [name for name in beside if not any(name in text for text in held)] == []


def test_what_is_looked_for_is_all_there() -> None:
    assert [row[0] for row in rows(ENGLISH_PAGE)] == list(FINDS)
    assert [[paths(cell) for cell in row] for row in rows(PAGES[1])] == [
        [paths(cell) for cell in row] for row in rows(ENGLISH_PAGE)
    ]


def test_every_table_of_words_is_on_the_page() -> None:
    """The data are where most changes are made: none is left out."""
    data = {
        f'opencompass_math500/data/{path.name}'
        for path in (ROOT / 'opencompass_math500' / 'data').iterdir()
    }
    # Made from the hub's rows, once: nobody adds a line.
    assert data - set(paths(ENGLISH_PAGE.prose)) == {'opencompass_math500/data/math500_index.tsv'}


def test_every_room_is_on_the_page() -> None:
    rooms = {
        f'opencompass_math500/{path.name}/'
        for path in (ROOT / 'opencompass_math500').iterdir()
        if path.is_dir() and any(path.glob('*.py'))
    }
    named = ' '.join(paths(ENGLISH_PAGE.prose))
    assert [room for room in sorted(rooms) if room not in named] == []
