"""Which files are meant, and which of them are the parts of one."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from opencompass_math500.errors import MalformedData, SourceUnavailable
from opencompass_math500.runs.opencompass.layout import WHOLE, parts_of
from opencompass_math500.runs.packed import bare_suffix, is_packed

__all__ = ['OF_HARNESS', 'PredictionSet', 'find_sets', 'open_part']

_STDIN: Final = Path('-')
_SAMPLE_LOG: Final = re.compile(r'samples_.+_\d{4}-\d\d-\d\dT[\d.-]+\.jsonl')
OF_HARNESS: Final = 'math500 table, export, report, compare and regrade read it'
"""What to do with the log of another harness."""
_INSPECT_LOG: Final = '.eval'
_AS_ROWS: Final = 'to grade it under another policy, export it with --all --output replies.jsonl'
_SUFFIXES: Final = ('.json', '.jsonl', '.parquet')
_REMEDY: Final = 'give a file of responses, a folder of prediction files, or - for standard input'


@dataclass(frozen=True, slots=True)
class PredictionSet:
    """The responses that one score is about.

    Attributes:
        name: what to call it: the path, or that of the whole where only parts lie there.
        parts: its files in order.
    """

    name: str
    parts: tuple[Path, ...]

    @property
    def size(self) -> int | None:
        """Bytes of rows, None where that is not known before the end."""
        if any(map(is_packed, self.parts)):
            return None
        try:
            return sum(part.stat().st_size for part in self.parts) or None
        except OSError:
            return None


def find_sets(names: Sequence[str], note: Callable[[str], object]) -> list[PredictionSet]:
    """Return the sets that ``names`` stand for: files, folders, ``-`` for standard input.

    Of a run's folder its ``predictions`` are taken. The parts of a split file are one set,
    also where the whole's name is given.

    Args:
        names: as on a command line.
        note: told, in one line, of what lies in a folder and is left out.

    Raises:
        SourceUnavailable: no such file, or a folder without predictions.
        MalformedData: a part of a split file is missing, or a file is a log of inspect-ai.
    """
    sets: list[PredictionSet] = []
    files: list[Path] = []
    for name in names:
        path = Path(name)
        if path == _STDIN:
            sets.append(PredictionSet('standard input', (path,)))
        elif path.is_dir():
            sets.extend(_in_folder(path, note))
        elif path.suffix == _INSPECT_LOG and path.exists():
            raise MalformedData(f'{path} is a log of inspect-ai', f'{OF_HARNESS}; {_AS_ROWS}')
        elif path.exists():
            files.append(path)
        else:
            sets.extend(_only_parts(path))
    # Files that are named one by one may end in a number without being parts of anything.
    return [*_joined(files, strict=False), *sets]


def _in_folder(folder: Path, note: Callable[[str], object]) -> list[PredictionSet]:
    root = folder / 'predictions' if (folder / 'predictions').is_dir() else folder
    files = []
    for path in sorted(root.rglob('*')):
        # OpenCompass's timer/time.jsonl, and files in the making, hold no responses.
        if (
            bare_suffix(path) not in _SUFFIXES
            or path.name[0] == '.'
            or path.parent.name == 'timer'
            or not path.is_file()
        ):
            continue
        if path.name.startswith('tmp_') and path.suffix == '.jsonl':
            note(f'{path} is left out: an unfinished inference; name the file to grade it')
            continue
        files.append(path)
    logs = [path for path in files if _SAMPLE_LOG.fullmatch(path.name)]
    if logs:
        raise MalformedData(
            f'{root} holds sample logs of lm-evaluation-harness, {logs[0].name} first', OF_HARNESS
        )
    if not files:
        raise SourceUnavailable(f'{root} holds no prediction files', _REMEDY)
    return _joined(files, strict=True)


def _only_parts(whole: Path) -> list[PredictionSet]:
    """The set of a file that is there in parts alone."""
    try:
        stems = [path.stem for path in whole.parent.glob('*.json')]
    except (OSError, ValueError):  # ValueError: a null byte in the path
        stems = []
    parts = parts_of(stems, {whole.stem}).get(whole.stem) if whole.suffix == '.json' else None
    if not parts:
        raise SourceUnavailable(f'no file {str(whole)!r}', _REMEDY)
    return [_set_of(whole, {number: whole.with_stem(stem) for number, stem in parts.items()})]


def _joined(files: Sequence[Path], *, strict: bool) -> list[PredictionSet]:
    """Sets in the order of their first files, parts put together.

    Args:
        files: the paths.
        strict: whether a gap between parts is an error; else each file is a set.
    """
    folders: dict[Path, list[str]] = {}
    for path in files:
        if path.suffix == '.json':
            folders.setdefault(path.parent, []).append(path.stem)
    owner: dict[Path, tuple[Path, dict[int, Path]]] = {}
    for folder, stems in folders.items():
        for name, parts in parts_of(stems).items():
            paths = {number: folder / f'{stem}.json' for number, stem in parts.items()}
            if WHOLE not in paths and (strict or list(paths) == list(range(len(paths)))):
                owner.update(dict.fromkeys(paths.values(), (folder / f'{name}.json', paths)))
    found: dict[Path, PredictionSet] = {}
    for path in files:
        whole, paths = owner.get(path, (path, {WHOLE: path}))
        if whole not in found:
            found[whole] = _set_of(whole, paths)
    return list(found.values())


def _set_of(whole: Path, paths: Mapping[int, Path]) -> PredictionSet:
    """One file, or all parts of one.

    Raises:
        MalformedData: a part is missing; names it.
    """
    missing = next((n for n in range(len(paths)) if n not in paths), None)
    if WHOLE not in paths and missing is not None:
        raise MalformedData(
            f'{whole.with_suffix("")}_{missing}.json, a part of {whole}, is missing',
            'run again with -r, or name the files to be graded',
        )
    return PredictionSet(str(whole), tuple(paths.values()))


def open_part(part: Path) -> AbstractContextManager[IO[bytes]]:
    """Return the bytes of a part.

    Raises:
        SourceUnavailable: it cannot be read.
    """
    if part == _STDIN:
        return nullcontext(sys.stdin.buffer)
    try:
        return part.open('rb')
    except OSError as error:
        raise SourceUnavailable(f'cannot read {part} ({error.strerror})', _REMEDY) from error
