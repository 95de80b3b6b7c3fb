"""How a run asked: the text of its question, its system prompt, its worked examples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from opencompass_math500.prompts import name_of
from opencompass_math500.runs.record import class_name

__all__ = ['Question', 'question_of']

_Turn: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What a model was asked with; None is unknown.

    Attributes:
        text: the last turn, ``{problem}`` standing for the problem.
        system: the system prompt, '' where none was sent. A chat template may still add
            its own.
        shots: worked examples before the question.
        as_chat: whether it was a chat turn, else one text.
        shown: the numbers of the worked examples.
        around: what stands before the problem in its turn, and after it.
        template, examples: the whole templates of prompt and examples, as JSON.
    """

    text: str | None = None
    system: str | None = None
    shots: int | None = None
    as_chat: bool | None = None
    shown: tuple[Any, ...] | None = field(default=None, compare=False)
    around: tuple[str, str] | None = field(default=None, compare=False)
    template: str | None = field(default=None, compare=False)
    examples: str | None = field(default=None, compare=False)

    @property
    def name(self) -> str | None:
        """The named template that it is; None where it is none, or may be several."""
        if self.text is None:
            return None
        return name_of(self.text, self.system, self.shots, self.as_chat)


def question_of(inference: Mapping[str, Any]) -> Question:
    """Return how a run asked, from the ``inference`` part of its record."""
    prompt, shown = inference.get('prompt'), _shown(inference)
    shots = len(shown) if shown is not None else None
    examples = _json(inference.get('examples')) if inference else None
    if not isinstance(prompt, Mapping) or not prompt:
        return Question(examples=examples, shown=shown, shots=shots)
    template, token = prompt.get('template'), prompt.get('ice_token')
    token = token if isinstance(token, str) and token else '</E>'
    text: str | None
    if isinstance(template, str):
        text, system, around = template.replace(token, ''), '', _around([template])
    elif isinstance(template, Mapping):
        before, rounds = _turns(template.get('begin')), _turns(template.get('round'))
        asked = [turn.get('prompt', '') for turn in rounds if turn.get('role') == 'HUMAN']
        text = str(asked[-1]).replace(token, '') if asked else None
        systems = [t.get('prompt', '') for t in (*before, *rounds) if t.get('role') == 'SYSTEM']
        system = '\n'.join(map(str, systems))
        around = _around([turn.get('prompt') for turn in rounds])
    else:
        return Question(examples=examples, shown=shown, shots=shots, template=_json(prompt))
    # OpenCompass writes the begin of a meta template into every prompt.
    system_sent = None if _hidden(inference.get('model')) and not system else system
    return Question(
        text,
        system_sent,
        _none_shown(inference) if shots is None else shots,
        isinstance(template, Mapping),
        shown=shown,
        around=around,
        template=_json(prompt),
        examples=examples,
    )


def _turns(value: Any) -> list[_Turn]:
    return [turn for turn in value if isinstance(turn, Mapping)] if isinstance(value, list) else []


def _around(texts: list[Any]) -> tuple[str, str] | None:
    """The last text with the problem in it, without the problem."""
    asking = [text for text in texts if isinstance(text, str) and '{problem}' in text]
    if not asking:
        return None
    before, _, after = asking[-1].partition('{problem}')
    return before, after


def _hidden(model: Any) -> bool:
    meta = model.get('meta_template') if isinstance(model, Mapping) else None
    return bool(isinstance(meta, Mapping) and meta.get('begin'))


def _shown(inference: Mapping[str, Any]) -> tuple[Any, ...] | None:
    retriever = inference.get('retriever')
    found = retriever.get('fix_id_list') if isinstance(retriever, Mapping) else None
    return tuple(found) if isinstance(found, list) else None


def _none_shown(inference: Mapping[str, Any]) -> int | None:
    if class_name(inference.get('retriever')) != 'ZeroRetriever':
        return None
    # Examples may be written out in the template, as in OpenCompass's math_4shot_base.
    turns = str(inference.get('prompt'))
    return 0 if turns.count('Solution:') <= 1 and "'BOT'" not in turns else None


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
