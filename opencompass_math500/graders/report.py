"""The report of one regraded set, and its file beside the results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from opencompass_math500.atomic import replace_text
from opencompass_math500.errors import ConfigError, MalformedData
from opencompass_math500.graders.anatomy import Anatomy, Loss
from opencompass_math500.graders.matrix import (
    Grader,
    GraderScore,
    GraderVerdict,
    Judged,
    Pair,
    Share,
)

__all__ = ['Report', 'load_report', 'report_path', 'save_report']


@dataclass(frozen=True, slots=True)
class Report:
    """What several graders say about one model on one dataset.

    Attributes:
        model, dataset: as the folders name them.
        problems, responses: how many.
        grader: the fingerprint of our grading rules.
        policy: the settings of disputed forms that differ from the default.
        versions: package and version behind each grader.
        scores: the matrix, one score a grader.
        pairs: how every two graders differ.
        anatomy: what was cut, what holds no answer, what never came.
        items: the responses on which the graders differ.
    """

    model: str
    dataset: str
    problems: int
    responses: int
    grader: str
    policy: Mapping[str, str]
    versions: Mapping[Grader, str]
    scores: tuple[GraderScore, ...]
    pairs: tuple[Pair, ...]
    anatomy: Anatomy
    items: tuple[Judged, ...]

    @property
    def name(self) -> str:
        """Model and dataset, for people."""
        return f'{self.model} on {self.dataset}'


def report_path(work_dir: Path, model: str, dataset: str) -> Path:
    """Return where the report on a model and dataset lies: in a work directory, or beside a log."""
    if work_dir.is_file():
        work_dir = work_dir.parent
    return work_dir / 'math500' / model / f'{dataset}.graders.json'


def save_report(path: Path, report: Report) -> None:
    """Write a report whole or not at all.

    Raises:
        ConfigError: it cannot be written.
    """
    try:
        replace_text(path, json.dumps(asdict(report), indent=1, ensure_ascii=False))
    except OSError as error:
        raise ConfigError(
            f'cannot write {path} ({error.strerror})', 'make the folder writable, or copy the run'
        ) from error


def load_report(path: Path) -> Report:
    """Read a report.

    Raises:
        FileNotFoundError: there is none.
        MalformedData: the file is not what :func:`save_report` writes; names it.
    """
    try:
        report = _report(json.loads(path.read_text(encoding='utf-8')))
        _refuse_other_types(report)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise MalformedData(
            f'{path} is no report of graders ({error!r})', 'make it again: math500 regrade'
        ) from error
    return report


def _refuse_other_types(report: Report) -> None:
    """A number that is a text would be found out where it is printed."""
    for score in report.scores:
        share = score.share
        counts = (share.right, share.total, score.undecided)
        percents = {*map(type, (share.accuracy, share.low, share.high))}
        unknown = percents == {type(None)}  # of no responses
        if {*map(type, counts)} != {int} or (percents - {int, float} and not unknown):
            raise TypeError(f'the score of {score.grader!r} is no number')
    for pair in report.pairs:
        if {type(n) for n in (pair.only_first, pair.only_second, pair.both, pair.neither)} != {int}:
            raise TypeError(f'the counts of {pair.first!r} and {pair.second!r} are no numbers')
    if not isinstance(report.versions, dict) or not isinstance(report.policy, dict):
        raise TypeError('versions or policy are no object')


def _report(fields: dict[str, Any]) -> Report:
    losses = fields['anatomy']['losses']
    return Report(
        **{
            **fields,
            'scores': tuple(
                GraderScore(**{**score, 'share': Share(**score['share'])})
                for score in fields['scores']
            ),
            'pairs': tuple(Pair(**pair) for pair in fields['pairs']),
            'anatomy': Anatomy(
                tuple(Loss(**{**loss, 'without': Share(**loss['without'])}) for loss in losses),
                fields['anatomy']['unknown_ending'],
            ),
            'items': tuple(
                Judged(
                    **{**item, 'words': {g: GraderVerdict(**w) for g, w in item['words'].items()}}
                )
                for item in fields['items']
            ),
        }
    )
