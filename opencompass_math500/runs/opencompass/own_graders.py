"""What OpenCompass's own graders of MATH have left of each item."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading import Verdict
from opencompass_math500.response import Response
from opencompass_math500.runs.opencompass.results import entries_of

__all__ = ['own_grader_items']


def own_grader_items(path: Path) -> Iterator[Response]:
    """Yield the items of results of OpenCompass's own graders of MATH.

    They have no ids, and do not say how the responses ended.

    Raises:
        MalformedData: the file does not say which items are right.
    """
    try:
        loaded = json.loads(path.read_text(encoding='utf-8'))
        rows: Sequence[Any] = list(entries_of(loaded['details']))
        if not rows:
            raise ValueError('no details')
        for number, row in enumerate(rows):
            yield from _samples(number, row)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise MalformedData(
            f'{path} does not say which items are right ({error!r})',
            'run the evaluation again with --dump-eval-details',
        ) from error


def _samples(number: int, row: Mapping[str, Any]) -> Iterator[Response]:
    def several(*names: str) -> list[Any]:
        value = next(row[name] for name in names if name in row)
        return value if isinstance(value, list) else [value]

    right = several('correct', 'is_correct')
    answers, golds = several('pred', 'predictions'), several('answer', 'references')
    for sample, is_right in enumerate(right):
        gold = str(golds[sample])
        yield Response(
            position=number,
            sample=sample,
            unique_id=str(number),
            gold=gold,
            verdict=Verdict(
                outcome='correct' if is_right else 'incorrect',
                answer=str(answers[sample]) or None,
                gold=gold,
                reason='',
            ),
        )
