"""The commands that run the benchmark, and show what came out: run, where from, table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from opencompass_math500.cli.arguments import WORK_DIR, Commands
from opencompass_math500.grading.verdict import OUTCOMES

__all__ = ['add_running']


def add_running(commands: Commands) -> None:
    """Add ``run``, ``config-dir``, ``lm-eval-path`` and ``table``."""
    _add_run(commands)
    _add_config_dir(commands)
    _add_lm_eval_path(commands)
    _add_table(commands)


def _add_run(commands: Commands) -> None:
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


def _add_config_dir(commands: Commands) -> None:
    config_dir = commands.add_parser(
        'config-dir', help='print the folder that holds the configs of this package'
    )
    config_dir.set_defaults(function=_config_dir)


def _add_lm_eval_path(commands: Commands) -> None:
    path = commands.add_parser(
        'lm-eval-path',
        help="print the folder of this package's tasks for lm-evaluation-harness",
        description='For lm_eval --include_path: the tasks math500 and math500_4shot, and the '
        'group math500_prompts of both.',
    )
    path.set_defaults(function=_lm_eval_path)


def _add_table(commands: Commands) -> None:
    table = commands.add_parser('table', help='print the scores of a finished run again')
    table.add_argument('work_dir', type=Path, help=WORK_DIR)
    table.add_argument(
        '--fail-on', action='append', default=[], choices=OUTCOMES, metavar='OUTCOME',
        help='exit 1 if this outcome occurs, e.g. content_filter or truncated (repeatable); '
        'with failed_request it always does',
    )  # fmt: skip
    table.set_defaults(function=_table)


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


def _lm_eval_path(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.locations import lm_eval_tasks_dir

    print(lm_eval_tasks_dir())
    return 0


def _table(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.comparison.table import print_tables
    from opencompass_math500.notes import note
    from opencompass_math500.runs.graded import graded_runs
    from opencompass_math500.runs.places import find_place
    from opencompass_math500.runs.run import FAIL_ON, checked_outcomes, refuse_outcomes

    place = find_place(options.work_dir, note)
    runs = graded_runs(place, note)
    print_tables(runs)
    sys.stdout.flush()
    resume = f'-r {place.root.resolve().name}'
    refuse_outcomes(runs, checked_outcomes([*FAIL_ON, *options.fail_on]), resume)
    return 0
