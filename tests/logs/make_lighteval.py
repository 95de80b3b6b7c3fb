"""Make the logs under ``tests/logs/lighteval`` anew, by the real lighteval on a loopback endpoint.

It wants an environment of its own, which need not hold this package; newer releases of these
libraries do not run with it::

    python3.11 -m venv lighteval-env
    lighteval-env/bin/pip install 'lighteval[math]==0.13.0' 'litellm[caching]==1.80.0' \\
        huggingface_hub==0.36.2 transformers==4.57.6 datasets==4.8.5 xxhash==3.7.3 torch==2.13.0
    python tests/logs/make_lighteval.py lighteval-env/bin/python

Its task takes ``HuggingFaceH4/MATH-500`` from the hub; a folder of that name, below where it is
started, goes before it, and holds sample problems in the same columns. It fetches a file of
another benchmark whenever it loads its tasks, unless a file of that name is there. In the names
of details ``|`` becomes ``_``: some systems have no such file names.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support'), str(HERE.parents[1])]

from canned import CANNED, Canned, CannedAPI, write_problems  # noqa: E402

__all__: list[str] = []

_ONE, _TWO, _THREE, _FOUR = (
    f'sample/{name}.json' for name in ('algebra/1', 'algebra/2', 'geometry/1', 'prealgebra/1')
)
_BOXED: Final = r'It is $\boxed{{gold}}$.'
_ADDRESS: Final = 'http://127.0.0.1:8000/v1'
_TOUCH: Final = (
    'import lighteval, pathlib; '
    "(pathlib.Path(lighteval.__file__).parent / 'tasks/tasks/tinyBenchmarks.pkl').touch()"
)
# The task with another number of samples, as its users write it.
_TASK: Final = """
from lighteval.metrics.metrics import Metrics
from lighteval.tasks.lighteval_task import LightevalTaskConfig
from lighteval.tasks.tasks.math_500 import math_500_prompt

TASKS_TABLE = [
    LightevalTaskConfig(
        name='math_500_twice',
        prompt_function=math_500_prompt,
        hf_repo='HuggingFaceH4/MATH-500',
        hf_subset='default',
        hf_avail_splits=['test'],
        evaluation_splits=['test'],
        few_shots_split=None,
        few_shots_select=None,
        generation_size=512,
        metrics=[Metrics.pass_at_k_math(sample_params={'k': 1, 'n': 2})],
        version=2,
    )
]
"""


@dataclass(frozen=True, slots=True)
class _Case:
    """One run: what is played, and what lighteval is told."""

    name: str
    task: str
    replies: Sequence[Canned]
    generation: dict[str, Any]
    system: str = ''


CASES: Final = (
    _Case('greedy', 'math_500|0', CANNED, {'temperature': 0.0, 'max_new_tokens': 512}),
    # Of a problem whose first sample is empty, no sample is kept.
    _Case(
        'twice',
        'math_500_twice|0',
        (
            Canned('right', _ONE, _BOXED, reasoning='It is 5.'),
            Canned('wrong', _TWO, r'<think>Hm.</think> It is $\boxed{{wrong}}$.'),
            Canned('empty', _THREE, '', reasoning=r'It must be $\boxed{{gold}}$.'),
            Canned('failed', _FOUR, '', status=400),
        ),
        {'temperature': 0.7, 'top_p': 0.95, 'seed': 7, 'max_new_tokens': 512},
        system='You are careful.',
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Make every log, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('python', help='of the environment with lighteval')
    parser.add_argument(
        '--into', type=Path, default=HERE / 'lighteval', help='the folder of the logs'
    )
    parser.add_argument('names', nargs='*', help='logs to make; all by default')
    options = parser.parse_args(argv)
    python = Path(shutil.which(options.python) or options.python).absolute()
    subprocess.run([python, '-c', _TOUCH], check=True)
    for case in CASES:
        if not options.names or case.name in options.names:
            _make(case, python, options.into.resolve() / case.name)
    return 0


def _make(case: _Case, python: Path, into: Path) -> None:
    with tempfile.TemporaryDirectory() as name, CannedAPI(replies=case.replies) as api:
        folder = Path(name)
        (folder / 'HuggingFaceH4' / 'MATH-500').mkdir(parents=True)
        write_problems(folder / 'HuggingFaceH4' / 'MATH-500' / 'test.jsonl', case.replies)
        (folder / 'task.py').write_text(_TASK, encoding='utf-8')
        model: dict[str, Any] = {
            'model_name': 'openai/canned',
            'provider': 'openai',
            'base_url': api.url,
            'api_key': 'none',
            'api_max_retry': 1,
            'max_model_length': 4096,
            'generation_parameters': case.generation,
        }
        if case.system:
            model['system_prompt'] = case.system
        (folder / 'model.yaml').write_text(json.dumps({'model_parameters': model}))
        subprocess.run(
            [
                *(str(python.parent / 'lighteval'), 'endpoint', 'litellm', 'model.yaml', case.task),
                *('--custom-tasks', 'task.py', '--output-dir', 'run', '--save-details'),
            ],
            cwd=folder,
            env={
                **{'HOME': name, 'PATH': '/usr/bin:/bin'},
                **dict.fromkeys(('HF_HUB_OFFLINE', 'HF_DATASETS_OFFLINE'), '1'),
            },
            check=True,
        )
        _keep(folder / 'run', into, api.url)


def _keep(run: Path, into: Path, url: str) -> None:
    """Copy the two files of a run, without the port that it was served at."""
    shutil.rmtree(into, ignore_errors=True)
    for path in sorted(path for path in run.rglob('*') if path.is_file()):
        target = into / path.relative_to(run).with_name(path.name.replace('|', '_'))
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == '.json':
            text = path.read_text(encoding='utf-8').replace(url, _ADDRESS)
            target.write_text(text, encoding='utf-8')
        else:
            shutil.copyfile(path, target)


if __name__ == '__main__':
    raise SystemExit(main())
