"""``math500 compare``: pairs of runs, what is printed, JSON, the plot, exit statuses."""

from __future__ import annotations

import copy
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from work_dirs import RECORD, detail, save_results

from opencompass_math500.cli import main
from opencompass_math500.comparison import compare_pair, pairs_of_runs
from opencompass_math500.grading import Outcome
from opencompass_math500.runs.graded import comparable_runs

Said = Callable[..., tuple[int, str, str]]
KINDS: dict[str, Outcome] = {'+': 'correct', '-': 'incorrect', '0': 'no_answer',
                             'f': 'failed_request'}  # fmt: skip
QWEN = 'Qwen/Qwen2.5-72B-Instruct'


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    """Run the command in a terminal of 80 columns; its exit status, stdout and stderr."""
    monkeypatch.setenv('COLUMNS', '80')

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(['compare', *map(str, arguments)])
        return status, *capsys.readouterr()

    return command


def save(folder: Path, signs: str, abbr: str = 'tiny', samples: int = 1, **inference: Any) -> Path:
    """A run with one sign a response: right, wrong, no answer, failed."""
    record = copy.deepcopy(RECORD)
    record['inference'].update(inference)
    groups = [signs[at : at + samples] for at in range(0, len(signs), samples)]
    details = [
        detail(number, *(KINDS[sign] for sign in group), pred=f'{number}{group}')
        for number, group in enumerate(groups)
    ]
    save_results(folder, details, abbr, record=record)
    return folder


def pair(one: Path, other: Path) -> Any:
    (found,) = pairs_of_runs(comparable_runs(one), comparable_runs(other))
    return compare_pair(*found)


def test_flips_are_listed_with_both_answers(tmp_path: Path) -> None:
    found = pair(save(tmp_path / 'a', '+-+-+'), save(tmp_path / 'b', '++-0+'))
    assert found.outcome == 'within error'
    assert found.difference.points == 0
    assert [(f.unique_id, f.right, f.answers) for f in found.flips] == [
        ('mine/1', (0, 1), ('1-', '1+')),
        ('mine/2', (1, 0), ('2+', '2-')),
    ]


@pytest.mark.parametrize(
    ('one', 'other', 'outcome', 'p'),
    [
        ('+' * 9 + '-' * 9, '+' * 18, 'differs', 2 / 2**9),
        ('+' * 9 + '-' * 5, '+' * 14, 'within error', 2 / 2**5),
        ('+' * 9, '+' * 9, 'within error', 1.0),
    ],
)
def test_mcnemar_counts_flips_alone(one: str, other: str, outcome: str, p: float,
                                    tmp_path: Path) -> None:  # fmt: skip
    found = pair(save(tmp_path / 'a', one), save(tmp_path / 'b', other))
    assert (found.outcome, found.difference.p) == (outcome, pytest.approx(p))


def test_several_samples_are_paired_by_problem(tmp_path: Path) -> None:
    one, other = (save(tmp_path / s, s, samples=2) for s in ('++--+-', '++----'))
    found = pair(one, other)
    assert found.difference.points == pytest.approx(-100 / 6)
    (flip,) = found.flips
    assert (flip.unique_id, flip.right, flip.answers) == ('mine/2', (1, 0), ('2+-', '2--'))


def test_what_differs_between_two_runs(tmp_path: Path) -> None:
    one = save(tmp_path / 'a', '++', max_out_len=256)
    other = save(tmp_path / 'b', '++', max_out_len=512)
    assert pair(one, other).settings == (('max_tokens', 256, 512),)


@pytest.mark.parametrize(
    ('signs', 'changes', 'reason'),
    [
        ('+-f', {}, 'tiny on sample-00000000_0shot-cot is incomplete: 1 of 3 requests failed'),
        ('+-', {}, 'different problems: 1 in the first run alone, 0 in the second'),
        ('+-+', {'answer': '8'}, 'different golds of 3 problems, mine/0 first'),
    ],
    ids=['incomplete', 'other problems', 'other golds'],
)
def test_two_runs_that_do_not_compare(
    signs: str, changes: dict[str, Any], reason: str, tmp_path: Path, said: Said
) -> None:
    one, other = save(tmp_path / 'a', '+-+'), tmp_path / 'b'
    details = [detail(n, KINDS[sign], **changes) for n, sign in enumerate(signs)]
    save_results(other, details)
    found = pair(one, other)
    assert (found.outcome, found.difference, found.flips) == ('not comparable', None, ())
    assert reason in found.reasons
    status, out, err = said(one, other)
    assert (status, err) == (0, '')
    assert f'not comparable: {reason}' in ' '.join(out.split())
    assert 'points' not in out


