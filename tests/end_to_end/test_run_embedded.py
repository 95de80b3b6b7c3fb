"""One run of the embedded model, chat and base, looked at from all sides; then its reuse.

``opencompass CONFIG`` in a folder of its own, three problems of the sample.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from opencompass_runs import Finished, Workplace, details, predictions, sample_slug

from opencompass_math500.embedded import embedded_model_dir

pytestmark = pytest.mark.slow

# Short problems: after its answer the base model soon begins to invent a next one.
IDS = ['sample/algebra/1.json', 'sample/geometry/1.json', 'sample/precalculus/1.json']
SLUG = sample_slug(IDS)
CHAT = ('smollm2-135m-instruct', f'{SLUG}_0shot-cot')
BASE = ('smollm2-135m-base', f'{SLUG}_4shot-base')
CHAT_CAP, BASE_CAP = 16, 96

CONFIG = f"""
from mmengine.config import read_base
from opencompass_math500.compass import MATH500EmbeddedBaseModel

with read_base():
    from .datasets.math500.math500_0shot_cot import math500_datasets as _zero_shot
    from .datasets.math500.math500_4shot_base import math500_datasets as _four_shot
    from .guarded import eval, summarizer
    from .guarded import infer as _infer
    from .models.embedded_smollm2_135m import models as _embedded

_zero = [dict(_zero_shot[0], source='sample', ids={IDS}, abbr='{CHAT[1]}')]
_four = [dict(_four_shot[0], source='sample', ids={IDS}, abbr='{BASE[1]}')]
_chat = [dict(_embedded[0], max_out_len={CHAT_CAP})]
_base = [dict(_embedded[0], type=MATH500EmbeddedBaseModel, abbr='{BASE[0]}',
              max_out_len={BASE_CAP})]
