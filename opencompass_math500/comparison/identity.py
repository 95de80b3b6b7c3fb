"""Which published model a run is of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from opencompass_math500.comparison.like_for_like import Setting
from opencompass_math500.published import Found, find_published
from opencompass_math500.published.lookup import nothing_published
from opencompass_math500.published.names import parse_name
from opencompass_math500.runs.fingerprint import Fingerprint

__all__ = ['Identity', 'identify']

# What tells apart models of one family: a run whose name has one of these and a score
# whose model lacks it, or the other way round, are of two models.
_VARIANTS: Final = frozenset(
    {
        'awq', 'base', 'bnb', 'chat', 'coder', 'distill', 'fp8', 'gguf', 'gptq', 'instruct',
        'int4', 'int8', 'it', 'math', 'mini', 'nano', 'preview', 'pro', 'quantized', 'rl',
        'sft', 'thinking', 'turbo', 'zero',
    }
)  # fmt: skip


_SIZE: Final = re.compile(r'\d+[bm]')  # of parameters


@dataclass(frozen=True, slots=True)
class Identity:
    """What a run's model is called, and what is published of it.

    Attributes:
        name: the name by which it was looked up.
        found: the published scores.
        setting: the model as a setting of the comparison.
    """

    name: str
    found: Found
    setting: Setting


def identify(model: str, mine: Fingerprint, query: str | None) -> Identity:
    """Find the published model of a run: by the endpoint's word, its path, its abbreviation.

    Args:
        model: the abbreviation of the run's model.
        mine: of the run.
        query: the published model that the user says it is. It names a model whose folder
            tells nothing; it does not make a model that has a name another one.

    Raises:
        SelectionError: nothing is published under ``query``.
    """
    names = [name for name in (*mine.served, mine.model, model) if name]
    known = next((name for name in names if find_published(name).exact), None)
    if query is None:
        name = known or mine.model or model
        return Identity(name, find_published(name), Setting('model', name, name, 'equal'))
    found = find_published(query)
    if not found.exact:
        raise nothing_published(query, found.near)
    if known is not None:
        same = any(row in found.exact for row in find_published(known).exact)
        setting = Setting('model', known, query, 'equal' if same else 'different')
    elif apart := next((name for name in names if _is_variant(name, query)), None):
        setting = Setting('model', apart, query, 'different')
    else:
        setting = Setting('model', query, query, 'equal', f'{names[0]}, as --model says')
    return Identity(query, found, setting)


def _is_variant(name: str, query: str) -> bool:
    """Whether names contradict: other sizes, or one family and a variant that one lacks."""
    mine, other = parse_name(name).parts, parse_name(query).parts
    sizes = [{part for part in parts if _SIZE.fullmatch(part)} for parts in (mine, other)]
    if all(sizes) and sizes[0] != sizes[1]:
        return True
    family = bool(mine) and bool(other) and mine[0] == other[0]
    return family and bool(({*mine} ^ {*other}) & _VARIANTS)
