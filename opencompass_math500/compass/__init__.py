"""The OpenCompass adapter: what configs name, and what OpenCompass builds from them."""

from opencompass_math500.compass.ablation import MATH500AblationSummarizer
from opencompass_math500.compass.cascade import MATH500CascadeEvaluator, MATH500JudgeTemplate
from opencompass_math500.compass.dataset import MATH500Dataset
from opencompass_math500.compass.embedded_model import (
    MATH500EmbeddedBaseModel,
    MATH500EmbeddedModel,
)
from opencompass_math500.compass.evaluator import MATH500Evaluator, math500_postprocess
from opencompass_math500.compass.inferencer import MATH500GenInferencer
from opencompass_math500.compass.openai_model import MATH500OpenAI
from opencompass_math500.compass.partitioner import MATH500Partitioner
from opencompass_math500.compass.prompt_template import MATH500PromptTemplate
from opencompass_math500.compass.runner import MATH500LocalRunner
from opencompass_math500.compass.summarizer import MATH500Summarizer

__all__ = [
    'MATH500AblationSummarizer',
    'MATH500CascadeEvaluator',
    'MATH500Dataset',
    'MATH500EmbeddedBaseModel',
    'MATH500EmbeddedModel',
    'MATH500Evaluator',
    'MATH500GenInferencer',
    'MATH500JudgeTemplate',
    'MATH500LocalRunner',
    'MATH500OpenAI',
    'MATH500Partitioner',
    'MATH500PromptTemplate',
    'MATH500Summarizer',
    'math500_postprocess',
]
