"""How replies ended, through lm-eval's own model classes: models in this process."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import pickle
import random
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from harness_asking import as_it_was, asked, settings
from lm_eval.api.instance import Instance
from lm_eval.api.model import CacheHook, CachingLM
from lm_eval.models.huggingface import HFLM
from tiny_model import FOREVER, STOP, write_tiny_model
from transformers import AutoTokenizer

from opencompass_math500.endings import Ending
from opencompass_math500.errors import ConfigError
from opencompass_math500.harness.cached import look_into_cache
from opencompass_math500.harness.reply_endings import EndedReply, Request, note_endings

pytestmark = pytest.mark.slow


@pytest.fixture(scope='module', autouse=True)
def noted() -> None:
    note_endings()
    note_endings()  # a second task of the same run


# transformers -------------------------------------------------------------------------


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp('tiny'))


@pytest.fixture(scope='module', params=[1, 4], ids='batch {}'.format)
def here(folder: Path, request: pytest.FixtureRequest) -> Any:
    return HFLM(pretrained=str(folder), dtype='float32', device='cpu', batch_size=request.param)


# What a prompt's last character leads to, under which cap, and how it ends.
GENERATED = {
    'end token': ('1', settings(20), '23', Ending('stop', 3)),
    'end token as the last that fits': ('1', settings(3), '23', Ending('stop', 3)),
    'cap one before the end token': ('1', settings(2), '23', Ending('length', 2)),
    'stop text': ('7', settings(20, STOP), '8', Ending('stop', 1)),
    'stop text as the first word': ('8', settings(20, STOP), '', Ending('stop', 0)),
    'stop text nobody asked for': ('7', settings(20), f'8{STOP}z', Ending('stop', 11)),
    'cap in mid stop text': ('7', settings(4, STOP), '8Pro', Ending('length', 4)),
    'length': (FOREVER, settings(9, STOP), FOREVER * 9, Ending('length', 9)),
}


@pytest.mark.parametrize(('prompt', 'kwargs', 'text', 'ending'), GENERATED.values(), ids=GENERATED)
def test_one_generation(
    here: Any, prompt: str, kwargs: dict[str, Any], text: str, ending: Ending
) -> None:
    assert asked(here, (prompt, kwargs)) == ([text], [ending])


def test_endings_stay_with_their_prompts(here: Any) -> None:
    """lm-eval asks the longest first, groups by settings, and pads a batch."""
    wanted = [
        (FOREVER * 3 + '1', settings(20, STOP), '23', Ending('stop', 3)),
        ('7', settings(20, STOP), '8', Ending('stop', 1)),
        (FOREVER * 9, settings(20, STOP), FOREVER * 20, Ending('length', 20)),
        ('2', settings(20, STOP), '3', Ending('stop', 2)),
        ('8', settings(20, STOP), '', Ending('stop', 0)),
        # The same prompt under another cap, as of another task in the same run.
        ('7', settings(4, STOP), '8Pro', Ending('length', 4)),
        (FOREVER * 9, settings(6, STOP), FOREVER * 6, Ending('length', 6)),
        # Two replies to one prompt.
        ('2', settings(20, STOP), '3', Ending('stop', 2)),
    ]
    for seed in range(3):
        order = random.Random(seed).sample(wanted, len(wanted))
        texts, endings = asked(here, *[(prompt, kwargs) for prompt, kwargs, _, _ in order])
        assert texts == [text for _, _, text, _ in order]
        assert endings == [ending for *_, ending in order]


def test_a_reply_is_its_text(here: Any) -> None:
    made = Request('generate_until', {}, ('1', settings(9)), 0, ('math500', 0, 1))
    (reply,) = here.generate_until([made])
    assert isinstance(reply, EndedReply)
    assert json.dumps([reply]) == '["23"]'
    again = pickle.loads(pickle.dumps(reply))
    assert (again, again.ending) == ('23', Ending('stop', 3))
    assert type(str(reply)) is str


def test_other_tasks_are_left_alone(here: Any) -> None:
    replies, _ = asked(here, ('1', settings(9)), kind=Instance)
    assert [(type(reply), reply) for reply in replies] == [(str, '23')]


def test_a_crash_leaves_nothing_behind(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(**_: Any) -> None:
        raise RuntimeError('out of memory')

    monkeypatch.setattr(here.model, 'generate', crash)
    with as_it_was(here), pytest.raises(RuntimeError, match='out of memory'):
        here.generate_until([Request('generate_until', {}, ('1', settings(9)), 0)])


def test_an_end_token_of_the_settings_counts(here: Any) -> None:
    ids = {'eos_token_id': here.tokenizer.convert_tokens_to_ids('2')}
    assert asked(here, ('1', settings(9) | ids))[1] == [Ending('stop', 1)]


def test_a_model_that_names_no_end_tokens_is_unknown(
    here: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As lm-eval's own class for Mamba: a model that is none of transformers'."""
    bare = SimpleNamespace(generate=here.model.generate, config=here.model.config)
    monkeypatch.setattr(HFLM, 'model', bare)
    assert asked(here, ('1', settings(9))) == (['23'], [Ending()])


# A context that is too short -----------------------------------------------------------


@pytest.mark.parametrize(
    ('length', 'cap', 'remedy'),
    [
        (200, 57, 'lower it with --gen_kwargs max_gen_toks=56'),
        (2, 4096, 'lower it with --gen_kwargs max_gen_toks=254'),
        (256, 1, 'give the model a longer context, or use a task without examples'),
    ],
)
def test_a_prompt_that_would_lose_its_beginning_is_refused(
    here: Any, length: int, cap: int, remedy: str
) -> None:
    """lm-eval would warn, and ask the model the rest."""
    given = [('1', settings(cap)), (FOREVER * length, settings(cap))]
    with pytest.raises(ConfigError) as caught:
        asked(here, *given)
    assert str(caught.value) == (
        f'a prompt of {length} tokens and max_gen_toks={cap} do not fit the context of 256 '
        f'tokens: {remedy}'
    )


