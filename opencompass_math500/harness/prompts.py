"""The prompts of OpenCompass's configs, byte for byte, in lm-eval's terms."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Final

from opencompass_math500.prompts import (
    PromptTemplate,
    minerva_examples,
    name_of,
    template_named,
    texts,
)

__all__ = ['MAX_TOKENS', 'Asking', 'is_endpoint', 'name_with_system', 'turn_end']

MAX_TOKENS: Final = 4096
"""Tokens that a reply may have. Without ``max_gen_toks`` lm-eval's models stop at 256, in the
middle of nearly every worked solution.

Source: lm-eval 0.4.13, ``models/huggingface.py``, ``HFLM.max_gen_toks``; the same number in
``models/api_models.py`` and ``models/vllm_causallms.py``.
"""

_TURN_END: Final = '\n'


@dataclass(frozen=True, slots=True)
class Asking:
    """How a task asks: by one template as text, by another where a chat template is applied.

    Attributes:
        text, chat: names of templates with the same question, examples and stop texts.
    """

    text: str
    chat: str

    def template(self, *, as_chat: bool) -> PromptTemplate:
        """Return the template that is asked by."""
        return template_named(self.chat if as_chat else self.text)

    def config(self) -> dict[str, Any]:
        """Return the part of a task's config that says how it asks.

        Raises:
            ConfigError: worked examples are wanted, and OpenCompass, whose file has them, is
                not installed.
        """
        template = self.template(as_chat=False)
        examples = minerva_examples()[: template.shots] if template.shots else ()
        return {
            # A label for the log; the task's class makes the text. Rendered by Jinja, the
            # braces of LaTeX would be read as its own.
            'doc_to_text': template.question,
            # Between a question and its solution, and between two examples. The defaults,
            # one blank and a blank line, are other bytes than Minerva's.
            'target_delimiter': _between_question_and_solution(),
            'fewshot_delimiter': texts.MINERVA_SEPARATOR,
            # Of 0, --num_fewshot 4 would be put aside; of none, it is refused.
            'num_fewshot': template.shots or None,
            'fewshot_config': {
                'sampler': 'first_n',
                'samples': [{'problem': e.problem, 'solution': e.solution} for e in examples],
                'doc_to_target': 'solution',
            },
            'generation_kwargs': {
                # Even where nothing stops a reply: left out, lm-eval puts fewshot_delimiter
                # here, and every worked solution ends at its first blank line.
                'until': list(template.stop),
                'do_sample': False,
                'temperature': 0.0,
                'max_gen_toks': MAX_TOKENS,
            },
        }

    def question(self, problem: str, end: str) -> str:
        """Return the user's turn with this problem; ``end`` as of :func:`turn_end`."""
        # str.replace, as PromptTemplate.render: LaTeX is full of braces.
        return self.template(as_chat=False).question.replace('{problem}', problem) + end


def _between_question_and_solution() -> str:
    """What stands between them in a worked example: a line feed."""
    start = texts.MINERVA_EXAMPLE.removeprefix(texts.MINERVA_QUESTION)
    return start.removesuffix(texts.MINERVA_SOLUTION)


def name_with_system(template: PromptTemplate, system: str) -> str:
    """Return the name of what is asked by this template after a ``--system_instruction``.

    That of another template which is just this (``qwen-boxed``), or else its own: the
    system prompt stands in lm-eval's results beside it.
    """
    if not system:
        return template.name
    return name_of(template.question, system, template.shots, template.as_chat) or template.name


def turn_end(*, as_chat: bool, chat_template: object) -> str:
    """Return what ends each of the user's turns.

    OpenCompass's local chat models (transformers, vLLM, LMDeploy) put a line feed there:
    their default roles have a system turn, mapped to the user and empty in our prompts,
    and two turns of one role are joined by a line feed. Without it nearly all greedy replies
    come out otherwise. Endpoints and base models get none.

    Source: opencompass 0.5.4, ``models/huggingface_above_v4_33.py``, ``_get_meta_template``;
    ``models/base_api.py``, ``APITemplateParser.parse_template``.

    Args:
        as_chat: whether lm-eval applies a chat template.
        chat_template: what applies it, as ``build_all_requests`` gets it.
    """
    return _TURN_END if as_chat and not is_endpoint(chat_template) else ''


def is_endpoint(chat_template: object) -> bool:
    """Tell whether an endpoint's model applies the chat template, and sends turns as JSON."""
    # Its module is loaded if there is such a model, and wants lm-eval's extra [api].
    module = sys.modules.get('lm_eval.models.api_models')
    owner = getattr(chat_template, '__self__', None)
    return module is not None and isinstance(owner, module.TemplateAPI)
