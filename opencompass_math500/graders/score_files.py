"""Graded files: a verdict for every response, and the score of all."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from opencompass_math500.atomic import opened
from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.errors import ConfigError
from opencompass_math500.grading import (
    DEFAULT_POLICY,
    NOT_THE_MODELS_MISTAKE,
    OUTCOMES,
    Outcome,
    Policy,
    Verdict,
    grade_beside,
    grader_version,
    settings_of,
)
from opencompass_math500.notes import note
from opencompass_math500.runs.columns import NAMED_BY_NONE, NamedColumns
from opencompass_math500.runs.files import PredictionSet, find_sets
from opencompass_math500.runs.messages import NO_REPLY
from opencompass_math500.runs.prediction import PredictionRow, read_set
from opencompass_math500.statistics.score import share_interval, wilson_interval

__all__ = ['Tally', 'entry', 'grade_files', 'grade_set']

_MAX_PROBLEMS: Final = 100_000


def grade_files(
    names: Sequence[str],
    output: Path | None = None,
    *,
    summary: bool = False,
    workers: int | None = None,
    policy: Policy = DEFAULT_POLICY,
    named: NamedColumns = NAMED_BY_NONE,
    data: NamedData | None = None,
) -> None:
    """Grade files: verdicts to stdout or a file, then the score of each set to stderr.

    Args:
        names: files, folders, ``-`` for standard input.
        output: where the verdicts go, as JSON Lines; stdout by default. The file appears
            when all is graded.
        summary: print the scores alone, and to stdout.
        workers, policy: as for :func:`~opencompass_math500.grade_many`.
        named, data: as for :func:`~opencompass_math500.runs.prediction.read_set`.

    Raises:
        SourceUnavailable, MalformedData: a file or row that cannot be read.
        ConfigError: the output cannot be written.
    """
    sets = find_sets(names, note=note)
    _refuse_to_overwrite(output, sets)
    scores = []
    try:
        with opened(output) as verdicts:
            for source in sets:
                tally = Tally()
                with _progress(source, quiet=not (summary or output)) as (advance, show):
                    graded = grade_set(
                        source,
                        workers=workers,
                        policy=policy,
                        advance=advance,
                        named=named,
                        data=data,
                    )
                    for prediction, verdict in graded:
                        tally.add(prediction, verdict)
                        show(tally)
                        if not summary:
                            line = json.dumps(
                                entry(source, prediction, verdict), ensure_ascii=False
                            )
                            # A lone surrogate of a response becomes its escape again.
                            verdicts.write(line.encode('utf-8', 'backslashreplace') + b'\n')
                scores.append(f'{source.name}\n{tally}')
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ConfigError(f'reading or writing failed ({error})', 'see to the disk') from error
    sys.stdout.flush()
    changes = [f'{name}={value}' for name, value in settings_of(policy).items()]
    report = '\n'.join([*scores, ' '.join(['grader', grader_version(), *changes])])
    print(report, file=sys.stdout if summary else sys.stderr)


def _refuse_to_overwrite(output: Path | None, sets: Sequence[PredictionSet]) -> None:
    if output is None or not output.exists():
        return
    if output.is_dir():
        raise ConfigError(f'--output {output} is a folder', 'name a file')
    for part in (part for source in sets for part in source.parts):
        if part.exists() and part.samefile(output):
            raise ConfigError(f'--output {output} is one of the inputs', 'name another file')


_Show = Callable[['Tally'], None]


@contextmanager
def _progress(
    source: PredictionSet, *, quiet: bool
) -> Iterator[tuple[Callable[[int], object], _Show]]:
    """A bar over the bytes of a set: what to call with bytes read, and with the counts.

    Args:
        source: what is graded.
        quiet: the verdicts go to stdout; a bar among them on one terminal would be a mess.
    """
    if not sys.stderr.isatty() or (quiet and sys.stdout.isatty()):
        yield (lambda size: None), (lambda tally: None)
        return
    from tqdm import tqdm

    with tqdm(
        total=source.size, desc=Path(source.name).name, unit='B', unit_scale=True, leave=False
    ) as bar:

        def show(tally: Tally) -> None:
            if tally.responses % 64 == 0:
                bar.set_postfix_str(
                    f'{tally.responses:,} graded, {tally.accuracy:.1f} %', refresh=False
                )

        yield bar.update, show


def grade_set(
    source: PredictionSet,
    *,
    workers: int | None = None,
    policy: Policy = DEFAULT_POLICY,
    advance: Callable[[int], object] = lambda size: None,
    named: NamedColumns = NAMED_BY_NONE,
    data: NamedData | None = None,
) -> Iterator[tuple[PredictionRow, Verdict]]:
    """Grade all responses of a set, in order and in constant memory.

    Args:
        source: what to grade.
        workers, policy: as for :func:`~opencompass_math500.grade_many`.
        advance: told how many bytes were read, each time that some were.
        named, data: as for :func:`~opencompass_math500.runs.prediction.read_set`.

    Yields:
        Each prediction, without its response and problem, and its verdict.

    Raises:
        SourceUnavailable, MalformedData: as from
            :func:`~opencompass_math500.runs.prediction.read_set`.
        DeadWorkerError: a grading process was ended from outside.
    """
    pairs = (
        (replace(prediction, response='', problem=None, reply=NO_REPLY), prediction.to_grade)
        for prediction in read_set(source, advance, named=named, data=data)
    )
    yield from grade_beside(pairs, workers, policy)


def entry(source: PredictionSet, prediction: PredictionRow, verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as one row of a file; every row has the same keys."""
    return {
        'file': source.name,
        'row': prediction.row,
        'sample': prediction.sample,
        'unique_id': prediction.unique_id,
        'outcome': verdict.outcome,
        'is_correct': verdict.is_correct,
        'answer': verdict.answer,
        'gold': verdict.gold,
        'reason': verdict.reason,
        'rule': verdict.rule,
        'extraction': verdict.extraction,
        'was_cut': verdict.was_cut,
    }


