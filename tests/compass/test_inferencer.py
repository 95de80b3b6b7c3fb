"""The inferencer: every row answered once, recorded whole, resumed row by row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mmengine.config import Config
from opencompass.models import HuggingFaceBaseModel
from prompt_building import Echo, built, dataset_config
from tiny_model import write_tiny_model

from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import ConfigError, StaleRunError
from opencompass_math500.runs.opencompass.progress import read_progress

PROBLEMS = load_problems('sample')
NAME = 'sample_0shot.json'


def config(name: str = 'math500_0shot_cot', **changes: Any) -> Config:
    return dataset_config(name, source='sample', abbr=PROBLEMS.slug, **changes)


def ask(folder: Path, model: Any, chosen: Config | None = None, **inferencer: Any) -> list[Any]:
    """One attempt at the predictions, as OpenICLInferTask makes it."""
    made, retriever, templates = built(
        chosen or config(), model, output_json_filepath=str(folder), **inferencer
    )
    replies: list[Any] = made.inference(
        retriever, output_json_filepath=str(folder), output_json_filename=NAME, **templates
    )
    return replies


def rows(folder: Path, name: str = NAME) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / name).read_text('utf-8'))
    return loaded


def journal(folder: Path) -> Path:
    return folder / f'tmp_{NAME}l'


def crashed(folder: Path, batches: int = 2) -> None:
    """An attempt that ended after so many batches of four."""
    with pytest.raises(RuntimeError, match='out of memory'):
        ask(folder, Echo(fail_after=batches))


def test_every_row_is_recorded_in_order(tmp_path: Path) -> None:
    model = Echo()
    replies = ask(tmp_path, model)
    found = rows(tmp_path)
    assert list(found) == [str(number) for number in range(len(PROBLEMS))]
    for problem, row, reply in zip(PROBLEMS, found.values(), replies, strict=True):
        assert row == {
            'origin_prompt': problem.problem
            + '\nPlease reason step by step, and put your final answer within \\boxed{}.',
            'prediction': reply,
            'gold': problem.answer,
            'unique_id': problem.unique_id,
            'finish_reason': None,
            'response_tokens': None,
        }
    assert [len(batch) for batch in model.asked] == [4] * 8 + [3]


def test_nothing_but_the_predictions_is_left(tmp_path: Path) -> None:
    ask(tmp_path, Echo())
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_crash_leaves_the_answered_rows_and_no_prediction_file(tmp_path: Path) -> None:
    crashed(tmp_path)
    kept = [json.loads(line) for line in journal(tmp_path).read_text().splitlines()]
    assert [row['idx'] for row in kept] == list(range(8))
    assert not (tmp_path / NAME).exists()
    shot = read_progress(tmp_path / NAME)
    assert shot is not None
    assert (shot.done, shot.total) == (8, len(PROBLEMS))


def test_a_resumed_attempt_asks_the_missing_rows_alone(tmp_path: Path) -> None:
    crashed(tmp_path)
    model = Echo()
    replies = ask(tmp_path, model)
    assert sum(len(batch) for batch in model.asked) == len(PROBLEMS) - 8
    ask(tmp_path / 'whole', Echo())
    assert rows(tmp_path) == rows(tmp_path / 'whole')
    assert replies == [row['prediction'] for row in rows(tmp_path).values()]
    assert not journal(tmp_path).exists()


def test_a_hole_in_the_journal_is_filled(tmp_path: Path) -> None:
    crashed(tmp_path)
    lines = journal(tmp_path).read_text().splitlines(keepends=True)
    journal(tmp_path).write_text(''.join(lines[:2] + lines[3:7]) + lines[7][:30])
    model = Echo()
    ask(tmp_path, model)
    (first, *_) = model.asked
    assert [PROBLEMS[2].problem in first[0], PROBLEMS[7].problem in first[1]] == [True, True]
    assert [row['unique_id'] for row in rows(tmp_path).values()] == [
        problem.unique_id for problem in PROBLEMS
    ]


def test_a_finished_journal_is_published_without_asking(tmp_path: Path) -> None:
    ask(tmp_path / 'whole', Echo())
    lines = [
        json.dumps({'idx': int(number), **row}) + '\n'
        for number, row in rows(tmp_path / 'whole').items()
    ]
    journal(tmp_path).write_text(''.join(lines))
    model = Echo()
    ask(tmp_path, model)
    assert model.asked == []
    assert rows(tmp_path) == rows(tmp_path / 'whole')


def test_replies_to_another_prompt_are_refused(tmp_path: Path) -> None:
    crashed(tmp_path)
    before = journal(tmp_path).read_bytes()
    other = config()
    other['infer_cfg']['prompt_template']['template']['round'][0]['prompt'] = '{problem}\nGo on.'
    model = Echo()
    with pytest.raises(StaleRunError) as caught:
        ask(tmp_path, model, other)
    assert PROBLEMS[0].unique_id in caught.value.what
    assert 'Please reason' in caught.value.what
    assert 'Go on' in caught.value.what
    assert caught.value.remedy.startswith('run without -r')
    assert '\n' not in str(caught.value)
    assert model.asked == []
    assert journal(tmp_path).read_bytes() == before


def test_replies_of_another_item_are_refused(tmp_path: Path) -> None:
    crashed(tmp_path)
    text = journal(tmp_path).read_text()
    journal(tmp_path).write_text(text.replace(PROBLEMS[1].unique_id, 'other/1'))
    with pytest.raises(StaleRunError, match=PROBLEMS[1].unique_id):
        ask(tmp_path, Echo())


def test_a_journal_of_opencompass_itself_is_refused(tmp_path: Path) -> None:
    """GenInferencer keeps no id: nothing tells which item its rows answer."""
    line = {'idx': 0, 'origin_prompt': 'x', 'prediction': 'y', 'gold': '1'}
    journal(tmp_path).write_text(json.dumps(line) + '\n')
    with pytest.raises(StaleRunError, match=PROBLEMS[0].unique_id):
        ask(tmp_path, Echo())


def test_a_prompt_that_does_not_fit_names_its_item(tmp_path: Path) -> None:
    longest = max(PROBLEMS, key=lambda problem: len(problem.problem.split()))
    words = len(longest.problem.split()) + 12
    with pytest.raises(ConfigError) as caught:
        ask(tmp_path, Echo(max_seq_len=words + 15))
    assert f'the prompt of {longest.unique_id} has {words} tokens' in caught.value.what
    assert f'max_out_len=16 exceeds max_seq_len={words + 15}' in caught.value.what
    assert 'raise max_seq_len' in caught.value.remedy
    assert list(tmp_path.iterdir()) == []
    ask(tmp_path, Echo(max_seq_len=words + 16))
    assert len(rows(tmp_path)) == len(PROBLEMS)


def test_no_shot_is_dropped_in_silence(tmp_path: Path) -> None:
    model = Echo(max_seq_len=200)
    with pytest.raises(ConfigError, match='use fewer shots'):
        ask(tmp_path, model, config('math500_4shot_base'))
    assert model.asked == []
    ask(tmp_path, Echo(max_seq_len=2000), config('math500_4shot_base'))
    assert all(row['origin_prompt'].count('Problem:') == 5 for row in rows(tmp_path).values())


def test_several_replies_to_a_prompt_stay_together(tmp_path: Path) -> None:
    ask(tmp_path, Echo(samples=3))
    for row in rows(tmp_path).values():
        assert [text[-2:] for text in row['prediction']] == ['#0', '#1', '#2']
        assert row['finish_reason'] == row['response_tokens'] == [None] * 3


def test_several_runs_are_rows_of_their_own(tmp_path: Path) -> None:
    ask(tmp_path, Echo(), config(n=2))
    ids = [row['unique_id'] for row in rows(tmp_path).values()]
    assert ids == [problem.unique_id for problem in PROBLEMS] * 2


def test_a_model_that_loses_replies_is_an_error(tmp_path: Path) -> None:
    class Lossy(Echo):
        def generate(self, inputs: list[str], max_out_len: int) -> list[str]:
            return super().generate(inputs, max_out_len)[1:]

    with pytest.raises(RuntimeError, match='4 prompts were given 3 replies'):
        ask(tmp_path, Lossy())


def test_stop_texts_and_caps_reach_a_model_that_takes_them(tmp_path: Path) -> None:
    class Listening(Echo):
        heard: tuple[Any, ...] = ()

        def generate(
            self,
            inputs: list[str],
            max_out_len: int,
            stopping_criteria: list[str] | None = None,
            min_out_len: int | None = None,
        ) -> list[str]:
            self.heard = (max_out_len, stopping_criteria, min_out_len)
            return super().generate(inputs, max_out_len)

    model = Listening()
    ask(tmp_path, model, config('math500_4shot_base'), max_out_len=99, min_out_len=2)
    assert model.heard == (99, ['Problem:'], 2)


def test_what_the_engine_knows_is_written(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / 'model')
    model = HuggingFaceBaseModel(path=str(folder), max_seq_len=4000)
    chosen = config()
    prompt = chosen['infer_cfg']['prompt_template']
    # The model's reply hangs on the prompt's last character alone.
    prompt['template'] = '{problem}{level}'
    ask(tmp_path, model, chosen, max_out_len=6)
    level = {'1': ('23', 'stop', 3), '2': ('3', 'stop', 2), '3': ('', 'stop', 1)}
    checked = 0
    for problem, row in zip(PROBLEMS, rows(tmp_path).values(), strict=True):
        if str(problem.level) in level:
            found = (row['prediction'], row['finish_reason'], row['response_tokens'])
            assert found == level[str(problem.level)]
            checked += 1
    assert checked > 15


def test_the_progress_of_tokens_is_seen(tmp_path: Path) -> None:
    seen: list[Any] = []

    class Watched(Echo):
        def generate(self, inputs: list[str], max_out_len: int) -> list[str]:
            seen.append(read_progress(tmp_path / NAME))
            return super().generate(inputs, max_out_len)

    ask(tmp_path, Watched())
    assert [shot.done for shot in seen] == [4 * number for number in range(9)]
    assert {shot.total for shot in seen} == {len(PROBLEMS)}
    assert read_progress(tmp_path / NAME) is None


def test_messages_alone_are_dumped_as_the_host_does(tmp_path: Path) -> None:
    folder = tmp_path / 'messages'
    model = Echo()
    assert ask(tmp_path / 'out', model, dump_only_message_path=str(folder)) == []
    (written,) = folder.rglob('*.jsonl')
    assert len(written.read_text().splitlines()) == len(PROBLEMS)
    assert model.asked == []
