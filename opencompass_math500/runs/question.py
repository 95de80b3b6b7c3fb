"""How a run asked: the text of its question, its system prompt, its worked examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opencompass_math500.prompts import name_of
from opencompass_math500.runs.settings import class_name

__all__ = ['Question', 'question_of']


@dataclass(frozen=True, slots=True)
class Question:
    """What a model was asked with; None is unknown.

    Attributes:
        text: the last turn, ``{problem}`` standing for the problem.
        system: the system prompt, '' where none was sent. A chat template may still add
            its own.
        shots: worked examples before the question.
        as_chat: whether it was a chat turn, else one text.
    """

    text: str | None = None
    system: str | None = None
    shots: int | None = None
    as_chat: bool | None = None

    @property
    def name(self) -> str | None:
        """The named template that it is; None where it is none, or may be several."""
        if self.text is None:
            return None
        return name_of(self.text, self.system, self.shots, self.as_chat)


def question_of(inference: Mapping[str, Any]) -> Question:
    """How a run asked, from the ``inference`` part of its record."""
    if not inference.get('prompt'):
        return Question()
    prompt = inference['prompt']
    template, token = prompt.get('template'), prompt.get('ice_token') or '</E>'
    text: str | None
    if isinstance(template, str):
        text, system = template.replace(token, ''), ''
    elif isinstance(template, Mapping):
        rounds = [turn for turn in template.get('round') or [] if isinstance(turn, Mapping)]
        begin = template.get('begin') or []
        before = [turn for turn in begin if isinstance(turn, Mapping)]
        asked = [turn.get('prompt', '') for turn in rounds if turn.get('role') == 'HUMAN']
        text = str(asked[-1]).replace(token, '') if asked else None
        systems = [t.get('prompt', '') for t in (*before, *rounds) if t.get('role') == 'SYSTEM']
        system = '\n'.join(map(str, systems))
    else:
        return Question()
    # OpenCompass writes the begin of a meta template into every prompt.
    hidden = ((inference.get('model') or {}).get('meta_template') or {}).get('begin')
    system_sent = None if hidden and not system else system
    return Question(text, system_sent, _shots(inference), isinstance(template, Mapping))


def _shots(inference: Mapping[str, Any]) -> int | None:
    retriever = inference.get('retriever') or {}
    if 'fix_id_list' in retriever:
        return len(retriever['fix_id_list'])
    if class_name(retriever) == 'ZeroRetriever':
        # Examples may be written out in the template, as in OpenCompass's math_4shot_base.
        turns = str(inference.get('prompt'))
        return 0 if turns.count('Solution:') <= 1 and "'BOT'" not in turns else None
    return None
