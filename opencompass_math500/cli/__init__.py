"""The ``math500`` command, thin: every subcommand calls one function of a room."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import opencompass_math500
from opencompass_math500.cli.judging import add_judging
from opencompass_math500.cli.problems import add_problems
from opencompass_math500.cli.responses import add_responses
from opencompass_math500.cli.running import add_running
from opencompass_math500.cli.scores import add_scores
from opencompass_math500.cli.watching import add_watching
from opencompass_math500.errors import Math500Error
from opencompass_math500.needs import lacking, note_both

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
    note_both()
    if rest and options.command != 'run':
        parser.error(f'unrecognized arguments: {" ".join(rest)}')
    try:
        status = int(options.function(options, rest))
        sys.stdout.flush()
        return status
    except Math500Error as error:
        print(f'math500: {error}', file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if (lack := lacking(error)) is None:
            raise
        print(f'math500: {lack}', file=sys.stderr)
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
    add_running(commands)
    add_watching(commands)
    add_judging(commands)
    add_responses(commands)
    add_scores(commands)
    add_problems(commands)
    return parser
