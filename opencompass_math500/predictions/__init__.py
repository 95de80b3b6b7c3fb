"""Files of responses: which there are, their rows, and what a row says."""

from __future__ import annotations

from opencompass_math500.predictions.prediction import (
    Prediction,
    gold_answer,
    keys_of,
    predictions_in,
    read_set,
)
from opencompass_math500.predictions.rows import (
    MAX_ROW_BYTES,
    Numeral,
    Row,
    read_rows,
    row_of_line,
)
from opencompass_math500.predictions.sources import PredictionSet, find_sets, open_part

__all__ = [
    'MAX_ROW_BYTES',
    'Numeral',
    'Prediction',
    'PredictionSet',
    'Row',
    'find_sets',
    'gold_answer',
    'keys_of',
    'open_part',
    'predictions_in',
    'read_rows',
    'read_set',
    'row_of_line',
]
