"""One model, two frameworks: the same prompts, texts, endings and verdicts, item by item.

The embedded model in float32, greedy, one prompt at a time: once by ``opencompass CONFIG``,
once by ``lm_eval``, each as a user runs it.
"""

from __future__ import annotations

import json
import subprocess
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from opencompass_runs import Workplace, details, predictions, sample_slug

from opencompass_math500.comparison import compare_pair, pairs_of_runs
from opencompass_math500.embedded import embedded_model_dir
from opencompass_math500.locations import lm_eval_tasks_dir
from opencompass_math500.runs.graded import comparable_runs

pytestmark = pytest.mark.slow

LM_EVAL = Path(sysconfig.get_path('scripts'), 'lm_eval')
LOGS = 'lm-eval'
MODEL = 'smollm2-135m'


@dataclass(frozen=True, slots=True)
class Pair:
    """One prompt in both frameworks.

    Attributes:
        name: of the prompt, as in the abbr of a data set.
        task: lm-eval's.
        chat: whether the chat template is applied.
        cap: tokens of a reply.
        ids: the problems, chosen so that some replies end within the cap.
    """

    name: str
    task: str
    chat: bool
    cap: int
    ids: tuple[str, ...]

    @property
    def data(self) -> str:
        """The abbr of its data set."""
        return f'{sample_slug(list(self.ids))}_{self.name}'


def of(*names: str) -> tuple[str, ...]:
    return tuple(f'sample/{name}.json' for name in names)


# Each prompt has a reply that ends by itself, by end token and by stop text, and one that
# the cap cuts.
CHAT = Pair('0shot-cot', 'math500', True, 104, of('prealgebra/1', 'precalculus/1'))
BASE = Pair('4shot-base', 'math500_4shot', False, 38, of('algebra/1', 'precalculus/1'))
PAIRS = (CHAT, BASE)
OPTIONS = {'torch_dtype': 'torch.float32', 'attn_implementation': 'sdpa'}
CONFIG = f"""
from mmengine.config import read_base
from opencompass_math500.compass import MATH500EmbeddedBaseModel, MATH500EmbeddedModel

with read_base():
    from .datasets.math500.math500_0shot_cot import math500_datasets as _zero_shot
    from .datasets.math500.math500_4shot_base import math500_datasets as _four_shot
    from .guarded import eval, summarizer
    from .guarded import infer as _infer
    from .models.embedded_smollm2_135m import models as _embedded

_exact = dict(_embedded[0], model_kwargs={OPTIONS}, batch_size=1, abbr='{MODEL}')
_zero = [dict(_zero_shot[0], source='sample', ids={list(CHAT.ids)}, abbr='{CHAT.data}')]
_four = [dict(_four_shot[0], source='sample', ids={list(BASE.ids)}, abbr='{BASE.data}')]
_chat = [dict(_exact, max_out_len={CHAT.cap})]
_base = [dict(_exact, type=MATH500EmbeddedBaseModel, max_out_len={BASE.cap}, abbr='{MODEL}-base')]
datasets = _zero + _four
models = _chat + _base
model_dataset_combinations = [
    dict(models=_chat, datasets=_zero),
    dict(models=_base, datasets=_four),
]
infer = dict(_infer, runner=dict(_infer['runner'], max_num_workers=2))
work_dir = 'outputs'
"""

Rows = dict[str, dict[str, Any]]


def by_opencompass(place: Workplace) -> dict[str, Rows]:
    """What OpenCompass's run says of each item, by prompt and unique_id."""
    done = place.opencompass(place.config(CONFIG), OMP_NUM_THREADS='1')
    assert done.status == 0, done.text
    return {
        pair.name: _rows(place.run_dir, f'{MODEL}{"" if pair.chat else "-base"}', pair.data)
        for pair in PAIRS
    }


def _rows(run: Path, model: str, data: str) -> Rows:
    given = zip(predictions(run, model, data), details(run, model, data), strict=True)
    return {
        said['unique_id']: {
            'prompt': said['origin_prompt'],
            'text': said['prediction'],
            'answer': found['pred'] or None,
            **{name: found[name] for name in SHARED},
        }
        for said, found in given
    }


SHARED = ('verdict', 'reason', 'rule', 'extraction', 'was_cut', 'finish_reason', 'response_tokens')


