"""Prompts as each kind of model gets them."""

from __future__ import annotations

from functools import cache
from typing import Any

from opencompass.models.base import LMTemplateParser
from opencompass.models.huggingface_above_v4_33 import (
    _convert_base_messages,
    _convert_chat_messages,
    _get_meta_template,
)
from prompt_building import dataset_config, prompts

from opencompass_math500.compass import MATH500OpenAI
from opencompass_math500.compass.chat_messages import messages_of
from opencompass_math500.dataset import load_problems

__all__ = ['SLUG', 'as_api', 'as_base', 'as_huggingface', 'on_sample', 'with_newlines']

SLUG = load_problems('sample').slug


@cache
def on_sample(name: str) -> tuple[Any, ...]:
    """The prompts of a config on the embedded sample."""
    return tuple(prompts(dataset_config(name, source='sample', abbr=SLUG)))


def as_api(prompt: Any) -> list[dict[str, str]]:
    """The turns that an OpenAI-compatible endpoint gets."""
    return messages_of(MATH500OpenAI('m').parse_template(prompt, 'gen'))


def as_huggingface(prompt: Any) -> list[dict[str, str]]:
    """The turns that a chat template gets, in transformers, vLLM and LMDeploy models."""
    parsed = _get_meta_template(None).parse_template(prompt, 'gen')
    (messages,) = _convert_chat_messages([parsed])
    return list(messages)


def as_base(prompt: Any) -> str:
    """The text that a base model gets."""
    (text,) = _convert_base_messages([LMTemplateParser().parse_template(prompt, 'gen')])
    return str(text)


def with_newlines(messages: Any) -> list[dict[str, str]]:
    """Each user's turn with a newline after it.

    OpenCompass's default roles for local chat models hold a system turn, mapped to the
    user and empty in our prompts; merging the two adds the newline.
    """
    return [
        {**one, 'content': one['content'] + '\n'} if one['role'] == 'user' else one
        for one in messages
    ]
