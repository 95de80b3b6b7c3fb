"""The judge as a reward: for TRL, verl, OpenRLHF, and whatever calls a function like theirs."""

from __future__ import annotations

from opencompass_math500.rewards.openrlhf import reward_func
from opencompass_math500.rewards.reward import Rewarded, rewarded
from opencompass_math500.rewards.server import RewardServer
from opencompass_math500.rewards.trl import answer_reward
from opencompass_math500.rewards.verl import compute_score, compute_scores

__all__ = [
    'RewardServer',
    'Rewarded',
    'answer_reward',
    'compute_score',
    'compute_scores',
    'reward_func',
    'rewarded',
]
