"""The policy as an option: of the evaluator, on record, in the table, on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from opencompass.registry import ICL_EVALUATORS

from opencompass_math500.cli import main
from opencompass_math500.compass import MATH500Evaluator
from opencompass_math500.compass.run_record import record_of
from opencompass_math500.errors import ConfigError, StaleRunError
from opencompass_math500.runs.record import refuse_other
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings import parse_settings
from opencompass_math500.runs.settings_line import settings_line

ACCEPTING = {'list_against_tuple': 'accept'}
TUPLE = 'The roots are $\\boxed{(-6,4)}$.'


def record(evaluator: dict[str, Any]) -> dict[str, Any]:
    dataset = {'abbr': 'math500', 'eval_cfg': {'evaluator': evaluator}}
    return record_of({'abbr': 'm', 'max_out_len': 8}, dataset)


def test_the_evaluator_decides_by_its_policy() -> None:
    built = ICL_EVALUATORS.build({'type': MATH500Evaluator, 'policy': ACCEPTING})
    for evaluator, accuracy in ((MATH500Evaluator(), 0.0), (built, 100.0)):
        result = evaluator.score([TUPLE], ['-6,4'])
        assert result['accuracy'] == accuracy
        assert result['details'][0]['rule'] == 'lists.list_against_tuple'


def test_a_wrong_setting_is_refused_before_anything_runs() -> None:
    with pytest.raises(ConfigError, match='the settings are'):
        MATH500Evaluator(policy={'lists': 'accept'})
    with pytest.raises(ConfigError, match='accept and reject'):
        record({'type': MATH500Evaluator, 'policy': {'restated': 'perhaps'}})


def test_results_under_another_policy_are_not_reused() -> None:
    plain = record({'type': MATH500Evaluator})
    assert plain['grading']['policy'] == {}
    accepting = record({'type': MATH500Evaluator, 'policy': ACCEPTING})
    cascade = record({'type': 'Cascade', 'rule_evaluator': {
        'type': 'MATH500Evaluator', 'policy': ACCEPTING,
    }})  # fmt: skip
    for other in (accepting, cascade):
        assert other['grading']['policy'] == ACCEPTING
        with pytest.raises(StaleRunError, match=r'policy\.list_against_tuple: then null, now "acc'):
            refuse_other(Path('r'), 'grading', plain, other, 'results', 'delete them')


def test_a_setting_at_its_default_is_no_other_policy() -> None:
    plain = record({'type': MATH500Evaluator})
    said = record({'type': MATH500Evaluator, 'policy': {'list_against_tuple': 'reject'}})
    assert plain['grading'] == said['grading']


def test_the_evaluator_of_others_is_left_alone() -> None:
    other = {'type': 'opencompass.evaluator.Other', 'policy': 'mine'}
    assert record(other)['grading']['evaluator'] == other


@pytest.mark.parametrize(
    ('options', 'outcome', 'shown'),
    [
        ([], 'incorrect', 'list_against_tuple=reject'),
        (['--policy', 'list_against_tuple=accept'], 'correct', 'list_against_tuple=accept'),
    ],
    ids=['default', 'accept'],
)
def test_the_command_takes_the_policy(
    options: list[str], outcome: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(['judge', '--gold=-6,4', '--answer', '(-6,4)', *options]) == 0
    output = capsys.readouterr().out
    assert f'verdict     {outcome}' in output
    assert f'policy      {shown}' in output


def test_the_command_names_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['judge', '--gold', '1', '--answer', '2', '--policy', 'lists=accept']) == 1
    error = capsys.readouterr().err
    assert error.count('\n') == 1
    assert 'list_against_tuple' in error


def test_the_settings_line_names_what_is_not_the_default() -> None:
    accepting = record({'type': MATH500Evaluator, 'policy': ACCEPTING})
    assert '; policy list_against_tuple=accept; ' in settings_line(
        Run('m', 'd', [], parse_settings(accepting))
    )
    assert 'policy' not in settings_line(
        Run('m', 'd', [], parse_settings(record({'type': MATH500Evaluator})))
    )
