"""The real MATH-500 from a hub, two problems of it, through ``math500 run --models --datasets``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from loopback_hub import COMMIT, REPO, LoopbackHub
from opencompass_runs import Finished, Workplace, details, predictions

from opencompass_math500.dataset import load_problems
from opencompass_math500.embedded import embedded_model_dir

pytestmark = pytest.mark.slow

MODEL = 'smollm2-135m-instruct'
CAP = 24
# Not the first two, nor in the order in which MATH-500 has them.
IDS = ['test/number_theory/572.json', 'test/precalculus/807.json']

DATASET = """
from mmengine.config import read_base

with read_base():
    from .math500_0shot_cot import math500_datasets as _zero_shot

math500_datasets = [
    dict(
        _zero_shot[0],
        ids={ids},
        abbr='{abbr}',
        infer_cfg=dict(
            _zero_shot[0]['infer_cfg'],
            inferencer=dict(_zero_shot[0]['infer_cfg']['inferencer'], max_out_len={cap}),
        ),
    )
]
"""


@dataclass(frozen=True, slots=True)
class Run:
    """The finished run, the hub that served it and the rows it should hold."""

    place: Workplace
    hub: LoopbackHub
    abbr: str
    rows: list[dict[str, Any]]
    finished: Finished


@pytest.fixture(scope='module')
def run(
    tmp_path_factory: pytest.TempPathFactory,
    math500_file: Path,
    math500_rows: list[dict[str, Any]],
) -> Iterator[Run]:
    embedded_model_dir()
    place = Workplace.at(tmp_path_factory.mktemp('hub'))
    slug = load_problems(math500_file, ids=IDS).slug.replace('-file-', '-hub-')
    abbr = f'{slug}_0shot-cot'
    place.config(DATASET.format(ids=IDS, abbr=abbr, cap=CAP), 'datasets/math500/two_of_math500.py')
    with LoopbackHub(math500_file.read_bytes()) as hub:
        finished = place.math500(
            'run', '--models', 'embedded_smollm2_135m', '--datasets', 'two_of_math500',
            '--config-dir', 'configs', '--work-dir', 'outputs', HF_ENDPOINT=hub.url,
        )  # fmt: skip
        assert finished.status == 0, finished.text
        rows = [row for row in math500_rows if row['unique_id'] in IDS]
        yield Run(place, hub, abbr, rows, finished)


def test_the_data_come_from_the_hub_once(run: Run) -> None:
    """Preflight, inference and grading are three processes; the cache serves the later two."""
    file = f'/datasets/{REPO}/resolve/{COMMIT}/test.jsonl'
    assert [r for r in run.hub.requests if r == ('GET', file)] == [('GET', file)]


def test_the_two_problems_are_asked_whole_and_under_their_ids(run: Run) -> None:
    asked = predictions(run.place.run_dir, MODEL, run.abbr)
    assert [row['unique_id'] for row in asked] == [row['unique_id'] for row in run.rows]
    for answered, row in zip(asked, run.rows, strict=True):
        (message,) = answered['origin_prompt']
        assert message['prompt'].startswith(row['problem'])
        assert answered['gold'] == row['answer']
        assert answered['response_tokens'] <= CAP


def test_the_details_carry_subject_and_level(run: Run) -> None:
    graded = details(run.place.run_dir, MODEL, run.abbr)
    fields = ('unique_id', 'subject', 'level', 'answer')
    assert [[item[field] for field in fields] for item in graded] == [
        [row[field] for field in fields] for row in run.rows
    ]


def test_the_preflight_warns_of_the_short_cap(run: Run) -> None:
    (line,) = run.finished.said('math500: warning')
    assert f'a cap of {CAP} tokens truncates worked solutions' in line


def test_the_table_ends_the_run_and_names_the_subset(run: Run) -> None:
    assert re.search(rf'^A  {MODEL} on math500-hub-ids2-\w{{8}}_0shot-cot$', run.finished.out, re.M)
    assert re.search(r'^ *A +2 ', run.finished.out, re.M)
    assert f'token cap {CAP};' in run.finished.out
