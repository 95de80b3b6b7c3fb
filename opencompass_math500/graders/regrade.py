"""The same predictions under several graders: every model on every dataset of a run."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Final

from rich.console import Console

from opencompass_math500.atomic import replace_text
from opencompass_math500.errors import ConfigError, MalformedData, Math500Error, SourceUnavailable
from opencompass_math500.graders import (
    Grader,
    GraderVerdict,
    Judged,
    Report,
    anatomy,
    differing,
    matrix,
    pairs,
    report_path,
    save_report,
)
from opencompass_math500.graders import worker as worker_script
from opencompass_math500.graders.grader_table import print_report
from opencompass_math500.graders.peer import Peer, PeerCommand
from opencompass_math500.grading import (
    Verdict,
    as_policy,
    grade_beside,
    grader_version,
    settings_of,
)
from opencompass_math500.notes import note
from opencompass_math500.response import Response
from opencompass_math500.runs.places import Place, find_place
from opencompass_math500.runs.source import StoredRun

__all__ = ['math_verify_command', 'opencompass_command', 'print_regraded', 'regrade_run']

_SHOWN: Final = 10
_MATH_VERIFY: Final = 'math-verify[antlr4_13_2]==0.9.0'


def opencompass_command() -> PeerCommand:
    """Return the command of OpenCompass's MATHEvaluator v1 and v2, in this environment."""
    return PeerCommand(
        title="the process with OpenCompass's graders",
        graders=('opencompass_v1', 'opencompass_v2'),
        load=('opencompass_math500.compass.peers', 'serve_opencompass'),
        remedy='install what this package needs: pip install opencompass-math500',
        item_seconds=20.0,
    )


def math_verify_command(python: str) -> PeerCommand:
    """Return the command of math-verify, in the environment of another interpreter.

    Args:
        python: the path of the interpreter, or its name on the path.

    Raises:
        ConfigError: there is no such interpreter.
    """
    remedy = f'give the Python of an environment with {_MATH_VERIFY}'
    found = shutil.which(python)
    if found is None:
        raise ConfigError(f'--math-verify {python}: no such interpreter', remedy)
    return PeerCommand(
        title='the process with math-verify',
        graders=('math_verify',),
        load=(str(worker_script.__file__), 'math_verify'),
        # Not resolved: the python of an environment is a link, which leads out of it.
        python=str(Path(found).absolute()),
        remedy=remedy,
        item_seconds=60.0,  # its own clocks end a comparison after about 15
    )


def print_regraded(
    work_dir: Path | Place, math_verify: str | None, *, as_json: bool, output: Path | None
) -> None:
    """Regrade every set of a run, keep each report beside the results, and print them.

    Args:
        work_dir: as for :func:`~opencompass_math500.runs.places.find_place`.
        math_verify: the interpreter that has math-verify; None to do without.
        as_json: print JSON in place of tables.
        output: write there instead, and with every item on which graders differ.

    Raises:
        SourceUnavailable: the folder holds no predictions.
        ConfigError: a grader does not start, or a file cannot be written, or is the run's own.
        MalformedData: a set cannot be read; after the others have been printed.
    """
    place = find_place(work_dir, note)
    if output is not None:
        place.refuse_output(output)
    runs = [run for run in place.runs(note=note) if run.has_responses]
    if not runs:
        raise SourceUnavailable(f'no predictions under {place.root}', 'run the inference first')
    commands = [opencompass_command()]
    commands += [math_verify_command(math_verify)] if math_verify else []
    reports, errors = [], []
    with ExitStack() as stack:
        peers = [stack.enter_context(Peer(command)) for command in commands]
        for run in runs:
            try:
                report = regrade_run(place, run, peers)
            except ConfigError:
                raise
            except Math500Error as error:
                errors.append(error)  # the others are worth their time all the same
                continue
            save_report(report_path(place.root, run.model, run.dataset), report)
            reports.append(report)
    if reports:  # nothing is no report
        _write(reports, as_json, output)
    if errors:
        for further in errors[1:]:
            note(further)
        raise errors[0]


def regrade_run(place: Place, run: StoredRun, peers: Sequence[Peer]) -> Report:
    """Return every grader's word on the responses of one run.

    Our judge decides disputed forms as the run did, where that is on record.

    Raises:
        MalformedData: it holds no responses that can be read.
        ConfigError: a peer does not start; or the record names a policy that this version
            does not know.
    """
    policy = as_policy(run.settings.policy)
    rows: list[Judged] = []
    with _progress(run.name) as advance:
        pairs_to_grade = ((each, each.to_grade) for each in place.source.responses(run, note))
        for response, verdict in grade_beside(pairs_to_grade, policy=policy):
            words: dict[Grader, GraderVerdict] = {
                'math500': GraderVerdict(verdict.answer, verdict.is_correct)
            }
            for peer in peers:
                for grader in peer.graders:
                    words[grader] = peer.ask(grader, response.response, response.gold)
            rows.append(_judged(response, verdict, words))
            advance(1)
    if not rows:
        raise MalformedData(f'{run.name} holds no rows that can be read', 'run the inference again')
    versions: dict[Grader, str] = {'math500': f'opencompass-math500 {_own_version()}'}
    for peer in peers:
        versions.update({grader: peer.versions[grader] for grader in peer.graders})
    return Report(
        model=run.model,
        dataset=run.dataset,
        problems=len({row.name for row in rows}),
        responses=len(rows),
        grader=grader_version(),
        policy=settings_of(policy),
        versions=versions,
        scores=tuple(matrix(rows)),
        pairs=tuple(pairs(rows)),
        anatomy=anatomy(rows),
        items=tuple(differing(rows)),
    )


def _own_version() -> str:
    from opencompass_math500 import __version__

    return __version__


def _judged(response: Response, verdict: Verdict, words: Mapping[Grader, GraderVerdict]) -> Judged:
    return Judged(
        name=response.of_problem,
        sample=response.sample,
        gold=response.gold,
        outcome=verdict.outcome,
        reason=verdict.reason,
        rule=verdict.rule,
        was_cut=verdict.was_cut and verdict.outcome != 'content_filter',
        ending_known=response.finish_reason is not None,
        words=words,
    )


def _write(reports: Sequence[Report], as_json: bool, output: Path | None) -> None:
    if as_json:
        text = json.dumps([asdict(report) for report in reports], indent=1, ensure_ascii=False)
        text += '\n'
    else:
        stream = StringIO()
        console = Console(file=stream) if output is None else Console(file=stream, width=120)
        for number, report in enumerate(reports):
            console.print('\n' if number else '', end='')
            print_report(report, console, _SHOWN if output is None else None)
        text = stream.getvalue()
    if output is None:
        sys.stdout.write(text.encode('utf-8', 'backslashreplace').decode('utf-8'))
        return
    try:
        replace_text(output, text)
    except OSError as error:
        raise ConfigError(f'cannot write {output} ({error.strerror})', 'name another file') from (
            error
        )


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int], object]]:
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    from tqdm import tqdm

    with tqdm(desc=title, unit=' responses', leave=False) as bar:
        yield bar.update
