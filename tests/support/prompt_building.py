"""Prompts as OpenCompass builds them from a dataset config, up to the model's door."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any

from mmengine.config import Config
from opencompass.models.base import BaseModel
from opencompass.registry import ICL_INFERENCERS, ICL_PROMPT_TEMPLATES, ICL_RETRIEVERS
from opencompass.utils import build_dataset_from_cfg

from opencompass_math500.locations import config_dir

__all__ = ['Echo', 'built', 'dataset_config', 'prompts']


class Echo(BaseModel):  # type: ignore[misc]
    """An OpenCompass model that answers with the prompt's last word, and counts its calls.

    Args:
        samples: replies to each prompt.
        fail_after: raise in the call after so many, as a crash would.
    """

    def __init__(self, samples: int = 1, fail_after: int | None = None, **kwargs: Any) -> None:
        super().__init__(path='echo', **kwargs)
        self.samples = samples
        self.fail_after = fail_after
        self.asked: list[list[str]] = []

    def generate(self, inputs: list[str], max_out_len: int) -> list[str]:
        if self.fail_after is not None and len(self.asked) >= self.fail_after:
            raise RuntimeError('out of memory')
        self.asked.append([str(one) for one in inputs])
        return [
            f'{str(one).split()[-1]} #{number}' for one in inputs for number in range(self.samples)
        ]

    def get_token_len(self, prompt: str) -> int:
        return len(prompt.split())


def dataset_config(name: str, **changes: Any) -> Config:
    """One dataset config of the package, by file name, on other data if so wished."""
    path = Path(config_dir(), 'datasets', 'math500', f'{name}.py')
    (found,) = Config.fromfile(str(path), format_python_code=False)['math500_datasets']
    return Config({**copy.deepcopy(found), **changes})


def built(config: Config, model: Any, **inferencer: Any) -> tuple[Any, Any, dict[str, Any]]:
    """Inferencer, retriever and templates, built as OpenICLInferTask builds them."""
    infer = config['infer_cfg']
    templates = {
        key: ICL_PROMPT_TEMPLATES.build(infer[key])
        for key in ('ice_template', 'prompt_template')
        if key in infer
    }
    retriever = ICL_RETRIEVERS.build(
        {**infer['retriever'], 'dataset': build_dataset_from_cfg(config)}
    )
    # The host makes its output folder on construction, by default in the current one.
    settings = {
        'max_out_len': 16,
        'batch_size': 4,
        'output_json_filepath': tempfile.gettempdir(),
        **infer['inferencer'],
        **inferencer,
    }
    return ICL_INFERENCERS.build({**settings, 'model': model}), retriever, templates


def prompts(config: Config, model: Any = None) -> list[Any]:
    """Every prompt, as the inferencer hands it to the model."""
    inferencer, retriever, templates = built(config, model or Echo())
    found: list[Any] = inferencer._prompts(
        retriever, templates.get('ice_template'), templates.get('prompt_template')
    )
    return found