def by_lm_eval(place: Workplace, pair: Pair) -> Rows:
    """What lm-eval's sample log says of each item, by unique_id."""
    out = place.folder / LOGS
    metadata = {'math500_data': 'sample', 'math500_ids': list(pair.ids)}
    command = [
        str(LM_EVAL), '--model', 'hf', '--device', 'cpu', '--batch_size', '1',
        '--model_args', f'pretrained={embedded_model_dir()},dtype=float32',
        '--include_path', str(lm_eval_tasks_dir()), '--tasks', pair.task,
        '--metadata', json.dumps(metadata), '--gen_kwargs', f'max_gen_toks={pair.cap}',
        '--log_samples', '--output_path', str(out),
        *(['--apply_chat_template'] if pair.chat else []),
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=place.folder,
        env=place.environment({'OMP_NUM_THREADS': '1', 'HF_HUB_OFFLINE': '1'}),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (log,) = out.rglob(f'samples_{pair.task}_*.jsonl')
    logged = [json.loads(line) for line in log.read_text(encoding='utf-8').splitlines()]
    return {
        row['doc']['unique_id']: {
            'prompt': row['arguments']['gen_args_0']['arg_0'],
            'text': row['resps'][0][0],
            **{name: row['doc']['math500'][0][name] for name in ('answer', *SHARED)},
        }
        for row in logged
    }


@dataclass(frozen=True, slots=True)
class Both:
    """The two runs' rows, by prompt, and where they work."""

    opencompass: dict[str, Rows]
    lm_eval: dict[str, Rows]
    place: Workplace


@pytest.fixture(scope='module')
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    pytest.importorskip('lm_eval', reason='lm-eval is not installed (extra lm-eval)')
    embedded_model_dir()  # written once, not by three processes
    place = Workplace.at(tmp_path_factory.mktemp('parity'))
    with ThreadPoolExecutor(1) as pool:
        meanwhile = pool.submit(by_opencompass, place)
        theirs = {pair.name: by_lm_eval(place, pair) for pair in PAIRS}
        return Both(meanwhile.result(), theirs, place)


@pytest.mark.parametrize('pair', PAIRS, ids=lambda pair: pair.name)
def test_every_item_is_in_both(both: Both, pair: Pair) -> None:
    assert sorted(both.opencompass[pair.name]) == sorted(pair.ids)
    assert sorted(both.lm_eval[pair.name]) == sorted(pair.ids)


EACH = [(pair, unique_id) for pair in PAIRS for unique_id in pair.ids]


@pytest.mark.parametrize(('pair', 'unique_id'), EACH, ids=lambda part: getattr(part, 'name', part))
def test_the_model_reads_the_same_bytes(both: Both, pair: Pair, unique_id: str) -> None:
    given = both.opencompass[pair.name][unique_id]['prompt']
    seen = both.lm_eval[pair.name][unique_id]['prompt']
    assert seen == (given if isinstance(given, str) else templated(given))


def templated(turns: list[dict[str, str]]) -> str:
    """Turns as OpenCompass records them, as its chat model gives them to the tokenizer."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(embedded_model_dir())
    role = {'HUMAN': 'user', 'BOT': 'assistant', 'SYSTEM': 'system'}
    said = [{'role': role[turn['role']], 'content': turn['prompt']} for turn in turns]
    return str(tokenizer.apply_chat_template(said, add_generation_prompt=True, tokenize=False))


@pytest.mark.parametrize(('pair', 'unique_id'), EACH, ids=lambda part: getattr(part, 'name', part))
def test_text_ending_and_verdict_are_the_same(both: Both, pair: Pair, unique_id: str) -> None:
    ours = dict(both.opencompass[pair.name][unique_id], prompt=None)
    theirs = dict(both.lm_eval[pair.name][unique_id], prompt=None)
    assert theirs == ours
    assert ours['text'] and ours['response_tokens']


def test_both_kinds_of_ending_occur(both: Both) -> None:
    """Else the rest would say little about endings."""
    endings = {row['finish_reason'] for rows in both.lm_eval.values() for row in rows.values()}
    assert endings == {'stop', 'length'}


def test_compare_finds_no_difference(both: Both) -> None:
    run, logs = both.place.run_dir, both.place.folder / LOGS
    pairs = list(pairs_of_runs(comparable_runs(run), comparable_runs(logs)))
    assert sorted(ours.dataset for ours, _ in pairs) == sorted(pair.data for pair in PAIRS)
    for pair in pairs:
        found = compare_pair(*pair)
        assert found.outcome != 'not comparable'
        assert not found.flips
        assert found.difference is not None and found.difference.points == 0
