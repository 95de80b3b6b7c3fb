"""The same input, the same verdict: seen from outside, as any user of ``judge`` would see it.

Nothing here knows how it is done; what does has tests of its own, test_fallback.py and
test_workers*.py.
"""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from processes import all_ended, children

import opencompass_math500
from opencompass_math500 import judge

ROOT = Path(opencompass_math500.__file__).parents[1]
NEEDS_PROC = pytest.mark.skipif(not Path('/proc/self/stat').exists(), reason='needs /proc')

GAMMA = r'\int_0^{\infty} x^N e^{-x} \, dx'
BEYOND = r'\int_0^1 \sin(x^{x})^{x} \cos(e^{x^{x}}) \, dx'
SYMBOLIC = [
    ('1', GAMMA.replace('N', '1'), 'correct'),
    ('7', GAMMA.replace('N', '1'), 'incorrect'),
    (r'\frac{\pi^2}{6}', r'\sum_{k=1}^{\infty} \frac{1}{k^2}', 'correct'),
    ('2', r'\sum_{k=1}^{\infty} \frac{1}{k^2}', 'incorrect'),
    ('e', r'\lim_{n \to \infty} \left(1 + \frac{1}{n}\right)^n', 'correct'),
    ('1', r'\lim_{n \to \infty} \left(1 + \frac{1}{n}\right)^n', 'incorrect'),
]


def outcome(gold: str, answer: str) -> str:
    return judge(gold=gold, answer=answer).outcome


def outcomes() -> list[str]:
    return [outcome(gold, answer) for gold, answer, _ in SYMBOLIC]


EXPECTED = [expected for _, _, expected in SYMBOLIC]


def environment(*paths: Path) -> dict[str, str]:
    return {**os.environ, 'PYTHONPATH': os.pathsep.join(map(str, (*paths, ROOT)))}


def run(
    folder: Path, code: str, *paths: Path, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a script that lies in ``folder/script`` with ``folder`` as working folder."""
    script = folder / 'script' / 'main.py'
    script.parent.mkdir(exist_ok=True)
    script.write_text(code)
    return subprocess.run(
        [sys.executable, str(script)], cwd=folder, env=environment(*paths), text=True,
        capture_output=True, check=check,
    )  # fmt: skip


# -- whatever was asked before ----------------------------------------------------------


class AlarmError(Exception):
    """What a timeout decorator raises."""


@pytest.mark.skipif(not hasattr(signal, 'setitimer'), reason='needs alarms')
@pytest.mark.slow
@pytest.mark.parametrize('error', [AlarmError, KeyboardInterrupt])
def test_an_interrupted_item_gives_its_verdict_to_no_other(error: type[BaseException]) -> None:
    """``7`` was equal to the integral that came after an interrupted one."""

    def handler(*_: object) -> None:
        raise error

    before = signal.signal(signal.SIGALRM, handler)
    try:
        for number, seconds in enumerate((0.005, 0.01, 0.02, 0.04, 0.08, 0.16), 2):
            integral = GAMMA.replace('N', str(number))
            # Again, too: Python drops what a handler raises in a finalizer.
            signal.setitimer(signal.ITIMER_REAL, seconds, 30)
            try:
                while True:
                    judge(gold='1', answer=GAMMA.replace('N', '1'))
                    judge(gold=rf'\Gamma({number})', answer=BEYOND)
            except error:
                pass
            golds = ['7', str(math.factorial(number))] * 2
            found = [outcome(gold, integral) for gold in golds]
            assert found == ['incorrect', 'correct'] * 2, seconds
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ('gold', 'answer'),
    [(r'\ln 2', r'\int_1^2 \frac{dx}{x}'), ('x', r'\int x \, dx + dy'), ('1', r'\oint x \, dx')],
)
def test_what_was_judged_before_changes_nothing(gold: str, answer: str) -> None:
    """Every later sum, integral and limit was an unparsed answer."""
    judge(gold=gold, answer=answer)
    assert outcomes() == EXPECTED


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != 'linux', reason='forks, and looks into /proc')
def test_a_fork_judges_as_well() -> None:
    assert outcomes() == EXPECTED
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, json.dumps(outcomes()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        assert json.load(stream) == EXPECTED
    os.waitpid(child, 0)
    assert outcomes() == EXPECTED


# -- whatever else goes on --------------------------------------------------------------


@NEEDS_PROC
@pytest.mark.slow
def test_threads_do_not_wait_for_one_process() -> None:
    """A process that waits, and one for each of two threads."""
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip('needs two cores')
    threads = [threading.Thread(target=outcome, args=('1', BEYOND)) for _ in range(2)]
    most = 0
    before = set(children(os.getpid()))
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        most = max(most, len(set(children(os.getpid())) - before))
    assert most >= 2


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != 'linux', reason='needs a bound on descriptors')
def test_more_threads_than_descriptors(tmp_path: Path) -> None:
    """As with 1,200 threads and the usual 1,024: half of them got a timeout."""
    code = f"""
import resource, threading
from opencompass_math500 import judge
judge(gold='1', answer={SYMBOLIC[0][1]!r})
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (24, hard))
found = []
def work():
    found.append(judge(gold='1', answer={SYMBOLIC[0][1]!r}).outcome)
