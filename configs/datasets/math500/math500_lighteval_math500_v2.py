"""lighteval's math_500 since November 2025: "ANSWER: ..." in the last line.

Published with: 32,768 tokens.
"""

from mmengine.config import read_base
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever

from opencompass_math500.compass import MATH500Dataset, MATH500GenInferencer

with read_base():
    from opencompass_math500.prompts.wordings import LIGHTEVAL_ANSWER

    from .problems import math500_abbr, math500_eval_cfg, math500_reader_cfg, math500_source

math500_datasets = [
    dict(
        type=MATH500Dataset,
        abbr=math500_abbr + '_lighteval-math500-v2',
        source=math500_source,
        n=1,
        k=1,
        reader_cfg=math500_reader_cfg,
        infer_cfg=dict(
            prompt_template=dict(
                type=PromptTemplate,
                template=dict(round=[dict(role='HUMAN', prompt=LIGHTEVAL_ANSWER)]),
            ),
            retriever=dict(type=ZeroRetriever),
            inferencer=dict(type=MATH500GenInferencer),
        ),
        eval_cfg=math500_eval_cfg,
    )
]
