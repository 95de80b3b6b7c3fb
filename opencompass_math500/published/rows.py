"""The two tables of published figures, read from ``data/`` and checked."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from opencompass_math500.errors import MalformedData
from opencompass_math500.published.score import PublishedScore, QuotedFigure, Source

__all__ = ['SCORES_FILE', 'load_published', 'load_quoted', 'parse_scores']

SCORES_FILE: Final = 'published_scores.jsonl'
_QUOTED_FILE: Final = 'quoted_figures.jsonl'
_COMMIT_DIGITS: Final = 40

Row = TypeVar('Row', PublishedScore, QuotedFigure, Source)


@cache
def load_published() -> tuple[PublishedScore, ...]:
    """Load every published score of the package, in the order of the file.

    Raises:
        MalformedData: a line is not of the expected shape; names the line.
    """
    return parse_scores(_packaged(SCORES_FILE), SCORES_FILE)


@cache
def load_quoted() -> tuple[QuotedFigure, ...]:
    """Load every figure that is often quoted, with what it really is.

    Raises:
        MalformedData: a line is not of the expected shape; names the line.
    """
    return _rows(QuotedFigure, _packaged(_QUOTED_FILE), _QUOTED_FILE)


def parse_scores(text: str, name: str) -> tuple[PublishedScore, ...]:
    """Read scores from JSON Lines; ``name`` is what errors call the text.

    Raises:
        MalformedData: a line is not of the expected shape; names the line.
    """
    return _rows(PublishedScore, text, name)


def _packaged(name: str) -> str:
    path = files('opencompass_math500').joinpath(str(Path('data', name)))
    return path.read_text('utf-8')


def _rows(kind: type[Row], text: str, name: str) -> tuple[Row, ...]:
    rows: list[Row] = []
    # Not splitlines(): a JSON string may hold U+2028 as it is.
    for number, line in enumerate(text.rstrip('\n').split('\n'), 1):
        try:
            rows.append(_built(kind, json.loads(line)))
        except ValueError as error:
            remedy = 'correct the line; the fields are those of the lines around it'
            raise MalformedData(f'{name}, line {number}: {error}', remedy) from error
    return tuple(rows)


def _built(kind: type[Row], row: Any) -> Row:
    """The dataclass from a JSON object with exactly its fields.

    Raises:
        ValueError: a field is missing, unknown, of another type or out of range.
    """
    if not isinstance(row, Mapping):
        raise ValueError('not a JSON object')
    hints = get_type_hints(kind)
    wrong = [name for name in row if name not in hints]
    if wrong:
        raise ValueError(f'unknown field {wrong[0]!r}')
    values = {}
    for field in dataclasses.fields(kind):
        if field.name not in row:
            raise ValueError(f'no field {field.name!r} (null where it is not known)')
        values[field.name] = _value(hints[field.name], row[field.name], field.name)
    built: Row = kind(**values)
    _check(built)
    return built


def _value(hint: Any, value: Any, name: str) -> Any:
    if hint is Source:
        return _built(Source, value)
    if get_origin(hint) is tuple:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
    elif _fits(hint, value):
        return value
    raise ValueError(f'{name} is {json.dumps(value, ensure_ascii=False)}, not {_named(hint)}')


def _fits(hint: Any, value: Any) -> bool:
    if get_origin(hint) in (Union, types.UnionType):
        return any(_fits(each, value) for each in get_args(hint))
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    # type() and not isinstance(): True is no int here, and 1 no float.
    return type(value) is hint


def _named(hint: Any) -> str:
    if get_origin(hint) in (Union, types.UnionType):
        return ' or '.join(_named(each) for each in get_args(hint))
    if get_origin(hint) is Literal:
        return ' or '.join(get_args(hint))
    return 'null' if hint is type(None) else getattr(hint, '__name__', str(hint))


def _check(row: PublishedScore | QuotedFigure | Source) -> None:
    """Ranges and what must stand together; see :func:`_built` for the types."""
    if isinstance(row, Source):
        repository = (row.repository, row.file, row.commit)
        if None in repository and (row.document is None or repository != (None, None, None)):
            raise ValueError('a source is repository, file and commit, or a document')
        if row.commit is not None and len(row.commit) != _COMMIT_DIGITS:
            raise ValueError(f'commit {row.commit!r} has not {_COMMIT_DIGITS} digits')
        return
    if isinstance(row, QuotedFigure):
        _within('quoted_score', row.quoted_score, 0, 100)
        _within('instead_score', row.instead_score, 0, 100)
        instead = (row.instead_model, row.instead_benchmark, row.instead_score)
        if None in instead and instead != (None, None, None):
            raise ValueError('instead_model, its benchmark and its score stand together')
        return
    _within('score', row.score, 0, 100)
    _within('temperature', row.temperature, 0, 2)
    _within('top_p', row.top_p, 0, 1)
    for name in ('top_k', 'max_tokens', 'n_samples'):
        _within(name, getattr(row, name), 1, float('inf'))
    _within('shots', row.shots, 0, 100)
    if row.score is None and row.notes is None:
        raise ValueError('without a score, notes must say why')


def _within(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise ValueError(f'{name} is {value}, not {low} to {high}')
