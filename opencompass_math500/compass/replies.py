"""An endpoint's replies as rows of a prediction file, and what a file of them says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from opencompass_math500.endpoint.reply import Prices, Reply

__all__ = ['account', 'cost_of', 'is_failed', 'money', 'row_of', 'several_models']


def row_of(reply: Reply) -> dict[str, Any]:
    """Return what a reply adds to its row.

    ``prediction`` is the answer part alone; ``response_tokens`` holds the reasoning too.
    ``reply`` is what only endpoints know: ``latency`` in seconds, the rest as in
    :class:`~opencompass_math500.endpoint.reply.Reply`.
    """
    return {
        'prediction': reply.text,
        'finish_reason': reply.finish_reason,
        'response_tokens': reply.tokens,
        'reply': {
            'latency': round(reply.latency, 3),
            'attempts': reply.attempts,
            'request_id': reply.request_id,
            'model': reply.model,
            'sampling': dict(reply.sampling),
            'prompt_tokens': reply.prompt_tokens,
            'reasoning_tokens': reply.reasoning_tokens,
            'cached_tokens': reply.cached_tokens,
            'reasoning': reply.reasoning,
            'error': reply.error,
        },
    }


def is_failed(row: Mapping[str, Any]) -> bool:
    """Tell whether a row holds no reply, so that it is to be asked again."""
    return row.get('finish_reason') == 'failed_request'


def cost_of(row: Mapping[str, Any], prices: Prices) -> float:
    """Return what a row's reply cost, as far as its tokens are known."""
    known = row.get('reply') or {}
    tokens = row.get('response_tokens')
    return prices.cost(
        Reply(
            text='',
            finish_reason=row.get('finish_reason'),
            tokens=tokens if isinstance(tokens, int) else None,
            prompt_tokens=known.get('prompt_tokens'),
            cached_tokens=known.get('cached_tokens'),
        )
    )


def money(cost: float, currency: str) -> str:
    """Write a sum as ``0.42 USD``; small ones with more digits."""
    return f'{cost:.2f} {currency}' if cost >= 0.1 else f'{cost:.4f} {currency}'


def account(rows: Iterable[Mapping[str, Any]], prices: Prices | None) -> str:
    """Say how many rows there are, how many failed, what they cost; '' without any reply."""
    replies = [row for row in rows if 'reply' in row]
    if not replies:
        return ''
    failed = sum(map(is_failed, replies))
    facts = [f'{len(replies) - failed} of {len(replies)} answered']
    if failed:
        facts.append(f'{failed} failed, which -r asks again')
    if prices is not None:
        facts.append(money(sum(cost_of(row, prices) for row in replies), prices.currency))
    return '; '.join(facts)


def several_models(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return a warning where the endpoint named more than one model; '' where it did not."""
    stated = Counter(
        model for row in rows if (model := (row.get('reply') or {}).get('model')) is not None
    )
    if len(stated) < 2:
        return ''
    shares = [
        f'as {model} for {count} row{"s" if count > 1 else ""}'
        for model, count in stated.most_common()
    ]
    return f'the endpoint answered {", ".join(shares[:-1])} and {shares[-1]}'
