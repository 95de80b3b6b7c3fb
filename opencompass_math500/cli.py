"""The ``math500`` command, thin: every subcommand calls one function of a room."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import opencompass_math500
from opencompass_math500.errors import Math500Error, SourceUnavailable
from opencompass_math500.grading.verdict import OUTCOMES
from opencompass_math500.published.score import Benchmark

__all__ = ['main']


def main(argv: Sequence[str] | None = None) -> int:
    """Run one ``math500`` command.

    Args:
        argv: the arguments; those of the process by default.

    Returns:
        The exit status: 0 done, 1 an error that the user can mend (one line on
        stderr), 2 wrong usage, 130 interrupted.
    """
    parser = _parser()
    options, rest = parser.parse_known_args(argv)
    if rest and options.command != 'run':
        parser.error(f'unrecognized arguments: {" ".join(rest)}')
    try:
        status = int(options.function(options, rest))
        sys.stdout.flush()
        return status
    except Math500Error as error:
        print(f'math500: {error}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # A reader that left, such as head. The interpreter would flush the rest at its
        # end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='math500',
        description='MATH-500 through OpenCompass: run it, look at it, trust the number.',
        epilog='OpenCompass itself has no "run": its own form is opencompass CONFIG, which '
        'works with every config here. math500 run CONFIG is the same with a preflight.',
    )
    parser.add_argument(
        '--version', action='version', version=f'math500 {opencompass_math500.__version__}'
    )
    commands = parser.add_subparsers(dest='command', required=True, metavar='COMMAND')

    run = commands.add_parser(
        'run',
        help='check a config, run OpenCompass on it, exit non-zero if anything is missing',
        usage='math500 run CONFIG [any option of opencompass]\n'
        '       math500 run --models NAME --datasets NAME --config-dir DIR',
        description='Checks imports, data, model folders, token caps and keys before anything '
        'runs; then runs OpenCompass, whose options all work here (opencompass --help).',
        add_help=False,
    )
    run.set_defaults(function=_run)

    config_dir = commands.add_parser(
        'config-dir', help='print the folder that holds the configs of this package'
    )
    config_dir.set_defaults(function=_config_dir)

    table = commands.add_parser('table', help='print the scores of a finished run again')
    table.add_argument(
        'work_dir', type=Path, help='a run folder, e.g. outputs/math500/20260101_120000'
    )
    table.add_argument(
        '--fail-on', action='append', default=[], choices=OUTCOMES, metavar='OUTCOME',
        help='exit 1 if this outcome occurs, e.g. content_filter or truncated (repeatable); '
        'with failed_request it always does',
    )  # fmt: skip
    table.set_defaults(function=_table)

    judge = commands.add_parser(
        'judge', help='judge one answer or response, and say how it was read and why'
    )
    judge.add_argument('--gold', required=True, help='the reference answer')
    given = judge.add_mutually_exclusive_group(required=True)
    given.add_argument('--answer', help='the final answer')
    given.add_argument('--response', type=Path, help='a file with the whole response')
    judge.add_argument('--problem', type=Path, help='a file with the problem')
    judge.add_argument(
        '--policy', action='append', default=[], metavar='NAME=VALUE',
        help='decide a disputed form otherwise, e.g. list_against_tuple=accept (repeatable)',
    )  # fmt: skip
    judge.set_defaults(function=_judge)

    _add_grade(commands)
    _add_published(commands)

    data = commands.add_parser('data', help='load the problems, check them, say what they are')
    data.add_argument(
        'source', nargs='?', default='hub', help='hub (default), modelscope, sample, or a file'
    )
    data.add_argument('--custom', action='store_true', help='accept a set that is not MATH-500')
    data.add_argument('--subject', action='append', help='keep this subject (repeatable)')
    data.add_argument('--level', action='append', type=int, help='keep this level (repeatable)')
    data.set_defaults(function=_data)
    return parser


def _add_grade(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    target.add_argument(
        '--summary', action='store_true', help='print the scores alone, to stdout'
    )
    grade.add_argument(
        '--workers', type=_positive, metavar='N', help='processes; by default one a core'
    )
    grade.add_argument(
        '--policy', action='append', default=[], metavar='NAME=VALUE',
        help='how a disputed form is decided, e.g. list_against_tuple=accept (repeatable)',
    )  # fmt: skip
    grade.set_defaults(function=_grade)


def _add_published(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    published = commands.add_parser(
        'published',
        help='show published scores of MATH-500 and MATH, with settings and sources',
        description='Without --model, all in one table. ? is what the source does not say.',
    )
    published.add_argument(
        '--model', metavar='NAME', help='one model, by hub id, path or name: all that is known'
    )
    published.add_argument('--benchmark', choices=get_args(Benchmark), help='this one only')
    published.add_argument('--json', action='store_true', help='as JSON; unknown is null')
    published.set_defaults(function=_published)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _run(options: argparse.Namespace, rest: list[str]) -> int:
    if not rest or rest[0] in ('-h', '--help'):
        print('usage: math500 run CONFIG [any option of opencompass]\n')
        print('Checks the config, runs OpenCompass, and exits 1 if any result is missing.')
        print('All options of opencompass work here: opencompass --help')
        return 0 if rest else 2
    from opencompass_math500.compass.launch import run

    return run(rest)


def _config_dir(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.locations import config_dir

    print(config_dir())
    return 0


def _table(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.runs import FAIL_ON, checked_outcomes, refuse_outcomes, runs_of
    from opencompass_math500.table import print_tables

    runs = runs_of(options.work_dir)
    print_tables(runs)
    sys.stdout.flush()
    resume = f'-r {options.work_dir.resolve().name}'
    refuse_outcomes(runs, checked_outcomes([*FAIL_ON, *options.fail_on]), resume)
    return 0


def _judge(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.grading.describe import explain
    from opencompass_math500.grading.disputes import parse_policy
    from opencompass_math500.grading.judge import grade, judge

    problem = _text_of(options.problem) if options.problem else None
    policy = parse_policy(options.policy)
    if options.response:
        response = _text_of(options.response)
        verdict = grade(response=response, gold=options.gold, problem=problem, policy=policy)
    else:
        verdict = judge(answer=options.answer, gold=options.gold, problem=problem, policy=policy)
    print(*explain(verdict, policy), sep='\n')
    return 0


def _grade(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.gradebook import grade_files
    from opencompass_math500.grading.disputes import parse_policy

    grade_files(
        options.files,
        options.output,
        summary=options.summary,
        workers=options.workers,
        policy=parse_policy(options.policy),
    )
    return 0


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding='utf-8')
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, 'strerror', None) or 'not UTF-8'
        raise SourceUnavailable(f'cannot read {path} ({reason})', 'give a text file') from error


def _published(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.published.show import print_published, published_json

    if options.json:
        print(published_json(options.model, options.benchmark))
    else:
        print_published(options.model, options.benchmark)
    return 0


def _data(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.dataset import load_problems

    problems = load_problems(
        options.source, custom=options.custom, subjects=options.subject, levels=options.level
    )
    print(f'{problems.name}: {len(problems)} problems from {problems.location}')
    print(f'checksum {problems.checksum}')
    print(f'abbr     {problems.slug}')
    return 0
