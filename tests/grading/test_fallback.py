"""The symbolic fallback: the same verdict whatever was asked before, and wherever."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from processes import all_ended, children

from opencompass_math500.grading import judge
from opencompass_math500.grading.parsing.latex import parse
from opencompass_math500.grading.symbolic import fallback
from opencompass_math500.grading.symbolic.wire import encode

ROOT = Path(__file__).resolve().parents[2]
CRASHING = str(Path(__file__).parents[1] / 'support' / 'crashing_sympy.py')


def asked(gold: str, answer: str) -> dict[str, Any]:
    """What the processes are asked of two texts."""
    return {'gold': encode(parse(gold).values[0]), 'answer': encode(parse(answer).values[0])}


GAMMA = '\\int_0^\\infty x e^{-x} \\, dx'
INTEGRAL = asked('\\frac{1}{3}', '\\int_0^1 x^2 dx')
HARD = '\\int_0^1 \\sin(x^{x})^{x} \\cos(e^{x^{x}}) dx'
LONG = asked('1', HARD)


@pytest.fixture(params=[True, False], ids=['forked', 'alone'])
def worker(request: pytest.FixtureRequest) -> Iterator[fallback.Worker]:
    if request.param and not hasattr(os, 'fork'):
        pytest.skip('needs fork')
    made = fallback.Worker(fork=request.param)
    yield made
    made.stop()


def test_the_clock_costs_no_start(worker: fallback.Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    assert worker.ask(INTEGRAL).equal is True
    pid = worker.pid
    with monkeypatch.context() as patch:
        patch.setattr(fallback, 'CLOCK_SECONDS', 0.02)
        late = worker.ask(LONG)
    assert late.equal is None
    assert late.rule == 'fallback.timeout'
    assert worker.ask(INTEGRAL).equal is True
    assert worker.pid == pid


def test_timeout_is_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, 'CLOCK_SECONDS', 0.02)
    verdict = judge(answer=HARD, gold='1')
    assert (verdict.outcome, verdict.rule) == ('timeout', 'fallback.timeout')
    assert judge(answer='0.5', gold='\\frac12').is_correct


@pytest.mark.parametrize(
    'power', [11, 13, 17, 19], ids=['signal', 'exit', 'recursion', 'exception']
)
def test_a_crash_is_never_a_wrong_answer(power: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, 'worker', fallback.Worker(CRASHING))
    verdict = judge(answer=f'\\int_0^\\infty x^{{{power}}} e^{{-x}} \\, dx', gold='\\ln 2')
    assert (verdict.outcome, verdict.rule) == ('timeout', 'fallback.crashed')
    fallback.worker.stop()


def test_it_is_shared_by_threads() -> None:
    outcomes: list[str] = []

    def work() -> None:
        outcomes.append(judge(answer=GAMMA, gold='1').outcome)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ['correct'] * 8


def _judge_in_child(queue: multiprocessing.Queue[Any]) -> None:
    decision = fallback.worker.ask(INTEGRAL)
    queue.put((decision.equal, fallback.worker.pid))


@pytest.mark.skipif(not hasattr(os, 'fork'), reason='needs fork')
def test_in_a_daemonic_forked_process() -> None:
    """The child must neither use nor kill the parent's processes."""
    assert fallback.worker.ask(INTEGRAL).equal is True
    pid = fallback.worker.pid
    context = multiprocessing.get_context('fork')
    queue: multiprocessing.Queue[Any] = context.Queue()
    child = context.Process(target=_judge_in_child, args=(queue,), daemon=True)
    child.start()
    equal, own = queue.get(timeout=600)
    child.join(timeout=600)
    assert equal is True
    assert own not in (None, pid)
    assert all_ended([own])
    assert fallback.worker.pid == pid


# -- whatever was asked before ----------------------------------------------------------


class AlarmError(Exception):
    """What a timeout decorator raises."""


def _interrupted(
    error: type[BaseException], seconds: float, work: Callable[..., object], *arguments: Any
) -> None:
    def handler(*_: object) -> None:
        raise error

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with pytest.raises(error):
            # Again, too: Python drops what a handler raises in a finalizer.
            signal.setitimer(signal.ITIMER_REAL, seconds, 30)
            while True:
                work(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, 'setitimer'), reason='needs alarms')