datasets = _zero + _four
models = _chat + _base
model_dataset_combinations = [
    dict(models=_chat, datasets=_zero),
    dict(models=_base, datasets=_four),
]
infer = dict(_infer, runner=dict(_infer['runner'], max_num_workers=2))
work_dir = 'outputs'
"""


@dataclass(frozen=True, slots=True)
class Run:
    """The finished run and where it was made."""

    place: Workplace
    finished: Finished

    @property
    def folder(self) -> Path:
        return self.place.run_dir

    def files(self) -> dict[Path, int]:
        """Every prediction and result with the time it was written."""
        return {
            path: path.stat().st_mtime_ns
            for part in ('predictions', 'results')
            for path in (self.folder / part).rglob('*')
            if path.is_file()
        }


@pytest.fixture(scope='module')
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    embedded_model_dir()
    place = Workplace.at(tmp_path_factory.mktemp('embedded'))
    finished = place.opencompass(place.config(CONFIG))
    assert finished.status == 0, finished.text
    return Run(place, finished)


# What is written --------------------------------------------------------------------


@pytest.mark.parametrize(('names', 'cap'), [(CHAT, CHAT_CAP), (BASE, BASE_CAP)])
def test_every_prediction_says_whose_it_is_and_how_it_ended(
    run: Run, names: tuple[str, str], cap: int
) -> None:
    rows = predictions(run.folder, *names)
    assert [row['unique_id'] for row in rows] == IDS
    for row in rows:
        assert row['prediction'] and row['gold']
        assert 0 < row['response_tokens'] <= cap
        assert (row['finish_reason'] == 'length') == (row['response_tokens'] == cap)
    assert not list((run.folder / 'predictions').rglob('tmp_*'))
    assert not list((run.folder / 'predictions').rglob('.progress*'))


def test_a_reply_cut_by_the_cap_is_truncated_and_never_incorrect(run: Run) -> None:
    assert {row['finish_reason'] for row in predictions(run.folder, *CHAT)} == {'length'}
    rows = details(run.folder, *CHAT)
    assert [row['verdict'] for row in rows] == ['truncated'] * len(IDS)
    assert all(row['was_cut'] and row['pred'] == '' and row['reason'] for row in rows)


@pytest.mark.parametrize('names', [CHAT, BASE])
def test_there_is_one_detail_a_row_with_the_problem_and_the_verdict(
    run: Run, names: tuple[str, str]
) -> None:
    rows = details(run.folder, *names)
    assert [(row['unique_id'], row['subject'], row['level'], row['answer']) for row in rows] == [
        (IDS[0], 'Algebra', 1, '5'),
        (IDS[1], 'Geometry', 1, '24'),
        (IDS[2], 'Precalculus', 1, '1'),
    ]
    assert all(row['reason'] and row['correct'] == (row['verdict'] == 'correct') for row in rows)
    path = run.folder / 'results' / names[0] / f'{names[1]}.json'
    accuracy = json.loads(path.read_text(encoding='utf-8'))['accuracy']
    assert accuracy == pytest.approx(100 * sum(row['correct'] for row in rows) / len(rows))


def test_the_base_prompt_has_the_four_examples_and_the_stop_text_ends_the_reply(run: Run) -> None:
    rows = predictions(run.folder, *BASE)
    for row in rows:
        assert row['origin_prompt'].count('Problem:') == 5
        assert row['origin_prompt'].count('I hope it is correct') == 4
        assert row['origin_prompt'].endswith('Solution:')
        assert 'Problem:' not in row['prediction']
    # Which of them stop depends on the machine's rounding; that none does, would not.
    assert any(row['finish_reason'] == 'stop' and row['response_tokens'] < BASE_CAP for row in rows)


# What is shown ----------------------------------------------------------------------


def test_the_table_counts_what_is_no_mistake_of_the_model(run: Run) -> None:
    out = run.finished.out
    assert re.search(rf'^A  {CHAT[0]} on {CHAT[1]}$', out, re.MULTILINE)
    assert re.search(rf'^B  {BASE[0]} on {BASE[1]}$', out, re.MULTILINE)
    (header,) = [line for line in out.splitlines() if '95 % interval' in line]
    assert header.split('interval')[1].split() == ['no', 'answer', 'truncated', 'failed']
    (chat,) = re.findall(r'^ *A +3 +0\.00 +0\.0 – 56\.\d +(.+?) *$', out, re.MULTILINE)
    assert chat.split() == ['0', '3', '(3', 'cut)', '0']


def test_the_table_breaks_down_by_level_and_subject(run: Run) -> None:
    lines = [' '.join(line.split()) for line in run.finished.out.splitlines()]
    right = sum(row['correct'] for row in details(run.folder, *BASE))
    assert f'1 0.0 (0/3) {100 * right / 3:.1f} ({right}/3)' in lines
    for number, subject in enumerate(('Algebra', 'Geometry', 'Precalculus')):
        base = int(details(run.folder, *BASE)[number]['correct'])
        assert f'{subject} 0.0 (0/1) {100 * base:.1f} ({base}/1)' in lines


def test_the_settings_stand_under_the_table(run: Run) -> None:
    (line,) = [line for line in run.finished.out.splitlines() if line.startswith(f'A: data {SLUG}')]
    for fact in ('put your final answer within', 'sampling greedy', f'token cap {CHAT_CAP}',
                 'shots 0', 'grader ', 'opencompass '):  # fmt: skip
        assert fact in line
    (copy,) = (run.folder / 'summary').glob('math500_*.txt')
    assert line.split('; prompt')[0] in copy.read_text(encoding='utf-8')


def test_progress_shows_on_stderr_item_by_item(run: Run) -> None:
    assert re.search(rf'{CHAT[1]}: .*\d/{len(IDS)} .*item', run.finished.err)


# What is reused ---------------------------------------------------------------------


def test_the_same_config_again_does_nothing(run: Run) -> None:
    before = run.files()
    again = run.place.opencompass(run.place.config(CONFIG), '-r')
    assert again.status == 0, again.text
    assert 'launch ' not in again.text
    assert f'A  {CHAT[0]} on {CHAT[1]}' in again.out
    assert run.files() == before


def test_inference_alone_asks_for_the_pairs_that_the_config_combines(run: Run) -> None:
    """Chat is not paired with 4-shot: no prediction of it is missing."""
    before = run.files()
    again = run.place.math500('run', run.place.config(CONFIG), '-m', 'infer', '-r')
    assert again.status == 0, again.text
    assert run.files() == before


def test_other_prompt_cap_or_sampling_is_refused_with_the_difference(run: Run) -> None:
    before = run.files()
    changed = CONFIG + (
        "for _item in datasets:\n    _item['infer_cfg']['prompt_template']['template'] = "
        "'Q: {problem}'\n"
        "for _item in models:\n    _item['max_out_len'] = 24\n"
        "    _item['generation_kwargs'] = dict(do_sample=True, temperature=0.7)\n"
    )
    again = run.place.opencompass(run.place.config(changed, 'eval_changed.py'), '-r')
    assert again.status == 1, again.text
    (line,) = again.said()
    assert f'max_out_len: then {CHAT_CAP}, now 24' in line
    assert 'now "Q: {problem}"' in line
    assert 'generation_kwargs' in line and '0.7' in line
    assert 'run without -r' in line
    assert 'Traceback' not in again.text
    assert run.files() == before


def test_another_grader_is_refused_until_the_results_are_deleted(run: Run) -> None:
    before = run.files()
    changed = CONFIG.replace('EmbeddedBaseModel\n', 'EmbeddedBaseModel, math500_postprocess\n') + (
        "for _item in datasets:\n    _item['eval_cfg'] = dict(\n"
        "        _item['eval_cfg'], pred_postprocessor=dict(type=math500_postprocess))\n"
    )
    again = run.place.opencompass(run.place.config(changed, 'eval_other.py'), '-r')
    assert again.status == 1, again.text
    (line,) = again.said()
    assert 'dataset_postprocessor: then null, now ' in line and 'math500_postprocess' in line
    assert f'delete outputs/{run.folder.name}/results/{CHAT[0]}/{CHAT[1]}.json' in line
    assert run.files() == before


def test_deleted_results_are_graded_again_from_the_same_predictions(run: Run) -> None:
    before = run.files()
    shutil.rmtree(run.folder / 'results')
    again = run.place.math500('run', run.place.config(CONFIG), '-r')
    assert again.status == 0, again.text
    after = run.files()
    assert set(after) == set(before)
    kept = [path for path in after if after[path] == before[path]]
    assert sorted({path.parents[1].name for path in kept}) == ['predictions']
    assert [row['verdict'] for row in details(run.folder, *CHAT)] == ['truncated'] * len(IDS)
