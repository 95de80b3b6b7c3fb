"""How each generation ended: token count and finish reason, as the engine saw them.

OpenCompass's models return text alone. For as long as :func:`observe` is
entered, the engine underneath (transformers, vLLM or LMDeploy) is asked on the
way what it knows already. An engine that is none of these is left alone, and
its rows say None: unknown is not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ['Ending', 'FinishReason', 'observe']

FinishReason = Literal['stop', 'length']


@dataclass(frozen=True, slots=True)
class Ending:
    """How one generation ended.

    Attributes:
        finish_reason: ``stop`` (end token or stop text) or ``length`` (token cap);
            None where the engine does not say.
        tokens: generated tokens, the end token included; None where unknown.
    """

    finish_reason: FinishReason | None = None
    tokens: int | None = None


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
        Ending(
            finish_reason=one.finish_reason if one.finish_reason in ('stop', 'length') else None,
            tokens=len(one.token_ids),
        )
        for output in outputs
        for one in output.outputs
    ]


def _read_lmdeploy(outputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Ending]:
    """Source: LMDeploy, ``lmdeploy/messages.py``, ``Response``."""
    return [
        Ending(
            finish_reason=one.finish_reason if one.finish_reason in ('stop', 'length') else None,
            tokens=one.generate_token_len,
        )
        for one in outputs
    ]


def _read_transformers(
    model: Any, stops: list[str], output: Any, kwargs: dict[str, Any]
) -> list[Ending]:
    """What the generated ids tell: an end token, a stop text, or neither."""
    prompt_length = kwargs['input_ids'].shape[1]
    cap = kwargs.get('max_new_tokens')
    config = model.model.generation_config
    ends = kwargs.get('eos_token_id', config.eos_token_id)
    end_ids = set(ends if isinstance(ends, list | tuple) else [ends])
    return [
        _ending_of_row(row, model.tokenizer, end_ids, stops, cap)
        for row in output[:, prompt_length:].tolist()
    ]


def _ending_of_row(
    row: list[int], tokenizer: Any, end_ids: set[int | None], stops: list[str], cap: int | None
) -> Ending:
    end = next((place for place, token in enumerate(row) if token in end_ids), None)
    text = tokenizer.decode(row[:end])
    cuts = [text.find(stop) for stop in stops if stop in text]
    if cuts:
        # A row whose stop text came goes on until its whole batch is done; what
        # follows is cut off by OpenCompass and does not count.
        kept = tokenizer(text[: min(cuts)], add_special_tokens=False)['input_ids']
        return Ending('stop', len(kept))
    if end is not None:
        return Ending('stop', end + 1)
    return Ending('length' if cap is not None and len(row) >= cap else None, len(row))
