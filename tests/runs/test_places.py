"""Every command takes the same places, reads the same files there, and says which run it took."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_arguments import arguments_of
from laid_places import COMMANDS, DATASET, SAID, SLASH, finished, lay
from toy_reader import Toy

from opencompass_math500.cli import main
from opencompass_math500.grading import grader_version
from opencompass_math500.runs import SOURCES
from opencompass_math500.runs.opencompass.layout import WHOLE, parts_of

Done = Callable[..., tuple[int, str, str]]


@pytest.fixture
def done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Done:
    """A command's status, what it printed, and what it said beside."""
    monkeypatch.chdir(tmp_path)
    # The other graders are not what is tested here, and take seconds to start.
    monkeypatch.setattr('opencompass_math500.graders.regrade.opencompass_command', lambda: None)
    monkeypatch.setattr('opencompass_math500.graders.regrade.Peer', _Silent)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(list(arguments))
        return status, *capsys.readouterr()

    return run


class _Silent:
    """A grader of nothing."""

    graders: tuple[str, ...] = ()

    def __init__(self, command: object) -> None:
        pass

    def __enter__(self) -> _Silent:
        return self

    def __exit__(self, *error: object) -> None:
        pass


@pytest.mark.parametrize('command', COMMANDS)
def test_a_model_with_a_slash_in_its_name_is_read(command: str, done: Done, tmp_path: Path) -> None:
    finished(tmp_path / 'run', SLASH)
    status, out, err = done(command, 'run', *(['--all'] if command == 'export' else []))
    assert status == 0, err
    page = tmp_path / 'run' / 'summary' / 'math500_report.html'
    assert SLASH in (page.read_text() if command == 'report' else out)
    assert 'no results' not in err


@pytest.mark.parametrize('command', COMMANDS)
@pytest.mark.parametrize('place', ['outputs', 'outputs/default'])
def test_of_a_folder_above_runs_the_newest_is_taken(
    command: str, place: str, done: Done, tmp_path: Path
) -> None:
    finished(tmp_path / 'outputs/default/20260101_120000', 'older')
    finished(tmp_path / 'outputs/default/20260103_120000', 'newest')
    finished(tmp_path / 'outputs/default/20260102_120000', 'between')
    status, out, err = done(command, place, *(['--all'] if command == 'export' else []))
    assert status == 0, err
    said = f'outputs/default/20260103_120000 is taken, the newest of 3 runs in {place}'
    assert err.count(said) == 1
    assert not {'older', 'between'} & set(out.split())


@pytest.mark.parametrize('command', COMMANDS)
def test_a_run_that_is_named_is_taken_without_a_word(
    command: str, done: Done, tmp_path: Path
) -> None:
    finished(tmp_path / 'run', 'tiny')
    assert 'is taken' not in done(command, 'run')[2]


# -- what lies on disk, and what each command makes of it ---------------------------------


@pytest.mark.parametrize(
    ('place', 'command'), [(place, command) for place in SAID for command in SAID[place]]
)
def test_of_what_lies_there_each_command_says_what_it_does(
    place: str, command: str, done: Done, tmp_path: Path
) -> None:
    lay(place, tmp_path)
    expected, said = SAID[place][command]
    written = tmp_path / 'written.jsonl'
    more = ['--output', str(written)] if command in ('export', 'report', 'regrade') else []
    status, out, err = done(command, place, *more, *(['--all'] if command == 'export' else []))
    lines = err.splitlines()
    assert status == expected, err
    if expected:
        assert out == '' and not written.exists()
        assert said.replace('PLACE', place) in lines[-1]
        assert sum(line.startswith('math500: ') for line in lines) == len(lines)
    else:
        assert written.exists() == bool(more)
        assert err.count(said.replace('PLACE', place)) == 1 or not said


def test_a_run_that_has_only_begun_is_the_newest_all_the_same(done: Done, tmp_path: Path) -> None:
    finished(tmp_path / 'outputs/20260101_120000', 'older')
    config = tmp_path / 'outputs/20260102_120000/configs/20260102_120000_1.py'
    config.parent.mkdir(parents=True)
    config.write_text('models = []')
    status, out, err = done('table', 'outputs')
    assert (status, out) == (1, '')
    assert '20260102_120000 is taken' in err and 'no results under' in err


