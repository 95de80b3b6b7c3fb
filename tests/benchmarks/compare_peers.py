"""This judge against math-verify 0.9.0: throughput on the same real answers and responses.

Usage: python tests/benchmarks/compare_peers.py [--repetitions 3] [--pairs N]
[--responses N] [--without-peer]; README.md beside this file says what is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKER = Path(__file__).with_name('worker.py')
PEER = 'math-verify[antlr4_13_2]==0.9.0'
VENV = ROOT / '.cache' / 'benchmark-math-verify'
BLOCK = 250
Row = tuple[str, str, str] | tuple[str, str, str, str | None]
"""Kind (``answer`` or ``response``), text, gold; and the problem, where the grader gets it."""


@dataclass(slots=True)
class Timings:
    """What one grader did with one kind of rows."""

    per_second: list[float] = field(default_factory=list)
    microseconds: list[float] = field(default_factory=list)
    verdicts: list[bool] = field(default_factory=list)


class Worker:
    """A grader in a process of its own; of this project's, that of the checkout ``root``."""

    def __init__(self, python: Path, grader: str, *clock: str, root: Path = ROOT) -> None:
        environment = {**os.environ, 'PYTHONPATH': str(root)} if grader != 'math_verify' else None
        self.process = subprocess.Popen(
            [str(python), str(WORKER), grader, *clock],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def run(self, rows: Sequence[Row]) -> list[tuple[bool, float]]:
        """``(is_correct, microseconds)`` for each row."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(rows) + '\n')
        self.process.stdin.flush()
        reply = self.process.stdout.readline()
        if not reply:
            raise SystemExit(f'{self.process.args!r} ended early; its error stands above')
        return [(bool(ok), float(microseconds)) for ok, microseconds in json.loads(reply)]

    def close(self) -> None:
        """End the process and wait for it."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def peer_python(venv: Path) -> Path:
    """The interpreter of the peer's own environment, made at the first call."""
    python = venv / 'bin' / 'python'
    if not python.exists():
        print(f'making {venv} with {PEER}', file=sys.stderr)
        try:
            subprocess.run([sys.executable, '-m', 'venv', str(venv)], check=True)
            subprocess.run([str(python), '-m', 'pip', 'install', '--quiet', PEER], check=True)
        except subprocess.CalledProcessError:
            shutil.rmtree(venv, ignore_errors=True)  # half of it would pass for the whole
            raise
    return python


def read_rows(shared: Path, kind: str, limit: int | None) -> list[Row]:
    """Real rows of one kind; with a limit, evenly spaced ones."""
    name = {'answer': 'cases/real_pairs.jsonl', 'response': 'responses/responses.jsonl'}[kind]
    key = {'answer': 'pred', 'response': 'response'}[kind]
    lines = (shared / name).read_text(encoding='utf-8').splitlines()
    rows = [json.loads(line) for line in lines]
    step = max(1, len(rows) // limit) if limit else 1
    return [(kind, row[key], row['gold']) for row in rows[::step]][:limit]


def measure(graders: dict[str, Path], rows: Sequence[Row], repetitions: int) -> dict[str, Timings]:
    """Run all graders over the rows, block by block in turn, with fresh processes each time.

    Fresh processes, so that no repetition profits from what an earlier one cached.
    """
    timings = {name: Timings() for name in graders}
    for repetition in range(repetitions):
        workers = {name: Worker(python, name) for name, python in graders.items()}
        spent = dict.fromkeys(graders, 0.0)
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            names = list(workers)
            for name in names if (start // BLOCK + repetition) % 2 else names[::-1]:
                replies = workers[name].run(block)
                spent[name] += sum(microseconds for _, microseconds in replies) / 1e6
                timings[name].microseconds += [microseconds for _, microseconds in replies]
                if repetition == 0:
                    timings[name].verdicts += [ok for ok, _ in replies]
        for name, worker in workers.items():
            worker.close()
            timings[name].per_second.append(len(rows) / spent[name])
        print(f'repetition {repetition + 1} of {repetitions}: {len(rows)} rows', file=sys.stderr)
    return timings


def import_seconds(python: Path, statement: str) -> tuple[float, float, float]:
    """Median, least and most of nine: a start with the import less a start without it."""

    def once(code: str) -> float:
        start = time.perf_counter()
        environment = {**os.environ, 'PYTHONPATH': str(ROOT)}
        subprocess.run([str(python), '-c', code], check=True, env=environment)
        return time.perf_counter() - start

    once(statement)  # writes the byte code
    found = [once(statement) - once('pass') for _ in range(9)]
    return statistics.median(found), min(found), max(found)


def spread(values: Sequence[float], form: str) -> str:
    """``median (least to most)``."""
    median = statistics.median(values)
    return f'{median:{form}} ({min(values):{form}} to {max(values):{form}})'


def describe(kind: str, rows: Sequence[Row], timings: dict[str, Timings]) -> None:
    """Print throughput, latency and, with a peer, the ratio of each repetition."""
    print(f'\n{len(rows):,} real {kind}s')
    for name, timing in timings.items():
        ordered = sorted(timing.microseconds)
        print(f'  {name}')
        print(f'    rows per second   {spread(timing.per_second, ",.0f")}')
        print(
            f'    microseconds each median {statistics.median(ordered):,.0f}, '
            f'99th percentile {ordered[int(0.99 * (len(ordered) - 1))]:,.0f}, '
            f'most {ordered[-1]:,.0f}'
        )
        print(f'    judged correct    {sum(timing.verdicts):,}')
    if len(timings) == 2:
        ours, peer = (timing.per_second for timing in timings.values())
        ratios = [a / b for a, b in zip(ours, peer, strict=True)]
        print(f'  ratio of throughput {spread(ratios, ".1f")}')


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument('--shared', type=Path, default=ROOT.parent / 'shared', help='the real data')
    parser.add_argument('--repetitions', type=int, default=3)
    parser.add_argument('--pairs', type=int, default=None, help='of the answers, so many')
    parser.add_argument('--responses', type=int, default=None, help='of the responses, so many')
    parser.add_argument('--venv', type=Path, default=VENV, help="the peer's environment")
    parser.add_argument('--without-peer', action='store_true')
    options = parser.parse_args(argv)
    if not (options.shared / 'cases' / 'real_pairs.jsonl').exists():
        print(
            f'no real pairs under {options.shared}: name their folder by --shared', file=sys.stderr
        )
        return 1
    graders = {'opencompass_math500': Path(sys.executable)}
    if not options.without_peer:
        graders['math_verify'] = peer_python(options.venv)
    load = os.getloadavg()[0]
    print(
        f'Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at the start'
    )
    for kind, limit in (('answer', options.pairs), ('response', options.responses)):
        rows = read_rows(options.shared, kind, limit)
        describe(kind, rows, measure(graders, rows, options.repetitions))
    print()
    for name, python in graders.items():
        statement = (
            'from math_verify import parse, verify' if name == 'math_verify' else f'import {name}'
        )
        median, least, most = (1000 * s for s in import_seconds(python, statement))
        print(f'{statement}: {median:.0f} ms ({least:.0f} to {most:.0f})')
    print(f'load {os.getloadavg()[0]:.1f} at the end')
    return 0


if __name__ == '__main__':
    sys.exit(main())