@pytest.mark.parametrize('error', [AlarmError, KeyboardInterrupt])
def test_after_an_interruption_the_next_verdict_is_right(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """7 was then equal to an integral, for good: each got the reply of the one before."""
    monkeypatch.setattr(fallback, 'worker', fallback.Worker())
    monkeypatch.setattr(fallback, 'CLOCK_SECONDS', 600.0)
    equal, unequal = asked('\\frac12', '\\int_0^1 x \\, dx'), asked('7', '\\int_0^1 x \\, dx')
    for number, seconds in enumerate((0.001, 0.02, 0.2, 0.05, 0.01)):  # first while it starts
        _interrupted(error, seconds, fallback.worker.ask, LONG if number else equal)
        assert fallback.worker.ask(equal).equal is True
        assert fallback.worker.ask(unequal).equal is False
    fallback.worker.stop()


@pytest.mark.skipif(not hasattr(signal, 'setitimer'), reason='needs alarms')
@pytest.mark.parametrize('error', [AlarmError, TimeoutError, ValueError])
def test_a_callers_timeout_is_no_fault_of_the_grader(error: type[BaseException]) -> None:
    """A timeout decorator around ``judge`` gets its exception, and no verdict in its place."""

    def forever() -> None:
        while True:
            judge(answer='(x+1)^5', gold='x^5+5x^4+10x^3+10x^2+5x+1')
            judge(answer=GAMMA, gold='1')

    for seconds in (0.01, 0.05, 0.2):
        _interrupted(error, seconds, forever)
    assert judge(answer=GAMMA, gold='1').is_correct


POOL = [
    ('\\ln 2', '\\int_1^2 \\frac{dx}{x}'),
    ('x', '\\int x \\, dx'),
    ('\\frac12', '\\int_0^1 x \\, dx'),
    ('7', '\\int_0^1 x \\, dx'),
    ('\\frac{\\pi^2}{6}', '\\sum_{n=1}^{\\infty} \\frac{1}{n^2}'),
    ('e', '\\lim_{n \\to \\infty} (1 + \\frac{1}{n})^n'),
    ('1', GAMMA),
    ('-2', '\\begin{vmatrix} 1 & 2 \\\\ 3 & 4 \\end{vmatrix}'),
]
FIRST: dict[int, Any] = {}
"""What was said to each, in whatever order it came first."""


def _decided(number: int) -> Any:
    decision = fallback.worker.ask(asked(*POOL[number]))
    return decision.equal, decision.rule, decision.reason


@settings(deadline=None, max_examples=4, suppress_health_check=list(HealthCheck))
@given(st.permutations(range(len(POOL))))
def test_the_order_of_items_changes_nothing(order: list[int]) -> None:
    for number in order:
        decided = _decided(number)
        assert FIRST.setdefault(number, decided) == decided


# -- wherever ---------------------------------------------------------------------------

JUDGED = """
from opencompass_math500 import judge
for gold, answer in [
    ('-2', r'\\begin{vmatrix} 1 & 2 \\\\ 3 & 4 \\end{vmatrix}'),
    ('1', r'\\int_0^\\infty x e^{-x} \\, dx'),
    ('e', r'\\lim_{n \\to \\infty} \\left(1 + \\frac{1}{n}\\right)^n'),
]:
    verdict = judge(gold=gold, answer=answer)
    print(verdict.outcome, verdict.rule, verdict.reason)
"""


def judged_in(folder: Path, *path: Path, code: str = JUDGED) -> tuple[list[str], list[str]]:
    """What is judged by a script elsewhere in this working folder; its stderr."""
    script = folder / 'elsewhere' / 'main.py'
    script.parent.mkdir()
    script.write_text(code)
    paths = os.pathsep.join(map(str, (*path, ROOT)))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=folder, text=True, capture_output=True, check=True,
        env={**os.environ, 'PYTHONPATH': paths},
    )  # fmt: skip
    return done.stdout.splitlines(), done.stderr.splitlines()


def test_files_of_the_working_folder_change_nothing(tmp_path: Path) -> None:
    (tmp_path / 'empty').mkdir()
    (tmp_path / 'full').mkdir()
    for name in ('random', 'sympy', 'mpmath', 'inside'):
        (tmp_path / 'full' / f'{name}.py').write_text("open('executed', 'w')\nraise SystemExit\n")
    expected = judged_in(tmp_path / 'empty')
    assert judged_in(tmp_path / 'full') == expected
    assert expected[1] == []
    assert not (tmp_path / 'full' / 'executed').exists()


@pytest.mark.parametrize(
    'fault',
    [
        'raise ModuleNotFoundError("No module named sympy")',
        'raise Exception("of another release than mpmath")',
        'import sys; sys.exit("of another release than mpmath")',
    ],
)
def test_without_sympy_only_what_needs_it_is_lost(fault: str, tmp_path: Path) -> None:
    (tmp_path / 'broken').mkdir()
    (tmp_path / 'broken' / 'sympy.py').write_text(fault + '\n')
    out, said = judged_in(tmp_path, tmp_path / 'broken')
    assert out[0].startswith('correct ')
    lost = [line for line in out if 'sympy' in line]
    assert lost
    assert all(line.startswith('timeout fallback.unavailable sympy cannot run') for line in lost)
    assert len(said) == 1, said
    assert said[0].startswith('math500: sympy cannot run: ')


def test_workers_say_it_once_too(tmp_path: Path) -> None:
    (tmp_path / 'broken').mkdir()
    (tmp_path / 'broken' / 'sympy.py').write_text('raise ImportError("mpmath")\n')
    code = (
        'from opencompass_math500 import grade_many\n'
        f"row = {{'gold': '1', 'response': r'\\boxed{{{GAMMA}}}'}}\n"
        'print({verdict.rule for verdict in grade_many([row] * 200, workers=2)})\n'
    )
    out, said = judged_in(tmp_path, tmp_path / 'broken', code=code)
    assert out == ["{'fallback.unavailable'}"]
    assert len(said) == 1, said


@pytest.mark.skipif(not Path('/proc/self/stat').exists(), reason='needs /proc')
def test_a_killed_caller_leaves_no_process(tmp_path: Path) -> None:
    """In the midst of an item, and with it a worker of grade_many's, which has its own."""
    code = f"""
from opencompass_math500.grading.parsing.latex import parse
from opencompass_math500.grading.symbolic import fallback
from opencompass_math500.grading.symbolic.wire import encode
fallback.CLOCK_SECONDS = 600.0
fallback.worker.trouble()
print('ready', flush=True)
fallback.worker.ask({LONG!r})
"""
    process = subprocess.Popen(
        [sys.executable, '-c', code], cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == 'ready\n'
        while len(pids := children(process.pid)) < 2:
            pass
        process.kill()
        process.wait()
    assert all_ended(pids)
