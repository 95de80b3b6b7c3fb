"""0-shot, and an LLM judge for what the rules reject.

The rules come first, and only what they do not accept goes to the judge
(parallel=False), which is any OpenAI-compatible endpoint:

    OPENAI_API_KEY=... OPENAI_BASE_URL=http://127.0.0.1:8000/v1 MATH500_JUDGE_MODEL=my-judge

A score made with a judge compares only with scores made with the same judge.
"""

import sys

from mmengine.config import read_base
from opencompass.datasets import generic_llmjudge_postprocess
from opencompass.evaluator import GenericLLMEvaluator

from opencompass_math500.compass import (
    MATH500CascadeEvaluator,
    MATH500Evaluator,
    MATH500JudgeTemplate,
)

with read_base():
    from opencompass_math500.prompts.texts import JUDGE

    from ...models.api_openai_compatible import models as _endpoint
    from .math500_0shot_cot import math500_datasets as _zero_shot

# mmengine keeps built-in modules in configs as they are; os is none of them on Python 3.10.
_environ = sys.modules['os'].environ
_judge_model = dict(
    _endpoint[0],
    abbr='judge',
    path=_environ.get('MATH500_JUDGE_MODEL', 'gpt-4o-2024-08-06'),
    max_out_len=1024,
)

math500_datasets = [
    dict(
        dataset,
        abbr=dataset['abbr'] + '-cascade',
        eval_cfg=dict(
            evaluator=dict(
                type=MATH500CascadeEvaluator,
                rule_evaluator=dict(type=MATH500Evaluator),
                llm_evaluator=dict(
                    type=GenericLLMEvaluator,
                    prompt_template=dict(
                        type=MATH500JudgeTemplate,
                        template=dict(round=[dict(role='HUMAN', prompt=JUDGE)]),
                    ),
                    judge_cfg=_judge_model,
                    # Required by GenericLLMEvaluator; the cascade hands it the rows itself.
                    dataset_cfg=dict(),
                    dict_postprocessor=dict(
                        type=generic_llmjudge_postprocess, true_tag='CORRECT', false_tag='INCORRECT'
                    ),
                ),
                parallel=False,
            )
        ),
    )
    for dataset in _zero_shot
]