class Tally:
    """Counts of verdicts, from which the score follows, in constant memory."""

    def __init__(self) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.cut = 0
        self.unknown_ending = 0
        self._right: Counter[int] | None = Counter()
        self._asked: Counter[int] = Counter()

    def add(self, prediction: PredictionRow, verdict: Verdict) -> None:
        """Count one."""
        self.outcomes[verdict.outcome] += 1
        self.cut += verdict.was_cut
        self.unknown_ending += prediction.finish_reason is None
        if self._right is None:
            return
        self._asked[prediction.same_problem] += 1
        self._right[prediction.same_problem] += verdict.is_correct
        if len(self._asked) > _MAX_PROBLEMS:
            self._right = None
            self._asked.clear()

    @property
    def responses(self) -> int:
        """How many were counted."""
        return self.outcomes.total()

    @property
    def problems(self) -> int | None:
        """How many different ones; None where there are more than are told apart."""
        return None if self._right is None else len(self._asked)

    @property
    def accuracy(self) -> float:
        """Correct responses in percent, 0-100, of all responses."""
        return 100 * self.outcomes['correct'] / self.responses

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval in percent.

        Wilson's for one response a problem, clustered by problem for several. Above 100,000
        problems, which are not remembered, Wilson's.
        """
        if self._right is None:
            return wilson_interval(self.outcomes['correct'], self.responses)
        return share_interval([(self._right[key], size) for key, size in self._asked.items()])

    def __str__(self) -> str:
        """The score and what stands beside it, a few lines for a person."""
        low, high = self.interval
        problems = 'over 100,000' if self.problems is None else f'{self.problems:,}'
        lines = [
            f'responses  {self.responses:,} to {problems} problems',
            f'accuracy   {self.accuracy:.2f} %, 95 % interval {low:.1f} – {high:.1f}',
            f'outcomes   {self._counts(lambda outcome: outcome not in NOT_THE_MODELS_MISTAKE)}',
            f'failed     {self._counts(lambda outcome: outcome in NOT_THE_MODELS_MISTAKE)}',
        ]
        unknown = f', unknown of {self.unknown_ending:,}' if self.unknown_ending else ''
        return '\n'.join([*lines, f'cut        {self.cut:,}{unknown}'])

    def _counts(self, chosen: Callable[[Outcome], bool]) -> str:
        counts = [
            f'{self.outcomes[outcome]:,} {outcome}'
            for outcome in OUTCOMES
            if chosen(outcome) and self.outcomes[outcome]
        ]
        return ', '.join(counts) or '0'
