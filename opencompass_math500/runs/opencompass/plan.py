"""What the config of a run announces: the pairs that it will make, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from opencompass_math500.runs.growing import Stamp, stamp_of
from opencompass_math500.runs.opencompass.configs import dumped_config
from opencompass_math500.runs.opencompass.layout import Pair, dumped_configs

__all__ = ['Plan', 'announced']


@dataclass(frozen=True, slots=True)
class Plan:
    """What the newest config of a run asks for.

    Attributes:
        policies: for each pair the settings of the policy that its evaluator is given.
        certain: whether the pairs are all that the run makes.
        since: when the run, or its latest continuation, began, in seconds since the epoch;
            None where that is unknown.
    """

    policies: Mapping[Pair, Any] = field(default_factory=dict)
    certain: bool = False
    since: float | None = None


def announced(run: Path) -> Plan:
    """Return what the newest dumped config says; nothing where there is none to be read."""
    paths = dumped_configs(run)
    if not paths:
        return Plan()
    stamp = stamp_of(paths[-1])
    config, since = _config(paths[-1], stamp), stamp[2] / 1e9 if stamp else None
    found: dict[Pair, Any] = {}
    certain = True
    combinations = config.get('model_dataset_combinations')
    for combination in combinations if isinstance(combinations, list) else [config]:
        for model in _dicts(combination, 'models'):
            for dataset in _dicts(combination, 'datasets'):
                names = model.get('abbr'), dataset.get('abbr')
                if isinstance(names[0], str) and isinstance(names[1], str):
                    found.setdefault((names[0], names[1]), _policy(dataset))
                else:  # OpenCompass makes a name of the path; which one, its files will say
                    certain = False
    return Plan(found, certain and bool(found), since)


@lru_cache(maxsize=4)
def _config(path: Path, stamp: Stamp | None) -> Mapping[str, Any]:
    """The config in this state; it is asked for at every look."""
    return dumped_config(path)


def _dicts(config: Any, name: str) -> list[dict[str, Any]]:
    values = config.get(name) if isinstance(config, dict) else None
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _policy(dataset: Mapping[str, Any]) -> Any:
    evaluation = dataset.get('eval_cfg')
    evaluator = evaluation.get('evaluator') if isinstance(evaluation, Mapping) else None
    if isinstance(evaluator, Mapping) and isinstance(evaluator.get('rule_evaluator'), Mapping):
        evaluator = evaluator['rule_evaluator']
    return evaluator.get('policy') if isinstance(evaluator, Mapping) else None
