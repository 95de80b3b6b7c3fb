"""Comparisons as JSON; unknown is null."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from opencompass_math500.comparison.outcome import Against, RunComparison
from opencompass_math500.comparison.run_pair import RunPair
from opencompass_math500.runs.fingerprint import Fingerprint
from opencompass_math500.statistics.difference import Difference

__all__ = ['comparisons_json']


def comparisons_json(comparisons: Sequence[RunComparison], pairs: Sequence[RunPair]) -> str:
    """Return ``runs`` and ``pairs`` as one JSON object: percent, 0-100, and percentage points."""
    content = {'runs': [_run(one) for one in comparisons], 'pairs': [_pair(p) for p in pairs]}
    return json.dumps(content, indent=2, ensure_ascii=False)


def _run(one: RunComparison) -> dict[str, Any]:
    score = one.run.score
    return {
        'model': one.run.model,
        'dataset': one.run.dataset,
        'accuracy': score.accuracy,
        'low': score.low,
        'high': score.high,
        'problems': score.problems,
        'samples': score.samples,
        'not_comparable': one.run.why_not_comparable,
        'fingerprint': _fingerprint(one.fingerprint),
        'published_model': one.identity.name,
        'published': [_against(against) for against in one.against],
        'quoted': [asdict(quoted) for quoted in one.identity.found.quoted],
    }


def _fingerprint(mine: Fingerprint) -> dict[str, Any]:
    values = {field.name: getattr(mine, field.name) for field in fields(mine)}
    return {**values, 'versions': dict(mine.versions)}


def _against(against: Against) -> dict[str, Any]:
    return {
        'score': against.row.score,
        'benchmark': against.row.benchmark,
        'reported_by': against.row.reported_by,
        'source': asdict(against.row.source),
        'outcome': against.outcome,
        'line': against.line,
        'reasons': list(against.reasons),
        'difference': _difference(against.difference),
        'regraded': against.regraded,
        'settings': [asdict(setting) for setting in against.settings],
    }


def _pair(pair: RunPair) -> dict[str, Any]:
    return {
        'first': {'model': pair.first.model, 'dataset': pair.first.dataset},
        'second': {'model': pair.second.model, 'dataset': pair.second.dataset},
        'outcome': pair.outcome,
        'reasons': list(pair.reasons),
        'difference': _difference(pair.difference),
        'settings': [{'name': n, 'first': a, 'second': b} for n, a, b in pair.settings],
        'flips': [asdict(flip) for flip in pair.flips],
    }


def _difference(found: Difference | None) -> dict[str, Any] | None:
    return asdict(found) if found else None
