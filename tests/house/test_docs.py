"""The documentation tells the truth, leads somewhere, and says the same in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doc_pages import ENGLISH, ROOT, Page, pages, pairs
from shown_outputs import put_table, table_of
from work_dirs import detail, save_results

from opencompass_math500 import judge, load_problems
from opencompass_math500.dataset import HUB_REPO, PINNED
from opencompass_math500.errors import Math500Error
from opencompass_math500.grading import NOT_THE_MODELS_MISTAKE, OUTCOMES
from opencompass_math500.locations import config_dir
from opencompass_math500.prompts import TEMPLATES, minerva_examples, texts

PAGES = [pytest.param(page, id=str(page)) for page in pages()]
PAIRS = [pytest.param(*pair, id=str(pair[0])) for pair in pairs()]

# -- facts ------------------------------------------------------------------------------


@pytest.mark.parametrize('page', [p for p in PAGES if p.id.endswith('grading.md')])
def test_grading_examples_are_judged_as_shown(page: Page) -> None:
    judged = 0
    for table in page.tables[1:3]:
        for gold, answer, *rest in table[1:]:
            verdict = judge(answer=answer.strip('`'), gold=gold.strip('`'))
            expected = [cell.strip('`') for cell in rest[:2]]
            assert [verdict.outcome, verdict.rule][: len(expected)] == expected, (gold, answer)
            judged += 1
    assert judged == 34


@pytest.mark.parametrize('page', [p for p in PAGES if p.id.endswith('grading.md')])
def test_every_outcome_is_explained(page: Page) -> None:
    rows = page.tables[0][1:]
    assert tuple(sorted(row[0].strip('`') for row in rows)) == tuple(sorted(OUTCOMES))
    kinds = {row[0].strip('`'): row[2] for row in rows}
    apart = {kinds[outcome] for outcome in NOT_THE_MODELS_MISTAKE}
    assert len(apart) == 1
    assert {o for o, kind in kinds.items() if kind in apart} == NOT_THE_MODELS_MISTAKE


@pytest.mark.parametrize('page', [p for p in PAGES if p.id.endswith('prompts.md')])
def test_prompts_are_shown_word_for_word(page: Page) -> None:
    shown = [b.text.removesuffix('\n') for b in page.blocks if b.language == 'text']
    ours = [texts.BOXED_COT, texts.MINERVA_QUESTION, texts.MINERVA_EXAMPLE]
    assert shown[: len(ours)] == ours
    asked = {template.question for template in TEMPLATES.values()}
    systems = {template.system for template in TEMPLATES.values()} - {''}
    # The shortest stand in a table's cell or a sentence.
    inline = {text for text in asked | systems if '\n' not in text}
    assert sorted(shown[len(ours) :]) == sorted(asked - inline - set(ours))
    assert [text for text in inline if f'`{text}`' not in page.text] == []
    assert all(f'`{stop}`' in page.text for stop in texts.MINERVA_STOP)


def test_the_examples_deviate_as_is_said() -> None:
    for number in (2, 3):
        example = minerva_examples()[number]
        inside = re.search(
            r'\\begin\{align\*\}\n(.*?)\\end\{align', example.problem + example.solution, re.DOTALL
        )
        assert inside is not None
        first = inside[1].splitlines()[0]
        assert first.endswith('\\') and not first.endswith('\\\\')


@pytest.mark.parametrize(
    ('name', 'folder', 'hidden'),
    [('models.md', 'models', set()), ('prompts.md', 'datasets/math500', {'problems'})],
)
def test_every_config_is_listed(name: str, folder: str, hidden: set[str]) -> None:
    files = {path.stem for path in (config_dir() / folder).glob('*.py')} - hidden
    for page in (p for p in pages() if p.path.name == name):
        listed = re.findall(r'`(\w+)`', ' '.join(row[0] for row in page.tables[0][1:]))
        assert set(listed) == files, page


@pytest.mark.parametrize('page', [p for p in PAGES if p.id.endswith('data.md')])
def test_sources_are_named_as_they_are(page: Page) -> None:
    assert HUB_REPO in page.text
    assert PINNED in page.text
    assert str(len(load_problems('sample'))) in page.tables[0][-1][1]


ROW = {'problem': 'p', 'solution': '', 'answer': '1', 'subject': 'Algebra', 'level': 1}


def _jsonl(folder: Path, *rows: dict[str, Any] | str) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path = folder / 'rows.jsonl'
    path.write_text('\n'.join(lines), encoding='utf-8')
    return path


def _with(number: int, **changes: Any) -> dict[str, Any]:
    return {**ROW, 'unique_id': f'a/{number}', **changes}


MISTAKES: dict[str, Callable[[Path], Any]] = {
    'the folder': lambda at: [(at / HUB_REPO).mkdir(parents=True), load_problems('hub')],
    'no file': lambda at: load_problems(at / 'none.jsonl'),
    'not JSON': lambda at: load_problems(_jsonl(at, *[_with(n) for n in range(16)], '{"a"}')),
    'answer missing': lambda at: load_problems(_jsonl(at, {**ROW, 'unique_id': 'a'}, _without())),
    'is empty': lambda at: load_problems(_jsonl(at, _with(1, answer=' '))),
    'is a number': lambda at: load_problems(_jsonl(at, _with(1, answer=5))),
    'repeats': lambda at: load_problems(_jsonl(at, _with(1), _with(2), _with(1))),
    'unknown subject': lambda at: load_problems('sample', subjects=['geometri']),
}


def _without() -> dict[str, Any]:
    return {key: value for key, value in _with(2).items() if key != 'answer'}


@pytest.mark.parametrize('words', MISTAKES)
def test_messages_are_quoted_as_they_are(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Math500Error) as raised:
        MISTAKES[words](tmp_path)
    _assert_quoted(words, raised.value)


def test_the_missing_row_is_quoted_as_it_is(
    tmp_path: Path, math500_rows: list[dict[str, Any]]
) -> None:
    with pytest.raises(Math500Error) as raised:
        load_problems(_jsonl(tmp_path, *math500_rows[:-1]))
    _assert_quoted('is not MATH-500', raised.value)


def _assert_quoted(words: str, error: Math500Error) -> None:
    page = next(p for p in pages() if str(p) == f'{ENGLISH}/data.md')
    quotes = [code for row in page.tables[-1][1:] for code in re.findall(r'`([^`]+)`', row[0])]
    (quote,) = [quote for quote in quotes if words in quote]
    pattern = '.*'.join(map(re.escape, quote.split('...')))
    assert re.search(pattern, str(error)), f'{quote!r} is now {error}'


# -- both languages ---------------------------------------------------------------------


def test_both_languages_have_the_same_pages() -> None:
    assert all(chinese.path.is_file() for _, chinese in pairs())
    english = {path.name for path in (ROOT / ENGLISH).iterdir()}
    assert {path.name for path in (ROOT / 'docs' / 'zh_cn').iterdir()} == english
    assert len(english) == 13


@pytest.mark.parametrize(('english', 'chinese'), PAIRS)
def test_both_languages_have_one_structure(english: Page, chinese: Page) -> None:
    assert [level for level, _ in english.headings] == [level for level, _ in chinese.headings]
    assert [b.language for b in english.blocks] == [b.language for b in chinese.blocks]
    code = [[b.text for b in page.blocks if b.language != 'text'] for page in (english, chinese)]
    assert code[0] == code[1]
    sizes = [[(len(t), len(t[0])) for t in page.tables] for page in (english, chinese)]
    assert sizes[0] == sizes[1]
    assert {c for c in english.code if c.isascii()} == {c for c in chinese.code if c.isascii()}
    names = [sorted(Path(x.split('#')[0]).name for x in p.links) for p in (english, chinese)]
    assert [n for n in names[0] if 'README' not in n] == [n for n in names[1] if 'README' not in n]


@pytest.mark.parametrize('page', PAGES)
def test_links_lead_somewhere(page: Page) -> None:
    for link in page.links:
        if link.startswith('https://'):
            continue
        file, _, anchor = link.partition('#')
        target = (page.path.parent / file).resolve() if file else page.path
        assert target.is_file(), link
        assert not anchor or anchor in Page(target).anchors, link


@pytest.mark.parametrize('language', [0, 1], ids=['en', 'zh_cn'])
def test_the_readme_lists_every_page(language: int) -> None:
    readme, *inner = [pair[language] for pair in pairs()]
    listed = re.findall(r'^- \[[^]]+\]\((docs/[^)#]+)\)', readme.text, re.MULTILINE)
    assert sorted(listed) == sorted(map(str, inner))


@pytest.mark.parametrize('name', ['demo-output', 'math500-output'])
def test_the_readme_shows_a_real_table(name: str) -> None:
    english, chinese = (page.marked(name) for page in pairs()[0])
    assert english == chinese
    assert re.search(r'```text\n.*\baccuracy\b.*^```$', english, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize('name', ['demo-output', 'math500-output'])
def test_a_table_of_the_readme_names_its_grader(name: str) -> None:
    """Which one, changes with the rules; tests/support/shown_outputs.py makes the table anew."""
    lines = re.findall(r'^[A-Z]: data .*$', pairs()[0][0].marked(name), re.MULTILINE)
    graders = [re.search(r'; grader ([0-9a-f]{12});', line) for line in lines]
    assert lines and all(graders)
    assert len({found[1] for found in graders if found}) == 1


def test_a_shown_table_is_made_anew_from_a_run(tmp_path: Path) -> None:
    save_results(tmp_path / 'run', [detail(0), detail(1, 'incorrect')])
    page = Page(tmp_path / 'README.md')
    page.path.write_text('before\n<!-- made -->\n```text\nold\n```\n<!-- /made -->\nafter\n')
    put_table('made', table := table_of(tmp_path / 'run'), [page])
    assert '50.00' in table
    assert page.text == (
        f'before\n<!-- made -->\n```text\n{table}\n```\n<!-- /made -->\nafter\n'
    )


@pytest.mark.parametrize('page', PAGES)
def test_a_page_speaks_of_the_project_alone(page: Page) -> None:
    here = r'(?<![\w.])/(?:home|root|work|tmp)/|\.\./shared|(?<![\w/#])#\d'
    assert not re.search(here, page.text)
    assert {block.language for block in page.blocks} <= {'bash', 'python', 'text'}