def test_other_data_of_the_same_ids_is_refused(tmp_path: Path) -> None:
    save_results(tmp_path / 'a', [detail(0)])
    save_results(tmp_path / 'b', [detail(0)], dataset='sample-11111111_0shot-cot')
    assert pair(tmp_path / 'a', tmp_path / 'b').reasons == (
        'different data: checksums 00000000 and 11111111',
    )


def test_which_runs_are_set_against_each_other(tmp_path: Path) -> None:
    for model in 'abc':
        save(tmp_path / 'one', '+-', model)
    for model in 'bc':
        save(tmp_path / 'two', '+-', model)
    one, two = comparable_runs(tmp_path / 'one'), comparable_runs(tmp_path / 'two')

    def names(*sides: Any) -> list[str]:
        return [a.model + b.model for a, b in pairs_of_runs(*sides)]

    assert names(one) == ['ab', 'ac', 'bc']
    assert names(one, two) == ['bb', 'cc']
    assert names(one[:1], two) == ['ab', 'ac']


# -- the command ------------------------------------------------------------------------


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A run of a model with published scores, on a set of three problems."""
    model = {'type': 'opencompass.models.HuggingFacewithChatTemplate', 'path': QWEN}
    return save(tmp_path / 'run', '++-', 'qwen', model=model)


def test_it_fits_eighty_columns_and_says_why(published: Path, said: Said) -> None:
    status, out, err = said(published)
    assert (status, err) == (0, '')
    assert max(map(len, out.splitlines())) <= 80
    assert 'measured 66.67 %, 95 % interval 20.8 to 93.9; sample, 3 problems' in out
    assert 'x benchmark sample (3 problems) against MATH-500' in out
    assert '? shots 0 against ?' in out
    assert 'Often quoted: Qwen2.5-72B-Instruct 90.6. That is QwQ-32B-Preview on MATH-500.' in out


def test_it_never_prints_a_bare_difference(published: Path, said: Said) -> None:
    """Of two unlike figures there is no difference, in text or JSON."""
    _, out, _ = said(published)
    assert 'points' not in out and not re.search(r'[-+]\d+\.\d', out)
    _, out, _ = said(published, '--json')
    (run,) = json.loads(out)['runs']
    assert run['published'] and {one['difference'] for one in run['published']} == {None}


def test_json_has_every_setting_and_unknown_is_null(published: Path, said: Said) -> None:
    status, out, err = said(published, '--json')
    assert (status, err) == (0, '')
    (run,) = json.loads(out)['runs']
    assert run['fingerprint']['model'] == QWEN
    assert run['fingerprint']['revision'] is None
    assert {s['relation'] for one in run['published'] for s in one['settings']} == {
        'equal', 'different', 'unknown',
    }  # fmt: skip
    assert run['published_model'] == QWEN


def test_a_model_without_published_scores(tmp_path: Path, said: Said) -> None:
    status, out, err = said(save(tmp_path, '+-'))
    assert (status, err) == (0, '')
    assert 'Nothing is published of tiny.' in out


def test_a_pair_is_printed_with_its_flips(tmp_path: Path, said: Said) -> None:
    status, out, err = said(save(tmp_path / 'a', '+-' * 9), save(tmp_path / 'b', '+' * 18))
    assert (status, err) == (0, '')
    text = ' '.join(out.split())
    assert 'differs: 50.00 % against 100.00 %; second less first +50.00 points' in text
    assert 'p = 0.0039' in text
    assert '9 problems flipped: 0 right in the first alone, 9 in the second' in text
    assert 'mine/1, gold 7: 1- against 1+; second right' in text


def test_hostile_answers_stay_on_their_line(tmp_path: Path, said: Said) -> None:
    hostile = '[red]\x1b[31m\n' + 'x' * 10_000
    save_results(tmp_path / 'a', [detail(0, 'incorrect', pred=hostile)])
    save_results(tmp_path / 'b', [detail(0, 'correct')])
    _, out, _ = said(tmp_path / 'a', tmp_path / 'b')
    assert '\x1b' not in out and 'x' * 100 not in out
    assert '[red]' in out


@pytest.mark.parametrize(
    ('arguments', 'facts'),
    [
        (('nowhere',), ("no folder 'nowhere'",)),
        (('{run}', 'nowhere'), ("no folder 'nowhere'",)),
        (('{run}', '--model', 'no such model'), ("no published score of 'no such model'",)),
        (('{run}', '--plot', 'x.pdf'), ('neither .png nor .svg',)),
        (('{run}', '--plot', 'nowhere/x.png'), ('no such folder',)),
    ],
    ids=['no run', 'no second run', 'no such model', 'a plot as pdf', 'no such folder'],
)
def test_a_users_error_is_one_line(
    arguments: tuple[str, ...], facts: tuple[str, ...], published: Path, said: Said
) -> None:
    status, out, err = said(*(a.format(run=published) for a in arguments))
    assert (status, out) == (1, '')
    assert err.startswith('math500: ') and err.count('\n') == 1
    assert not [fact for fact in facts if fact not in err]


def test_there_is_nothing_to_plot(tmp_path: Path, said: Said) -> None:
    status, _, err = said(save(tmp_path, '+'), '--plot', tmp_path / 'x.png')
    assert status == 1 and 'nothing to plot' in err
    assert not (tmp_path / 'x.png').exists()


@pytest.mark.slow
def test_the_plot_shows_every_score_with_its_outcome(
    published: Path, said: Said, tmp_path: Path
) -> None:
    pytest.importorskip('matplotlib')
    files = [tmp_path / name for name in ('one.svg', 'two.svg')]
    for file in files:
        assert said(published, '--plot', file)[0] == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    assert ET.parse(files[0]).getroot().tag.endswith('svg')
    text = files[0].read_text(encoding='utf-8')
    for label in ('not comparable', 'measured', 'Qwen: MATH-500', 'qwen: sample'):
        assert f'<!-- {label} -->' in text
    assert said(published, '--plot', tmp_path / 'x.PNG')[0] == 0
    assert (tmp_path / 'x.PNG').read_bytes().startswith(b'\x89PNG')


# -- real responses ---------------------------------------------------------------------


@pytest.fixture(scope='module')
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two folders of real responses on the same 200 problems, judged."""
    from opencompass_math500 import grade_many

    folder = tmp_path_factory.mktemp('real')
    lines = (shared / 'responses' / 'responses.jsonl').read_text(encoding='utf-8').splitlines()
    rows = [json.loads(line) for line in lines]
    for name in ('baseline', 'models_prm-human-trained_checkpoint-2400'):
        mine = [row for row in rows if row['model'] == name]
        assert len(mine) == 200
        details = [
            detail(n, verdict.outcome, unique_id=row['unique_id'], answer=verdict.gold,
                   pred=verdict.answer or '', finish_reason=None)
            for n, (row, verdict) in enumerate(zip(mine, grade_many(mine), strict=True))
        ]  # fmt: skip
        save_results(folder / name, details, 'policy', f'math500-file-{"0" * 8}_x')
    return folder


