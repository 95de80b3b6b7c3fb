"""The inferencer over an endpoint: all rows at once, each on disk as it comes, failures too."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback_api import LoopbackAPI
from prompt_building import built, dataset_config

from opencompass_math500.compass import MATH500OpenAI
from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import EndpointError, StaleRunError
from opencompass_math500.runs.opencompass.progress import read_progress

pytestmark = pytest.mark.slow

PROBLEMS = load_problems('sample')
NAME = 'sample_0shot.json'
BAD = (400, {'message': 'too long', 'code': 'context_length_exceeded'})
QUOTA = (429, {'message': 'You exceeded your current quota.', 'code': 'insufficient_quota'})
PRICES = {'prompt': 100_000, 'completion': 300_000, 'currency': 'EUR'}  # 0.40 EUR a reply


@pytest.fixture
def api() -> Iterator[LoopbackAPI]:
    with LoopbackAPI(lambda prompt: f'<{number_of(prompt)}>', reasoning='Hm.') as server:
        yield server


def number_of(prompt: str) -> int:
    """Which problem a prompt is about."""
    (found,) = [n for n, problem in enumerate(PROBLEMS) if prompt.startswith(problem.problem)]
    return found


def asked(api: LoopbackAPI) -> Counter[int]:
    return Counter(map(number_of, api.prompts))


def model(api: LoopbackAPI, **changes: Any) -> MATH500OpenAI:
    return MATH500OpenAI('m', base_url=api.url, first_wait=0.01, attempts=2, **changes)


def ask(folder: Path, made: MATH500OpenAI, **inferencer: Any) -> list[Any]:
    """One attempt at the predictions, as OpenICLInferTask makes it."""
    config = dataset_config('math500_0shot_cot', source='sample', abbr=PROBLEMS.slug)
    found, retriever, templates = built(config, made, output_json_filepath=str(folder),
                                        **inferencer)  # fmt: skip
    replies: list[Any] = found.inference(
        retriever, output_json_filepath=str(folder), output_json_filename=NAME, **templates
    )
    return replies


def rows(folder: Path) -> list[dict[str, Any]]:
    loaded = json.loads((folder / NAME).read_text('utf-8'))
    return [loaded[str(number)] for number in range(len(loaded))]


def journal(folder: Path) -> list[dict[str, Any]]:
    path = folder / f'tmp_{NAME}l'
    return [json.loads(line) for line in path.read_text('utf-8').splitlines()]


def fail(api: LoopbackAPI, *numbers: int, error: Any = BAD) -> None:
    """From now on these problems are refused."""
    api.refuse = lambda prompt: error if number_of(prompt) in numbers else None


def test_every_row_says_how_its_request_went(api: LoopbackAPI, tmp_path: Path) -> None:
    api.model = 'm-2026-01-01'
    assert ask(tmp_path, model(api)) == [f'<{number}>' for number in range(len(PROBLEMS))]
    for number, (problem, row) in enumerate(zip(PROBLEMS, rows(tmp_path), strict=True)):
        reply = row.pop('reply')
        assert row == {
            'origin_prompt': [{'role': 'HUMAN', 'prompt': problem.problem
            + '\nPlease reason step by step, and put your final answer within \\boxed{}.'}],
            'prediction': f'<{number}>',
            'gold': problem.answer,
            'unique_id': problem.unique_id,
            'finish_reason': 'stop',
            'response_tokens': 1,
        }  # fmt: skip
        assert 0 < reply.pop('latency') < 60
        assert reply.pop('request_id').startswith('reply-')
        assert reply == {
            'attempts': 1,
            'model': 'm-2026-01-01',
            'sampling': {'temperature': 0, 'max_tokens': 16},
            'prompt_tokens': 1,
            'reasoning_tokens': None,
            'cached_tokens': None,
            'reasoning': 'Hm.',
            'error': '',
        }
    assert set(asked(api).values()) == {1}
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_failed_request_is_a_row_and_costs_no_other(api: LoopbackAPI, tmp_path: Path) -> None:
    fail(api, 3, 7)
    ask(tmp_path, model(api))
    found = rows(tmp_path)
    failed = [n for n, row in enumerate(found) if row['finish_reason'] == 'failed_request']
    assert failed == [3, 7]
    assert found[3]['prediction'] == ''
    assert found[3]['gold'] == PROBLEMS[3].answer
    assert 'too long' in found[3]['reply']['error']
    assert [row['prediction'] for row in found if row['prediction']] == [
        f'<{number}>' for number in range(len(PROBLEMS)) if number not in failed
    ]


def test_a_stop_keeps_what_was_answered_and_the_rest_is_asked_later(
    api: LoopbackAPI, tmp_path: Path
) -> None:
    fail(api, 20, error=QUOTA)
    with pytest.raises(EndpointError, match='exceeded your current quota') as caught:
        ask(tmp_path, model(api, concurrency=2))
    assert '\n' not in str(caught.value)
    assert not (tmp_path / NAME).exists()
    kept = {row['idx'] for row in journal(tmp_path)}
    assert set(range(20)) <= kept <= {*range(20), 21, 22}

    fail(api)
    before = asked(api)
    ask(tmp_path, model(api))
    later = asked(api) - before
    assert set(later) == set(range(len(PROBLEMS))) - kept
    assert set(later.values()) == {1}
    assert [row['prediction'] for row in rows(tmp_path)] == [
        f'<{number}>' for number in range(len(PROBLEMS))
    ]


def test_a_failed_row_of_the_journal_is_asked_again_and_the_later_reply_wins(
    api: LoopbackAPI, tmp_path: Path
) -> None:
    ask(tmp_path / 'whole', model(api))
    lines = [{'idx': n, **row} for n, row in enumerate(rows(tmp_path / 'whole'))]
    lines[4] |= {'prediction': '', 'finish_reason': 'failed_request'}
    text = ''.join(json.dumps(line) + '\n' for line in lines)
    (tmp_path / f'tmp_{NAME}l').write_text(text)
    before = asked(api)
    ask(tmp_path, model(api))
    assert asked(api) - before == Counter({4: 1})
    assert rows(tmp_path)[4]['prediction'] == '<4>'
    assert len(rows(tmp_path)) == len(PROBLEMS)


def test_replies_to_another_prompt_are_refused_before_anything_is_asked(
    api: LoopbackAPI, tmp_path: Path
) -> None:
    ask(tmp_path / 'whole', model(api))
    first = {'idx': 0, **rows(tmp_path / 'whole')[0], 'origin_prompt': 'other'}
    (tmp_path / f'tmp_{NAME}l').write_text(json.dumps(first) + '\n')
    before = len(api.requests)
    with pytest.raises(StaleRunError, match=PROBLEMS[0].unique_id):
        ask(tmp_path, model(api))
    assert len(api.requests) == before


def test_each_reply_is_on_disk_and_counted_before_the_next_is_looked_at(
    api: LoopbackAPI, tmp_path: Path
) -> None:
    """What a kill at any moment would leave, and what a watcher would see."""
    seen: list[tuple[int, Any]] = []

    def reply(prompt: str) -> str:
        path = tmp_path / f'tmp_{NAME}l'
        seen.append(
            (len(journal(tmp_path)) if path.exists() else 0, read_progress(tmp_path / NAME))
        )
        return 'x'

    api.reply = reply
    fail(api, 1)
    ask(tmp_path, model(api, concurrency=1, prices=PRICES))
    assert [lines for lines, _ in seen] == [0, *range(2, len(PROBLEMS))]
    for lines, shot in seen:
        assert (shot.done, shot.total) == (lines, len(PROBLEMS))
        failed = int(lines > 1)
        assert (shot.failed, shot.tokens) == (failed, lines - failed)
        assert shot.cost == pytest.approx(0.4 * (lines - failed))
        assert shot.currency == 'EUR'
    shots = [shot for _, shot in seen]
    assert [shot.seconds for shot in shots] == sorted(shot.seconds for shot in shots)
    assert shots[-1].seconds > 0
    assert read_progress(tmp_path / NAME) is None


def test_the_cost_counts_what_an_earlier_attempt_paid(api: LoopbackAPI, tmp_path: Path) -> None:
    fail(api, 20, error=QUOTA)
    with pytest.raises(EndpointError):
        ask(tmp_path, model(api, concurrency=1, prices=PRICES))
    shot = read_progress(tmp_path / NAME)
    assert shot is not None
    assert shot.done == 20
    assert shot.cost == pytest.approx(8.0)
    seen: list[Any] = []

    def reply(prompt: str) -> str:
        seen.append(read_progress(tmp_path / NAME))
        return 'x'

    fail(api)
    api.reply = reply
    ask(tmp_path, model(api, concurrency=1, prices=PRICES))
    assert [shot.cost for shot in seen] == pytest.approx(
        [8.0 + 0.4 * number for number in range(len(PROBLEMS) - 20)]
    )
    assert (seen[0].done, seen[0].tokens) == (20, 0)
