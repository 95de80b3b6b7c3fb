"""For OpenRLHF: ``--remote_rm_url`` with the path of this file, or of :mod:`.server`'s address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from opencompass_math500.errors import MalformedData
from opencompass_math500.rewards.reward import rewarded

__all__ = ['reward_func', 'rewards_of']


def reward_func(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any], **_: Any
) -> dict[str, Any]:
    """Reward rollouts as OpenRLHF asks for it: tensors, one number a query.

    Source: OpenRLHF's documentation of reinforced fine-tuning (``--remote_rm_url FILE.py``,
    ``--label_key``): ``rewards`` for the advantage, ``scores`` from 0 to 1 for dynamic
    filtering, ``extra_logs`` among the metrics.

    Args:
        queries: each prompt with its response.
        prompts: the prompts alone.
        labels: the reference answers.

    Returns:
        The tensors ``rewards`` and ``scores``, and as ``extra_logs`` the tensor ``undecided``.

    Raises:
        MalformedData: a query does not begin with its prompt, or a label is no text.
    """
    import torch  # the trainer's

    found = rewards_of(queries, prompts, labels)
    rewards = torch.tensor(found['rewards'], dtype=torch.float32)
    undecided = torch.tensor(found['extra_logs']['undecided'], dtype=torch.float32)
    return {'rewards': rewards, 'scores': rewards.clone(), 'extra_logs': {'undecided': undecided}}


def rewards_of(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any]
) -> dict[str, Any]:
    """Return the same as lists: what an HTTP reply holds.

    Raises:
        MalformedData: as :func:`reward_func`.
    """
    for name, values in (('prompts', prompts), ('labels', labels)):
        if len(values) != len(queries):
            raise MalformedData(
                f'{len(queries)} queries, but {len(values)} {name}',
                'give the column of the reference answers as --label_key',
            )
    pairs = zip(queries, prompts, strict=True)
    responses = [_response(*pair, place) for place, pair in enumerate(pairs)]
    found = rewarded(responses, labels)
    rewards = [one.reward or 0.0 for one in found]
    return {
        'rewards': rewards,
        'scores': list(rewards),
        'extra_logs': {'undecided': [float(one.reward is None) for one in found]},
    }


def _response(query: str, prompt: str, place: int) -> str:
    """A prompt is cut off exactly or not at all: its problem must not be read as the answer."""
    if not query.startswith(prompt):
        raise MalformedData(
            f'query {place} does not begin with its prompt',
            'hand over prompts as they stand in the queries, special tokens included',
        )
    return query[len(prompt) :]
