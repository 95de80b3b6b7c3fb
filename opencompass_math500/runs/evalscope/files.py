"""Which runs there are: evalscope writes a folder a run, in it a file a model and subset.

Source: modelscope/evalscope 1.14.1, ``evalscope/utils/io_utils.py`` (``OutputsStructure``) and
``evalscope/api/evaluator/cache.py`` (``CacheManager``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opencompass_math500.errors import ConfigError

__all__ = ['Benchmark', 'Subset', 'benchmarks_in', 'is_run', 'read_config', 'run_of', 'runs_below']

_ROOTS: Final = ('predictions', 'reviews', 'reports')
_CONFIGS: Final = 'configs/task_config*.yaml'
_MOST_BYTES: Final = 16 << 20  # of a file of settings or scores; real ones have tens of KiB
_STARTED: Final = re.compile(r'[0-9]{8}_[0-9]{6}')
# math_500's own subsets, where nothing says how the benchmark is called.
_LEVEL: Final = re.compile(r'(?P<name>.+)_(?P<subset>Level [1-5])')


@dataclass(frozen=True, slots=True)
class Subset:
    """The files of one subset; None for one that is not there.

    Attributes:
        name: ``Level 1`` and the like; '' of a benchmark that has none.
        predictions: the replies, with how they ended.
        reviews: the golds, and what evalscope thinks of the replies.
    """

    name: str
    predictions: Path | None
    reviews: Path | None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One model on one benchmark.

    Attributes:
        model: the folder's name.
        name: of the benchmark.
        subsets: in order.
        report: what evalscope counted; empty where it has not, or it cannot be read.
    """

    model: str
    name: str
    subsets: tuple[Subset, ...]
    report: Mapping[str, Any]

    @property
    def has_replies(self) -> bool:
        """Whether there is more than scores."""
        return bool(self.subsets)


def is_run(folder: Path) -> bool:
    """Tell whether a folder is that of one run."""
    named = any((folder / name).is_dir() for name in _ROOTS)
    marks = (_CONFIGS, 'reviews/*/*.jsonl')
    return named and any(any(folder.glob(pattern)) for pattern in marks)


def runs_below(folder: Path) -> list[Path]:
    """Return the runs in a work directory, the newest last."""
    found = [path for path in folder.glob('*') if path.is_dir() and is_run(path)]
    return sorted(found, key=lambda path: (bool(_STARTED.match(path.name)), path.name))


def run_of(path: Path) -> Path | None:
    """Return the run that a file of replies or of scores lies in; None for any other file."""
    folders = path.parents
    named = len(folders) > 2 and folders[1].name in _ROOTS
    return folders[2] if named and path.is_file() and is_run(folders[2]) else None


def benchmarks_in(
    root: Path, config: Mapping[str, Any], note: Callable[[str], object]
) -> Iterator[Benchmark]:
    """Yield every model on every benchmark of a run.

    Args:
        root: its folder.
        config: of :func:`read_config`.
        note: told of reports that are damaged.
    """
    files: dict[str, dict[str, dict[str, Path]]] = {}
    for kind in _ROOTS:
        suffix = 'json' if kind == 'reports' else 'jsonl'
        for path in sorted((root / kind).glob(f'*/*.{suffix}')):
            files.setdefault(path.parent.name, {}).setdefault(kind, {})[path.stem] = path
    asked = config.get('datasets')
    known = {str(name) for name in asked} if isinstance(asked, list) else set()
    for model, kinds in sorted(files.items()):
        reports = kinds.get('reports', {})
        names = known | reports.keys()
        stems = {*kinds.get('predictions', {}), *kinds.get('reviews', {})}
        found: dict[str, list[Subset]] = {}
        for stem in sorted(stems):
            name, subset = _split(stem, names)
            paths = (kinds.get(kind, {}).get(stem) for kind in ('predictions', 'reviews'))
            found.setdefault(name, []).append(Subset(subset, *paths))
        for name in sorted({*found, *reports}):
            report = _read_json(reports[name], note) if name in reports else {}
            yield Benchmark(model, name, tuple(found.get(name, ())), report)


def _split(stem: str, names: Collection[str]) -> tuple[str, str]:
    """Benchmark and subset of ``math_500_Level 1``."""
    for name in sorted(names, key=len, reverse=True):
        if stem == name or stem.startswith(f'{name}_'):
            return name, stem[len(name) + 1 :]
    found = _LEVEL.fullmatch(stem)
    return (found['name'], found['subset']) if found else (stem, '')


def _read_json(path: Path, note: Callable[[str], object]) -> Mapping[str, Any]:
    try:
        loaded = json.loads(_text(path))
    except (OSError, ValueError, RecursionError) as error:
        note(f'{path} is damaged ({error}): what evalscope counted is unknown')
        return {}
    return loaded if isinstance(loaded, dict) else {}


def read_config(root: Path, note: Callable[[str], object]) -> Mapping[str, Any]:
    """Return the settings of a run; empty, with a note, where they cannot be read.

    Raises:
        ConfigError: PyYAML is not installed.
    """
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise ConfigError(
            f'{root}: PyYAML is not installed, which reads the settings of evalscope',
            'pip install PyYAML',
        ) from error
    paths = sorted(root.glob(_CONFIGS))
    if not paths:
        note(f'{root}: its settings are unknown: there is no configs/task_config.yaml')
        return {}
    path = paths[-1]
    if len(paths) > 1:
        note(f'{root} holds {len(paths)} files of settings: {path.name} is read')
    try:
        loaded = yaml.safe_load(_text(path))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        line = ' '.join(str(error).split())
        note(f'{path} is damaged ({line:.200}): its settings are unknown')
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _text(path: Path) -> str:
    with path.open(encoding='utf-8') as stream:
        text = stream.read(_MOST_BYTES)
    if len(text) == _MOST_BYTES:
        raise ValueError(f'longer than {_MOST_BYTES >> 20} MiB')
    return text
