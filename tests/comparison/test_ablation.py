"""One setting changed at a time: which it is, what it is worth, what is refused."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from marked_items import items
from rich.console import Console
from work_dirs import DATASET, MODEL, RECORD, detail, save_results

from opencompass_math500.comparison.ablation import _FOLLOWS, _SETTING_OF, ablation_of, change_of
from opencompass_math500.comparison.ablation_table import print_ablation
from opencompass_math500.errors import ConfigError, MalformedData
from opencompass_math500.response import Response
from opencompass_math500.runs.fingerprint import Fingerprint
from opencompass_math500.runs.graded import graded_runs
from opencompass_math500.runs.opencompass.results import items_of
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings import parse_settings

Record = dict[str, Any]


def run(change: Callable[[Record], object] = lambda record: None, name: str = MODEL,
        marks: list[Response] | None = None) -> Run:  # fmt: skip
    record = copy.deepcopy(RECORD)
    change(record)
    return Run(
        name, DATASET, items(True, False, True) if marks is None else marks, parse_settings(record)
    )


def asked(text: str, system: str = '') -> Record:
    begin = {'begin': [{'role': 'SYSTEM', 'fallback_role': 'HUMAN', 'prompt': system}]}
    turns: Record = {'round': [{'role': 'HUMAN', 'prompt': text}]}
    return {'template': {**(begin if system else {}), **turns}}


BASE = '{problem}\nThink.'
BOXED = '{problem}\nPlease reason step by step, and put your final answer within \\boxed{}.'
EXAMPLES = {'template': {'round': [{'role': 'HUMAN', 'prompt': BASE}]}}

CHANGES: dict[str, tuple[Callable[[Record], object], str, str, str]] = {
    'wording': (
        lambda r: r['inference'].update(prompt=asked(BOXED)),
        'prompt wording', repr(BASE), '0shot_cot',
    ),
    'system': (
        lambda r: r['inference'].update(prompt=asked(BASE, 'Be brief.')),
        'system prompt', 'none', "'Be brief.'",
    ),
    'shots': (
        lambda r: r['inference'].update(
            retriever={'type': 'FixKRetriever', 'fix_id_list': [0, 1]}, examples=EXAMPLES
        ),
        'shots', '0', '2',
    ),
    'form': (
        lambda r: r['inference'].update(prompt={'template': BASE}),
        'prompt form', 'chat turns', 'one text',
    ),
    'cap': (lambda r: r['inference'].update(max_out_len=9), 'token cap', '256', '9'),
    'sampling': (
        lambda r: r['inference']['model'].update(
            generation_kwargs={'do_sample': True, 'temperature': 0.6, 'top_p': 0.95}
        ),
        'sampling', 'greedy', 'temperature 0.6, top_p 0.95',
    ),
    'batch': (lambda r: r['context'].update(batch_size=1), 'batch size', '16', '1'),
    'model': (
        lambda r: r['inference']['model'].update(path='big'), 'model', "'tiny'", "'big'"
    ),
    'grader': (
        lambda r: r['grading'].update(grader='ba9876543210'), 'grading',
        "'MATH500Evaluator 0123456789ab'", "'MATH500Evaluator ba9876543210'",
    ),
    'version': (
        lambda r: r['context']['versions'].update(torch='2.13.0'),
        'versions', 'unknown', 'torch 2.13.0',
    ),
}  # fmt: skip


@pytest.mark.parametrize('which', CHANGES)
def test_the_setting_is_read_from_the_records(which: str) -> None:
    change, setting, before, after = CHANGES[which]
    found = change_of(run(), run(change, name='whatever'))
    assert (found.setting, found.before, found.after) == (setting, before, after)


def test_every_field_of_a_fingerprint_belongs_to_a_setting() -> None:
    assert {field.name for field in fields(Fingerprint)} == set(_SETTING_OF) | _FOLLOWS


def test_the_worth_is_paired_with_the_baseline_first() -> None:
    after = run(CHANGES['cap'][0], marks=items(True, False, False))
    worth = change_of(run(), after).difference
    assert worth.points == pytest.approx(-100 / 3)
    assert worth.lost == ('mine/2',)


def test_two_changes_are_refused_by_name() -> None:
    def both(record: Record) -> None:
        CHANGES['cap'][0](record)
        CHANGES['batch'][0](record)

    with pytest.raises(ConfigError, match=r'in 2 settings \(token cap, batch size\)'):
        change_of(run(), run(both))
    with pytest.raises(ConfigError, match=r'in 0 settings \(in none\)'):
        change_of(run(), run(name='same'))


def test_a_run_that_compares_with_nothing_is_refused() -> None:
    failed = items_of([detail(0, 'failed_request'), detail(1), detail(2)], Path('here'))
    with pytest.raises(ConfigError, match='1 of 3 requests failed'):
        change_of(run(), run(CHANGES['cap'][0], marks=failed))
    with pytest.raises(ConfigError, match='were not recorded'):
        change_of(run(lambda record: record.clear()), run())


def test_other_problems_tell_nothing() -> None:
    other = items(True, False, True, first=1)
    with pytest.raises(MalformedData, match='different problems'):
        change_of(run(), run(CHANGES['cap'][0], marks=other))


def shown(baseline: Run, *variants: Run) -> str:
    stream = io.StringIO()
    print_ablation(ablation_of(baseline, variants), Console(file=stream, width=80))
    return stream.getvalue()


def test_the_table_has_a_row_for_each_change_and_a_line_for_each_refusal() -> None:
    text = shown(
        run(),
        run(CHANGES['cap'][0], 'short', marks=items(False, False, False)),
        run(CHANGES['wording'][0], 'boxed', marks=items(True, True, True)),
        run(name='same'),
    )
    lines = [line.split() for line in text.splitlines()]
    (cap,) = [line for line in lines if line[:3] == ['2', 'token', 'cap']]
    assert cap[3:] == ['0.00', '-66.67', '-100.0', '–', '+30.1', '+0', '-2', '0.500', '0']
    assert f'1  prompt wording: {BASE!r} → 0shot_cot\n2  token cap: 256 → 9\n' in text
    assert max(map(len, text[text.index('diff.') :].splitlines()[:4])) < 80
    assert text.startswith(f'Ablation: baseline {MODEL} on {DATASET}, 66.67 %')
    assert f'refused: same on {DATASET} differs from the baseline' in text


def test_it_is_made_of_a_work_directory(tmp_path: Path) -> None:
    other = copy.deepcopy(RECORD)
    other['inference']['max_out_len'] = 9
    save_results(tmp_path, [detail(0), detail(1)])
    save_results(tmp_path, [detail(0), detail(1, 'incorrect')], model='z', record=other)
    baseline, variant = graded_runs(tmp_path, print)
    (change,) = ablation_of(baseline, [variant]).changes
    assert (change.setting, change.difference.lost) == ('token cap', ('mine/1',))