def test_a_prompt_that_just_fits_is_asked(here: Any) -> None:
    texts, _ = asked(here, (FOREVER * 200, settings(56)))
    assert texts == [FOREVER * 56]


# --use_cache ---------------------------------------------------------------------------


@pytest.fixture
def cached(here: Any, tmp_path: Path) -> Iterator[Any]:
    yield CachingLM(here, str(tmp_path / 'replies.db'))
    here.set_cache_hook(CacheHook(None))


def test_replies_of_an_interrupted_run_keep_their_endings(
    here: Any, cached: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [(FOREVER * 3, settings(9)), ('1', settings(20))]  # asked apart, in this order
    generate = here.model.generate
    with monkeypatch.context() as patch, pytest.raises(RuntimeError, match='out of memory'):
        patch.setattr(here.model, 'generate', _once(generate))
        asked(cached, *given)
    with monkeypatch.context() as patch:
        patch.setattr(here.model, 'generate', _once(generate))
        assert asked(cached, *given)[1] == [Ending('length', 9), Ending('stop', 3)]
    assert asked(cached, *given)[1] == [Ending('length', 9), Ending('stop', 3)]


def _once(generate: Any) -> Any:
    """Memory for one batch."""
    left = [generate]

    def generating(**kwargs: Any) -> Any:
        if not left:
            raise RuntimeError('out of memory')
        return left.pop()(**kwargs)

    return generating


def test_replies_cached_by_another_task_end_unknown(cached: Any) -> None:
    asked(cached, ('1', settings(9)), kind=Instance)
    given = [('1', settings(9)), (FOREVER, settings(9))]
    assert asked(cached, *given) == (['23', FOREVER * 9], [Ending(), Ending('length', 9)])


def test_replies_of_another_precision_are_refused(folder: Path, tmp_path: Path) -> None:
    look_into_cache()
    for precision in ('float32', 'float32', 'bfloat16'):
        model = HFLM(pretrained=str(folder), dtype=precision, device='cpu')
        other = pytest.raises(ConfigError, match=r'torch\.float32, and not of .*torch\.bfloat16')
        with other if precision == 'bfloat16' else nullcontext():
            asked(CachingLM(model, str(tmp_path / 'replies.db')), ('1', settings(9)))


# vLLM -----------------------------------------------------------------------------------
# It is not installed here. lm-eval's class for it is the real one; the library is stood in
# for by empty modules, and its engine by one whose outputs have the attributes that
# vllm/outputs.py gives to RequestOutput and CompletionOutput.


@dataclass
class Engine:
    """``vllm.LLM``, for its ``generate``; what it says goes by a prompt's length."""

    said: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)

    def generate(self, prompts: list[list[int]], **_: Any) -> list[Any]:
        self.batches.append(len(prompts))
        outputs = []
        for text, reason in (self.said[len(prompt)] for prompt in prompts):
            one = SimpleNamespace(text=text, token_ids=list(range(len(text))), finish_reason=reason)
            outputs.append(SimpleNamespace(outputs=[one]))
        return outputs


@pytest.fixture(scope='module')
def vllm_class() -> Iterator[Any]:
    given: dict[str, dict[str, Any]] = {
        'vllm': {'LLM': Engine, 'SamplingParams': dict, 'TokensPrompt': _ids},
        'vllm.lora': {},
        'vllm.lora.request': {'LoRARequest': None},
        'vllm.renderers': {},
        'vllm.renderers.hf': {'resolve_chat_template': None},
        'vllm.tokenizers': {'get_tokenizer': None},
    }
    real, name = importlib.metadata.version, 'lm_eval.models.vllm_causallms'
    with pytest.MonkeyPatch.context() as patch:
        for module, content in given.items():
            made = ModuleType(module)
            vars(made).update(content)
            patch.setitem(sys.modules, module, made)
        patch.setattr(importlib.metadata, 'version', lambda n: '0.18' if n == 'vllm' else real(n))
        yield importlib.import_module(name).VLLM
        del sys.modules[name]


def _ids(prompt_token_ids: list[int]) -> list[int]:
    return prompt_token_ids


REASONS = [('stop', 'stop'), ('length', 'length'), ('abort', None), ('error', None), (None, None)]


@pytest.mark.parametrize(('batch', 'batches'), [('auto', [5]), (1, [1] * 5), (2, [2, 2, 1])])
def test_vllm_says_it_itself(vllm_class: Any, folder: Path, batch: Any, batches: Any) -> None:
    note_endings()
    said = {n: ('x' * (7 - n), reported) for n, (reported, _) in enumerate(REASONS, 1)}
    lm = object.__new__(vllm_class)  # its __init__ wants a GPU
    vars(lm).update(
        cache_hook=CacheHook(None), tokenizer=AutoTokenizer.from_pretrained(folder), _rank=0,
        model=Engine(said), batch_size=batch, data_parallel_size=1, lora_request=None,
        think_end_token=None, custom_prefix_token_id=None, add_bos_token=False,
        _max_length=4096, _max_gen_toks=256, truncation_side='left',
    )  # fmt: skip
    texts, endings = asked(lm, *[(FOREVER * n, settings(99)) for n in said])
    assert texts == [text for text, _ in said.values()]
    assert endings == [Ending(kept, 7 - n) for n, (_, kept) in enumerate(REASONS, 1)]
    assert lm.model.batches == batches
