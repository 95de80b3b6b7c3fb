"""For TRL: ``GRPOTrainer(reward_funcs=answer_reward, ...)``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from opencompass_math500.rewards.reward import count_of, rewarded

__all__ = ['answer_reward']


def answer_reward(
    completions: Sequence[Any],
    gold: Sequence[Any],
    problem: Sequence[str] | None = None,
    *,
    log_extra: Callable[[str, list[Any]], object] | None = None,
    log_metric: Callable[[str, float], object] | None = None,
    **_: Any,
) -> list[float | None]:
    """Reward each completion with 1.0 where its answer is the gold's, else with 0.0.

    The trainer hands over the dataset's columns by their names: ``gold``, and ``problem`` where
    there is one. Outcome and extracted answer go into the trainer's table of completions, where
    it offers one, and the share that could not be decided among its metrics.

    Source: TRL 1.16.0, ``GRPOTrainer``: reward functions get ``completions`` (texts, or lists
    of messages), the columns, ``log_extra`` and ``log_metric``, and may return None.

    Args:
        completions: texts, or lists of chat messages.
        gold: the reference answers, one a completion.
        problem: the problems' texts, one a completion.
        log_extra, log_metric: the trainer's.

    Returns:
        One reward a completion; None where the judge could not decide, which TRL leaves out.

    Raises:
        MalformedData: a completion or gold is nothing that can be judged.
    """
    found = rewarded(completions, gold, problem)
    if log_extra is not None:
        log_extra('outcome', [one.verdict.outcome for one in found])
        log_extra('answer', [one.verdict.answer or '' for one in found])
    if log_metric is not None and found:
        log_metric('math500/undecided', count_of(found) / len(found))
    return [one.reward for one in found]
