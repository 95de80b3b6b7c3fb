"""Make the logs under ``tests/logs/inspect`` anew, by the real inspect-ai on a loopback endpoint.

It wants an environment of its own, which need not hold this package::

    python3.11 -m venv inspect-env
    inspect-env/bin/pip install inspect-ai==0.3.285 openai==3.57.0 \\
        latex2sympy2-extended==1.11.0 antlr4-python3-runtime==4.13.2
    python tests/logs/make_inspect.py inspect-env/bin/python

The problems are those of the sample, and no path or name of the machine stays in a log.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support'), str(HERE.parents[1])]

from canned import CANNED, Canned, CannedAPI, write_problems  # noqa: E402

from opencompass_math500.prompts import TEMPLATES  # noqa: E402

__all__: list[str] = []

_ONE, _TWO, _THREE = (f'sample/number_theory/{number}.json' for number in (1, 2, 4))
_BOXED: Final = r'It is $\boxed{{gold}}$.'


@dataclass(frozen=True, slots=True)
class _Case:
    """One log: what is played, and how inspect asks and scores."""

    name: str
    replies: Sequence[Canned]
    scorers: Sequence[str]
    generation: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)
    with_ids: bool = True
    system: str = ''


_GREEDY: Final = {'temperature': 0.0, 'max_tokens': 512}
CASES: Final = (
    _Case('greedy.eval', CANNED, ('math', 'match'), _GREEDY, {'fail_on_error': False}),
    _Case(
        'greedy.json',
        CANNED[1:2] + CANNED[-2:],
        ('math', 'match'),
        _GREEDY,
        {'fail_on_error': False},
    ),
    _Case('whole.eval', CANNED[:-1], ('math',), _GREEDY),
    # Ids are left to inspect, which counts; the problem of each is known by its text alone.
    _Case(
        'epochs.eval',
        (
            *(Canned(f'first, {turn}', _ONE, text) for turn, text in enumerate((_BOXED,) * 3)),
            Canned('second, right', _TWO, _BOXED),
            Canned('second, wrong', _TWO, r'It is $\boxed{{wrong}}$.'),
            Canned('second, cut', _TWO, 'We try 2, 3,', 'length'),
        ),
        ('includes',),
        {'temperature': 0.7, 'top_p': 0.95, 'seed': 7, 'max_tokens': 64, 'max_connections': 1},
        {'epochs': [3, ['mean', 'pass_at_2']]},
        with_ids=False,
        system='You are careful.',
    ),
    _Case(
        'reasoning.eval',
        (
            Canned('apart', _ONE, _BOXED, reasoning='17 is 3 fives and 2.'),
            Canned('within', _TWO, f'<think>\nIt is 6.\n</think>\n\n{_BOXED}'),
            Canned('alone', _THREE, '', reasoning=r'It must be $\boxed{{gold}}$.'),
        ),
        ('pattern',),
        {'max_tokens': 4096, 'reasoning_effort': 'low'},
    ),
    # Spends more tokens than a sample may; too long a prompt; an ending without a word.
    _Case(
        'limits.eval',
        (
            Canned('over the limit', _ONE, _BOXED, tokens=5000),
            Canned('too long', _TWO, '', status=400, error='context_length_exceeded'),
            Canned('no known word', _THREE, _BOXED, 'something_else'),
        ),
        ('math',),
        {},
        {'token_limit': 1000},
    ),
    # A scorer that raises for one sample, and has two values for the other.
    _Case(
        'scorer.eval',
        (Canned('raises', _ONE, _BOXED), Canned('two values', _TWO, _BOXED)),
        ('two_values',),
        _GREEDY,
        {'fail_on_error': False},
    ),
    _Case('stopped.eval', CANNED[:3] + CANNED[-1:], ('math',), _GREEDY, {'max_samples': 1}),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Make every log, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('python', help='of the environment with inspect-ai')
    parser.add_argument(
        '--into', type=Path, default=HERE / 'inspect', help='the folder of the logs'
    )
    parser.add_argument('names', nargs='*', help='logs to make; all by default')
    options = parser.parse_args(argv)
    options.into.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        if not options.names or case.name in options.names:
            _make(case, options.python, options.into.resolve())
    return 0


def _make(case: _Case, python: str, into: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, CannedAPI(replies=case.replies) as api:
        asked = {
            'url': api.url,
            'rows': str(write_problems(Path(folder) / 'rows.jsonl', case.replies)),
            'prompt': TEMPLATES['0shot_cot'].question.replace('{problem}', '{prompt}'),
            'system': case.system,
            'with_ids': case.with_ids,
            'scorers': case.scorers,
            'generation': case.generation,
            'options': case.options,
            'out': str(into / case.name),
        }
        subprocess.run(
            [python, str(HERE / 'inspect_eval.py'), json.dumps(asked)], cwd=folder, check=True
        )


if __name__ == '__main__':
    raise SystemExit(main())
