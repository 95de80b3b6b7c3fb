"""Wrong answers, or any other choice of responses, as files."""

from __future__ import annotations

from opencompass_math500.exports.choice import Choice
from opencompass_math500.exports.export import FORMATS, Format, export, export_wrong_answers

__all__ = ['FORMATS', 'Choice', 'Format', 'export', 'export_wrong_answers']
