"""The replies of one model on one benchmark of evalscope, subset by subset."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeVar

from opencompass_math500.dataset.problem import parse_level
from opencompass_math500.errors import MalformedData, SourceUnavailable
from opencompass_math500.response import Response
from opencompass_math500.runs.evalscope.files import Benchmark, Subset
from opencompass_math500.runs.evalscope.rows import (
    Around,
    Review,
    index_of,
    response_of,
    review_of,
    was_refused,
)
from opencompass_math500.runs.left_out import LeftOut
from opencompass_math500.runs.part_rows import rows_or_faults
from opencompass_math500.runs.rows import Row

__all__ = ['read_benchmark']

_T = TypeVar('_T')
_INDEX: Final = re.compile(rb'\{"index": ([0-9]{1,15}),')


@dataclass(slots=True)
class _Count:
    """What is to be said of a benchmark when it has been read."""

    replies: int = 0
    refused: int = 0
    unreviewed: int = 0
    without_predictions: int = 0
    again: int = 0
    problems: dict[str, int] = field(default_factory=dict)
    """The position of each problem, by its id or its prompt."""
    samples: dict[int, int] = field(default_factory=dict)
    """How many replies to each problem there were so far, by its position."""

    def placed(self, one: Response, sample: int | None) -> Response:
        """Return a response with its position and its number among those to the same problem."""
        key = one.unique_id or one.problem or one.prompt_text
        position = self.problems.setdefault(key, len(self.problems))
        number = self.samples.get(position, 0)
        self.samples[position] = number + 1
        return replace(one, position=position, sample=number if sample is None else sample)


def read_benchmark(
    root: Path, benchmark: Benchmark, around: Around | None, note: Callable[[str], object]
) -> Iterator[Response]:
    """Yield the replies, in the order of the files of each subset.

    Kept in memory are the short reviews of one subset, and the problems' ids.

    Args:
        root: of the run; places are named below it.
        benchmark: the files.
        around: what is around the problem in a prompt; None where unknown.
        note: told, in one line each, of damaged rows, and of what evalscope did not count.
    """
    count = _Count()
    for subset in benchmark.subsets:
        for one in _subset(root, subset, around, note, count):
            count.replies += 1
            yield one
    for text in _remarks(benchmark, count):
        note(f'{benchmark.model}/{benchmark.name}: {text}')


def _subset(
    root: Path,
    subset: Subset,
    around: Around | None,
    note: Callable[[str], object],
    count: _Count,
) -> Iterator[Response]:
    level = parse_level(subset.name) or 0
    reviews = _reviews(root, subset.reviews, note)
    latest = _latest(subset.predictions)
    seen: set[int] = set()

    def taken(row: Row) -> Response | None:
        """Return the response of a row; None of one that another replaces."""
        index = index_of(row)
        if index in seen or latest.get(index, row.number) > row.number:
            count.again += 1
            return None
        review = reviews.get(index)
        one = response_of(row, review, level, around)
        seen.add(index)
        count.refused += was_refused(row)
        count.unreviewed += review is None
        return count.placed(one, review.sample if review else None)

    yield from _each(root, subset.predictions, note, taken)
    if reviews.keys() <= seen:
        return
    replied, latest = frozenset(seen), {}

    def reviewed(row: Row) -> Response | None:
        """Return the response of a row of the reviews, where the predictions have none."""
        if index_of(row) in replied:
            return None
        count.without_predictions += 1
        return taken(row)

    yield from _each(root, subset.reviews, lambda text: None, reviewed)


def _reviews(root: Path, path: Path | None, note: Callable[[str], object]) -> dict[int, Review]:
    """Every review of a subset by its index; of several the last."""
    pairs = _each(root, path, note, lambda row: (index_of(row), review_of(row)))
    return dict(pairs)


def _each(
    root: Path, path: Path | None, note: Callable[[str], object], read: Callable[[Row], _T | None]
) -> Iterator[_T]:
    """What is read of each row of a file; rows that are damaged are named."""
    if path is None:
        return
    name, left_out = path.relative_to(root).as_posix(), LeftOut(note)
    try:
        for row in rows_or_faults(path, name):
            try:
                if isinstance(row, MalformedData):
                    raise row
                found = read(row)
            except MalformedData as error:
                left_out.add(error)
                continue
            if found is not None:
                yield found
    except (OSError, SourceUnavailable) as error:
        note(f'{path} cannot be read on ({error}); what stands before is read')
    left_out.close(name)


def _latest(path: Path | None) -> dict[int, int]:
    """The line of the last whole row of each index, in a file that has some twice.

    evalscope appends to its files when a run goes on, and counts the last.
    """
    lines: dict[int, int] = {}
    try:
        with path.open('rb') if path else nullcontext(()) as stream:
            for number, line in enumerate(stream, 1):
                found = _INDEX.match(line)
                if found and line.rstrip().endswith(b'}'):
                    lines[int(found[1])] = number
    except OSError:  # which is said when the rows are read
        pass
    return lines


def _remarks(benchmark: Benchmark, count: _Count) -> Iterator[str]:
    """What evalscope counted otherwise than it may seem, one line each."""
    summary = benchmark.report.get('execution_summary')
    known = summary if isinstance(summary, dict) else {}
    errored, requested = known.get('errored'), known.get('requested')
    if isinstance(errored, int) and isinstance(requested, int) and errored:
        yield (
            f'{errored} of {requested} requests failed and are in no file; evalscope left them '
            f'out of its denominator, so that its score is over {requested - errored}'
        )
    expected = known.get('succeeded')
    if isinstance(expected, int) and expected != count.replies:
        yield f'{count.replies} replies can be read, its report is about {expected}'
    if count.refused:
        yield (
            f'of {count.refused} of {count.replies} replies the text is an error (the endpoint '
            'refused the request); evalscope graded it as the words of the model, here it is a '
            'failed request'
        )
    if count.unreviewed:
        yield (
            f'without a review: {count.unreviewed} of {count.replies} replies; their golds are '
            'what stands in the boxes of the solutions'
        )
    if count.without_predictions:
        yield (
            f'read from the reviews alone: {count.without_predictions} of {count.replies} '
            'replies; how they ended is unknown'
        )
    if count.again:
        yield f'rows that stand there for a second time: {count.again}; the last one counts'
