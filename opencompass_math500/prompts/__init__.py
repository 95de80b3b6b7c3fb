"""Prompt templates by name, and the few-shot examples they use.

The texts themselves stand in :mod:`~opencompass_math500.prompts.texts` (the three
settings of this package), :mod:`~opencompass_math500.prompts.wordings` (those of
published figures) and :mod:`~opencompass_math500.prompts.styles` (ways of asking in our
own words): the one place from which the OpenCompass configs and other harnesses take them.
"""

from __future__ import annotations

from opencompass_math500.prompts.catalogue import ALIASES, TEMPLATES, UNPUBLISHED
from opencompass_math500.prompts.lookup import name_of, same_turns, template_named
from opencompass_math500.prompts.minerva import FewShotExample, minerva_examples
from opencompass_math500.prompts.template import PromptTemplate

__all__ = [
    'ALIASES',
    'TEMPLATES',
    'UNPUBLISHED',
    'FewShotExample',
    'PromptTemplate',
    'minerva_examples',
    'name_of',
    'same_turns',
    'template_named',
]
