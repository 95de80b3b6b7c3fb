"""What a user sets of our tasks: lm-eval's ``--metadata``, by names that begin with math500_."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from opencompass_math500.errors import ConfigError

__all__ = ['PREFIX', 'STATED', 'Settings']

PREFIX: Final = 'math500_'
"""lm-eval merges the metadata with the model's arguments, ``model`` and all: names of ours
must be like none of theirs."""

STATED: Final = ('set', 'name', 'checksum', 'prompt', 'dataset', 'grader', 'version')
"""What a task itself writes into its metadata, which lm-eval saves with the results."""

_GIVEN: Final = ('data', 'custom', 'subjects', 'levels', 'ids', 'n')


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a task.

    Attributes:
        data: as for :func:`~opencompass_math500.dataset.load_problems`: ``hub``,
            ``modelscope``, ``sample`` or a file.
        custom: whether a set that is not MATH-500 is accepted.
        subjects, levels, ids: keep these only; None for all.
        samples: replies to each problem.
    """

    data: str = 'hub'
    custom: bool = False
    subjects: tuple[str, ...] | None = None
    levels: tuple[int, ...] | None = None
    ids: tuple[str, ...] | None = None
    samples: int = 1

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> Settings:
        """Read the settings in a task's metadata: ``math500_data``, ``math500_ids`` and so on.

        Where the metadata name no data, the environment's MATH500_DATA does, as for the
        OpenCompass configs. A value for which several may be given may be given alone.

        Raises:
            ConfigError: an unknown name that begins with math500_, or a value of a wrong kind.
        """
        _require_known(metadata)
        return cls(
            data=str(metadata.get(f'{PREFIX}data') or os.environ.get('MATH500_DATA') or 'hub'),
            custom=_flag(metadata, 'custom'),
            subjects=_several(metadata, 'subjects', str),
            levels=_several(metadata, 'levels', int),
            ids=_several(metadata, 'ids', str),
            samples=_count(metadata, 'n'),
        )


def _require_known(metadata: Mapping[str, Any]) -> None:
    for full in metadata:
        name = full.removeprefix(PREFIX)
        if name == full or name in _GIVEN or name in STATED:
            continue
        near = difflib.get_close_matches(name, _GIVEN, n=1)
        raise ConfigError(
            f'--metadata {full} is no setting of the math500 tasks',
            f'did you mean {PREFIX}{near[0]}?'
            if near
            else f'give {", ".join(PREFIX + name for name in _GIVEN)}',
        )


def _flag(metadata: Mapping[str, Any], name: str) -> bool:
    value = metadata.get(PREFIX + name, False)
    if not isinstance(value, bool):
        raise ConfigError(f'--metadata {PREFIX}{name}={value!r} is neither', 'give true or false')
    return value


def _count(metadata: Mapping[str, Any], name: str) -> int:
    value = metadata.get(PREFIX + name, 1)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigError(
            f'--metadata {PREFIX}{name}={value!r} is no number of replies', 'give 1 or more'
        )
    return value


def _several(metadata: Mapping[str, Any], name: str, kind: type) -> tuple[Any, ...] | None:
    value = metadata.get(PREFIX + name)
    if value is None:
        return None
    values = value if isinstance(value, list | tuple) else [value]
    if not values or not all(isinstance(one, kind) and not isinstance(one, bool) for one in values):
        raise ConfigError(
            f'--metadata {PREFIX}{name}={value!r} cannot be read',
            f'give one, or several as JSON: --metadata \'{{"{PREFIX}{name}": […]}}\'',
        )
    return tuple(values)
