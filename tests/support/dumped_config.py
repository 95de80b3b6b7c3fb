"""A config as OpenCompass dumps it beside a run."""

from __future__ import annotations

from pathlib import Path

from work_dirs import DATASET, MODEL, save_json

__all__ = ['DUMPED', 'dumped']

DUMPED = """
models = [dict(abbr='{model}', type='opencompass.models.HuggingFacewithChatTemplate',
               path='org/tiny', max_out_len={cap}, key='secret')]
datasets = [dict(
    abbr='{dataset}', type='opencompass.datasets.MATHDataset', path='opencompass/math',
    infer_cfg=dict(prompt_template=dict(template=dict(round=[
        dict(role='HUMAN', prompt='{{problem}}\\nThink.')])),
        retriever=dict(type='x.ZeroRetriever'), inferencer=dict(type='x.GenInferencer')),
    eval_cfg=dict(evaluator=dict(type='opencompass.datasets.MATHEvaluator', version='v2')))]
other = 1 / 0  # what is executed fails
"""


def dumped(folder: Path, name: str, cap: int = 512) -> None:
    text = DUMPED.format(model=MODEL, dataset=DATASET, cap=cap)
    save_json(folder / 'configs' / f'{name}.py', text)
