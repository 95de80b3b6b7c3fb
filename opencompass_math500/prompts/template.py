"""A named way of asking."""

from __future__ import annotations

from dataclasses import dataclass

from opencompass_math500.prompts import texts
from opencompass_math500.prompts.minerva import FewShotExample, minerva_examples

__all__ = ['PromptTemplate']


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
        system: the system prompt; '' for none beyond what a chat template adds by itself.
    """

    name: str
    question: str
    shots: int
    as_chat: bool
    stop: tuple[str, ...]
    source: str
    system: str = ''

    def render(self, problem: str) -> list[dict[str, str]] | str:
        """Return the messages (``role``, ``content``), or the one text, for ``problem``."""
        # str.replace, as OpenCompass does: LaTeX is full of braces.
        question = self.question.replace('{problem}', problem)
        examples = minerva_examples()[: self.shots] if self.shots else ()
        if not self.as_chat:
            shown = [_fill(texts.MINERVA_EXAMPLE, example) for example in examples]
            return texts.MINERVA_SEPARATOR.join([*shown, question])
        messages = [{'role': 'system', 'content': self.system}] if self.system else []
        for example in examples:
            messages.append({'role': 'user', 'content': _fill(self.question, example)})
            messages.append(
                {'role': 'assistant', 'content': _fill(texts.MINERVA_SOLUTION, example)}
            )
        return [*messages, {'role': 'user', 'content': question}]


def _fill(text: str, example: FewShotExample) -> str:
    return text.replace('{problem}', example.problem).replace('{solution}', example.solution)
