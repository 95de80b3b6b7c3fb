"""Read what evalscope writes into its work directory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response
from opencompass_math500.runs.evalscope.files import (
    Benchmark,
    benchmarks_in,
    is_run,
    read_config,
    run_of,
    runs_below,
)
from opencompass_math500.runs.evalscope.read import read_benchmark
from opencompass_math500.runs.evalscope.settings import settings_of
from opencompass_math500.runs.source import Note, Source, StoredRun, newest_run

__all__ = ['EvalScope']

_REMEDY: Final = 'give a run of the benchmark math_500 of evalscope'


class EvalScope(Source):
    """A reader of ``predictions/`` and ``reviews/``, with the settings beside them."""

    name = 'evalscope'
    leaves = 'reviews/'

    def handles(self, place: Path) -> bool:
        """Tell whether a path is a run, a folder above some, or a file of replies in one."""
        if place.is_dir():
            return is_run(place) or bool(runs_below(place))
        return run_of(place) is not None

    def locate(self, place: Path, note: Note) -> Path:
        """Return the run: of a folder above several, the newest."""
        if place.is_file():
            return run_of(place) or place.parent
        if is_run(place):
            return place
        return newest_run(runs_below(place), place, note)

    def runs(self, place: Path, note: Note) -> list[StoredRun]:
        """Return each model on each benchmark of mathematics; of a file, the one it is of."""
        root = self.locate(place, note)
        config, found, left_out = read_config(root, note), [], []
        for benchmark in benchmarks_in(root, config, note):
            if place.is_file() and not _has(benchmark, place):
                continue
            settings = settings_of(config, benchmark.name)
            run = StoredRun(root, benchmark.model, benchmark.name, settings, files=benchmark)
            reason = _why_not(run)
            if reason:
                left_out.append(f'{run.name} is left out: {reason}')
            else:
                found.append(run)
        if not found:
            why = '; '.join(left_out) or 'there are no replies'
            raise MalformedData(f'no replies to problems of MATH in {place} ({why})', _REMEDY)
        for text in left_out:
            note(text)
        return found

    def responses(self, run: StoredRun, note: Note) -> Iterator[Response]:
        """Yield the replies of a run, subset by subset."""
        around = run.settings.question.around
        for one in read_benchmark(run.root, run.files, around, note):
            yield replace(one, model=run.model, dataset=run.dataset)

    def is_own_file(self, path: Path, root: Path) -> bool:
        """Tell whether a file lies where evalscope writes, in the run."""
        inside = path.resolve()
        kinds = ('predictions', 'reviews', 'reports', 'configs', 'logs')
        return any((root / kind).resolve() in inside.parents for kind in kinds)


def _has(benchmark: Benchmark, path: Path) -> bool:
    own = path.resolve()
    files = (file for one in benchmark.subsets for file in (one.predictions, one.reviews))
    return any(file is not None and file.resolve() == own for file in files) or (
        own.parent.name == benchmark.model and own.stem == benchmark.name
    )


def _why_not(run: StoredRun) -> str:
    """Why a benchmark is not to be read; '' where it is."""
    benchmark: Benchmark = run.files
    if not benchmark.has_replies:
        return 'there are scores of it, but no replies'
    wrong: list[str] = []
    around = run.settings.question.around
    first = next(read_benchmark(run.root, benchmark, around, wrong.append), None)
    if first is None:
        return wrong[0] if wrong else 'it holds no rows'
    if not first.level:  # one of MATH has it by its subset, or by the text of its problem
        return 'its problems have no levels, as those of MATH have'
    return ''
