"""Read what inspect-ai writes: ``.eval`` files, and logs in its JSON form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response
from opencompass_math500.runs.inspect.log import read_samples
from opencompass_math500.runs.inspect.remarks import Count
from opencompass_math500.runs.inspect.run import InspectRun, inspect_runs, logs_in
from opencompass_math500.runs.inspect.sample import response_of
from opencompass_math500.runs.left_out import LeftOut
from opencompass_math500.runs.source import Note, Source, StoredRun

__all__ = ['InspectAI']


class InspectAI(Source):
    """A reader of inspect-ai's logs; inspect-ai itself is not needed."""

    name = 'inspect-ai'
    leaves = '*.eval'

    def handles(self, place: Path) -> bool:
        """Tell whether a path is a log, or a folder with some."""
        return next(logs_in(place), None) is not None

    def runs(self, place: Path, note: Note) -> list[StoredRun]:
        """Return the latest log of each model and task."""
        return [
            StoredRun(place, run.model, run.dataset, run.settings, files=run)
            for run in inspect_runs(place, note)
        ]

    def responses(self, run: StoredRun, note: Note) -> Iterator[Response]:
        """Yield the responses of a log, all first epochs first."""
        logged: InspectRun = run.files
        name = logged.path.name
        count, left_out = Count(), LeftOut(note, 'samples', 'it is left out')
        places: dict[str, int] = dict(logged.order)
        seen: set[tuple[int, int]] = set()
        for sample in read_samples(logged.path, name, logged.order, note):
            position = places.setdefault(str(sample.fields.get('id')), len(places))
            try:
                one = response_of(sample.fields, sample.place, position, logged.scorers)
                if (position, one.sample) in seen:
                    raise MalformedData(f'{sample.place}: the same sample a second time')
            except MalformedData as error:
                left_out.add(error)
                continue
            seen.add((position, one.sample))
            count.take(one)
            yield replace(one, model=run.model, dataset=run.dataset)
        left_out.close(name)
        for text in count.remarks(name, logged):
            note(text)

    def is_own_file(self, path: Path, root: Path) -> bool:
        """Tell whether a file is one of the logs."""
        return path.resolve() in {one.resolve() for one in logs_in(root)}
