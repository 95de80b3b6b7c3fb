"""Files of responses: which there are, their rows, and what a row says."""

from __future__ import annotations

from opencompass_math500.predictions.prediction import Prediction, read_set
from opencompass_math500.predictions.sources import PredictionSet, find_sets

__all__ = ['Prediction', 'PredictionSet', 'find_sets', 'read_set']
