"""Runs that come to their end, as the summarizer sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mmengine.config import ConfigDict
from opencompass.registry import build_from_cfg
from work_dirs import DATASET, MODEL, RECORD, detail, save_json

__all__ = ['DATA', 'TINY', 'ended', 'save', 'summarizer']

DATA = {
    'abbr': DATASET,
    'type': 'opencompass_math500.compass.MATH500Dataset',
    'reader_cfg': {'input_columns': ['problem'], 'output_column': 'answer'},
    'infer_cfg': {
        'prompt_template': {
            'type': 'opencompass.openicl.icl_prompt_template.PromptTemplate',
            'template': '{problem}',
        },
        'retriever': {'type': 'opencompass.openicl.icl_retriever.ZeroRetriever'},
        'inferencer': {'type': 'opencompass_math500.compass.MATH500GenInferencer'},
    },
    'eval_cfg': {'evaluator': {'type': 'opencompass_math500.compass.MATH500Evaluator'}},
}


def summarizer(work_dir: Path, *models: dict[str, Any], **options: Any) -> Any:
    """As OpenCompass's main builds it, from a config."""
    config = {
        'models': [{'type': 'x.Model', 'path': 'x', **model} for model in models],
        'datasets': [DATA],
        'work_dir': str(work_dir),
    }
    kind = 'opencompass_math500.compass.MATH500Summarizer'
    return build_from_cfg(ConfigDict({'type': kind, 'config': ConfigDict(config), **options}))


def ended(work_dir: Path, *models: dict[str, Any], **options: Any) -> str:
    """What the run ends with; '' where its status is 0."""
    try:
        summarizer(work_dir, *models, **options).summarize(time_str='now')
    except SystemExit as end:
        assert isinstance(end.code, str)  # which Python prints, with status 1
        return end.code
    return ''


def save(work_dir: Path, *outcomes: str, model: str = MODEL) -> None:
    details = [detail(number, outcome) for number, outcome in enumerate(outcomes)]
    right = 100 * outcomes.count('correct') / len(outcomes)
    save_json(work_dir / 'math500' / model / f'{DATASET}.json', RECORD)
    save_json(
        work_dir / 'results' / model / f'{DATASET}.json', {'accuracy': right, 'details': details}
    )


TINY = {'abbr': MODEL}
