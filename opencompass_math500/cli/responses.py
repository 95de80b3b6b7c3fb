"""The commands about single responses: export, report."""

from __future__ import annotations

import argparse
from pathlib import Path

from opencompass_math500.cli.arguments import WORK_DIR, Commands, add_scope, problems_of
from opencompass_math500.grading.verdict import OUTCOMES
from opencompass_math500.notes import note

__all__ = ['add_responses']


def add_responses(commands: Commands) -> None:
    """Add ``export`` and ``report``."""
    _add_export(commands)
    _add_report(commands)


def _add_export(commands: Commands) -> None:
    export = commands.add_parser(
        'export',
        help='write the wrong answers of a run, or other responses, to a file',
        description='Everything that is not correct, with prompt, response, answer, gold and '
        'reason; choices below narrow or widen it. Any run on MATH problems will do, of '
        'OpenCompass, or of lm-evaluation-harness with --log_samples.',
    )
    export.add_argument('work_dir', type=Path, help=WORK_DIR)
    export.add_argument(
        '--format',
        choices=('jsonl', 'csv', 'md', 'xlsx', 'zip'),
        help='by default as the name of the file ends, else jsonl; zip holds all, and a summary',
    )
    export.add_argument(
        '--output', type=Path, metavar='FILE', help='write there; by default, and for -, to stdout'
    )
    verdicts = export.add_mutually_exclusive_group()
    verdicts.add_argument(
        '--verdict', action='append', choices=OUTCOMES, metavar='V',
        help=f'this verdict only: {", ".join(OUTCOMES)} (repeatable)',
    )  # fmt: skip
    verdicts.add_argument('--all', action='store_true', help='every response, correct ones too')
    export.add_argument(
        '--subject', action='append', metavar='S', help='this subject only (repeatable)'
    )
    export.add_argument(
        '--level', action='append', type=int, choices=range(1, 6), metavar='L',
        help='this level only, 1 to 5 (repeatable)',
    )  # fmt: skip
    add_scope(export)
    export.set_defaults(function=_export)


def _add_report(commands: Commands) -> None:
    report = commands.add_parser(
        'report',
        help='write one HTML file about runs: scores, what stands beside them, every item',
        description='One file that opens from disk and asks no network: scores, subjects and '
        'levels, lengths, published scores, graders, and every item to filter and search. '
        'Several runs stand side by side. Any run on MATH problems will do, of OpenCompass, or '
        'of lm-evaluation-harness with --log_samples.',
    )
    report.add_argument('work_dir', nargs='+', type=Path, help=WORK_DIR)
    report.add_argument(
        '--output', type=Path, metavar='FILE',
        help='write there; by default to summary/math500_report.html in the first folder, of '
        'lm-evaluation-harness to math500_report.html in it',
    )  # fmt: skip
    add_scope(report)
    report.set_defaults(function=_report)


def _export(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.exports import Choice, export

    verdicts = {'verdicts': options.verdict} if options.verdict else {}
    if options.all:
        verdicts = {'verdicts': None}
    output = None if options.output == Path('-') else options.output
    exported = export(
        options.work_dir,
        output,
        options.format,
        choice=Choice(**verdicts, subjects=options.subject, levels=options.level),
        models=options.model,
        datasets=options.dataset,
        data=problems_of(options.data),
        note=note,
    )
    where = f' to {output}' if output else ''
    note(f'{exported}{where}')
    return 0


def _report(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.report import Scope, write_report

    written = write_report(
        options.work_dir,
        options.output,
        scope=Scope(options.model, options.dataset, problems_of(options.data)),
        options=_words(options),
        note=note,
    )
    print(written)
    return 0


def _words(options: argparse.Namespace) -> list[str]:
    """The options as they were given, so that the page can say how to make it again."""
    words = []
    for name in ('output', 'model', 'dataset', 'data'):
        value = getattr(options, name)
        for one in value if isinstance(value, list) else [value]:
            words += [f'--{name}', str(one)] if one is not None else []
    return words
