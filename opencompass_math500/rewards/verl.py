"""For verl: ``custom_reward_function.path`` of this file, ``.name=compute_score``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opencompass_math500.rewards.reward import Rewarded, rewarded

__all__ = ['compute_score', 'compute_scores']


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Mapping[str, Any] | None = None,
    **_: Any,
) -> dict[str, Any]:
    """Score one rollout, for verl's ``naive`` and ``dapo`` reward managers.

    Source: verl 0.9.1, ``workers/reward_manager/naive.py``: a mapping's ``score`` is the
    reward, its other values are averaged among the metrics, or logged where they are texts.

    Args:
        data_source: whatever the data call themselves; it decides nothing.
        solution_str: the rollout's text, without its prompt.
        ground_truth: the reference answer.
        extra_info: its ``problem`` or ``question`` is read, where there is one.

    Returns:
        ``score`` 1.0 or 0.0, ``acc`` the same, ``undecided`` 1.0 where the judge could not
        decide (the score is then 0.0: verl takes no None), ``outcome`` and ``pred`` in words.

    Raises:
        MalformedData: rollout or gold is nothing that can be judged.
    """
    problem = _problem(extra_info)
    # In this process: the manager calls for one rollout after another.
    (found,) = rewarded([solution_str], [ground_truth], [problem], workers=1)
    return _score(found)


def compute_scores(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any],
    extra_infos: Sequence[Mapping[str, Any] | None] | None = None,
    **_: Any,
) -> list[dict[str, Any]]:
    """Score a batch of rollouts at once, for verl's ``batch`` reward manager.

    As :func:`compute_score`, one result a rollout, in order, on all cores.
    """
    infos = extra_infos if extra_infos is not None else [None] * len(solution_strs)
    problems = [_problem(info) for info in infos]
    return [_score(one) for one in rewarded(solution_strs, list(ground_truths), problems)]


def _problem(extra_info: Mapping[str, Any] | None) -> str | None:
    for name in ('problem', 'question'):
        found = (extra_info or {}).get(name)
        if isinstance(found, str):
            return found
    return None


def _score(found: Rewarded) -> dict[str, Any]:
    return {
        'score': found.reward or 0.0,
        'acc': found.reward or 0.0,
        'undecided': float(found.reward is None),
        'outcome': found.verdict.outcome,
        'pred': found.verdict.answer or '',
    }
