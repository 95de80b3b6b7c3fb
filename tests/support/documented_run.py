"""The small run that the pages on exports and the report are about."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from doc_pages import ROOT, put_math500
from work_dirs import detail, prediction, save_predictions, save_results

from opencompass_math500 import grade

__all__ = ['ITEMS', 'RUN_DIR', 'documented_folder', 'run_in', 'save_items']

RUN_DIR = 'outputs/math500/20260101_120000'
ITEMS = [
    ('Solve $x + 2 = 5$ for $x$.', '3', 'Subtract 2: $x = \\boxed{3}$.', 'stop', 'Algebra'),
    ('Simplify $2x - 3x$.', '-x', 'Together $\\boxed{x}$.', 'stop', 'Algebra'),
    ('How many squares has the board?', '204', 'First count the squares of', 'length', 'Geometry'),
]


def save_items(work_dir: Path) -> Path:
    """The run that the page is about."""
    rows, details = [], []
    for number, (problem, gold, response, ending, subject) in enumerate(ITEMS):
        verdict = grade(response=response, gold=gold, problem=problem, finish_reason=ending)
        ids = {'unique_id': f'mine/{number}', 'finish_reason': ending, 'response_tokens': 8}
        asked = (
            f'{problem}\nPlease reason step by step, and put your final answer within \\boxed{{}}.'
        )
        prompt = [{'role': 'HUMAN', 'prompt': asked}]
        rows.append(prediction(number, gold=gold, prediction=response, origin_prompt=prompt, **ids))
        facts = {
            name: getattr(verdict, name) for name in ('reason', 'rule', 'extraction', 'was_cut')
        }
        facts |= {'pred': verdict.answer or '', 'answer': gold, 'subject': subject, 'level': 1}
        details.append(detail(number, verdict.outcome, **ids, **facts))
    save_predictions(work_dir, rows, name='my-problems', model='my-model')
    save_results(work_dir, details, model='my-model', dataset='my-problems')
    return work_dir


@pytest.fixture
def documented_folder(tmp_path: Path, math500_file: Path) -> Path:
    """A folder with the run, the data, and a ``math500`` for the path."""
    save_items(tmp_path / RUN_DIR)
    shutil.copy(math500_file, tmp_path / 'test.jsonl')
    put_math500(tmp_path)
    return tmp_path


def run_in(workplace: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the documentation there; it must succeed."""
    path = os.pathsep.join([str(ROOT), os.environ.get('PYTHONPATH', '')])
    folders = f'{workplace / "bin"}{os.pathsep}{os.environ["PATH"]}'
    done = subprocess.run(
        ['bash', '-c', command],
        cwd=workplace,
        env={**os.environ, 'PYTHONPATH': path, 'PATH': folders},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done
