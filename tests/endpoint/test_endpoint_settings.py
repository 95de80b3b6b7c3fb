"""Keys, settings and prices that make sense, and those that do not."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from endpoint_runs import ask, settings
from faulty_api import FaultyAPI, at_first

from opencompass_math500.endpoint.client import Endpoint
from opencompass_math500.endpoint.reply import Prices, Reply
from opencompass_math500.endpoint.settings import EndpointSettings
from opencompass_math500.errors import ConfigError


@pytest.mark.parametrize('key', ['sk-ab c', 'sk-ab\ncd', 'sk-ключ', 'sk-\x00'])
def test_what_no_key_holds_is_refused_unseen(key: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match='copy it again') as caught:
        Endpoint(settings('http://127.0.0.1:9/v1', tmp_path), key)
    assert 'sk-' not in repr(caught.value)


@pytest.mark.parametrize('key', ['', ' none\n'])
def test_a_server_without_keys(key: str, tmp_path: Path) -> None:
    with FaultyAPI(at_first('500')) as api:
        given = settings(api.url, tmp_path)
        assert ask(given, [1], Endpoint(given, key)).replies[1].attempts == 2


@pytest.mark.parametrize(
    ('name', 'value'),
    [
        ('concurrency', 0),
        ('concurrency', 2.5),
        ('attempts', 0),
        ('failures_in_a_row', 0),
        ('timeout', 0),
        ('timeout', None),
        ('patience', -1),
        ('first_wait', math.nan),
        ('requests_per_minute', 0),
        ('tokens_per_minute', '1000'),
        ('base_url', 'api.openai.com/v1'),
        ('base_url', ''),
    ],
)
def test_settings_that_make_no_sense(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=name):
        EndpointSettings(**{'model': 'm', 'base_url': 'http://localhost/v1', name: value})


@pytest.mark.parametrize(
    ('prices', 'reply', 'cost'),
    [
        ({'prompt': 2, 'completion': 10}, Reply('', 'stop', 1000, 500), 0.011),
        ({'prompt': 2, 'completion': 10}, Reply('', 'stop', 1000, 500, cached_tokens=400), 0.011),
        (
            {'prompt': 2, 'completion': 10, 'cached_prompt': 0.5},
            Reply('', 'stop', 1000, 500, cached_tokens=400),
            0.0104,
        ),
        ({'prompt': 2, 'completion': 10}, Reply('', 'stop', 10, None, cached_tokens=4), 0.0001),
        ({'prompt': 2, 'completion': 10}, Reply('', 'failed_request'), 0),
        ({'prompt': 0, 'completion': 0}, Reply('', 'stop', 9, 9), 0),
    ],
)
def test_cost(prices: dict[str, Any], reply: Reply, cost: float) -> None:
    given = Prices.of(prices)
    assert given is not None
    assert given.cost(reply) == pytest.approx(cost)


@pytest.mark.parametrize(
    'prices',
    [
        {'prompt': 1},
        {'prompt': 1, 'completion': 2, 'reasoning': 3},
        {'prompt': '1', 'completion': 2},
        {'prompt': 1, 'completion': -2},
        {'prompt': math.nan, 'completion': 2},
        {'prompt': 1, 'completion': 2, 'cached_prompt': math.inf},
    ],
)
def test_prices_that_are_none(prices: dict[str, Any]) -> None:
    assert Prices.of(None) is None
    with pytest.raises(ConfigError, match='per million tokens'):
        Prices.of(prices)
