"""Time and memory to read a long log of inspect-ai, here and by its own readers.

The log is a real one of ``tests/logs``, its samples repeated under new ids, some with long replies:

    python tests/benchmarks/read_inspect_logs.py --inspect inspect-env/bin/python --count 10000

Each reader runs in a process of its own; memory is the peak of that process, and beside it stands
what the process needs before it reads. Responses are read, not graded.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
LOGS: Final = ROOT / 'tests' / 'logs'

__all__: list[str] = []

# What each process runs: it sets COUNT, and may do its imports before the clock starts.
_FRAME: Final = """
import json, resource, sys, time
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
{imports}
before, start = peak(), time.perf_counter()
{body}
print(json.dumps([COUNT, time.perf_counter() - start, before, peak()]))
"""
_OURS: Final = (
    'from pathlib import Path\nfrom opencompass_math500.runs import find_place\nimport pyarrow',
    'place, COUNT = find_place(Path(sys.argv[1])), 0\n'
    'for run in place.runs():\n'
    '    COUNT += sum(1 for _ in place.source.responses(run, lambda text: None))',
)
_WHOLE: Final = (
    'from inspect_ai.log import read_eval_log',
    'COUNT = len(read_eval_log(sys.argv[1]).samples)',
)
_ONE_BY_ONE: Final = (
    'from inspect_ai.log import read_eval_log_samples',
    'COUNT = sum(1 for _ in read_eval_log_samples(sys.argv[1]))',
)
_CONVERT: Final = """
import sys
from inspect_ai.log import read_eval_log, write_eval_log
write_eval_log(read_eval_log(sys.argv[1]), sys.argv[2])
"""
# Written by inspect's own zipfile: the standard library packs no zstd.
_REPEAT: Final = r"""
import json, sys, zipfile
import inspect_ai.log
source, target, count, words = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
old = zipfile.ZipFile(source)
texts = {name: old.read(name).decode() for name in old.namelist()}
samples = [text for name, text in texts.items() if name.startswith('samples/')]
header = json.loads(texts['header.json'])
ids = [f'sample/repeated/{number}.json' for number in range(count)]
header['eval']['dataset'].update(samples=count, sample_ids=ids)
header['results'].update(total_samples=count, completed_samples=count)
longer = 'We add the next term, and go on. ' * (words // 8)
with zipfile.ZipFile(target, 'w', zipfile.ZIP_ZSTANDARD) as new:
    new.writestr('_journal/start.json', texts['_journal/start.json'])
    summaries = []
    for number, name in enumerate(ids):
        text = samples[number % len(samples)].replace('So the value', longer + 'So the value')
        sample = json.loads(text)
        sample['id'] = name
        new.writestr(f'samples/{name}_epoch_1.json', json.dumps(sample))
        summaries.append({key: sample[key] for key in ('id', 'epoch', 'input', 'target')})
    new.writestr('summaries.json', json.dumps(summaries))
    new.writestr('header.json', json.dumps(header))
"""


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one reader took."""

    name: str
    count: int
    seconds: float
    before: float  # MiB
    peak: float


def _measured(name: str, python: str, code: tuple[str, str], log: Path) -> _Measured:
    imports, body = code
    done = subprocess.run(
        [python, '-c', _FRAME.format(imports=imports, body=body), str(log)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return _Measured(name, *json.loads(done.stdout))


def _inspect(python: str, folder: Path, count: int, words: int) -> Iterator[_Measured]:
    """inspect-ai's own reader, whole and sample by sample, and ours; both forms of the log."""
    log = folder / 'long.eval'
    source = LOGS / 'inspect' / 'whole.eval'
    subprocess.run(
        [python, '-c', _REPEAT, str(source), str(log), str(count), str(words)], check=True
    )
    yield _measured('inspect-ai read_eval_log, .eval', python, _WHOLE, log)
    yield _measured('inspect-ai read_eval_log_samples, .eval', python, _ONE_BY_ONE, log)
    yield _measured('this package, .eval', sys.executable, _OURS, log)
    packed, log = log, log.with_suffix('.json')
    subprocess.run([python, '-c', _CONVERT, str(packed), str(log)], check=True)
    yield _measured('inspect-ai read_eval_log, .json', python, _WHOLE, log)
    yield _measured('this package, .json', sys.executable, _OURS, log)


def main(argv: Sequence[str] | None = None) -> int:
    """Print one line a reader."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--inspect', required=True, help='Python of an environment with inspect-ai')
    parser.add_argument('--count', type=int, default=10_000, help='responses')
    parser.add_argument('--words', type=int, default=800, help='of a longer reply')
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        for one in _inspect(options.inspect, Path(name), options.count, options.words):
            print(
                f'{one.name:42} {one.count:6} responses {one.seconds:7.2f} s '
                f'{one.before:6.0f} MiB before, {one.peak:6.0f} MiB at most',
                flush=True,
            )
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
