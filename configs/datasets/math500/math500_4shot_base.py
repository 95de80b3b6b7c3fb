"""MATH-500 after Minerva's four worked examples, as plain text: for base models.

Generation stops before the model invents a next problem.
"""

from mmengine.config import read_base
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import FixKRetriever

from opencompass_math500.compass import MATH500Dataset, MATH500GenInferencer

with read_base():
    from opencompass_math500.prompts.texts import (
        MINERVA_EXAMPLE,
        MINERVA_QUESTION,
        MINERVA_SEPARATOR,
        MINERVA_STOP,
    )

    from .problems import math500_abbr, math500_eval_cfg, math500_reader_cfg, math500_source

math500_datasets = [
    dict(
        type=MATH500Dataset,
        abbr=math500_abbr + '_4shot-base',
        source=math500_source,
        n=1,
        k=1,
        reader_cfg=math500_reader_cfg,
        infer_cfg=dict(
            ice_template=dict(type=PromptTemplate, template=MINERVA_EXAMPLE),
            prompt_template=dict(
                type=PromptTemplate,
                template='</E>' + MINERVA_QUESTION,
                ice_token='</E>',
            ),
            retriever=dict(
                type=FixKRetriever,
                fix_id_list=[0, 1, 2, 3],
                ice_separator=MINERVA_SEPARATOR,
                ice_eos_token=MINERVA_SEPARATOR,
            ),
            inferencer=dict(type=MATH500GenInferencer, stopping_criteria=MINERVA_STOP),
        ),
        eval_cfg=math500_eval_cfg,
    )
]
