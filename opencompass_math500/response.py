"""One response with all that a run knows of it; and without the long texts, for a score."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from opencompass_math500.grading.verdict import Outcome

__all__ = ['Item', 'Record', 'Turn', 'turns_of']


@dataclass(frozen=True, slots=True)
class Item:
    """One graded response.

    Attributes:
        unique_id, subject, level: the problem's; '' and 0 where the run does not say.
        sample: 0 for the first response to the problem, 1 for the second, ...
        gold, answer: the two sides; ``answer`` is '' where there is none.
        outcome, reason: the verdict.
        was_cut: the token cap or the endpoint's filter cut the response.
        finish_reason: ``stop``, ``length``, ``content_filter``, ``failed_request``, another
            of the endpoint's, or None where unknown.
        tokens: generated tokens; None where unknown.
        attempts: requests sent for the reply; None where unknown, as the next two.
        served_model: the model, as the endpoint states it.
        sampling: the parameters really sent.
        rule, extraction: the rules that decided, and that found the answer.
    """

    unique_id: str
    subject: str
    level: int
    sample: int
    gold: str
    answer: str
    outcome: Outcome
    reason: str
    was_cut: bool
    finish_reason: str | None
    tokens: int | None
    attempts: int | None = None
    served_model: str | None = None
    sampling: Mapping[str, Any] | None = None
    rule: str = ''
    extraction: str = ''

    @property
    def is_correct(self) -> bool:
        """Whether the item counts as right."""
        return self.outcome == 'correct'


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a prompt: who speaks (``HUMAN``, ``SYSTEM``, ...; '' in a bare text), what."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """One response. What the run does not say is '', 0 or None.

    Attributes:
        model, dataset: as the run calls them.
        position: the problem's number in the dataset, from 0.
        sample: 0 for the first response to the problem, 1 for the second, ...
        unique_id, problem, subject, level: the problem's.
        prompt: the whole prompt, turn by turn.
        response: the whole reply.
        reasoning: what the endpoint gave apart from the reply.
        gold, answer: the two sides; ``answer`` is '' where there is none.
        verdict, reason, rule, extraction, was_cut: as in
            :class:`~opencompass_math500.grading.verdict.Verdict`.
        graded: ``results``: the verdict is the run's own; ``now``: the run has none of this
            evaluator, and the response was graded while it was read.
        other_verdict: whether the run's own evaluator, where it is another, took it for
            right; None where unknown.
        finish_reason: ``stop``, ``length``, ..., None where unknown.
        tokens: generated; None where unknown.
        reply: the record of an endpoint's reply, without its reasoning; None where there
            is none.
        place: file and row, below the work directory.
    """

    model: str
    dataset: str
    position: int
    sample: int
    unique_id: str
    problem: str
    subject: str
    level: int
    prompt: tuple[Turn, ...]
    response: str
    reasoning: str
    gold: str
    answer: str
    verdict: Outcome
    reason: str
    rule: str
    extraction: str
    was_cut: bool
    graded: Literal['results', 'now']
    other_verdict: bool | None
    finish_reason: str | None
    tokens: int | None
    reply: Mapping[str, Any] | None
    place: str

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits that name the response: the same in every reading."""
        name = [self.model, self.dataset, self.unique_id or self.position, self.sample]
        return hashlib.sha256(json.dumps(name).encode('ascii')).hexdigest()[:12]

    @property
    def prompt_text(self) -> str:
        """The prompt as one text; where there are several turns, each below its role."""
        if len(self.prompt) == 1:
            return self.prompt[0].text
        return '\n\n'.join(f'[{turn.role}]\n{turn.text}' for turn in self.prompt)

    @property
    def item(self) -> Item:
        """What a score needs of it, without the long texts."""
        reply = self.reply or {}
        attempts, served_model, sampling = map(reply.get, ('attempts', 'model', 'sampling'))
        return Item(
            unique_id=self.unique_id or str(self.position),
            subject=self.subject,
            level=self.level,
            sample=self.sample,
            gold='',
            answer='',
            outcome=self.verdict,
            reason='',
            was_cut=self.was_cut,
            finish_reason=self.finish_reason,
            tokens=self.tokens,
            attempts=attempts if isinstance(attempts, int) else None,
            served_model=served_model if isinstance(served_model, str) else None,
            sampling=sampling if isinstance(sampling, Mapping) else None,
        )


def turns_of(prompt: Any) -> tuple[Turn, ...]:
    """The turns of an ``origin_prompt``: a text, or a list of texts and of turns."""
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
