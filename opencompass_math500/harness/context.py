"""Prompts that a model's context holds whole, with room for the reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lm_eval.api.instance import Instance

from opencompass_math500.errors import ConfigError

__all__ = ['refuse_cut_prompts']


def refuse_cut_prompts(lm: Any, requests: Sequence[Instance]) -> None:
    """Refuse what lm-eval would cut: the beginning of a prompt, with no more than a warning.

    Source: lm-eval 0.4.13, ``models/huggingface.py``, ``HFLM.tok_batch_encode``;
    ``models/vllm_causallms.py``, ``VLLM.generate_until`` (``maybe_truncate``).

    Args:
        lm: a decoder of lm-eval's with a tokenizer: ``tok_encode``, ``max_length``.
        requests: ``generate_until`` requests, each with its ``max_gen_toks``.

    Raises:
        ConfigError: a prompt and its longest reply do not fit.
    """
    room = lm.max_length
    sized = [
        (len(lm.tok_encode(request.args[0])), request.args[1].get('max_gen_toks', lm.max_gen_toks))
        for request in requests
    ]
    longest, cap = max(sized, key=sum)
    if longest + cap > room:
        raise ConfigError(
            f'a prompt of {longest} tokens and max_gen_toks={cap} do not fit the context of '
            f'{room} tokens',
            f'lower it with --gen_kwargs max_gen_toks={room - longest}'
            if room > longest
            else 'give the model a longer context, or use a task without examples',
        )
