"""Published scores with their settings and sources, and whose they are.

One line of ``data/published_scores.jsonl`` is one score. ``data/quoted_figures.jsonl``
holds figures that go around, with what each really is.
"""

from __future__ import annotations

from opencompass_math500.published.lookup import Found, find_published, published_for
from opencompass_math500.published.rows import load_published, load_quoted
from opencompass_math500.published.score import PublishedScore, QuotedFigure, Source

__all__ = [
    'Found',
    'PublishedScore',
    'QuotedFigure',
    'Source',
    'find_published',
    'load_published',
    'load_quoted',
    'published_for',
]
