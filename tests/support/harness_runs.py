"""Our lm-eval tasks through lm-eval's own evaluator, in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from loopback_api import LoopbackAPI

pytest.importorskip('lm_eval', reason='lm-eval is not installed (extra lm-eval)')

import lm_eval.evaluator
from lm_eval import simple_evaluate
from lm_eval.tasks import TaskManager

from opencompass_math500.dataset import Problem, load_problems
from opencompass_math500.locations import lm_eval_tasks_dir

__all__ = [
    'answered',
    'boxed',
    'derived',
    'evaluated',
    'gold_of',
    'loaded',
    'problem_of',
    'samples_of',
    'task_manager',
]

CHAT = 'local-chat-completions'


def task_manager(**metadata: Any) -> Any:
    """A task manager that knows our tasks alone; the embedded sample unless told otherwise."""
    return TaskManager(
        include_path=str(lm_eval_tasks_dir()),
        include_defaults=False,
        metadata={
            f'math500_{name}': value for name, value in {'data': 'sample', **metadata}.items()
        },
    )


def loaded(task: str = 'math500', **metadata: Any) -> Any:
    """A task as lm-eval loads it."""
    return task_manager(**metadata).load([task])['tasks'][task]


def boxed(text: str = '5') -> str:
    """A reply in prose with its answer in a box."""
    return f'We add, and so the answer is $\\boxed{{{text}}}$. That was it.'


@contextmanager
def _surroundings(key: str) -> Iterator[None]:
    """A key in the environment; and the host is not described (``pip list``, a second)."""
    describe, lm_eval.evaluator.add_env_info = lm_eval.evaluator.add_env_info, lambda results: None
    before = os.environ.get('OPENAI_API_KEY')
    os.environ['OPENAI_API_KEY'] = key
    try:
        yield
    finally:
        lm_eval.evaluator.add_env_info = describe
        os.environ.pop('OPENAI_API_KEY')
        if before is not None:
            os.environ['OPENAI_API_KEY'] = before


def evaluated(
    url: str,
    task: str = 'math500',
    *,
    limit: int | None = 2,
    model: Any = CHAT,
    path: str = '/chat/completions',
    arguments: str = '',
    manager: Any = None,
    **options: Any,
) -> dict[str, Any]:
    """What ``simple_evaluate`` gives for one task at an endpoint.

    Args:
        url: the endpoint's, without the last part of the path.
        task: a task or group.
        limit: the first so many problems only.
        model: lm-eval's name for the kind of model, or a model.
        path: the last part of the path.
        arguments: further ``model_args``.
        manager: the task manager; that of :func:`task_manager` by default.
        options: further arguments of ``simple_evaluate``.
    """
    # Without a seed for torch, lm-eval does not load it.
    cheap = {'bootstrap_iters': 0, 'torch_random_seed': None}
    options = {'apply_chat_template': model == CHAT, **cheap, **options}
    with _surroundings('sk-of-the-tests'):
        found = simple_evaluate(
            model=model,
            model_args=f'model=m,base_url={url}{path},max_retries=1,timeout=20,{arguments}',
            tasks=[task],
            limit=limit,
            task_manager=manager or task_manager(),
            **options,
        )
    assert isinstance(found, dict)
    return found


def answered(reply: Any, task: str = 'math500', *, finish: str = 'stop', **options: Any) -> Any:
    """The results of a task at an endpoint that answers so, and the requests it got.

    Args:
        reply: the text of every reply, or what makes it of the last message.
        task: a task or group.
        finish: what every reply says of its end.
        options: as for :func:`evaluated`.
    """
    say = reply if callable(reply) else lambda prompt: reply
    with LoopbackAPI(reply=say, finish_reason=finish) as api:
        return evaluated(api.url, task, **options), api.requests


def samples_of(results: dict[str, Any], task: str = 'math500') -> list[dict[str, Any]]:
    """The rows of a task's sample log, in the order of the problems."""
    return sorted(results['samples'][task], key=lambda row: int(row['doc_id']))


def problem_of(prompt: str) -> Problem:
    """The problem of the sample that a prompt asks."""
    (found,) = (problem for problem in load_problems('sample') if problem.problem in prompt)
    return found


def gold_of(prompt: str) -> str:
    """The gold of the problem in a prompt."""
    return problem_of(prompt).answer


def derived(folder: Path, text: str, **metadata: Any) -> TaskManager:
    """A task manager that also knows a file which includes ours."""
    ours = lm_eval_tasks_dir() / 'math500.yaml'
    (folder / 'mine.yaml').write_text(f'include: {ours}\n{text}', encoding='utf-8')
    return TaskManager(
        include_path=[str(lm_eval_tasks_dir()), str(folder)],
        include_defaults=False,
        metadata={'math500_data': 'sample', **metadata},
    )
