"""Measure reading a long log of evalscope or lighteval, here and as its harness reads it.

``python tests/benchmarks/read_logs.py`` makes logs of 1,000 and of 10,000 replies, of 6,000
characters each, from the real ones under ``tests/logs``, and prints a table: seconds and peak
memory of a process of its own for each. Grading is not measured; imports are left out of the
seconds, but not of the memory.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
LOGS: Final = ROOT / 'tests' / 'logs'
LONG: Final = 'We go on, step by step. ' * 250

__all__ = ['main', 'measure']


def make_evalscope(into: Path, count: int) -> Path:
    """A run of evalscope of so many replies, in one level."""
    for kind in ('predictions', 'reviews'):
        (source,) = (LOGS / 'evalscope' / 'greedy' / kind).rglob('*Level 2.jsonl')
        row = json.loads(source.read_text(encoding='utf-8'))
        target = into / kind / 'canned' / source.name
        target.parent.mkdir(parents=True)
        with target.open('w', encoding='utf-8') as stream:
            for number in range(count):
                stream.write(json.dumps(_long(kind, row, number)) + '\n')
    (into / 'configs').mkdir()
    settings = LOGS / 'evalscope' / 'greedy' / 'configs' / 'task_config.yaml'
    (into / 'configs' / settings.name).write_bytes(settings.read_bytes())
    return into


def _long(kind: str, row: dict[str, Any], number: int) -> dict[str, Any]:
    text = f'{number}: {LONG}\\boxed{{13}}'
    asked, said = row['messages']
    changed = {**row, 'index': number, 'messages': [asked, {**said, 'content': text}]}
    if kind == 'predictions':
        (choice,) = row['model_output']['choices']
        choice = {**choice, 'message': {**choice['message'], 'content': text}}
        changed['model_output'] = {**row['model_output'], 'choices': [choice]}
        changed['metadata'] = {**row['metadata'], 'question_id': f'many/{number}'}
    return changed


def make_lighteval(into: Path, count: int) -> Path:
    """A run of lighteval of so many replies, in row groups of a thousand as its writer has."""
    import pyarrow.parquet

    (source,) = (LOGS / 'lighteval' / 'greedy').rglob('*.parquet')
    row = pyarrow.parquet.read_table(source).to_pylist()[-1]
    rows = [
        {
            **row,
            'doc': {**row['doc'], 'id': str(number)},
            'model_response': {
                **row['model_response'],
                'text': [f'{number}: {LONG}\\boxed{{13}}'],
                'text_post_processed': [f'{number}: {LONG}\\boxed{{13}}'],
            },
        }
        for number in range(count)
    ]
    target = into / source.relative_to(LOGS / 'lighteval' / 'greedy')
    target.parent.mkdir(parents=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), target, row_group_size=1000)
    return into


def here(place: Path) -> Iterator[Any]:
    """Every reply, as our commands get it."""
    from opencompass_math500.runs import find_place

    found = find_place(place)
    for run in found.runs():
        yield from found.source.responses(run, lambda text: None)


def with_json(place: Path) -> Iterator[Any]:
    """evalscope's own reading of a cache: both files as lists of objects."""
    loaded = [
        [json.loads(line) for line in path.open(encoding='utf-8')]
        for path in sorted(place.rglob('*.jsonl'))
    ]
    reviews = {row['index']: row for row in loaded[1]}
    return ((row, reviews[row['index']]) for row in loaded[0])


def with_datasets(place: Path) -> Iterator[Any]:
    """lighteval's own reading of details, with an empty cache."""
    from datasets import load_dataset

    (path,) = place.rglob('*.parquet')
    yield from load_dataset(
        'parquet', data_files=str(path), split='train', cache_dir=str(place.parent / 'cache')
    )


def with_pandas(place: Path) -> Iterator[Any]:
    """What its documentation shows for details."""
    import pandas

    (path,) = place.rglob('*.parquet')
    yield from pandas.read_parquet(path).itertuples()


MAKERS: Final[dict[str, Callable[[Path, int], Path]]] = {
    'evalscope': make_evalscope,
    'lighteval': make_lighteval,
}
WAYS: Final[dict[str, Sequence[Callable[[Path], Iterator[Any]]]]] = {
    'evalscope': (here, with_json),
    'lighteval': (here, with_datasets, with_pandas),
}


def measure(way: str, place: Path) -> tuple[float, float, int]:
    """Seconds, MiB at most and rows of one way of reading, in a process of its own."""
    code = f'import read_logs, pathlib; read_logs.run({way!r}, pathlib.Path({str(place)!r}))'
    done = subprocess.run(
        [sys.executable, '-c', code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parent, env={'PYTHONPATH': str(ROOT), 'HOME': str(place.parent)},
    )  # fmt: skip
    seconds, memory, rows = json.loads(done.stdout)
    return seconds, memory, rows


def run(way: str, place: Path) -> None:
    """Read, and print what it took; the imports come first."""
    for name in ('opencompass_math500.runs', 'datasets', 'pandas'):
        if (way == 'here' and name.startswith('opencompass')) or way == f'with_{name}':
            __import__(name)
    started = time.perf_counter()
    rows = sum(1 for _ in globals()[way](place))
    seconds = time.perf_counter() - started
    # getrusage would tell the most of the process that started this one.
    status = Path('/proc/self/status').read_text(encoding='ascii')
    memory = int(status.partition('VmHWM:')[2].split()[0]) / 1024
    print(json.dumps([seconds, memory, rows]))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
    parser.add_argument('--replies', type=int, nargs='+', default=[1000, 10_000])
    options = parser.parse_args(argv)
    print('| log | replies | read with | seconds | MiB at most |\n|---|---|---|---|---|')
    for harness, maker in MAKERS.items():
        for count in options.replies:
            with tempfile.TemporaryDirectory() as folder:
                place = maker(Path(folder) / 'log', count)
                for way in WAYS[harness]:
                    seconds, memory, rows = measure(way.__name__, place)
                    if rows != count:
                        raise SystemExit(f'{way.__name__} read {rows} of {count} replies')
                    name = way.__name__.removeprefix('with_')
                    print(f'| {harness} | {count} | {name} | {seconds:.2f} | {memory:.0f} |')
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
