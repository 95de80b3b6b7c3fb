"""MATH-500 after Minerva's four worked examples, as chat turns: for instruct models.

The examples are the dataset's train split, read from OpenCompass's own files.
"""

from mmengine.config import read_base
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import FixKRetriever

from opencompass_math500.compass import MATH500Dataset, MATH500GenInferencer

with read_base():
    from opencompass_math500.prompts.texts import (
        MINERVA_QUESTION,
        MINERVA_SOLUTION,
        MINERVA_STOP,
    )

    from .problems import math500_abbr, math500_eval_cfg, math500_reader_cfg, math500_source

math500_datasets = [
    dict(
        type=MATH500Dataset,
        abbr=math500_abbr + '_4shot-chat',
        source=math500_source,
        n=1,
        k=1,
        reader_cfg=math500_reader_cfg,
        infer_cfg=dict(
            ice_template=dict(
                type=PromptTemplate,
                template=dict(
                    round=[
                        dict(role='HUMAN', prompt=MINERVA_QUESTION),
                        dict(role='BOT', prompt=MINERVA_SOLUTION),
                    ]
                ),
            ),
            prompt_template=dict(
                type=PromptTemplate,
                template=dict(
                    begin='</E>',
                    round=[dict(role='HUMAN', prompt=MINERVA_QUESTION)],
                ),
                ice_token='</E>',
            ),
            retriever=dict(type=FixKRetriever, fix_id_list=[0, 1, 2, 3]),
            inferencer=dict(type=MATH500GenInferencer, stopping_criteria=MINERVA_STOP),
        ),
        eval_cfg=math500_eval_cfg,
    )
]
