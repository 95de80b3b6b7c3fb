"""The embedded model as OpenCompass models: chat, and plain text for base-style prompts."""

from __future__ import annotations

import os
from typing import Any

import torch
from opencompass.models import HuggingFaceBaseModel, HuggingFacewithChatTemplate
from opencompass.registry import MODELS

from opencompass_math500.embedded import embedded_model_dir

__all__ = ['MATH500EmbeddedBaseModel', 'MATH500EmbeddedModel']


class _Embedded:
    """What both classes share: the folder, and one core."""

    def __init__(self, path: str = '', **kwargs: Any) -> None:
        _one_thread()
        super().__init__(path=str(embedded_model_dir()), **kwargs)  # type: ignore[call-arg]


@MODELS.register_module()
class MATH500EmbeddedModel(_Embedded, HuggingFacewithChatTemplate):
    """SmolLM2-135M-Instruct through OpenCompass's chat-template model.

    Takes its arguments but ``path``, which is the folder that
    :func:`~opencompass_math500.embedded.embedded_model_dir` writes on first use;
    a ``path`` in the config is a label only.
    """


@MODELS.register_module()
class MATH500EmbeddedBaseModel(_Embedded, HuggingFaceBaseModel):
    """The same weights without the chat template, for plain-text few-shot prompts."""


def _one_thread() -> None:
    """Generate on one core, unless OMP_NUM_THREADS says otherwise.

    The model's matrices are so small that threads mostly wait for each other: on two
    busy cores a 576 x 1536 product in bfloat16 took 1.7 ms on two threads and 0.2 ms
    on one. The second core serves a second task.
    """
    if 'OMP_NUM_THREADS' not in os.environ:
        torch.set_num_threads(1)
