"""Make the logs under ``tests/logs/evalscope`` anew, by the real evalscope on a loopback endpoint.

It wants an environment of its own, which need not hold this package::

    python3.11 -m venv evalscope-env
    evalscope-env/bin/pip install evalscope==1.14.1 torch==2.13.0
    python tests/logs/make_evalscope.py evalscope-env/bin/evalscope

evalscope takes its data from a hub; with ``dataset_id`` in ``--dataset-args`` from a folder, here
one of sample problems in the columns of MATH-500. The page and the log of a run are not kept, and
paths and ports are written over.
"""

from __future__ import annotations

import argparse
import json
import re
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

_ONE, _TWO, _THREE = (f'sample/number_theory/{number}.json' for number in (1, 2, 4))
_BOXED: Final = r'It is $\boxed{{gold}}$.'
_KEPT: Final = ('configs/*.yaml', 'predictions/*/*', 'reviews/*/*', 'reports/*/*.json')
_ADDRESS: Final = re.compile(r'http://127\.0\.0\.1:[0-9]+')


@dataclass(frozen=True, slots=True)
class _Case:
    """One run: what is played, and what evalscope is told."""

    name: str
    replies: Sequence[Canned]
    generation: dict[str, Any]
    options: Sequence[str] = ()


CASES: Final = (
    _Case('greedy', CANNED, {'temperature': 0.0, 'max_tokens': 512}, ['--ignore-errors']),
    _Case(
        'repeats',
        (
            Canned('first, right', _ONE, _BOXED),
            Canned('first, cut', _ONE, 'We try 2, 3,', 'length'),
            Canned('second, apart', _TWO, _BOXED, reasoning='It is 6.'),
            Canned('second, within', _TWO, f'<think>\nIt is 6.\n</think>\n\n{_BOXED}'),
        ),
        {'temperature': 0.7, 'top_p': 0.95, 'seed': 7, 'max_tokens': 64},
        ['--repeats', '2', '--eval-batch-size', '1', '--no-collect-perf'],
    ),
    # What evalscope grades as the words of the model; and a word for an ending that it does not
    # know.
    _Case(
        'refused',
        (
            Canned('right', _ONE, _BOXED),
            Canned('too long', _TWO, '', status=400, error='context_length_exceeded'),
            Canned('no known word', _THREE, _BOXED, 'end_turn'),
        ),
        {'temperature': 0.0, 'max_tokens': 5000},
        ['--no-collect-perf'],
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Make every log, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('evalscope', help='its command, in its environment')
    parser.add_argument(
        '--into', type=Path, default=HERE / 'evalscope', help='the folder of the logs'
    )
    parser.add_argument('names', nargs='*', help='logs to make; all by default')
    options = parser.parse_args(argv)
    for case in CASES:
        if not options.names or case.name in options.names:
            _make(case, options.evalscope, options.into.resolve() / case.name)
    return 0


def _make(case: _Case, evalscope: str, into: Path) -> None:
    with tempfile.TemporaryDirectory() as name, CannedAPI(replies=case.replies) as api:
        folder = Path(name)
        (folder / 'data').mkdir()
        write_problems(folder / 'data' / 'test.jsonl', case.replies)
        arguments = [
            *('eval', '--model', 'canned', '--api-url', api.url, '--api-key', 'none'),
            *('--datasets', 'math_500', '--work-dir', 'run', '--no-timestamp'),
            *('--dataset-args', json.dumps({'math_500': {'dataset_id': str(folder / 'data')}})),
            *('--generation-config', json.dumps({**case.generation, 'retries': 1})),
        ]
        subprocess.run(
            [shutil.which(evalscope) or evalscope, *arguments, *case.options],
            cwd=folder,
            env={'HOME': name, 'PATH': '/usr/bin:/bin', 'HF_HUB_OFFLINE': '1'},
            check=True,
        )
        shutil.rmtree(into, ignore_errors=True)
        for pattern in _KEPT:
            for path in sorted((folder / 'run').glob(pattern)):
                target = into / path.relative_to(folder / 'run')
                target.parent.mkdir(parents=True, exist_ok=True)
                text = path.read_text(encoding='utf-8').replace(name, '/home/me')
                target.write_text(_ADDRESS.sub('http://127.0.0.1:8000', text), encoding='utf-8')


if __name__ == '__main__':
    raise SystemExit(main())
