"""``math500 watch`` as a process: in a pipe, on a terminal, ended by keys and signals."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from watched_runs import Made

from opencompass_math500.cli import main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
RESULTS = {'write': {'predictions': [{'idx': 0}], 'results': [['correct']]}, 'remove': ['journal']}
CONTROL = re.compile(r'[\x00-\x09\x0b-\x1f\x7f-\x9f]')


def command(*arguments: str) -> list[str]:
    return [sys.executable, '-m', 'opencompass_math500', 'watch', *arguments]


def environment(**more: str) -> dict[str, str]:
    entries = [str(ROOT), *filter(None, [os.environ.get('PYTHONPATH')])]
    return {**os.environ, 'PYTHONPATH': os.pathsep.join(entries), **more}


def once(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command('--once', *arguments),
        env=environment(**more), capture_output=True, encoding='utf-8', timeout=60, check=False,
    )  # fmt: skip


def test_once_prints_plain_lines_and_ends(tmp_path: Path) -> None:
    """Whatever the environment says of colours."""
    rows = [{'idx': 0}, {'idx': 1, 'says': '\x1b[2J8'}]
    Made(tmp_path).do({'append': {'journal': rows}})
    done = once(str(tmp_path), FORCE_COLOR='1', TTY_COMPATIBLE='1', COLUMNS='20')
    assert (done.returncode, done.stderr) == (0, '')
    assert not CONTROL.search(done.stdout)
    assert done.stdout.splitlines()[0] == str(tmp_path)
    assert 'tiny on d: 2 items; so far 50.00 % (1 of 2 right; 95 % ' in done.stdout
    assert ' mine/1: \\u001b[2J8 (gold 7): ' in done.stdout


@pytest.mark.parametrize(
    ('make', 'status', 'words'),
    [
        (lambda at: None, 0, 'waiting for a run in '),
        (lambda at: at.rmdir(), 1, "no folder '"),
        (lambda at: (at / 'predictions').mkdir(), 0, 'waiting for a config, predictions or'),
        (lambda at: Made(at).do(RESULTS | {'remove': []}), 0, 'over: all results are there'),
    ],
    ids=['an empty folder', 'no folder', 'an empty run', 'a finished run'],
)
def test_once_says_what_there_is(
    make: object, status: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(make)
    make(tmp_path)
    assert main(['watch', '--once', str(tmp_path)]) == status
    said = capsys.readouterr()
    assert words in (said.err if status else said.out)
    assert len((said.out + said.err).splitlines()) == (1 if status or 'a run in' in words else
                                                       len(said.out.splitlines()))  # fmt: skip


@pytest.mark.parametrize('seconds', ['0', '-1', 'nan', 'inf', 'soon', '1e9'])
def test_an_interval_that_cannot_be_waited(
    seconds: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(['watch', str(tmp_path), '--interval', seconds])
    assert left.value.code == 2
    assert '--interval' in capsys.readouterr().err


def test_a_pipe_gets_a_line_for_what_is_new_and_the_end(tmp_path: Path) -> None:
    making = Made(tmp_path / 'making' / '20260101_120000')
    making.do({'append': {'journal': [{'idx': 0}]}})
    made = Made(tmp_path / 'out' / '20260101_120000', making.clock)
    with subprocess.Popen(
        command(str(tmp_path / 'out'), '--interval', '0.1'),
        env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, encoding='utf-8',
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == f'waiting for the folder {tmp_path / "out"}\n'
        (tmp_path / 'making').rename(tmp_path / 'out')  # at once: a look sees none or all
        assert process.stdout.readline() == f'{made.root}\n'
        assert process.stdout.readline().startswith('tiny on d: 1 items; so far 100.00 %')
        made.do({'append': {'journal': ['{"idx": 1, "pre\n']}})
        assert process.stdout.readline().startswith('note: tmp_d.jsonl:2: not JSON')
        made.do(RESULTS)
        rest = process.stdout.read()
        assert process.wait(timeout=30) == 0
    assert not CONTROL.search(rest)
    assert 'tiny on d: 1 of 1 items, finished; score 100.00 %' in rest
    assert rest.endswith('over: all results are there\n')


@dataclass
class Terminal:
    """A process on a terminal of its own, 24 lines of 100 columns."""

    process: subprocess.Popen[bytes]
    handle: int
    before: list[object]
    seen: str = ''

    def until(self, words: str, seconds: float = 30) -> None:
        """Read until the words are shown."""
        end = time.monotonic() + seconds
        while words not in self.seen:
            assert time.monotonic() < end and self._read(), f'no {words!r} in {self.seen!r}'

    def status(self) -> int:
        """How the process ended; what it wrote last has been read."""
        end = time.monotonic() + 30
        while self.process.poll() is None:
            assert time.monotonic() < end, f'it goes on after {self.seen!r}'
            self._read(0.1)
        while self._read(0.1):
            pass
        return self.process.returncode

    def _read(self, seconds: float = 30) -> bool:
        if not select.select([self.handle], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.handle, 1 << 16)
        except OSError:  # the other side is closed
            return False
        self.seen += data.decode()
        return bool(data)


def _takes_the_terminal() -> None:
    # A shell has its background jobs ignore Ctrl-C, and children inherit it: these tests too.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@contextmanager
def on_terminal(*arguments: str) -> Iterator[Terminal]:
    handle, other = pty.openpty()
    before = termios.tcgetattr(other)
    process = subprocess.Popen(
        command(*arguments),
        env=environment(TERM='xterm-256color', COLUMNS='100', LINES='24'),
        stdin=other, stdout=other, stderr=other,
        # A session of its own, with this terminal in charge of it: Ctrl-C is a key of it.
        start_new_session=True, preexec_fn=_takes_the_terminal,
    )  # fmt: skip
    try:
        yield Terminal(process, handle, before)
        assert termios.tcgetattr(other) == before, 'the terminal is not as it was'
    finally:
        process.kill()
        process.wait()
        os.close(other)
        os.close(handle)


@pytest.mark.parametrize('key', ['q', pytest.param('\x03', id='Ctrl-C')])
def test_a_key_ends_the_watching_with_the_last_state(key: str, tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.do({'append': {'journal': [{'idx': 0}]}})
    with on_terminal(str(tmp_path), '--interval', '0.2') as terminal:
        terminal.until('q ends the watching')
        assert '1 items' in terminal.seen
        made.do({'append': {'journal': [{'idx': 1}, {'idx': 2}]}})
        terminal.until('3 items')
        os.write(terminal.handle, f'x{key}'.encode())
        assert terminal.status() == 0
    last = terminal.seen.split('\x1b[2K')[-1]
    assert '3 items' in last and 'not over' in last and 'q ends' not in last
    assert 'Traceback' not in terminal.seen
    assert terminal.seen.endswith('\x1b[?25h'), 'the cursor is not back'


def test_on_a_terminal_it_ends_with_the_run(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.do({'append': {'journal': [{'idx': 0, 'says': '\x1b]0;owned\x07[red]8'}]}})
    with on_terminal(str(tmp_path), '--interval', '0.2') as terminal:
        terminal.until('[red]8')
        terminal.until('q ends the watching')  # the whole picture has come
        assert '1 items' in terminal.seen
        assert '\x1b]' not in terminal.seen and '\x07' not in terminal.seen
        made.do(RESULTS)
        terminal.until('over: all results are there')
        assert terminal.status() == 0


def test_a_termination_gives_the_terminal_back(tmp_path: Path) -> None:
    Made(tmp_path).do({'append': {'journal': [{'idx': 0}]}})
    with on_terminal(str(tmp_path), '--interval', '60') as terminal:
        terminal.until('q ends the watching')
        terminal.process.terminate()
        assert terminal.status() == 128 + signal.SIGTERM
