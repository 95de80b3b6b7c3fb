"""Llama 3.1 Instruct's own setting: 0-shot, "Therefore, the final answer is: ...".

Published with: greedy, 5,120 tokens.
"""

from mmengine.config import read_base
from opencompass.openicl.icl_retriever import ZeroRetriever

from opencompass_math500.compass import (
    MATH500Dataset,
    MATH500GenInferencer,
    MATH500PromptTemplate,
)

with read_base():
    from opencompass_math500.prompts.wordings import LLAMA

    from .problems import math500_abbr, math500_eval_cfg, math500_reader_cfg, math500_source

math500_datasets = [
    dict(
        type=MATH500Dataset,
        abbr=math500_abbr + '_llama31-math-0shot-cot',
        source=math500_source,
        n=1,
        k=1,
        reader_cfg=math500_reader_cfg,
        infer_cfg=dict(
            prompt_template=dict(
                type=MATH500PromptTemplate,
                template=dict(round=[dict(role='HUMAN', prompt=LLAMA)]),
            ),
            retriever=dict(type=ZeroRetriever),
            inferencer=dict(type=MATH500GenInferencer),
        ),
        eval_cfg=math500_eval_cfg,
    )
]
