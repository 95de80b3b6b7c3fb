"""Which models a config asks to run on which datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opencompass.utils import dataset_abbr_from_cfg, model_abbr_from_cfg

__all__ = ['combinations_of', 'pairs_of', 'wanted_pairs']


def wanted_pairs(cfg: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Return the (model, dataset) configs that a config asks for.

    All models on all datasets, unless ``model_dataset_combinations`` names fewer.
    """
    return pairs_of(combinations_of(cfg))


def combinations_of(cfg: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the groups of a config in which every model meets every dataset."""
    return cfg.get('model_dataset_combinations') or [cfg]


def pairs_of(combinations: Sequence[Mapping[str, Any]]) -> list[tuple[Any, Any]]:
    """Return the (model, dataset) configs of combinations, each pair of abbrs once, in order."""
    found: dict[tuple[str, str], tuple[Any, Any]] = {}
    for combination in combinations:
        for model in combination['models']:
            for dataset in combination['datasets']:
                abbrs = model_abbr_from_cfg(model), dataset_abbr_from_cfg(dataset)
                found.setdefault(abbrs, (model, dataset))
    return list(found.values())
