"""``--use_cache``: what lm-eval has kept is the same model's, and no failure."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from faulty_api import FaultyAPI, by_item
from harness_runs import CHAT, boxed, evaluated, samples_of, task_manager
from loopback_api import LoopbackAPI

from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import ConfigError
from opencompass_math500.prompts import TEMPLATES

PROMPTS = [TEMPLATES['0shot_cot'].question.replace('{problem}', p.problem)
           for p in list(load_problems('sample'))[:3]]  # fmt: skip


def failures(results: dict[str, Any]) -> int:
    return int(results['results']['math500']['failed_request,none'])


def test_what_failed_is_asked_again_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options: Any = {'use_cache': str(tmp_path / 'replies'), 'limit': 3}
    with FaultyAPI(by_item({PROMPTS[1]: '200-error-402'})) as api:
        assert failures(evaluated(api.url, **options)) == 1
        assert failures(evaluated(api.url, **options)) == 1  # still out of order
        assert dict(api.counts) == {PROMPTS[0]: 1, PROMPTS[1]: 2, PROMPTS[2]: 1}
        api.mended = True
        assert failures(evaluated(api.url, **options)) == 0
        assert failures(evaluated(api.url, **options)) == 0
    assert dict(api.counts) == {PROMPTS[0]: 1, PROMPTS[1]: 3, PROMPTS[2]: 1}
    said = 'math500: --use_cache: 1 that failed are asked again'
    assert capsys.readouterr().err.count(said) == 2


def test_replies_of_another_model_are_refused(tmp_path: Path) -> None:
    """lm-eval knows them by prompt and settings: they would be scored under the wrong name."""
    options: Any = {'use_cache': str(tmp_path / 'replies'), 'limit': 1}
    with LoopbackAPI(reply=lambda prompt: boxed()) as api:
        evaluated(api.url, **options)
        with pytest.raises(ConfigError, match='holds replies of m, and not of other: give each'):
            evaluated(api.url, arguments='model=other', **options)
        evaluated(api.url, **options)
    assert len(api.requests) == 1


def test_several_replies_are_not_one_kept_reply(tmp_path: Path) -> None:
    """It keeps one for a prompt: in a second run all four would be that one."""
    numbers = count()
    options: Any = {
        'use_cache': str(tmp_path / 'replies'),
        'limit': 1,
        'gen_kwargs': {'temperature': 0.6, 'seed': None},
    }
    with LoopbackAPI(reply=lambda prompt: boxed(str(next(numbers)))) as api:
        for _ in range(2):
            results = evaluated(api.url, manager=task_manager(n=4), **options)
            (logged,) = samples_of(results)
            assert len(set(logged['resps'][0])) == 4
        assert len(api.requests) == 8
        assert 'do_sample' not in api.requests[0]


def test_other_tasks_find_what_they_have_kept(tmp_path: Path) -> None:
    """Whatever model lm-eval has asked then: our check is of our requests."""
    from lm_eval.api.instance import Instance
    from lm_eval.api.model import CachingLM
    from lm_eval.api.registry import get_model

    from opencompass_math500.harness.cached import look_into_cache

    look_into_cache()
    path = str(tmp_path / 'theirs.db')
    with LoopbackAPI(reply=lambda prompt: boxed()) as api:
        for model in ('m', 'other'):
            arguments = f'model={model},base_url={api.url}/chat/completions,tokenizer_backend=None'
            lm = CachingLM(get_model(CHAT).create_from_arg_string(arguments), path)
            told = lm.apply_chat_template([{'role': 'user', 'content': PROMPTS[0]}])
            given = Instance('generate_until', {}, (told, {'until': []}), 0, ('t', 0, 1))
            assert lm.generate_until([given]) == [boxed()]
            lm.dbdict.close()
    assert len(api.requests) == 1
