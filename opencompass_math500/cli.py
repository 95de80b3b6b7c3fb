"""The ``math500`` command, thin: every subcommand calls one function of a room."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import opencompass_math500
from opencompass_math500.errors import Math500Error, SourceUnavailable

__all__ = ['main']


def main(argv: Sequence[str] | None = None) -> int:
    """Run one ``math500`` command.

    Args:
        argv: the arguments; those of the process by default.

    Returns:
        The exit status: 0 done, 1 an error that the user can mend (one line on
        stderr), 2 wrong usage.
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
    table.set_defaults(function=_table)

    judge = commands.add_parser(
        'judge', help='judge one answer or response, and say how it was read and why'
    )
    judge.add_argument('--gold', required=True, help='the reference answer')
    given = judge.add_mutually_exclusive_group(required=True)
    given.add_argument('--answer', help='the final answer')
    given.add_argument('--response', type=Path, help='a file with the whole response')
    judge.add_argument('--problem', type=Path, help='a file with the problem')
    judge.set_defaults(function=_judge)

    data = commands.add_parser('data', help='load the problems, check them, say what they are')
    data.add_argument(
        'source', nargs='?', default='hub', help='hub (default), modelscope, sample, or a file'
    )
    data.add_argument('--custom', action='store_true', help='accept a set that is not MATH-500')
    data.add_argument('--subject', action='append', help='keep this subject (repeatable)')
    data.add_argument('--level', action='append', type=int, help='keep this level (repeatable)')
    data.set_defaults(function=_data)
    return parser


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
    from opencompass_math500.table import print_tables, runs_of

    print_tables(runs_of(options.work_dir))
    return 0


def _judge(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.grading.describe import describe
    from opencompass_math500.grading.judge import grade, judge
    from opencompass_math500.grading.latex import parse

    problem = _text_of(options.problem) if options.problem else None
    if options.response:
        response = _text_of(options.response)
        verdict = grade(response=response, gold=options.gold, problem=problem)
        print(f'answer      {verdict.answer} ({verdict.extraction})')
    else:
        verdict = judge(answer=options.answer, gold=options.gold, problem=problem)
    for side, text in (('gold', options.gold), ('answer', verdict.answer)):
        reading = parse(text or '')
        # A comma may group thousands or part a list: all readings are compared.
        read_as = ', or '.join(map(describe, reading.values)) or f'not read: {reading.problem}'
        print(f'{side + " read":<11} {read_as}')
    print(f'rule        {verdict.rule}')
    print(f'verdict     {verdict.outcome}: {verdict.reason}')
    return 0


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding='utf-8')
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, 'strerror', None) or 'not UTF-8'
        raise SourceUnavailable(f'cannot read {path} ({reason})', 'give a text file') from error


def _data(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.dataset import load_problems

    problems = load_problems(
        options.source, custom=options.custom, subjects=options.subject, levels=options.level
    )
    print(f'{problems.name}: {len(problems)} problems from {problems.location}')
    print(f'checksum {problems.checksum}')
    print(f'abbr     {problems.slug}')
    return 0
