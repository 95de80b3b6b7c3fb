"""A command is one file, and a start of ``math500`` loads no other one."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import toy_command
from command_arguments import arguments_of

from opencompass_math500.cli import commands, main, make_parser
from opencompass_math500.cli.registry import all_commands, names
from opencompass_math500.runs import SOURCES

ROOT = Path(__file__).resolve().parents[2]
CLI = sorted((ROOT / 'opencompass_math500' / 'cli').rglob('*.py'))
GROUND = ('errors', 'needs', 'notes')
# Libraries that not every installation has, or that take their time.
HEAVY = {'datasets', 'jinja2', 'numpy', 'opencompass', 'rich', 'sympy', 'torch', 'xlsxwriter'}
# The order of ``math500 --help``: run, look, grade, read, set against others, data.
ORDER = [
    'run', 'config-dir', 'lm-eval-path', 'table', 'watch', 'judge', 'grade', 'regrade', 'export',
    'report', 'published', 'compare', 'data',
]  # fmt: skip


def shown(help_text: str) -> list[str]:
    """The commands in a help text, in its order."""
    return re.findall(r'^    ([a-z-]+)\b', help_text, re.MULTILINE)


def test_a_command_stands_in_the_help_where_its_place_is() -> None:
    found = all_commands()
    assert list(found) == shown(make_parser([]).format_help()) == ORDER
    assert len({command.place for command in found.values()}) == len(found)


def test_what_is_asked_of_a_command_is_the_same_whether_others_are_loaded_or_not() -> None:
    (every,) = (a.choices for a in make_parser()._actions if isinstance(a.choices, dict))
    for name in names():
        (alone,) = (a.choices for a in make_parser([name])._actions if isinstance(a.choices, dict))
        assert list(alone) == [name]
        assert alone[name].format_help() == every[name].format_help()


def test_an_unknown_command_is_told_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(['tabel', 'run'])
    assert end.value.code == 2
    assert set(re.findall(r"'([a-z-]+)'", capsys.readouterr().err)) == {'tabel', *ORDER}


@pytest.mark.parametrize(
    ('gold', 'answer', 'verdict'),
    [
        ('-x', '-x', 'correct'),
        ('-\\frac12', '-0.5', 'correct'),
        ('-\\sqrt{2}', '\\sqrt{2}', 'incorrect'),
        ('-h', '-h', 'correct'),
        ('5', '', 'no_answer'),
        ('-', '5', 'unparsed_gold'),
    ],
)
def test_an_answer_may_begin_with_a_minus(
    gold: str, answer: str, verdict: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(['judge', '--gold', gold, '--answer', answer]) == 0
    apart = capsys.readouterr().out
    assert f'\nverdict     {verdict}: ' in apart
    assert main(['judge', f'--answer={answer}', f'--gold={gold}']) == 0
    assert capsys.readouterr().out == apart


@pytest.mark.parametrize(
    'words', [['--gold'], ['--gold', '--answer', '5'], ['--answer', '-x', '--gold']], ids=' '.join
)
def test_a_text_that_is_missing_is_wrong_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(['judge', *words])
    assert end.value.code == 2
    assert 'argument --gold: expected one argument' in capsys.readouterr().err


def test_what_can_be_read_is_named_in_the_help() -> None:
    """Every reader, also one that somebody adds."""
    for name, actions in arguments_of().items():
        (texts,) = [[a.help for a in actions if a.dest == 'work_dir']]
        if texts and name != 'watch':
            assert [source.name for source in SOURCES if source.name not in texts[0]] == []


# -- one more command -------------------------------------------------------------------


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shelf with a command that nothing here knows but its one file."""
    shelf = tmp_path / 'shelf'
    shelf.mkdir()
    shutil.copy(toy_command.__file__, shelf / 'count_boxes.py')
    monkeypatch.setattr(commands, '__path__', [*commands.__path__, str(shelf)])
    monkeypatch.delitem(sys.modules, f'{commands.__name__}.count_boxes', raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'response.txt').write_text('\\boxed{1}, no: \\boxed{2}')
    return shelf


