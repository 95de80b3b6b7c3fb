"""How a generation ended, seen from inside of the engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from opencompass.models import HuggingFaceBaseModel, HuggingFacewithChatTemplate
from prompt_building import Echo
from tiny_model import FOREVER, STOP, write_tiny_model

from opencompass_math500.compass.observer import Ending, observe
from opencompass_math500.embedded import MODEL_NAME, cache_dir

Make = Callable[..., Any]


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp('tiny'))


@pytest.fixture(scope='module', params=[HuggingFaceBaseModel, HuggingFacewithChatTemplate])
def model(folder: Path, request: pytest.FixtureRequest) -> Any:
    return request.param(
        path=str(folder), max_seq_len=64, model_kwargs={'torch_dtype': 'torch.float32'}
    )


def replies(model: Any, prompts: list[str], cap: int, stops: list[str]) -> tuple[Any, Any]:
    with observe(model, stops) as endings:
        texts = model.generate(prompts, max_out_len=cap, stopping_criteria=stops)
    return texts, endings


# What a prompt's last character leads to, under which cap, and how it ends.
ALONE = {
    'end token': ('1', 20, [], '23', Ending('stop', 3)),
    'end token as the last that fits': ('1', 3, [], '23', Ending('stop', 3)),
    'cap one before the end token': ('1', 2, [], '23', Ending('length', 2)),
    'stop text': ('7', 20, [STOP], '8', Ending('stop', 1)),
    'stop text as the first word': ('8', 20, [STOP], '', Ending('stop', 0)),
    'stop text nobody asked for': ('7', 20, [], f'8{STOP}z', Ending('stop', 11)),
    'cap in mid stop text': ('7', 4, [STOP], '8Pro', Ending('length', 4)),
    'length': (FOREVER, 9, [STOP], FOREVER * 9, Ending('length', 9)),
    'one token': (FOREVER, 1, [], FOREVER, Ending('length', 1)),
}


@pytest.mark.parametrize(('prompt', 'cap', 'stops', 'text', 'ending'), ALONE.values(), ids=ALONE)
def test_one_reply(
    model: Any, prompt: str, cap: int, stops: list[str], text: str, ending: Ending
) -> None:
    assert replies(model, [prompt], cap, stops) == ([text], [ending])


def test_a_batch_whose_rows_end_differently(model: Any) -> None:
    """Shorter prompts are padded in front, finished rows behind; neither is a reply."""
    prompts = ['1', FOREVER * 5 + '7', FOREVER * 9, '8', '2']
    texts, endings = replies(model, prompts, 20, [STOP])
    assert texts == ['23', '8', FOREVER * 20, '', '3']
    assert endings == [
        Ending('stop', 3),
        # The row runs on to its end token while others write; what the host cuts off
        # is no part of the reply.
        Ending('stop', 1),
        Ending('length', 20),
        Ending('stop', 0),
        Ending('stop', 2),
    ]


def test_batches_follow_each_other(model: Any) -> None:
    with observe(model, []) as endings:
        model.generate(['1'], max_out_len=9)
        model.generate([FOREVER, '2'], max_out_len=9)
    assert endings == [Ending('stop', 3), Ending('length', 9), Ending('stop', 2)]


def test_a_models_own_stop_words_count(folder: Path) -> None:
    made = HuggingFaceBaseModel(path=str(folder), max_seq_len=64, stop_words=[STOP])
    assert replies(made, ['7'], 20, []) == (['8'], [Ending('stop', 1)])


def test_an_end_token_given_to_generate_counts(folder: Path) -> None:
    kwargs = {'eos_token_id': [1, 4]}
    made = HuggingFaceBaseModel(path=str(folder), max_seq_len=64, generation_kwargs=kwargs)
    assert made.tokenizer.convert_ids_to_tokens([1, 4]) == ['<end>', '2']
    assert replies(made, ['1'], 20, [])[1] == [Ending('stop', 1)]


@pytest.mark.parametrize('crash', [False, True])
def test_nothing_is_left_in_the_engine(model: Any, crash: bool) -> None:
    before = dict(vars(model.model))
    try:
        with observe(model, []):
            assert vars(model.model) != before
            if crash:
                raise RuntimeError('out of memory')
    except RuntimeError:
        pass
    assert vars(model.model) == before


def test_an_unknown_engine_is_left_alone() -> None:
    made = Echo()
    with observe(made, []) as endings:
        made.generate(['one two'], 5)
    assert endings == []
    assert 'generate' not in vars(made)


# vLLM and LMDeploy need a GPU, or are not installed here: their outputs are stood in for
# by plain objects with the attributes that their documentation gives.


class VLLMwithChatTemplate:
    """Stands in for OpenCompass's class: ``model`` is the engine."""

    def __init__(self, outputs: list[Any]) -> None:
        self.model = SimpleNamespace(generate=lambda *args, **kwargs: outputs)


class TurboMindModelwithChatTemplate:
    """Stands in for OpenCompass's class: ``pipe`` is the engine."""

    def __init__(self, outputs: list[Any]) -> None:
        self.pipe = lambda *args, **kwargs: outputs


REASONS = [('stop', 'stop'), ('length', 'length'), ('abort', None), ('error', None), (None, None)]


@pytest.mark.parametrize(('reported', 'kept'), REASONS)
def test_vllm_says_it_itself(reported: str | None, kept: Any) -> None:
    completion = SimpleNamespace(text='x', token_ids=(4, 5, 6), finish_reason=reported)
    made = VLLMwithChatTemplate([SimpleNamespace(outputs=[completion])] * 2)
    with observe(made, [STOP]) as endings:
        made.model.generate(['a', 'b'], object())
    assert endings == [Ending(kept, 3)] * 2


@pytest.mark.parametrize(('reported', 'kept'), REASONS)
def test_lmdeploy_says_it_itself(reported: str | None, kept: Any) -> None:
    response = SimpleNamespace(text='x', generate_token_len=7, finish_reason=reported)
    made = TurboMindModelwithChatTemplate([response])
    original: Any = made.pipe
    with observe(made, []) as endings:
        original_call: Any = made.pipe
        original_call(['a'], gen_config=None, do_preprocess=False)
    assert endings == [Ending(kept, 7)]
    assert made.pipe is original


@pytest.mark.slow
def test_the_embedded_models_ends_are_seen() -> None:
    folder = cache_dir() / MODEL_NAME
    if not (folder / 'config.json').is_file():
        pytest.skip('the embedded model is not in the cache')
    made = HuggingFacewithChatTemplate(
        path=str(folder),
        max_seq_len=2048,
        model_kwargs={'torch_dtype': 'torch.bfloat16', 'attn_implementation': 'eager'},
    )
    prompts = ['Say only: yes', 'Write a long story about a king.']
    texts, endings = replies(made, prompts, 24, [])
    assert endings[1] == Ending('length', 24)
    for text, ending in zip(texts, endings, strict=True):
        counted = len(made.tokenizer(text, add_special_tokens=False)['input_ids'])
        assert ending.tokens is not None
        assert abs(ending.tokens - counted) <= 1
        assert ending.finish_reason == ('length' if ending.tokens == 24 else 'stop')
