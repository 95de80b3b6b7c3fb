"""lm-eval with the problems shared among two processes: the replies and scores of one."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lm_eval_commands import LAUNCH, PARSED

from opencompass_math500.embedded import embedded_model_dir

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / 'tests' / 'support' / 'harness_process.py'
TASKS = ('math500', 'math500_4shot')
# Three: the second process has one less, and asks it again to fill up. Some replies end by
# themselves, and some are cut.
IDS = [f'sample/{name}.json' for name in ('algebra/1', 'geometry/1', 'precalculus/1')]
CAP = 38
TWO = ['-m', 'torch.distributed.run', '--standalone', '--nproc_per_node', '2']


def asked(out: Path, *launcher: str) -> Any:
    """What is saved by the script, started so."""
    embedded_model_dir()  # written once, not by two processes
    path = os.pathsep.join([str(ROOT), str(SCRIPT.parent), os.environ.get('PYTHONPATH', '')])
    done = subprocess.run(
        [sys.executable, *launcher, str(SCRIPT), str(out), str(CAP), *IDS],
        env={
            **os.environ,
            'PYTHONPATH': path,
            'OMP_NUM_THREADS': '1',
            'HF_HUB_OFFLINE': '1',
            'ACCELERATE_USE_CPU': 'true',  # gloo
            'ACCELERATE_TORCH_DEVICE': 'cpu',  # and not cpu:1
        },
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stderr.count('asks without a chat template') == 1
    return json.loads(out.read_text(encoding='utf-8'))


@pytest.fixture(scope='module')
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    pytest.importorskip('lm_eval', reason='lm-eval is not installed (extra lm-eval)')
    folder = tmp_path_factory.mktemp('processes')
    return asked(folder / 'one.json'), asked(folder / 'two.json', *TWO)


@pytest.mark.parametrize('task', TASKS)
def test_the_problems_were_shared(both: tuple[Any, Any], task: str) -> None:
    """Each process logs what it has asked, one after the other."""
    one, two = ([int(row['doc_id']) for row in given['samples'][task]] for given in both)
    assert (one, two) == ([0, 1, 2], [0, 2, 1])


@pytest.mark.parametrize('task', TASKS)
def test_every_problem_has_its_own_reply_and_ending(both: tuple[Any, Any], task: str) -> None:
    one, two = (
        sorted(given['samples'][task], key=lambda row: int(row['doc_id'])) for given in both
    )
    assert [row['doc']['unique_id'] for row in two] == IDS
    assert two == one  # text, verdict, ending, tokens, metrics; nothing of the filling up
    assert [len(row['resps'][0]) for row in two] == [1] * len(IDS)


@pytest.mark.parametrize('task', TASKS)
def test_the_scores_are_those_of_one_process(both: tuple[Any, Any], task: str) -> None:
    one, two = both
    assert two['results'][task] == one['results'][task]
    assert two['n-samples'] == one['n-samples']
    assert two['results'][task]['unknown_ending,none'] == 0


def test_both_kinds_of_ending_occur(both: tuple[Any, Any]) -> None:
    """Else a mix-up of endings would not be seen."""
    rows = [row for task in TASKS for row in both[1]['samples'][task]]
    assert {row['doc']['math500'][0]['finish_reason'] for row in rows} == {'stop', 'length'}


def test_the_command_for_several_processes_is_understood_by_accelerate() -> None:
    launch = pytest.importorskip('accelerate.commands.launch', reason='accelerate')
    (command,) = (command for command in PARSED if command.startswith(LAUNCH))
    words = shlex.split(command)[2:]
    given = launch.launch_command_parser().parse_args(words)
    assert (given.multi_gpu, given.num_processes, given.module) == (True, 8, True)
    assert given.training_script == 'lm_eval'
    assert given.training_script_args == words[words.index('lm_eval') + 1 :]
