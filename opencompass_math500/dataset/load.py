"""``load_problems``: one entry to every source."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import get_args

from opencompass_math500.dataset.data_file import read_problems
from opencompass_math500.dataset.index import differences, in_hub_order
from opencompass_math500.dataset.problem import Problem
from opencompass_math500.dataset.problem_set import Kind, ProblemSet, SourceName, checksum
from opencompass_math500.dataset.remote import (
    PINNED,
    from_hub,
    from_modelscope,
    hub_cache_folders,
)
from opencompass_math500.dataset.selection import select
from opencompass_math500.errors import ChecksumMismatch, SelectionError, SourceUnavailable

__all__ = ['load_problems']


def load_problems(
    source: str | os.PathLike[str] = 'hub',
    *,
    subjects: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
    ids: Sequence[str] | None = None,
    revision: str = PINNED,
    custom: bool = False,
) -> ProblemSet:
    """Load MATH-500, the embedded sample, or a set of your own.

    What claims to be MATH-500 is checked, row by row, against the ids, levels, golds and
    statements of the real one, and put into the hub's order.

    Args:
        source: ``hub`` (HuggingFaceH4/MATH-500; honours HF_ENDPOINT, HF_HUB_OFFLINE and the
            local cache), ``modelscope``, ``sample`` (35 problems within this package), or
            the path of a ``.jsonl`` or ``.json`` file.
        subjects: keep these only, e.g. ``['Algebra']``.
        levels: keep these only, e.g. ``[4, 5]``.
        ids: keep these unique ids only.
        revision: the hub's commit, branch or tag; for ``hub`` only.
        custom: accept a well-formed set that is not MATH-500. It is then named
            ``custom set ...`` everywhere.

    Raises:
        SourceUnavailable: the source cannot be reached or read.
        MalformedData: a row is not in shape, or an id occurs twice.
        ChecksumMismatch: the set is not MATH-500; says which rows differ.
        SelectionError: an unknown subject, level or id.
    """
    name, location, problems = _fetch(os.fspath(source), revision)
    kind: Kind = 'sample' if name == 'sample' else 'math500'
    if kind == 'math500':
        if found := differences(problems):
            if not custom:
                raise ChecksumMismatch(
                    f'{location} is not MATH-500: it has {len(problems)} rows; {found}',
                    _mismatch_remedy(name),
                )
            kind = 'custom'
        else:
            problems = in_hub_order(problems)
    chosen = select(problems, subjects=subjects, levels=levels, ids=ids)
    return ProblemSet(
        problems=chosen.problems,
        kind=kind,
        source=name,
        location=location,
        subset=chosen.subset,
        subset_slug=chosen.slug,
        total=len(problems),
        checksum=checksum(chosen.problems),
    )


def _fetch(source: str, revision: str) -> tuple[SourceName, str, Sequence[Problem]]:
    if source != 'hub' and revision != PINNED:
        # Ignoring it would let a user believe in a revision that was never asked for.
        raise SelectionError(
            f'revision {revision!r} does not apply to source {source!r}', "use it with 'hub' only"
        )
    if source == 'hub':
        location, problems = from_hub(revision)
        return 'hub', location, problems
    if source == 'modelscope':
        location, problems = from_modelscope()
        return 'modelscope', location, problems
    if source == 'sample':
        with as_file(files('opencompass_math500').joinpath('data/sample.jsonl')) as path:
            return 'sample', 'embedded sample', read_problems(path)
    path = Path(source).expanduser()
    if not path.suffix and not path.exists():
        raise _unknown_source(source)
    return 'file', str(path), read_problems(path)


def _mismatch_remedy(name: SourceName) -> str:
    if name == 'hub':
        # The cache is keyed by commit: a bad copy would outlive the bad mirror.
        folders = ' and '.join(hub_cache_folders())
        return f'delete {folders}, then load from another mirror (HF_ENDPOINT)'
    return "use source 'hub', or set custom=True to score it as a custom set"


def _unknown_source(source: str) -> SourceUnavailable:
    known = [name for name in get_args(SourceName) if name != 'file']
    close = difflib.get_close_matches(source.lower(), known, n=1)
    guess = f', did you mean {close[0]!r}?' if close else ''
    return SourceUnavailable(
        f'unknown source {source!r}{guess}',
        f'use {", ".join(known)}, or the path of a .jsonl or .json file',
    )
