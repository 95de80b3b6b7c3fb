"""Prompt templates by name, and the few-shot examples they use.

The texts themselves stand in :mod:`~opencompass_math500.prompts.texts`, the one
place from which the OpenCompass configs and other harnesses take them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from opencompass_math500.prompts import texts
from opencompass_math500.prompts.minerva import FewShotExample, minerva_examples

__all__ = ['TEMPLATES', 'FewShotExample', 'PromptTemplate', 'minerva_examples']


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A named way of asking.

    Attributes:
        name: the name, by meaning.
        question: the text of the last turn, ``{problem}`` standing for the problem.
        shots: how many worked examples come before it.
        as_chat: whether examples and question are chat turns (else one text).
        stop: texts at which generation ends.
        source: where the wording is published.
    """

    name: str
    question: str
    shots: int
    as_chat: bool
    stop: tuple[str, ...]
    source: str

    def render(self, problem: str) -> list[dict[str, str]] | str:
        """The messages (``role``, ``content``), or the one text, for ``problem``."""
        # str.replace, as OpenCompass does: LaTeX is full of braces.
        question = self.question.replace('{problem}', problem)
        examples = minerva_examples()[: self.shots]
        if not self.as_chat:
            shown = [_fill(texts.MINERVA_EXAMPLE, example) for example in examples]
            return texts.MINERVA_SEPARATOR.join([*shown, question])
        messages = []
        for example in examples:
            messages.append({'role': 'user', 'content': _fill(self.question, example)})
            messages.append(
                {'role': 'assistant', 'content': _fill(texts.MINERVA_SOLUTION, example)}
            )
        return [*messages, {'role': 'user', 'content': question}]


def _fill(text: str, example: FewShotExample) -> str:
    return text.replace('{problem}', example.problem).replace('{solution}', example.solution)


_MINERVA = (
    'Lewkowycz et al. 2022 (Minerva), appendix D.2; lm-evaluation-harness, '
    'lm_eval/tasks/minerva_math/utils.py'
)

TEMPLATES = MappingProxyType(
    {
        template.name: template
        for template in (
            PromptTemplate(
                name='0shot_cot',
                question=texts.BOXED_COT,
                shots=0,
                as_chat=True,
                stop=(),
                source='DeepSeek-Math, README.md section 5; Qwen2.5-Math, evaluation/utils.py; '
                'opencompass 0.5.4, configs/datasets/math/math_500_gen.py',
            ),
            PromptTemplate(
                name='4shot_chat',
                question=texts.MINERVA_QUESTION,
                shots=4,
                as_chat=True,
                stop=tuple(texts.MINERVA_STOP),
                source=_MINERVA + '; as chat turns like --fewshot_as_multiturn',
            ),
            PromptTemplate(
                name='4shot_base',
                question=texts.MINERVA_QUESTION,
                shots=4,
                as_chat=False,
                stop=tuple(texts.MINERVA_STOP),
                source=_MINERVA,
            ),
        )
    }
)
