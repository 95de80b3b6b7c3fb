"""The problem and nothing else, as s1 was measured."""

from mmengine.config import read_base
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever

from opencompass_math500.compass import MATH500Dataset, MATH500GenInferencer

with read_base():
    from opencompass_math500.prompts.wordings import PLAIN

    from .problems import math500_abbr, math500_eval_cfg, math500_reader_cfg, math500_source

math500_datasets = [
    dict(
        type=MATH500Dataset,
        abbr=math500_abbr + '_s1-plain',
        source=math500_source,
        n=1,
        k=1,
        reader_cfg=math500_reader_cfg,
        infer_cfg=dict(
            prompt_template=dict(
                type=PromptTemplate,
                template=dict(round=[dict(role='HUMAN', prompt=PLAIN)]),
            ),
            retriever=dict(type=ZeroRetriever),
            inferencer=dict(type=MATH500GenInferencer),
        ),
        eval_cfg=math500_eval_cfg,
    )
]