@pytest.mark.parametrize('command', COMMANDS)
@pytest.mark.parametrize('folder', ['predictions', 'results'])
def test_of_a_file_in_a_run_its_model_and_dataset_are_read(
    command: str, folder: str, done: Done, tmp_path: Path
) -> None:
    finished(finished(tmp_path / 'run', 'asked-for'), 'beside')
    file = f'run/{folder}/asked-for/{DATASET}.json'
    status, out, err = done(command, file, *(['--all'] if command == 'export' else []))
    assert status == 0, err
    page = tmp_path / 'run' / 'summary' / 'math500_report.html'
    shown = page.read_text() if command == 'report' else out
    assert f'asked-for on {DATASET}' in shown or '"model": "asked-for"' in shown
    assert f'beside on {DATASET}' not in shown and '"model": "beside"' not in shown


# -- one more harness -------------------------------------------------------------------


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Two runs of a harness that nothing here knows but one file."""
    monkeypatch.setattr('opencompass_math500.runs.places.SOURCES', [*SOURCES, Toy()])
    folder = tmp_path / 'toys'
    folder.mkdir()
    for model, third in (('bear', '\\boxed{9}'), ('doll', 'I give up')):
        rows = ['What is 1 + 1?\t2\t\\boxed{2}', 'What is 3 / 6?\t0.5\tThe answer is $\\frac12$.',
                f'What is 3 * 3?\t9\t{third}']  # fmt: skip
        text = '\n'.join([f'{model}\tsums', *rows])
        (folder / f'{model}.toy').write_text(text, encoding='utf-8')
    return folder


@pytest.mark.parametrize('place', ['toys', 'toys/bear.toy'])
@pytest.mark.parametrize(
    ('command', 'facts'),
    [
        (
            'table',
            ('bear on sums', '100.00', 'data sums', 'token cap 99', f'grader {grader_version()}'),
        ),
        ('compare', ('bear on sums', 'Nothing is published of bear')),
        ('export', ('"key"', '"verdict": "correct"', '"problem": "What is 1 + 1?"')),
        ('report', ('math500_report.html',)),
        ('regrade', ('bear on sums', 'this judge')),
    ],
    ids=COMMANDS,
)
def test_a_reader_in_one_file_is_read_by_every_command(
    command: str, facts: tuple[str, ...], place: str, toys: Path, done: Done
) -> None:
    status, out, err = done(command, place, *(['--all'] if command == 'export' else []))
    assert status == 0, err
    assert not [fact for fact in facts if fact not in out]
    if command == 'report':
        assert 'bear on sums' in (toys / 'math500_report.html').read_text()
    if command == 'compare' and place == 'toys':
        assert '66.67' in out and 'toy/2' in out  # the problem on which the two part


WRITERS = [
    name
    for name, actions in arguments_of().items()
    if {'work_dir', 'output'} <= {action.dest for action in actions}
]


@pytest.mark.parametrize('command', WRITERS)
def test_a_toy_is_not_replaced(command: str, toys: Path, done: Done) -> None:
    before = (toys / 'bear.toy').read_bytes()
    named = ('--format', 'jsonl') if command == 'export' else ()
    status, _, err = done(command, 'toys/bear.toy', *named, '--output', 'toys/bear.toy')
    assert status == 1 and 'is where the run itself lies' in err
    assert (toys / 'bear.toy').read_bytes() == before


def test_every_command_that_writes_is_among_them() -> None:
    assert {'export', 'regrade', 'report'} <= set(WRITERS)


@pytest.mark.parametrize(
    ('names', 'known', 'found'),
    [
        (['a'], (), {'a': [WHOLE]}),
        (['a_0', 'a_1', 'a_10'], (), {'a': [0, 1, 10]}),
        (['a_0', 'a_2'], (), {'a': [0, 2]}),
        (['a_3', 'a_4'], (), {'a': [3, 4]}),
        (['a_0'], (), {'a_0': [WHOLE]}),
        (['a_0'], ('a',), {'a': [0]}),
        (['level_4', 'level_5'], ('level_4', 'level_5'), {'level_4': [WHOLE], 'level_5': [WHOLE]}),
        (['math_500', 'math_5000'], (), {'math_500': [WHOLE], 'math_5000': [WHOLE]}),
        (['a', 'a_0', 'a_1'], (), {'a': [WHOLE], 'a_0': [WHOLE], 'a_1': [WHOLE]}),
        (['a', 'a_0', 'a_1'], ('a',), {'a': [WHOLE, 0, 1]}),
    ],
    ids=str,
)
def test_names_with_numbers_are_parts_or_not(
    names: list[str], known: tuple[str, ...], found: dict[str, list[int]]
) -> None:
    assert {name: list(files) for name, files in parts_of(names, known).items()} == found
    assert parts_of(reversed(names), known) == parts_of(names, known)
