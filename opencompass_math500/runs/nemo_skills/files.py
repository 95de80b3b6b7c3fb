"""Which outputs there are: NeMo-Skills writes one file a benchmark and seed.

Source: NVIDIA/NeMo-Skills (October 2025), ``nemo_skills/inference/generate.py``:
``<output_dir>/eval-results/<benchmark>/output.jsonl``, or ``output-rs<seed>.jsonl`` for each seed
of ``--benchmarks=<benchmark>:<n>``; with ``--num_chunks`` in ``..._chunk_<n>.jsonl`` until they are
merged; and ``...-async`` until a file is whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from opencompass_math500.errors import DataError
from opencompass_math500.runs.part_rows import rows_or_faults
from opencompass_math500.runs.rows import Row

__all__ = ['Outputs', 'holds_outputs', 'is_output', 'outputs_at']

_OUTPUT: Final = re.compile(
    r'output(?:-rs(?P<seed>\d{1,9}))?(?:_chunk_(?P<chunk>\d{1,6}))?\.jsonl(?P<unfinished>-async)?'
)
_PATTERNS: Final = ('', '*/', '*/*/')
_RESULTS: Final = 'eval-results'
# Of these it has one at least: the text, and what it is measured by.
_TEXTS: Final = ('generation', '_full_generation')
_MEASURES: Final = ('expected_answer', 'predicted_answer', 'symbolic_correct', 'judgement')
_PEEKED: Final = 8


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files of one benchmark, in the order of their seeds.

    Attributes:
        folder: where they lie.
        samples: for each seed the files that it is in: one, or its chunks in order.
        seeds: the seeds; None for a file without one.
    """

    folder: Path
    samples: tuple[tuple[Path, ...], ...]
    seeds: tuple[int | None, ...]

    @property
    def model(self) -> str:
        """What to call the model, which no file names: the output folder."""
        folder = self.folder.resolve()
        return folder.parents[1].name if folder.parent.name == _RESULTS else folder.name

    @property
    def benchmark(self) -> str | None:
        """The benchmark, by its folder; None where that is not one of ``eval-results``."""
        folder = self.folder.resolve()
        return folder.name if folder.parent.name == _RESULTS else None


def is_output(path: Path) -> bool:
    """Tell whether a file is an output of NeMo-Skills, by its name and its first rows."""
    return _OUTPUT.fullmatch(path.name) is not None and path.is_file() and _has_fields(path)


def holds_outputs(place: Path) -> bool:
    """Tell whether a path is an output, or a folder above some."""
    if place.is_file():
        return is_output(place)
    return any(map(is_output, _below(place)))


def outputs_at(place: Path, note: Callable[[str], object]) -> list[Outputs]:
    """Return the outputs at a path, by folder: those with a seed together, that without apart.

    Args:
        place: an output, or a folder above some.
        note: told of what is left out.
    """
    if place.is_file():
        return [Outputs(place.parent, ((place,),), (_seed(place),))]
    found: dict[tuple[Path, bool], dict[int | None, list[Path]]] = {}
    for path in filter(is_output, _below(place)):
        seed = _seed(path)
        found.setdefault((path.parent, seed is None), {}).setdefault(seed, []).append(path)
    outputs = []
    for (folder, _), seeds in sorted(found.items()):
        whole = {seed: _whole(paths, note) for seed, paths in sorted(seeds.items(), key=_by_seed)}
        kept = {seed: paths for seed, paths in whole.items() if paths}
        if kept:
            outputs.append(Outputs(folder, tuple(kept.values()), tuple(kept)))
    return outputs


def _below(folder: Path) -> Iterator[Path]:
    for pattern in _PATTERNS:
        yield from sorted(folder.glob(f'{pattern}output*.jsonl*'))


def _seed(path: Path) -> int | None:
    found = _OUTPUT.fullmatch(path.name)
    return int(found['seed']) if found and found['seed'] else None


def _by_seed(pair: tuple[int | None, Any]) -> int:
    return -1 if pair[0] is None else pair[0]


def _whole(paths: Sequence[Path], note: Callable[[str], object]) -> tuple[Path, ...]:
    """Of the files of one seed the merged one, or the chunks; none that is in the making."""
    merged: list[Path] = []
    chunks: dict[int, Path] = {}
    for path in paths:
        found = _OUTPUT.fullmatch(path.name)
        if found is None:
            continue
        if found['unfinished']:
            note(f'{path} is left out: an unfinished run; name the file to read it')
        elif found['chunk']:
            chunks[int(found['chunk'])] = path
        else:
            merged.append(path)
    if merged or not chunks:
        return tuple(merged)
    missing = [number for number in range(max(chunks)) if number not in chunks]
    if missing:
        note(f'{paths[0].parent}: chunks are missing: {", ".join(map(str, missing[:5]))}')
    return tuple(path for _, path in sorted(chunks.items()))


def _has_fields(path: Path) -> bool:
    try:
        rows = list(islice(rows_or_faults(path, path.name), _PEEKED))
    except (DataError, OSError):
        return False
    return any(
        any(name in row.fields for name in _TEXTS) and any(n in row.fields for n in _MEASURES)
        for row in rows
        if isinstance(row, Row)
    )