def test_real_runs_against_each_other(real: Path, said: Said) -> None:
    one, other = (real / name for name in sorted(path.name for path in real.iterdir()))
    found = pair(one, other)
    assert not found.reasons
    scores = [run.score for run in (found.first, found.second)]
    assert found.difference.points == pytest.approx(scores[1].accuracy - scores[0].accuracy)
    gained = sum(flip.right == (0, 1) for flip in found.flips)
    lost = sum(flip.right == (1, 0) for flip in found.flips)
    assert gained - lost == scores[1].right - scores[0].right
    assert len(found.flips) == gained + lost > 10
    assert said(one, other)[0] == 0


def test_a_real_run_against_what_is_published(shared: Path, tmp_path: Path, said: Said) -> None:
    """500 real responses of Llama-3.1-8B-Instruct, of whose making little is known."""
    from opencompass_math500 import grade_many

    lines = (shared / 'responses' / 'responses.jsonl').read_text(encoding='utf-8').splitlines()
    rows = [row for row in map(json.loads, lines) if row['model'] == 'Llama-3.1-8B-Instruct']
    details = [
        detail(n, verdict.outcome, unique_id=row['unique_id'], answer=row['gold'],
               pred=verdict.answer or '', finish_reason=None)
        for n, (row, verdict) in enumerate(zip(rows, grade_many(rows), strict=True))
    ]  # fmt: skip
    record = {'inference': {'model': {'path': 'meta-llama/Llama-3.1-8B-Instruct'}}}
    dataset = 'math500-file-c6e0e802_x'
    save_results(tmp_path, details, 'llama', dataset, record)
    status, out, err = said(tmp_path, '--json')
    assert (status, err) == (0, '')
    (run,) = json.loads(out)['runs']
    assert run['fingerprint']['benchmark'] == 'MATH-500'
    lines = {(a['score'], a['benchmark']): a['line'] for a in run['published']}
    assert lines[54.8, 'MATH-500'].startswith(
        'not comparable: token cap ? against ?: how responses ended is not recorded'
    )
    assert lines[48.4, 'MATH-500'] == (
        'reproduced; shots, prompt, system prompt, temperature, token cap and grader unknown'
    )
    assert 'benchmark MATH-500 against MATH-5000' in lines[51.9, 'MATH-5000']
