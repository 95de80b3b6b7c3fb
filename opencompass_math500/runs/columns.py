"""Which column of a file of rows holds what: by well-known names, or as the user says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from opencompass_math500.errors import MalformedData

__all__ = ['NAMED_BY_NONE', 'Columns', 'NamedColumns', 'find_columns']

_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class NamedColumns:
    """The columns that the user names; None for those to be found.

    Attributes:
        response, gold, problem, finish: each the name of a column.
    """

    response: str | None = None
    gold: str | None = None
    problem: str | None = None
    finish: str | None = None

    @property
    def any(self) -> bool:
        """Whether one is named."""
        return any(getattr(self, field.name) is not None for field in fields(self))


NAMED_BY_NONE: Final = NamedColumns()


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of one file are called; None is not there.

    Attributes:
        response, gold: the two sides; a file without golds is joined with the problems.
        problem: the problem's text.
        prompt: what the model was sent, the problem within.
        unique_id, subject, level: the problem's.
        reasoning: what stands apart from the response.
        finish, tokens: how the generation ended, and how long it is.
        answer, verdict: what whoever wrote the file has extracted, and said of it.
        model, dataset, step: what several runs in one file are told apart by.
    """

    response: str
    gold: str | None = None
    problem: str | None = None
    prompt: str | None = None
    unique_id: str | None = None
    subject: str | None = None
    level: str | None = None
    reasoning: str | None = None
    finish: str | None = None
    tokens: str | None = None
    answer: str | None = None
    verdict: str | None = None
    model: str | None = None
    dataset: str | None = None
    step: str | None = None

    @property
    def said(self) -> str:
        """Say what is read from where, in part of a line."""
        found = ((role, getattr(self, role)) for role in _SAID)
        return ', '.join(f'{_SAID[role]} from {name!r}' for role, name in found if name)


_SAID: Final[Mapping[str, str]] = {
    'response': 'responses',
    'gold': 'golds',
    'problem': 'problems',
    'prompt': 'prompts',
    'reasoning': 'reasoning',
    'finish': 'stop reasons',
    'tokens': 'tokens',
    'answer': 'answers found there',
    'verdict': 'verdicts there',
}

# A side goes by our name, or by one of these alone: with two of them there, it is open which
# is meant. 'solution' is no rival of a gold: MATH-500 has it beside 'answer'.
_RESPONSES: Final = (
    'prediction', 'predictions', 'completion', 'completions', 'generation', 'generations',
    'output', 'outputs', 'responses', 'model_output', 'model_response', 'generated_text',
)  # fmt: skip
_GOLDS: Final = (
    'answer', 'correct_answer', 'expected', 'expected_answer', 'gold_answer', 'ground_truth',
    'gt', 'gts', 'label', 'reference', 'reference_answer', 'target',
)  # fmt: skip
_LAST_RESORT: Final = 'solution'

# What nothing depends on but that a verdict may be better: the first that is there.
# Source: verl 0.9.1, ray_trainer.py, _write_generations (input, output, gts, score, step, and
# what the reward function gives beside its score: acc, pred); TRL 1.16.0, grpo_trainer.py, log
# (step, prompt, completion, one column a reward function, advantage).
_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    'problem': ('problem', 'question', 'query'),
    'prompt': ('prompt', 'origin_prompt', 'input', 'messages', 'prompts', 'inputs', 'instruction'),
    'unique_id': ('unique_id',),
    'subject': ('subject',),
    'level': ('level',),
    'reasoning': ('reasoning_content', 'reasoning', 'thinking'),
    'finish': ('finish_reason', 'finish_reasons', 'stop_reason', 'done_reason'),
    'tokens': ('response_tokens', 'num_generated_tokens', 'completion_tokens', 'output_tokens'),
    'answer': ('predicted_answer', 'extracted_answer', 'pred', 'answer_parsed'),
    'verdict': (
        'is_correct', 'correct', 'symbolic_correct', 'acc', 'accuracy', 'accuracy_reward', 'score',
        'reward',
    ),
    'model': ('model', 'model_name'),
    'dataset': ('dataset', 'data_source', 'benchmark'),
    'step': ('step', 'global_step'),
}  # fmt: skip


def find_columns(
    there: Sequence[str], named: NamedColumns, where: str, *, needs_gold: bool = True
) -> Columns:
    """Return what the columns of a file are.

    Args:
        there: the names of its columns.
        named: those that the user names.
        where: file and row, for messages.
        needs_gold: whether golds cannot come from elsewhere.

    Raises:
        MalformedData: one that is needed is not there, or more than one may be it; names
            those that are.
    """
    for role in ('response', 'gold', 'problem', 'finish'):
        name = getattr(named, role)
        if name is not None and name not in there:
            raise MalformedData(
                f'{where}: no column {name!r} ({_list(there)})', f'--{role}-column names one'
            )
    response = named.response or _side('response', _RESPONSES, there, where)
    if response is None:
        raise MalformedData(
            f'{where}: no {"response"!r} ({_list(there)})',
            'give each row "response" and "gold", both text, or name the column with '
            '--response-column',
        )
    left = [name for name in there if name != response]
    gold = named.gold or _side('gold', _GOLDS, left, where)
    if gold is None and _LAST_RESORT in left:
        gold = _LAST_RESORT
    if gold is None and needs_gold:
        raise MalformedData(
            f'{where}: no {"gold"!r} ({_list(there)})',
            'give each row "response" and "gold", both text; or name the column with '
            '--gold-column, or the problems with --data, from which golds are joined by the '
            "problem's text or unique_id",
        )
    left = [name for name in left if name != gold]
    others = dict(_others(left, named))
    return Columns(response=response, gold=gold, **others)


def _side(role: str, names: Collection[str], there: Sequence[str], where: str) -> str | None:
    if role in there:
        return role
    found = [name for name in there if name in names]
    if len(found) > 1:
        either = ' or '.join(map(repr, found))
        raise MalformedData(
            f'{where}: either {either} may be the {role} ({_list(there)})',
            f'name it "{role}", or say which with --{role}-column',
        )
    return found[0] if found else None


def _others(left: Collection[str], named: NamedColumns) -> Iterator[tuple[str, str]]:
    given = {'problem': named.problem, 'finish': named.finish}
    for role, names in _OTHERS.items():
        taken = given.get(role) or next((name for name in names if name in left), None)
        if taken is not None:
            yield role, taken


def _list(there: Sequence[str]) -> str:
    shown = ', '.join(name[:40] for name in there[:_SHOWN]) or 'none'
    more = f' and {len(there) - _SHOWN} more' if len(there) > _SHOWN else ''
    return f'its columns: {shown}{more}'
