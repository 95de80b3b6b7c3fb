"""Coverage-guided fuzzing of extraction, parsing and judging with atheris.

Usage: python tests/fuzz/fuzz_judge.py --target {extract,parse,judge,grade} [--minutes 10]
[--folder DIR] [libFuzzer options]; README.md beside this file says more.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import atheris  # type: ignore[import-not-found]

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / 'tests' / 'support'), str(ROOT / 'tests')]

# Only the rooms under test are instrumented: sympy and the standard library are not ours.
with atheris.instrument_imports(include=['opencompass_math500.grading']):
    from fuzz import targets
    from fuzz.seeds import write_corpus, write_dictionary

RSS_MB: Final = 1_024
HANG_SECONDS: Final = 10
MAX_LENGTH: Final = 4_096


class Harness:
    """Runs one target on each input and asks a clean process about those that seem slow."""

    def __init__(self, target: str, folder: Path) -> None:
        self.target, self.folder = target, folder
        self.run = targets.TARGETS[target]
        self.asked = self.slowest = 0.0

    def __call__(self, data: bytes) -> None:
        text = data.decode('utf-8', 'replace')
        targets.forget()
        start = time.process_time()
        self.run(text)
        spent = time.process_time() - start
        # Instrumented code is slower; only what the plain code takes counts. Each new record
        # is looked at, and what is just as slow as the last one is not looked at again.
        if spent > targets.BOUND_SECONDS and spent > 1.2 * self.asked:
            self.asked = spent
            self._confirm(data)

    def _confirm(self, data: bytes) -> None:
        file = self.folder / 'slowest-input'
        file.write_bytes(data)
        command = [sys.executable, targets.__file__, self.target, str(file)]
        environment = {**os.environ, 'PYTHONPATH': str(ROOT)}
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, check=True, text=True
        )
        seconds = float(done.stdout)
        self.slowest = max(self.slowest, seconds)
        print(f'SLOWEST {1000 * seconds:.1f} ms: {data[:120]!r}', file=sys.stderr, flush=True)
        if seconds > targets.BOUND_SECONDS:
            raise targets.TooSlowError(f'{1000 * seconds:.0f} ms of CPU time')


def main(argv: Sequence[str] | None = None) -> int:
    """Fuzz one target until the time is over or a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument('--target', choices=tuple(targets.TARGETS), required=True)
    parser.add_argument('--minutes', type=float, default=10)
    parser.add_argument('--folder', type=Path, default=ROOT / '.cache' / 'fuzz')
    options, rest = parser.parse_known_args(argv)
    folder = options.folder / options.target
    count = write_corpus(options.target, folder / 'seeds')
    write_dictionary(options.folder / 'words.dict')
    (folder / 'corpus').mkdir(parents=True, exist_ok=True)
    print(f'{options.target}: {count} seeds, {options.minutes:g} minutes', file=sys.stderr)
    arguments = [
        sys.argv[0], f'-dict={options.folder / "words.dict"}', f'-rss_limit_mb={RSS_MB}',
        f'-timeout={HANG_SECONDS}', f'-max_len={MAX_LENGTH}', '-print_final_stats=1',
        f'-max_total_time={int(60 * options.minutes)}', f'-artifact_prefix={folder}/',
        *rest, str(folder / 'corpus'), str(folder / 'seeds'),
    ]  # fmt: skip
    atheris.Setup(arguments, Harness(options.target, folder))
    with targets.without_fallback():
        atheris.Fuzz()
    return 0


if __name__ == '__main__':
    sys.exit(main())
