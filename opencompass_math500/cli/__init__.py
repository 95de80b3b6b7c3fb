"""The ``math500`` command, thin: every command calls one function of a room.

A command is one file in ``commands/``; nothing else names it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import opencompass_math500
from opencompass_math500.cli.command import Command
from opencompass_math500.cli.registry import all_commands, command_named, names
from opencompass_math500.errors import Math500Error
from opencompass_math500.needs import lacking, note_both

__all__ = ['main', 'make_parser']


def main(argv: Sequence[str] | None = None) -> int:
    """Run one ``math500`` command.

    Args:
        argv: the arguments; those of the process by default.

    Returns:
        The exit status: 0 done, 1 an error that the user can mend (one line on
        stderr), 2 wrong usage, 130 interrupted.
    """
    try:
        status = _run(sys.argv[1:] if argv is None else argv)
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


def _run(words: Sequence[str]) -> int:
    parser = make_parser(words)
    options, rest = parser.parse_known_args(_with_values(words))
    note_both()
    command: Command = options.command
    if rest and not command.hands_on:
        parser.error(f'unrecognized arguments: {" ".join(rest)}')
    options.rest = rest
    return command.run(options)


def make_parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """Make the parser of the command line.

    Args:
        words: what is to be parsed: of the command that they name, no other is loaded; where
            they name none, every command is known by its line of help alone. By default every
            command is there with its arguments.
    """
    parser = argparse.ArgumentParser(
        prog='math500',
        description='MATH-500 through OpenCompass: run it, look at it, trust the number.',
        epilog='OpenCompass itself has no "run": its own form is opencompass CONFIG, which '
        'works with every config here. math500 run CONFIG is the same with a preflight.',
    )
    parser.add_argument(
        '--version', action='version', version=f'math500 {opencompass_math500.__version__}'
    )
    shelf = parser.add_subparsers(dest='name', required=True, metavar='COMMAND')
    wanted = _command_in(words or ())
    known = {wanted: command_named(wanted)} if wanted in names() else all_commands()
    for name, command in known.items():
        own = shelf.add_parser(
            name,
            help=command.help,
            description=command.description,
            add_help=not command.hands_on,
        )
        own.set_defaults(command=command)
        if words is None or name == wanted:
            command.add(own)
    return parser


def _command_in(words: Sequence[str]) -> str:
    """Return the first word that is no option: only a command takes options with values."""
    return next((word for word in words if not word.startswith('-')), '')


def _with_values(words: Sequence[str]) -> list[str]:
    """Join options with values that argparse would take for options: ``--answer -x``."""
    name = _command_in(words)
    texts = command_named(name).texts if name in names() else ()
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in texts and not word.startswith('--'):
            joined[-1] += f'={word}'
        else:
            joined.append(word)
    return joined
