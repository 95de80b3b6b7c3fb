"""The configs of the package, read as OpenCompass reads them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest
from mmengine.config import Config
from opencompass.cli.main import parse_args
from opencompass.utils.run import get_config_from_arg

from opencompass_math500.locations import config_dir

__all__ = [
    'CONFIGS',
    'DATASETS',
    'ENDPOINTS',
    'FILES',
    'MODELS',
    'TOP',
    'arguments',
    'chosen',
    'model_in',
    'reloaded',
    'stem',
]

CONFIGS = config_dir()
FILES = sorted(CONFIGS.rglob('*.py'))
MODELS = sorted((CONFIGS / 'models').glob('*.py'))
ENDPOINTS = [path for path in MODELS if path.stem.startswith('api_')]
DATASETS = sorted((CONFIGS / 'datasets').rglob('math500_*.py'))
TOP = sorted(CONFIGS.glob('eval_*.py'))


def stem(path: Path) -> str:
    return path.stem


def arguments(monkeypatch: pytest.MonkeyPatch, *given: str) -> argparse.Namespace:
    monkeypatch.setattr('sys.argv', ['opencompass', *given])
    found: argparse.Namespace = parse_args()
    return found


def chosen(monkeypatch: pytest.MonkeyPatch, model: str, dataset: str) -> Config:
    """The config of --models and --datasets, as OpenCompass puts it together."""
    args = arguments(
        monkeypatch, '--models', model, '--datasets', dataset, '--summarizer', 'math500',
        '--config-dir', str(CONFIGS),
    )  # fmt: skip
    return get_config_from_arg(args)


def reloaded(config: Config, folder: Path) -> Config:
    """The config after OpenCompass's own dump, as a task's process reads it."""
    path = folder / 'dumped.py'
    config.dump(str(path))
    return Config.fromfile(str(path), format_python_code=False)


def model_in(path: Path) -> dict[str, Any]:
    """The one model of a file."""
    (model,) = Config.fromfile(str(path), format_python_code=False).to_dict()['models']
    found: dict[str, Any] = model
    return found
