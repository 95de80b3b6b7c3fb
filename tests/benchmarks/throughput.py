"""This checkout against another one: throughput on answers, responses, rollouts and long traces.

Usage: python tests/benchmarks/throughput.py --against DIR [--rounds 3] [--rows 400] [--peer]
DIR is a checkout of another commit (``git worktree add --detach DIR COMMIT``); README.md beside
this file says what is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # beside this file, wherever it is started from
from compare_peers import BLOCK, ROOT, VENV, Row, Worker, peer_python, read_rows, spread

LONG = 100_000  # characters of a long trace, about 32,000 tokens
TRACES = 24
WARM_UP = 5  # every so many rows warm up what the others are measured with
PEER_ROWS = 120  # of each shape: the peer takes 10 ms and more for one
HERE, THERE, PEER = 'this checkout', 'the other one', 'math-verify'


def shapes(shared: Path, limit: int) -> dict[str, list[Row]]:
    """Return the rows of each shape, spread evenly over what there is."""
    problems = {
        row['unique_id']: row['problem'] for row in _rows(shared / 'data' / 'math500.jsonl')
    }
    answers = read_rows(shared, 'answer', 10 * limit)
    replies = _rows(shared / 'responses' / 'responses.jsonl')
    rollouts = _rows(shared / 'cases' / 'responses_2026_11.jsonl')
    return {
        'boxed answers': [
            ('response', f'Thus the answer is $\\boxed{{{row[1]}}}$.', row[2]) for row in answers
        ],
        'responses': [
            ('response', row['response'], row['gold'], problems.get(row['unique_id']))
            for row in replies[:: max(1, len(replies) // limit)]
        ],
        'rollouts': [
            ('response', row['response'], row['gold'], row['problem']) for row in rollouts
        ],
        'long traces': long_traces(replies, problems),
    }


def long_traces(replies: Sequence[dict[str, str]], problems: dict[str, str]) -> list[Row]:
    """Return traces whose thought is made of real replies, each closed before a real reply."""
    texts = cycle(row['response'] for row in replies[::7])
    traces: list[Row] = []
    for row in replies[:: len(replies) // TRACES][:TRACES]:
        thought: list[str] = []
        while sum(map(len, thought)) < LONG:
            thought.append(next(texts))
        text = '\n\nWait, let me check that again.\n\n'.join(thought)
        reply = f'<think>\n{text}\n</think>\n\n{row["response"]}'
        traces.append(('response', reply, row['gold'], problems.get(row['unique_id'])))
    return traces


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]


def seconds_of(workers: dict[str, Worker], rows: Sequence[Row], turn: int) -> dict[str, float]:
    """Return the CPU time that each grader takes for the rows, block by block in turn."""
    spent = dict.fromkeys(workers, 0.0)
    for number, start in enumerate(range(0, len(rows), BLOCK)):
        names = list(workers)
        for name in names if (number + turn) % 2 else names[::-1]:
            replies = workers[name].run(rows[start : start + BLOCK])
            spent[name] += sum(microseconds for _, microseconds in replies) / 1e6
    return spent


def timed_of(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that are measured: all but those on which the graders warm up."""
    return [row for number, row in enumerate(rows) if number % WARM_UP]


def measure(
    rows: Sequence[Row], rounds: int, graders: dict[str, tuple[Path, str, Path]]
) -> dict[str, list[float]]:
    """Return the CPU seconds of each grader, one number a round; every round has new processes.

    What they load and compile at first use is paid by other rows, every fifth, before the clock.
    """
    timed = timed_of(rows)
    found: dict[str, list[float]] = {name: [] for name in graders}
    for turn in range(rounds):
        workers = {
            name: Worker(python, grader, 'cpu', root=root)
            for name, (python, grader, root) in graders.items()
        }
        for worker in workers.values():
            worker.run(rows[::WARM_UP])
        for name, seconds in seconds_of(workers, timed, turn).items():
            found[name].append(seconds)
            workers[name].close()
    return found


def describe(rows: Sequence[Row], seconds: dict[str, list[float]]) -> None:
    """Print the throughput of each grader, and how many times another one's it is."""
    timed = timed_of(rows)
    characters = sum(len(row[1]) for row in timed)
    for name, taken in seconds.items():
        each = spread([len(timed) / s for s in taken], ',.0f')
        rate = statistics.median(characters / 1e6 / s for s in taken)
        print(f'  {name:14} {each} a second, {rate:.1f} million characters')
        if name != HERE:
            ratios = [other / own for other, own in zip(taken, seconds[HERE], strict=True)]
            print(f'  {"":14} this checkout has {spread(ratios, ".2f")} times its throughput')


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument('--against', type=Path, default=None, help='another checkout')
    parser.add_argument('--shared', type=Path, default=ROOT.parent / 'shared', help='the real data')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--rows', type=int, default=400, help='of the responses, so many')
    parser.add_argument('--peer', action='store_true', help='math-verify, too')
    parser.add_argument('--venv', type=Path, default=VENV, help="the peer's environment")
    options = parser.parse_args(argv)
    if not (options.shared / 'responses' / 'responses.jsonl').exists():
        print(
            f'no real responses under {options.shared}: name their folder by --shared',
            file=sys.stderr,
        )
        return 1
    if options.against and not (options.against / 'opencompass_math500').is_dir():
        print(f'{options.against} is no checkout of this project', file=sys.stderr)
        return 1
    here = Path(sys.executable)
    graders = {HERE: (here, 'opencompass_math500', ROOT)}
    if options.against:
        graders[THERE] = (here, 'opencompass_math500', options.against.resolve())
    print(f'load {os.getloadavg()[0]:.1f} at the start')
    for shape, rows in shapes(options.shared, options.rows).items():
        characters = sum(len(row[1]) for row in rows) / len(rows)
        print(f'{shape}: {len(rows):,}, {characters:,.0f} characters')
        describe(rows, measure(rows, options.rounds, graders))
        if options.peer:
            few = rows[:: max(1, len(rows) // PEER_ROWS)]
            peer = {HERE: graders[HERE], PEER: (peer_python(options.venv), 'math_verify', ROOT)}
            describe(few, measure(few, 1, peer))
    print(f'load {os.getloadavg()[0]:.1f} at the end')
    return 0


if __name__ == '__main__':
    sys.exit(main())
