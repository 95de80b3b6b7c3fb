"""Runs as one HTML file: their scores, what stands beside these, and every single item."""

from __future__ import annotations

from opencompass_math500.report.reading import Scope
from opencompass_math500.report.writing import FILE_NAME, Written, write_report

__all__ = ['FILE_NAME', 'Scope', 'Written', 'write_report']
