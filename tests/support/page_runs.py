"""Runs over the embedded sample problems, graded, to be seen as a page."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from page_filters import Shelf
from work_dirs import RECORD, detail, replied, save_predictions, save_results

from opencompass_math500 import Problem, grade, load_problems
from opencompass_math500.cli import main

__all__ = [
    'ASKED',
    'DATA',
    'Reply',
    'Shown',
    'made_report',
    'many_problems',
    'replying',
    'sample_problems',
    'save_run',
    'shown',
]

ASKED: Final = '\nPlease reason step by step, and put your final answer within \\boxed{}.'
DATA: Final = 'sample-d672d809_0shot-cot'

_WRONG: Final = (
    '0',
    r'\frac{1}{3}',
    r'2\sqrt{5}',
    '(0,1]',
    r'\begin{pmatrix} 1 \\ 2 \end{pmatrix}',
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model is to have said: text, how it ended, and its reasoning apart."""

    text: str
    finish_reason: str = 'stop'
    reasoning: str = ''


Replying = Callable[[Problem, int], Reply]
"""The reply to a problem, given the number of the sample."""


def sample_problems() -> list[Problem]:
    """The 35 problems that the package brings."""
    return list(load_problems('sample'))


def many_problems(count: int) -> list[Problem]:
    """Sums, more of them than the package brings problems."""
    return [
        Problem(
            problem=f'What is $\\frac{{{n}}}{{1}} + {n % 7}$?',
            solution='',
            answer=str(n + n % 7),
            subject=('Algebra', 'Geometry', 'Number Theory')[n % 3],
            level=n % 5 + 1,
            unique_id=f'sums/{n}.json',
        )
        for n in range(count)
    ]


def replying(skill: int, fails: bool = False) -> Replying:
    """A model of which every reply is foreseeable: the greater the skill, the more are right.

    Most ways that a reply can end occur, whatever the skill; failed requests, which make a
    run incomplete, where it ``fails``.
    """

    def reply(problem: Problem, sample: int) -> Reply:
        number = sum(map(ord, problem.unique_id)) + 3 * sample
        start = f'Let us see. {problem.problem}\n\nStep {number}: '
        if number % 11 == 0:
            return Reply(start + 'and then again ' * 300, 'length')
        if number % 13 == 0:
            return Reply('', 'stop', reasoning='I thought about it for long.')
        if fails and number % 17 == 0:
            return Reply('', 'failed_request')
        if number % 19 == 0:
            return Reply(start + 'that I cannot say.')
        right = number % 10 < skill
        answer = problem.answer if right else _WRONG[number % len(_WRONG)]
        worked = problem.solution.replace('\\boxed', '') if right else 'I guess. ' * (number % 40)
        return Reply(f'{start}{worked}\n\nThe answer is $\\boxed{{{answer}}}$.', 'stop')

    return reply


def save_run(
    work_dir: Path,
    model: str,
    reply: Replying | int,
    problems: Sequence[Problem] | None = None,
    samples: int = 1,
    dataset: str = DATA,
    record: dict[str, Any] | None = RECORD,
) -> Path:
    """A finished run: predictions, results with real verdicts, and its settings.

    Args:
        work_dir: the run's folder.
        model: its name.
        reply: what it says, or how much it can (0 to 10).
        problems: the embedded ones where none are given.
        samples: responses to each problem; the first ones of all problems come first.
        dataset: the dataset's name.
        record: the settings; None for none.
    """
    if isinstance(reply, int):
        reply = replying(reply)
    asked = sample_problems() if problems is None else problems
    replies = [[reply(one, sample) for one in asked] for sample in range(samples)]
    save_predictions(
        work_dir,
        [_row(number, *pair) for several in replies
         for number, pair in enumerate(zip(asked, several, strict=True))],
        dataset,
        model,
    )  # fmt: skip
    details = [_detail(number, one, [s[number] for s in replies]) for number, one in
               enumerate(asked)]  # fmt: skip
    if record is not None:
        record = copy.deepcopy(record)
        record['inference'].update(data=dataset, samples=samples)
        record['inference']['prompt']['template']['round'][0]['prompt'] = '{problem}' + ASKED
        record['inference']['model']['path'] = model
    save_results(work_dir, details, model, dataset, record)
    return work_dir


def _row(number: int, problem: Problem, reply: Reply) -> dict[str, Any]:
    row = replied(number, reply.finish_reason, reasoning=reply.reasoning)
    return {
        **row,
        'origin_prompt': [{'role': 'HUMAN', 'prompt': problem.problem + ASKED}],
        'prediction': reply.text,
        'gold': problem.answer,
        'unique_id': problem.unique_id,
        'response_tokens': len(reply.text) // 4,
    }


def _detail(number: int, problem: Problem, replies: Sequence[Reply]) -> dict[str, Any]:
    verdicts = [
        grade(response=reply.text, gold=problem.answer, problem=problem.problem,
              finish_reason=reply.finish_reason)
        for reply in replies
    ]  # fmt: skip
    made = detail(
        number,
        *(verdict.outcome for verdict in verdicts),
        answer=problem.answer,
        subject=problem.subject,
        level=problem.level,
        unique_id=problem.unique_id,
    )
    return {
        **made,
        'pred': [verdict.answer or '' for verdict in verdicts],
        'reason': [verdict.reason for verdict in verdicts],
        'rule': [verdict.rule for verdict in verdicts],
        'extraction': [verdict.extraction for verdict in verdicts],
        'was_cut': [verdict.was_cut for verdict in verdicts],
        'finish_reason': [reply.finish_reason for reply in replies],
        'response_tokens': [len(reply.text) // 4 for reply in replies],
    }


def made_report(output: Path, *work_dirs: Path, options: Sequence[str] = ()) -> Path:
    """The page of these runs, by the command."""
    assert main(['report', *map(str, work_dirs), '--output', str(output), *options]) == 0
    return output


Shown = tuple[Path, Shelf]
"""A page, and what it is about."""


@pytest.fixture(scope='session')
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """A page of two runs; the second has two samples a problem: three responses a card."""
    folder = tmp_path_factory.mktemp('shown')
    save_run(folder / 'a', 'able', 8)
    save_run(folder / 'a', 'weak', replying(3), samples=2)
    return made_report(folder / 'report.html', folder / 'a'), Shelf.of(folder / 'a')
