"""The published scores of one model, and the figures that are quoted for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from opencompass_math500.errors import SelectionError
from opencompass_math500.published.names import ModelName, likeness, parse_name
from opencompass_math500.published.rows import load_published, load_quoted
from opencompass_math500.published.score import PublishedScore, QuotedFigure

__all__ = ['Found', 'find_published', 'nearest_names', 'nothing_published', 'published_for']

_NEAR: Final = 0.5  # share of common parts: Qwen2.5-72B and Qwen2.5-72B-Instruct have 0.8
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Found:
    """What is published under a name.

    Attributes:
        exact: scores of that very model, in the order of the table.
        near: scores of models of similar names, the most similar first; never the model's
            own, however small the difference.
        quoted: figures that go around under the name.
    """

    exact: tuple[PublishedScore, ...]
    near: tuple[PublishedScore, ...]
    quoted: tuple[QuotedFigure, ...]


def published_for(
    model_name_or_path: str,
) -> tuple[tuple[PublishedScore, ...], tuple[PublishedScore, ...]]:
    """Return the published scores of a model (exact), and those of similarly named ones (near).

    Args:
        model_name_or_path: hub id, local path, model name of an API, or abbreviation of an
            OpenCompass model config, such as ``qwen2.5-72b-instruct-hf``.
    """
    found = find_published(model_name_or_path)
    return found.exact, found.near


def find_published(query: str) -> Found:
    """Return the published scores of the model that ``query`` names.

    Names are compared part by part: letter case, separators, the owner before a slash and
    the engine of an abbreviation (``-hf``, ``_vllm``) do not count; everything else does,
    so that a base model, a quantised one, a distilled one or another snapshot is near at
    most. A mode in brackets, as in ``Qwen3-32B (thinking)``, keeps the rows of that mode.
    A row that repeats a figure known to be another model's is near.
    """
    name, mode = parse_name(query), _mode(query)
    exact, near = [], []
    for row, names in _named_rows():
        same = any(name.means(each) for each in names)
        if same and mode in (None, row.mode) and not _disowned(row):
            exact.append(row)
        else:
            alike = max(likeness(name, each) for each in names)
            if alike >= _NEAR:
                near.append((-alike, row))
    near.sort(key=lambda pair: pair[0])
    quoted = (q for q in load_quoted() if name.means(parse_name(q.quoted_model)))
    return Found(tuple(exact), tuple(row for _, row in near), tuple(quoted))


def nearest_names(near: Sequence[PublishedScore]) -> str:
    """Return the first few names of ``near``, each once, as a line; '' if it is empty."""
    names = list(dict.fromkeys(row.model for row in near))
    rest = len(names) - _SHOWN
    return ', '.join(names[:_SHOWN]) + (f' and {rest} more' if rest > 0 else '')


def nothing_published(query: str, near: Sequence[PublishedScore]) -> SelectionError:
    """Make the error for a model without a published score, with the nearest names."""
    nearest = nearest_names(near)
    remedy = f'the nearest are {nearest}' if nearest else 'math500 published lists all models'
    return SelectionError(f'no published score of {query!r}', remedy)


@cache
def _named_rows() -> tuple[tuple[PublishedScore, tuple[ModelName, ...]], ...]:
    """Every score with all names of its model."""
    return tuple(
        (row, tuple(parse_name(name) for name in (row.model, row.hf_id, *row.aliases) if name))
        for row in load_published()
    )


def _mode(query: str) -> str | None:
    found = re.search(r'\((non-)?thinking\)', query, re.IGNORECASE)
    if found is None:
        return None
    return 'non_thinking' if found[1] else 'thinking'


def _disowned(row: PublishedScore) -> bool:
    """Whether the row gives a model the figure of another: o1 with 94.8 on MATH-500."""
    name = parse_name(row.model)
    return any(
        not quoted.holds
        and (quoted.quoted_score, quoted.benchmark) == (row.score, row.benchmark)
        and name.means(parse_name(quoted.quoted_model))
        for quoted in load_quoted()
    )
