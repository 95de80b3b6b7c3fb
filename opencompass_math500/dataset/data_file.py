"""Rows from a local ``.jsonl`` or ``.json`` file."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from opencompass_math500.dataset.problem import Problem, parse_problem
from opencompass_math500.errors import MalformedData, SourceUnavailable

__all__ = ['MAX_FILE_BYTES', 'read_problems', 'refuse_duplicate_ids']

MAX_FILE_BYTES = 64 * 1024 * 1024
"""A file larger than this (MATH-500 has 0.4 MiB) is not read."""

_REMEDY = "give a .jsonl or .json file with the 500 rows, or use source 'hub' or 'sample'"


def read_problems(path: Path) -> list[Problem]:
    """Read the problems of a file: JSON Lines, a JSON list, or a JSON object of numbered rows.

    The last is the shape of OpenCompass's ``test_prm800k_500.json``. The content decides,
    not the suffix: that file also goes round as JSON Lines.

    Raises:
        SourceUnavailable: no such file, a folder, unreadable, or over the size limit.
        MalformedData: not UTF-8, not JSON, or a row that is not in shape, naming file and line.
    """
    text = _read_text(path)
    problems = []
    for where, row in _rows(text, path):
        problems.append(parse_problem(row, where))
    if not problems:
        raise MalformedData(f'{path}: holds no rows', _REMEDY)
    refuse_duplicate_ids(problems, path)
    return problems


def _read_text(path: Path) -> str:
    try:
        if path.is_dir():
            raise SourceUnavailable(f'{path} is a folder', _REMEDY)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SourceUnavailable(f'{path} is larger than {MAX_FILE_BYTES >> 20} MiB', _REMEDY)
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourceUnavailable(f'no file {os.fspath(path)!r}', _REMEDY) from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        raise SourceUnavailable(f'cannot read {os.fspath(path)!r} ({error})', _REMEDY) from None
    try:
        return data.decode('utf-8-sig')
    except UnicodeDecodeError as error:
        line = data.count(b'\n', 0, error.start) + 1
        raise MalformedData(f'{path}:{line}: not UTF-8', 'save the file as UTF-8') from None


def _rows(text: str, path: Path) -> list[tuple[str, object]]:
    """Each row with the words that locate it."""
    # Split at newlines only: splitlines() would also cut at U+2028, which JSON allows in text.
    lines = [(number, line) for number, line in enumerate(text.split('\n'), 1) if line.strip()]
    if len(lines) > 1 and _is_object(lines[0][1]):
        return [(f'{path}:{number}', _parse(line, path, number)) for number, line in lines]
    if not lines:
        return []
    whole = _parse(text, path, 1)
    if isinstance(whole, list):
        return [(f'{path}: row {number}', row) for number, row in enumerate(whole, 1)]
    if isinstance(whole, dict) and 'problem' not in whole:
        return [(f'{path}: row {key!r}', row) for key, row in whole.items()]
    return [(f'{path}:{lines[0][0]}', whole)]


def _is_object(line: str) -> bool:
    """Whether this first line is complete by itself, which makes the file JSON Lines.

    A first line that is broken JSON Lines starts like a row and ends like one; it must be
    reported as line 1 of such a file, and not as a JSON document that ends too early.
    """
    line = line.strip()
    return line.startswith('{') and line.endswith('}')


def _parse(text: str, path: Path, first_line: int) -> object:
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise MalformedData(
            f'{path}:{line}: not JSON ({error.msg}, column {error.colno})', _REMEDY
        ) from None
    except (ValueError, RecursionError) as error:
        raise MalformedData(f'{path}:{first_line}: not usable JSON ({error})', _REMEDY) from None


def _without_duplicates(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """A dict of the pairs; json would keep the last of two equal keys and lose a row silently."""
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'key {twice[:40]!r} occurs twice in one object')
    return row


def refuse_duplicate_ids(problems: Sequence[Problem], where: object) -> None:
    """Refuse an id that occurs twice with MalformedData, naming both rows (counted from 1)."""
    first: dict[str, int] = {}
    for number, problem in enumerate(problems, 1):
        if problem.unique_id in first:
            raise MalformedData(
                f'{where}: row {number} repeats the unique_id {problem.unique_id!r} '
                f'of row {first[problem.unique_id]}',
                'give every row an id of its own',
            )
        first[problem.unique_id] = number
