"""How a generation ended, read from what its engine gave: the same for every host."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ['Ending', 'ending_of_completion', 'endings_of_ids']


@dataclass(frozen=True, slots=True)
class Ending:
    """How one generation ended.

    Attributes:
        finish_reason: ``stop`` (end token or stop text) or ``length`` (token cap); an
            endpoint may have others, as :func:`~opencompass_math500.grade` knows them.
            None where the engine does not say.
        tokens: generated tokens, the end token included; None where unknown.
    """

    finish_reason: str | None = None
    tokens: int | None = None


def ending_of_completion(finish_reason: str | None, tokens: int) -> Ending:
    """Of an engine that says it itself; what is neither stop nor length is unknown."""
    return Ending(finish_reason if finish_reason in ('stop', 'length') else None, tokens)


def endings_of_ids(
    rows: Iterable[Sequence[int]],
    tokenizer: Any,
    *,
    ends: int | Sequence[int] | None,
    stops: Iterable[str],
    cap: int | None,
) -> list[Ending]:
    """What generated ids tell: an end token, a stop text, or neither.

    Args:
        rows: the ids of each reply, without its prompt; a finished row of a batch is padded.
        tokenizer: a transformers tokenizer.
        ends: the end token, or several.
        stops: texts that end a reply and are cut off with what follows.
        cap: the most tokens that a reply could have; None where unknown.
    """
    end_ids = set() if ends is None else {ends} if isinstance(ends, int) else set(ends)
    texts = [stop for stop in stops if stop]
    return [_ending_of_row(row, tokenizer, end_ids, texts, cap) for row in rows]


def _ending_of_row(
    row: Sequence[int], tokenizer: Any, end_ids: set[int], stops: list[str], cap: int | None
) -> Ending:
    end = next((place for place, token in enumerate(row) if token in end_ids), None)
    text = tokenizer.decode(row[:end])
    cuts = [text.find(stop) for stop in stops if stop in text]
    if cuts:
        # A row whose stop text came goes on until its whole batch is done; what
        # follows is cut off by the host and does not count.
        kept = tokenizer(text[: min(cuts)], add_special_tokens=False)['input_ids']
        return Ending('stop', len(kept))
    if end is not None:
        return Ending('stop', end + 1)
    return Ending('length' if cap is not None and len(row) >= cap else None, len(row))
