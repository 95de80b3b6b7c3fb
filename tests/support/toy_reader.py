"""A reader of a made-up harness, in one file: all that reading one more harness takes.

A run is a file ``NAME.toy``: its first line names model and dataset, every other one a problem,
its gold and a response, separated by tabs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response
from opencompass_math500.runs import Note, Source, StoredRun
from opencompass_math500.runs.settings import Settings

__all__ = ['Toy']


class Toy(Source):
    """A reader of ``*.toy``."""

    name = 'the toy'
    leaves = '*.toy'

    def handles(self, place: Path) -> bool:
        """Tell whether a path is a toy, or a folder with some."""
        return place.suffix == '.toy' or any(place.glob('*.toy'))

    def runs(self, place: Path, note: Note) -> list[StoredRun]:
        """Return each toy as a run."""
        return [_run(place, path) for path in ([place] if place.is_file() else _toys(place))]

    def responses(self, run: StoredRun, note: Note) -> Iterator[Response]:
        """Yield what stands in a toy, line by line."""
        for position, line in enumerate(_lines(run.files)[1:]):
            problem, gold, response = line.split('\t')
            yield Response(
                model=run.model,
                dataset=run.dataset,
                position=position,
                unique_id=f'toy/{position}',
                problem=problem,
                gold=gold,
                response=response,
                place=f'{run.files.name}:{position + 2}',
            )


def _toys(folder: Path) -> list[Path]:
    return sorted(folder.glob('*.toy'))


def _run(root: Path, path: Path) -> StoredRun:
    names = _lines(path)[0].split('\t')
    if len(names) != 2:
        raise MalformedData(f'{path} names no model and dataset', 'write them in its first line')
    settings = Settings(recorded=True, data=names[1], model=names[0], engine='Toy', max_tokens=99)
    return StoredRun(root, names[0], names[1], settings, files=path)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding='utf-8').splitlines()
