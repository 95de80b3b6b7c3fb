"""What the record of an endpoint's reply adds to the verdict on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from work_dirs import DATASET, MODEL, replied, save_predictions

from opencompass_math500.compass import MATH500Evaluator

# Text, finish reason and record of a reply; the outcome and its reason.
KNOWN: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    'failed': (
        '', 'failed_request', {'error': 'HTTP 500: busy', 'attempts': 10},
        'failed_request', 'the request failed: HTTP 500: busy',
    ),
    'failed without a word': ('', 'failed_request', {}, 'failed_request', 'the request failed'),
    'prompt filtered': (
        '', 'content_filter', {'error': 'HTTP 400: content policy'},
        'content_filter', 'the endpoint filtered the reply: HTTP 400: content policy',
    ),
    'filtered midway': (
        'First we', 'content_filter', {},
        'content_filter', 'the endpoint filtered the reply before it named an answer',
    ),
    'only reasoning': (
        '', 'stop', {'reasoning': 'It is 7.'},
        'empty_response', 'only reasoning came, no answer',
    ),
    'reasoning to the cap': (
        '', 'length', {'reasoning': 'It is'},
        'truncated', 'only reasoning came, cut by the token cap before an answer',
    ),
    'nothing': ('', 'stop', {}, 'empty_response', 'the response is empty'),
    'nothing to the cap': ('', 'length', {}, 'truncated', 'the response is empty'),
    'reasoned and answered': (r'\boxed{7}', 'stop', {'reasoning': 'It is 8.'}, 'correct', '7 = 7'),
}  # fmt: skip


def test_what_is_known_of_a_reply_explains_its_verdict(tmp_path: Path) -> None:
    rows = [
        {**replied(number, finish_reason, **record), 'prediction': text}
        for number, (text, finish_reason, record, _, _) in enumerate(KNOWN.values())
    ]
    save_predictions(tmp_path, rows)
    evaluator = MATH500Evaluator()
    evaluator._out_dir = str(tmp_path / 'results' / MODEL / DATASET)
    items = [{'unique_id': row['unique_id']} for row in rows]
    details = evaluator.score([row['prediction'] for row in rows], ['7'] * len(rows), items)[
        'details'
    ]
    found = {
        name: (one['verdict'], one['reason']) for name, one in zip(KNOWN, details, strict=True)
    }
    assert found == {name: (outcome, reason) for name, (*_, outcome, reason) in KNOWN.items()}
    for one in details:
        assert set(one) == set(details[0])
        assert one['served_model'] == 'tiny-2026-01-01'
        assert one['sampling'] == {'temperature': 0, 'max_tokens': 256}
    assert [one['attempts'] for one in details][:2] == [10, 1]
