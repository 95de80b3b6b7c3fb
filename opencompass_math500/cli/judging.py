"""The commands that grade: judge, grade, regrade."""

from __future__ import annotations

import argparse
from pathlib import Path

from opencompass_math500.cli.arguments import WORK_DIR, Commands, add_policy, positive, text_of

__all__ = ['add_judging']


def add_judging(commands: Commands) -> None:
    """Add ``judge``, ``grade`` and ``regrade``."""
    _add_judge(commands)
    _add_grade(commands)
    _add_regrade(commands)


def _add_judge(commands: Commands) -> None:
    judge = commands.add_parser(
        'judge', help='judge one answer or response, and say how it was read and why'
    )
    judge.add_argument('--gold', required=True, help='the reference answer')
    given = judge.add_mutually_exclusive_group(required=True)
    given.add_argument('--answer', help='the final answer')
    given.add_argument('--response', type=Path, help='a file with the whole response')
    judge.add_argument('--problem', type=Path, help='a file with the problem')
    add_policy(judge)
    judge.set_defaults(function=_judge)


def _add_grade(commands: Commands) -> None:
    grade = commands.add_parser(
        'grade',
        help='grade files of responses: a verdict for each, and the score',
        description='Verdicts go to stdout as JSON Lines, scores to stderr.',
    )
    grade.add_argument(
        'files', nargs='+', metavar='FILE',
        help='JSON Lines with response and gold; a prediction file of OpenCompass; a folder of '
        'these; - for stdin',
    )  # fmt: skip
    target = grade.add_mutually_exclusive_group()
    target.add_argument('--output', type=Path, metavar='FILE', help='write the verdicts there')
    target.add_argument('--summary', action='store_true', help='print the scores alone, to stdout')
    grade.add_argument(
        '--workers', type=positive, metavar='N', help='processes; by default one a core'
    )
    add_policy(grade)
    grade.set_defaults(function=_grade)


def _add_regrade(commands: Commands) -> None:
    regrade = commands.add_parser(
        'regrade',
        help='grade the responses of a run with several graders, and say where they differ',
        description="With this judge and OpenCompass's MATHEvaluator v1 and v2. What comes out "
        'is kept beside the results, in math500/<model>/<dataset>.graders.json.',
    )
    regrade.add_argument('work_dir', type=Path, help=WORK_DIR)
    regrade.add_argument(
        '--math-verify', metavar='PYTHON',
        help='with math-verify as well: the interpreter of an environment that has it',
    )  # fmt: skip
    regrade.add_argument('--json', action='store_true', help='as JSON, with every difference')
    regrade.add_argument(
        '--output', type=Path, metavar='FILE', help='write it there, with every difference'
    )
    regrade.set_defaults(function=_regrade)


def _judge(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.grading.describe import explain
    from opencompass_math500.grading.judge import grade, judge
    from opencompass_math500.grading.policy import parse_policy

    problem = text_of(options.problem) if options.problem else None
    policy = parse_policy(options.policy)
    if options.response:
        response = text_of(options.response)
        verdict = grade(response=response, gold=options.gold, problem=problem, policy=policy)
    else:
        verdict = judge(answer=options.answer, gold=options.gold, problem=problem, policy=policy)
    print(*explain(verdict, policy), sep='\n')
    return 0


def _grade(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.graders.score_files import grade_files
    from opencompass_math500.grading.policy import parse_policy

    grade_files(
        options.files,
        options.output,
        summary=options.summary,
        workers=options.workers,
        policy=parse_policy(options.policy),
    )
    return 0


def _regrade(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.graders.regrade import print_regraded

    print_regraded(
        options.work_dir, options.math_verify, as_json=options.json, output=options.output
    )
    return 0
