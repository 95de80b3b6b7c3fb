"""What the result file of one model on one dataset says of each response."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response
from opencompass_math500.runs.opencompass.judged import Other, others_in
from opencompass_math500.runs.opencompass.results import entries_of, items_of

__all__ = ['NOTHING', 'ResultVerdicts', 'read_verdicts', 'verdicts_are_ours']


@dataclass(frozen=True, slots=True)
class ResultVerdicts:
    """Verdicts by position and sample.

    Attributes:
        items: of MATH500Evaluator: for each problem its samples; empty where the results
            are another evaluator's.
        by_id: the same by unique id.
        others: of another evaluator: for each problem what it made of each sample.
    """

    items: Sequence[Sequence[Response]]
    by_id: Mapping[str, Sequence[Response]]
    others: Sequence[Sequence[Other]]

    @property
    def problems(self) -> int:
        """How many problems the results are of."""
        return len(self.items or self.others)

    @property
    def rows(self) -> int:
        """How many responses the results are of."""
        return sum(map(len, self.items or self.others))

    def remarks(self, path: Path | None) -> Iterator[str]:
        """Yield what is to be said of an LLM judge's replies, one line each."""
        several = [one for samples in self.others for one in samples]
        if unclear := sum(one.unclear for one in several):
            yield (
                f'{path}: of {unclear} of {len(several)} responses the LLM judge said neither '
                'CORRECT nor INCORRECT; OpenCompass counts these as wrong'
            )
        if turned := sum(one.turned for one in several):
            yield (
                f'{path}: {turned} replies of the LLM judge count in OpenCompass as the opposite '
                'of what they say'
            )


NOTHING: Final = ResultVerdicts((), {}, ())


def read_verdicts(path: Path | None, note: Callable[[str], object]) -> ResultVerdicts:
    """Read a result file; what is wrong with it is noted, and it then says nothing."""
    if path is None:
        return NOTHING
    try:
        details = _details(path)
        if details and _is_ours(details[0]):
            return _ours(items_of(details, path))
    except MalformedData as error:
        note(f'{error.what}; the responses are graded anew')
        return NOTHING
    return ResultVerdicts((), {}, [others_in(detail) for detail in details])


def verdicts_are_ours(path: Path) -> bool:
    """Tell whether MATH500Evaluator has made a result file, by what stands in it.

    Raises:
        MalformedData: it is damaged.
    """
    details = _details(path)
    return bool(details) and _is_ours(details[0])


def _details(path: Path) -> list[dict[str, Any]]:
    try:
        loaded = json.loads(path.read_text(encoding='utf-8'))
    except OSError as error:
        raise MalformedData(f'cannot read {path} ({error.strerror})') from error
    except (ValueError, RecursionError) as error:
        raise MalformedData(f'{path} is damaged ({error})') from error
    if not isinstance(loaded, dict):
        raise MalformedData(f'{path} is not a JSON object')
    if 'error' in loaded and 'details' not in loaded:
        raise MalformedData(f'{path} holds an error only: {str(loaded["error"])[:200]!r}')
    details = entries_of(loaded.get('details') or [])
    if not isinstance(details, list) or not all(isinstance(one, dict) for one in details):
        raise MalformedData(f'the details of {path} are no list of objects')
    return details


def _is_ours(detail: Mapping[str, Any]) -> bool:
    rules = detail.get('rule_evaluation')
    first = rules[0] if isinstance(rules, list) and rules else detail
    return isinstance(first, dict) and 'verdict' in first


def _ours(items: list[Response]) -> ResultVerdicts:
    problems: list[list[Response]] = []
    for item in items:
        if item.sample == 0:
            problems.append([])
        problems[-1].append(item)
    named = sorted(items, key=lambda item: (item.unique_id, item.sample))
    by_id = {key: list(group) for key, group in groupby(named, key=lambda item: item.unique_id)}
    return ResultVerdicts(problems, by_id, ())
