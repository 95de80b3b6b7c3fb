"""One response, with its verdict: all that a run knows of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from opencompass_math500.grading import Outcome, Verdict

__all__ = ['Response', 'Turn', 'turns_of']


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a prompt: who speaks (``HUMAN``, ``SYSTEM``, ...; '' in a bare text), what."""

    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response to one problem. What nobody says is '', 0 or None.

    Attributes:
        model, dataset: as the run calls them.
        position: the problem's number in the dataset, from 0.
        sample: 0 for the first response to the problem, 1 for the second, ...
        unique_id, problem, subject, level: the problem's.
        prompt: the whole prompt, turn by turn.
        response: the whole reply.
        reasoning: what the endpoint gave apart from the reply.
        gold: the reference answer.
        verdict: what the judge says; None before it was asked.
        graded: ``results``: the verdict is the run's own; ``now``: the run has none of this
            judge, and the response was graded while it was read.
        other_verdict: whether the run's own evaluator, where it is another, took it for
            right; None where unknown.
        other_answer: the answer that it extracted, '' for none; None where unknown.
        finish_reason: ``stop``, ``length``, ``content_filter``, ``failed_request``, another
            of the endpoint's, or None where unknown.
        tokens: generated; None where unknown.
        reply: the record of an endpoint's reply, without its reasoning; None where there
            is none.
        place: file and row, below the work directory.
    """

    model: str = ''
    dataset: str = ''
    position: int = 0
    sample: int = 0
    unique_id: str = ''
    problem: str = ''
    subject: str = ''
    level: int = 0
    prompt: tuple[Turn, ...] = ()
    response: str = ''
    reasoning: str = ''
    gold: str = ''
    verdict: Verdict | None = None
    graded: Literal['results', 'now'] = 'results'
    other_verdict: bool | None = None
    other_answer: str | None = None
    finish_reason: str | None = None
    tokens: int | None = None
    reply: Mapping[str, Any] | None = None
    place: str = ''

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits that name the response: the same in every reading."""
        name = [self.model, self.dataset, self.unique_id or self.position, self.sample]
        return hashlib.sha256(json.dumps(name).encode('ascii')).hexdigest()[:12]

    @property
    def of_problem(self) -> str:
        """What is equal for the responses to one problem: its id, or else its number."""
        return self.unique_id or str(self.position)

    @property
    def prompt_text(self) -> str:
        """The prompt as one text; where there are several turns, each below its role."""
        if len(self.prompt) == 1:
            return self.prompt[0].text
        return '\n\n'.join(f'[{turn.role}]\n{turn.text}' for turn in self.prompt)

    @property
    def to_grade(self) -> dict[str, Any]:
        """The arguments of :func:`~opencompass_math500.grade`."""
        return {
            'response': self.response,
            'gold': self.gold,
            'problem': self.problem or None,
            'finish_reason': self.finish_reason,
        }

    @property
    def without_texts(self) -> Response:
        """What a score needs of it: thousands of these fit into memory."""
        return replace(
            self, unique_id=self.of_problem, problem='', prompt=(), response='', reasoning=''
        )

    # -- the verdict, once there is one --------------------------------------------------

    @property
    def outcome(self) -> Outcome:
        """How the response ended, by its verdict."""
        return self._verdict.outcome

    @property
    def is_correct(self) -> bool:
        """Whether the response counts as right."""
        return self._verdict.is_correct

    @property
    def answer(self) -> str:
        """The extracted answer; '' where there is none."""
        return self._verdict.answer or ''

    @property
    def reason(self) -> str:
        """The verdict's one line for a person."""
        return self._verdict.reason

    @property
    def rule(self) -> str:
        """The rule that decided."""
        return self._verdict.rule

    @property
    def extraction(self) -> str:
        """The rule that found the answer."""
        return self._verdict.extraction

    @property
    def was_cut(self) -> bool:
        """Whether the token cap or the endpoint's filter cut the response."""
        return self._verdict.was_cut

    @property
    def _verdict(self) -> Verdict:
        if self.verdict is None:
            raise ValueError(f'{self.place or self.of_problem} has not been graded')
        return self.verdict

    # -- the endpoint's reply ------------------------------------------------------------

    @property
    def attempts(self) -> int | None:
        """Requests sent for the reply; None where unknown."""
        found = self.reply.get('attempts') if self.reply else None
        return found if isinstance(found, int) else None

    @property
    def served_model(self) -> str | None:
        """The model, as the endpoint states it; None where unknown."""
        found = self.reply.get('model') if self.reply else None
        return found if isinstance(found, str) else None

    @property
    def sampling(self) -> Mapping[str, Any] | None:
        """The parameters really sent; None where unknown."""
        found = self.reply.get('sampling') if self.reply else None
        return found if isinstance(found, Mapping) else None


def turns_of(prompt: Any) -> tuple[Turn, ...]:
    """Return the turns of an ``origin_prompt``: a text, or a list of texts and of turns."""
    if prompt is None:
        return ()
    if isinstance(prompt, str):
        return (Turn('', prompt),)
    if not isinstance(prompt, list):
        return (Turn('', _as_json(prompt)),)
    return tuple(_turn(one) for one in prompt)


def _turn(one: Any) -> Turn:
    if isinstance(one, str):
        return Turn('', one)
    text = one.get('prompt', one.get('content')) if isinstance(one, dict) else one
    role = one.get('role') if isinstance(one, dict) else ''
    if not isinstance(text, str):  # images and the like, or nothing that is known
        text = _as_json(one if text is None else text)
    return Turn(role if isinstance(role, str) else '', text)


def _as_json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return '(nested too deeply)'
