"""What a prediction file of an endpoint says: failures, cost, the models that answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from work_dirs import prediction, replied

from opencompass_math500.compass.replies import (
    account,
    cost_of,
    is_failed,
    money,
    row_of,
    several_models,
)
from opencompass_math500.endpoint.reply import Prices, Reply

PRICES = Prices(2.5, 10.0, 1.25)
COUNTS = st.none() | st.integers(0, 10**6)


@given(COUNTS, COUNTS, COUNTS, st.sampled_from(['stop', 'length', 'failed_request', None]))
def test_a_row_costs_what_its_reply_cost_and_failed_as_it_did(
    tokens: int | None, prompt: int | None, cached: int | None, reason: str | None
) -> None:
    reply = Reply('x', reason, tokens=tokens, prompt_tokens=prompt, cached_tokens=cached)
    row = row_of(reply)
    assert cost_of(row, PRICES) == PRICES.cost(reply)
    assert is_failed(row) == reply.failed


@pytest.mark.parametrize(
    ('cost', 'shown'),
    [(0.42, '0.42 USD'), (12.345, '12.35 USD'), (0.00042, '0.0004 USD'), (0, '0.0000 USD')],
)
def test_money_is_shown_with_the_digits_it_needs(cost: float, shown: str) -> None:
    assert money(cost, 'USD') == shown


def test_the_account_of_a_run() -> None:
    rows = [*map(replied, range(3)), replied(3, 'failed_request')]
    assert account(rows, None) == '3 of 4 answered; 1 failed, which -r asks again'
    assert account(rows[:3], None) == '3 of 3 answered'
    # 3 * (100 prompt tokens and 10, 11, 12 generated); the failed row's are not known.
    rows[3]['response_tokens'] = rows[3]['reply']['prompt_tokens'] = None
    assert account(rows, Prices(1000.0, 1000.0)).endswith('; 0.33 USD')
    assert account([prediction(0)], PRICES) == ''


def test_models_that_took_turns_are_named() -> None:
    rows = [replied(n, model=m) for n, m in enumerate(['A', 'A', 'A', 'B', None])]
    assert several_models(rows) == 'the endpoint answered as A for 3 rows and as B for 1 row'
    assert several_models(rows[:3]) == ''
    assert several_models([prediction(0)]) == ''