threads = [threading.Thread(target=work) for _ in range(60)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(found), set(found))
"""
    assert run(tmp_path, code).stdout == "60 {'correct'}\n"


@NEEDS_PROC
@pytest.mark.slow
@pytest.mark.parametrize('rows', ['judge', 'grade_many'])
def test_a_killed_caller_leaves_nothing(rows: str, tmp_path: Path) -> None:
    code = f"""
from opencompass_math500 import grade_many, judge
print('ready', flush=True)
answer = {BEYOND!r}
if {rows!r} == 'judge':
    while True:
        judge(gold='1', answer=answer)
list(grade_many([{{'gold': '1', 'response': '\\\\boxed{{' + answer + '}}'}}] * 100, workers=2))
"""
    process = subprocess.Popen(
        [sys.executable, '-c', code], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b'ready\n'
        wanted = 1 if rows == 'judge' else 3
        while len(pids := children(process.pid)) < wanted or not any(map(has_computed, pids)):
            assert process.poll() is None
        pids = children(process.pid)
        process.kill()
        process.wait()
    assert all_ended(pids)


def has_computed(pid: int) -> bool:
    """Whether a process has used half a second of CPU time: it loads sympy, or computes."""
    try:
        fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
    except OSError:
        return False
    return int(fields[11]) + int(fields[12]) > os.sysconf('SC_CLK_TCK') / 2


# -- wherever ---------------------------------------------------------------------------

SHADOWS = ('random', 'mpmath', 'sympy', 'flint', 'json', 'socket')
GRADE = """
import sys
from opencompass_math500.cli import main
sys.exit(main(['grade', 'rows.jsonl', '--workers', sys.argv[1]]))
"""


def graded_in(folder: Path, workers: int) -> list[tuple[str, str]]:
    rows = [{'gold': gold, 'response': f'So \\boxed{{{a}}}.'} for gold, a, _ in SYMBOLIC]
    (folder / 'rows.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in rows))
    found = run(folder, GRADE.replace('sys.argv[1]', repr(str(workers)))).stdout.splitlines()
    return [json.loads(line)['outcome'] for line in found]


@pytest.mark.parametrize('workers', [1, pytest.param(2, marks=pytest.mark.slow)])
def test_files_of_the_working_folder_are_not_executed(workers: int, tmp_path: Path) -> None:
    """0.00 % was the score beside a file ``random.py``."""
    for name in SHADOWS:
        (tmp_path / f'{name}.py').write_text("open('executed', 'w')\nraise SystemExit\n")
    (tmp_path / 'opencompass_math500').mkdir()
    (tmp_path / 'opencompass_math500' / '__init__.py').write_text("open('executed', 'w')\n")
    assert graded_in(tmp_path, workers) == EXPECTED
    assert not (tmp_path / 'executed').exists()


@pytest.mark.slow
def test_files_beside_the_script_are_not_executed(tmp_path: Path) -> None:
    """Of those that the grading processes import, and the script's own does not."""
    (tmp_path / 'script').mkdir()
    for name in ('mpmath', 'sympy'):
        (tmp_path / 'script' / f'{name}.py').write_text("open('executed', 'w')\nraise SystemExit\n")
    assert graded_in(tmp_path, 1) == EXPECTED
    assert not (tmp_path / 'executed').exists()


@pytest.mark.skipif(os.name == 'nt', reason='a folder in use is not removed there')
def test_a_working_folder_that_was_removed(tmp_path: Path) -> None:
    (tmp_path / 'gone').mkdir()
    code = f"""
import os, shutil
os.chdir('gone')
os.rmdir('../gone')
from opencompass_math500 import judge
print([judge(gold=gold, answer=answer).outcome for gold, answer, _ in {SYMBOLIC!r}])
"""
    assert run(tmp_path, code).stdout == f'{EXPECTED}\n'


CLASH = "Exception('Could not deserialize ATN with version 3 (expected 4).')"


def test_without_sympy_little_is_lost_and_nothing_wrong(tmp_path: Path) -> None:
    (tmp_path / 'broken').mkdir()
    (tmp_path / 'broken' / 'sympy.py').write_text("raise ImportError('none of that')\n")
    determinants = [
        ('-2', r'\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix}', 'correct'),
        ('-2', r'\left|\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right|', 'correct'),
    ]
    items = [(gold, answer) for gold, answer, _ in [*determinants, *SYMBOLIC]]
    code = f"""
from opencompass_math500 import judge
for gold, answer in {items!r}:
    print(judge(gold=gold, answer=answer).outcome)
"""
    done = run(tmp_path, code, tmp_path / 'broken')
    found = done.stdout.split()
    assert found[:2] == ['correct', 'correct']
    assert 'timeout' in found
    for one, (_, _, expected) in zip(found[2:], SYMBOLIC, strict=True):
        assert one in (expected, 'timeout')
    (line,) = done.stderr.splitlines()
    assert 'none of that' in line
