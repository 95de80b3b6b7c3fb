"""How each generation ended: token count and finish reason, as the engine saw them.

OpenCompass's models return text alone. For as long as :func:`observe` is
entered, the engine underneath (transformers, vLLM or LMDeploy) is asked on the
way what it knows already. An engine that is none of these is left alone, and
its rows say None: unknown is not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from opencompass_math500.endings import Ending, ending_of_completion, endings_of_ids

__all__ = ['Ending', 'observe']


@contextmanager
def observe(model: Any, stop_texts: list[str]) -> Iterator[list[Ending]]:
    """Record, in order, how the model's generations end while the context is open.

    Args:
        model: an OpenCompass model.
        stop_texts: stop texts given to it beside its own.
    """
    endings: list[Ending] = []
    engine, method, read = _engine_of(model, stop_texts)
    if engine is None:
        yield endings
        return
    original = getattr(engine, method)

    def observed(*args: Any, **kwargs: Any) -> Any:
        output = original(*args, **kwargs)
        endings.extend(read(output, args, kwargs))
        return output

    was_on_instance = method in vars(engine)
    setattr(engine, method, observed)
    try:
        yield endings
    finally:
        if was_on_instance:
            setattr(engine, method, original)
        else:
            delattr(engine, method)


_Reader = Callable[[Any, tuple[Any, ...], dict[str, Any]], list[Ending]]


def _engine_of(model: Any, stop_texts: list[str]) -> tuple[Any, str, _Reader]:
    """The engine object, its generating method and what reads its output."""
    kind = type(model).__name__
    if kind.startswith('VLLM'):
        return model.model, 'generate', _read_vllm
    if kind.startswith('TurboMindModel') and hasattr(model, 'pipe'):
        return model, 'pipe', _read_lmdeploy
    if hasattr(getattr(model, 'model', None), 'generation_config'):
        stops = [*stop_texts, *getattr(model, 'stop_words', [])]

        def read(output: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Ending]:
            return _read_transformers(model, stops, output, kwargs)

        return model.model, 'generate', read
    return None, '', lambda *_: []


def _read_vllm(outputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Ending]:
    """Source: vLLM, ``vllm/outputs.py``, ``RequestOutput`` and ``CompletionOutput``."""
    return [
        ending_of_completion(one.finish_reason, len(one.token_ids))
        for output in outputs
        for one in output.outputs
    ]


def _read_lmdeploy(outputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Ending]:
    """Source: LMDeploy, ``lmdeploy/messages.py``, ``Response``."""
    return [ending_of_completion(one.finish_reason, one.generate_token_len) for one in outputs]


def _read_transformers(
    model: Any, stops: list[str], output: Any, kwargs: dict[str, Any]
) -> list[Ending]:
    return endings_of_ids(
        output[:, kwargs['input_ids'].shape[1] :].tolist(),
        model.tokenizer,
        ends=kwargs.get('eos_token_id', model.model.generation_config.eos_token_id),
        stops=stops,
        cap=kwargs.get('max_new_tokens'),
    )
