"""``math500 judge``: one answer or response, how it was read, and why it is right or not."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from opencompass_math500.cli.arguments import add_policy, text_of
from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--gold', required=True, help='the reference answer')
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument('--answer', help='the final answer')
    given.add_argument(
        '--response', type=Path, metavar='FILE', help='a file with the whole response'
    )
    parser.add_argument('--problem', type=Path, metavar='FILE', help='a file with the problem')
    add_policy(parser)


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.grading import explain, grade, judge, parse_policy

    problem = text_of(options.problem) if options.problem else None
    policy = parse_policy(options.policy)
    if options.response:
        response = text_of(options.response)
        verdict = grade(response=response, gold=options.gold, problem=problem, policy=policy)
    else:
        verdict = judge(answer=options.answer, gold=options.gold, problem=problem, policy=policy)
    print(*explain(verdict, policy), sep='\n')
    return 0


COMMAND: Final = Command(
    place=60,
    help='judge one answer or response, and say how it was read and why',
    texts=('--gold', '--answer'),
    add=_add,
    run=_run,
)
