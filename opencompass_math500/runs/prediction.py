"""What one row says: a response, its gold, and what is known about them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading.extraction.extract import extract_answer
from opencompass_math500.prompts import TEMPLATES
from opencompass_math500.runs.files import OF_HARNESS, PredictionSet, open_part
from opencompass_math500.runs.rows import Numeral, Row, read_rows

__all__ = ['Prediction', 'gold_answer', 'keys_of', 'predictions_in', 'read_set']

_REMEDY: Final = 'give each row "response" and "gold", both text'


@dataclass(frozen=True, slots=True)
class Prediction:
    """One response with its gold.

    Attributes:
        row: the line, from 1; in a prediction file of OpenCompass the row's number, from 0.
        sample: 0 for the first of several responses in one row, 1 for the second, ...
        unique_id: the problem's, None where the row does not say.
        response, gold: the two sides; the response is '' where there is none.
        problem: its text, None where the row does not say.
        finish_reason: how the generation ended, None where the row does not say.
        same_problem: equal for the responses to one problem: a hash of its id or text.
    """

    row: int
    sample: int
    unique_id: str | None
    response: str
    gold: str
    problem: str | None
    finish_reason: str | None
    same_problem: int

    @property
    def to_grade(self) -> dict[str, Any]:
        """The row for :func:`~opencompass_math500.grade_many`."""
        return {
            'response': self.response,
            'gold': self.gold,
            'problem': self.problem,
            'finish_reason': self.finish_reason,
        }


def read_set(
    source: PredictionSet, advance: Callable[[int], object] = lambda size: None
) -> Iterator[Prediction]:
    """The responses of all parts of a set, one after the other.

    Args:
        source: what to read.
        advance: told how many bytes were read, each time that some were.

    Raises:
        SourceUnavailable: a file cannot be read.
        MalformedData: a row is not in shape; names file and row. The responses before it
            have been given.
    """
    empty = True
    first_row = 0
    for part in source.parts:
        named: tuple[str, str] | None = None
        name = source.name if len(source.parts) == 1 else str(part)
        last = -1
        with open_part(part) as stream:
            for row in read_rows(stream, name, advance):
                named = named or keys_of(row)
                # The parts of a split file each number their rows from 0.
                yield from predictions_in(row, first_row + row.number, *named)
                empty, last = False, row.number
        first_row += last + 1
    if empty:
        raise MalformedData(f'{source.name} holds no rows', _REMEDY)


@dataclass(frozen=True, slots=True)
class _Side:
    """How files name one of the two texts.

    Attributes:
        name: our name.
        alias: another well-known one, taken where a file has not ours.
        rivals: with one of these beside it, it is open what the alias means.
    """

    name: str
    alias: str
    rivals: frozenset[str]

    def key_in(self, row: Row) -> str:
        """The key of this side in a file, by its first row."""
        if self.name in row.fields:
            return self.name
        if self.alias in row.fields:
            for rival in sorted(self.rivals & row.fields.keys()):
                raise MalformedData(
                    f'{row.place}: either {self.alias!r} or {rival!r} may be the {self.name}',
                    f'name it "{self.name}"',
                )
            return self.alias
        if row.fields.keys() >= {'doc', 'resps'}:
            raise MalformedData(
                f'{row.place} is of a sample log of lm-evaluation-harness, which is no file of '
                'responses alone',
                OF_HARNESS,
            )
        keys = ', '.join(list(row.fields)[:8]) or 'none'
        raise MalformedData(f'{row.place}: no {self.name!r} (its keys: {keys:.100})', _REMEDY)


_RESPONSE: Final = _Side(
    'response', 'prediction', frozenset({'completion', 'generation', 'output'})
)
# 'solution' is no rival: MATH-500 has it beside 'answer'.
_GOLD: Final = _Side(
    'gold',
    'answer',
    frozenset({'correct_answer', 'expected', 'ground_truth', 'label', 'reference', 'target'}),
)


def keys_of(row: Row) -> tuple[str, str]:
    """What a file calls the response and the gold, by its first row.

    Raises:
        MalformedData: it has none of the names, or one that may mean either.
    """
    return _RESPONSE.key_in(row), _GOLD.key_in(row)


def predictions_in(row: Row, number: int, response_key: str, gold_key: str) -> Iterator[Prediction]:
    """The responses of one row.

    Args:
        row: as it stands in the file.
        number: the row's, of the whole set.
        response_key, gold_key: from :func:`keys_of`.

    Raises:
        MalformedData: the row is not in shape; names it.
    """
    fields = row.fields
    for key in (response_key, gold_key):
        if key not in fields:
            # OpenCompass leaves a gold out that is empty.
            raise MalformedData(f'{row.place}: no {key!r}, which the first row has', _REMEDY)
    responses = _several(fields[response_key])
    if not responses:
        raise MalformedData(f'{row.place}: {response_key!r} is an empty list', _REMEDY)
    reasons = _several(fields.get('finish_reason')) or [None]
    if len(reasons) != len(responses):
        if len(reasons) > 1:
            raise MalformedData(
                f'{row.place}: {len(responses)} responses, but {len(reasons)} finish reasons',
                'give as many, or none',
            )
        reasons = reasons * len(responses)
    gold = _text(row, gold_key)
    problem, prompt = _text(row, 'problem'), fields.get('origin_prompt')
    unique_id = _text(row, 'unique_id')
    identity = unique_id or problem or (json.dumps(prompt) if prompt else str(number))
    if gold is None:
        raise MalformedData(f'{row.place}: {gold_key!r} is null', _REMEDY)
    if problem is None and prompt:
        problem = _problem_in(prompt)
    for sample, (response, reason) in enumerate(zip(responses, reasons, strict=True)):
        yield Prediction(
            row=number,
            sample=sample,
            unique_id=unique_id,
            response=_checked(row, response_key, response) or '',
            gold=gold_answer(gold),
            problem=problem,
            finish_reason=_checked(row, 'finish_reason', reason),
            same_problem=hash(identity),
        )


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(row: Row, key: str) -> str | None:
    return _checked(row, key, row.fields.get(key))


def _checked(row: Row, key: str, value: Any) -> str | None:
    """A text, a number as it was written, or None."""
    if value is None or isinstance(value, str):
        return str(value) if isinstance(value, Numeral) else value
    kind = {dict: 'an object', list: 'a list', bool: 'true or false'}.get(type(value), 'no text')
    raise MalformedData(f'{row.place}: {key!r} is {kind}', 'give it as text')


def gold_answer(gold: str) -> str:
    """The answer itself, where a config gives the whole worked solution as the gold.

    OpenCompass's own ``math_500_gen`` does: its output column is ``solution``.
    """
    if '\\boxed' not in gold:
        return gold
    return extract_answer(gold) or gold


# The longest wording first: what is around a problem in one may be a part of another.
_QUESTIONS: Final = sorted(
    {template.question.rstrip().partition('{problem}') for template in TEMPLATES.values()},
    key=lambda parts: (-len(''.join(parts)), parts),
)
_BARE: Final = ('', '{problem}', '')
# A prompt that is the problem alone is known by its system prompt only.
_BARE_SYSTEMS: Final = frozenset(
    template.system.strip()
    for template in TEMPLATES.values()
    if template.question.rstrip().partition('{problem}') == _BARE and template.system
)


def _problem_in(prompt: Any) -> str | None:
    """The problem in a prompt of ours, so that grading again decides as the run did.

    None where the wording is another: a few-shot example must not be taken for the problem.
    """
    system = None
    if isinstance(prompt, list):
        system = _last_turn(prompt, _INSTRUCTING)
        prompt = _last_turn(prompt, _ASKING)
    if not isinstance(prompt, str):
        return None
    for parts in _QUESTIONS:
        before, _, after = parts
        if parts == _BARE:
            known = isinstance(system, str) and system.strip() in _BARE_SYSTEMS
            return prompt.strip() if known else None
        head, found, _ = prompt.rpartition(after) if after else (prompt, 'all', '')
        if not found or (not before and after in head):
            continue
        _, found, problem = head.rpartition(before) if before else ('', 'all', head)
        if found:
            return str(problem).strip()
    return None


_ASKING: Final = ('HUMAN', 'user')
_INSTRUCTING: Final = ('SYSTEM', 'system')


def _last_turn(prompt: list[Any], roles: tuple[str, ...]) -> Any:
    turns = [turn for turn in prompt if isinstance(turn, dict) and turn.get('role') in roles]
    return turns[-1].get('prompt', turns[-1].get('content')) if turns else None