def test_a_command_in_one_file_is_a_command_like_any_other(
    toy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(['count-boxes', 'response.txt']) == 0
    assert capsys.readouterr() == ('2\n', '')
    assert main(['count-boxes', 'response.txt', '--least', '3']) == 1
    assert capsys.readouterr() == ('', 'math500: response.txt holds 2 boxes: box the answer\n')
    for wrong in (['--least', '0'], ['--most', '3']):
        with pytest.raises(SystemExit) as end:
            main(['count-boxes', 'response.txt', *wrong])
        assert end.value.code == 2
        assert wrong[0] in capsys.readouterr().err


def test_a_command_in_one_file_stands_in_the_help(
    toy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, fact in ((['--help'], 'count the boxes'), (['count-boxes', '-h'], 'refuse fewer')):
        with pytest.raises(SystemExit) as end:
            main(words)
        assert end.value.code == 0
        assert fact in (out := capsys.readouterr().out)
        if words == ['--help']:
            at = ORDER.index('grade')
            assert shown(out) == [*ORDER[:at], 'count-boxes', *ORDER[at:]]


def test_a_file_without_a_command_is_named(toy: Path) -> None:
    (toy / 'count_boxes.py').write_text('"""Nothing."""\n')
    with pytest.raises(TypeError, match=r'count_boxes\.py defines no COMMAND'):
        main(['count-boxes'])


# -- the start --------------------------------------------------------------------------


@pytest.mark.parametrize('path', CLI, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_of_the_command_line_imports_no_room_when_it_is_loaded(path: Path) -> None:
    free = {'opencompass_math500', *(f'opencompass_math500.{room}' for room in ('cli', *GROUND))}
    loaded = []
    for node in ast.parse(path.read_text(encoding='utf-8')).body:
        if isinstance(node, ast.ImportFrom):
            loaded.append(node.module or '')
        elif isinstance(node, ast.Import):
            loaded += [alias.name for alias in node.names]
    ours = [name for name in loaded if name.partition('.')[0] == 'opencompass_math500']
    assert [n for n in ours if n not in free and not n.startswith('opencompass_math500.cli.')] == []
    others = {name.partition('.')[0] for name in loaded} - {'opencompass_math500'}
    assert others <= set(sys.stdlib_module_names)


def test_help_needs_no_library() -> None:
    """Whoever has installed the light distribution can read what the others would do."""
    done = subprocess.run(
        [sys.executable, '-c', 'import sys\nfrom opencompass_math500.cli import make_parser\n'
         'make_parser()\nprint(*{name.partition(".")[0] for name in sys.modules})'],
        env={**os.environ, 'PYTHONPATH': str(ROOT)}, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert not HEAVY & set(done.stdout.split())


START = """
import json, sys
from opencompass_math500.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize(
    ('words', 'files', 'rooms'),
    [
        (['--version'], set(ORDER), set()),
        (['--help'], set(ORDER), set()),
        (['config-dir'], {'config-dir'}, {'locations'}),
        (['grade', '--help'], {'grade'}, {'dataset'}),  # which --data names
        (['data', '--help'], {'data'}, {'dataset'}),
        (['published', '--help'], {'published'}, {'published'}),
    ],
    ids=lambda words: ' '.join(words) if isinstance(words, list) else '',
)
def test_a_start_loads_what_it_needs(words: list[str], files: set[str], rooms: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, '-c', START, *words],
        env={**os.environ, 'PYTHONPATH': str(ROOT)}, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    loaded = [name.split('.') for name in json.loads(done.stdout.splitlines()[-1])]
    ours = [name for name in loaded if name[0] == 'opencompass_math500']
    found = {
        name[3].replace('_', '-') for name in ours if name[1:3] == ['cli', 'commands'] and name[3:]
    }
    assert found == files
    assert {name[1] for name in ours if len(name) > 1} - {'cli', *GROUND} == rooms
    assert not HEAVY & {name[0] for name in loaded}
