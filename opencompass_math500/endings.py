"""How a generation ended, read from what its engine gave: the same for every host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Literal, cast

__all__ = [
    'FINISH_FILE',
    'Ending',
    'Meaning',
    'ending_of_completion',
    'endings_of_ids',
    'meaning_of',
    'shared_reason',
]

FINISH_FILE: Final = 'finish_reasons.tsv'
"""Every vendor's and engine's word for how a reply ended, with its meaning and source."""

Meaning = Literal['stop', 'length', 'filter', 'failed', 'tool']
"""What a finish reason says: the model ended by itself, the cap or a filter cut the reply, the
server broke it off, or it ended in a call of a tool."""

# The words by which records and tables know each meaning; a call of a tool keeps its own.
_SHARED: Final = {
    'stop': 'stop',
    'length': 'length',
    'filter': 'content_filter',
    'failed': 'failed_request',
}
# "FinishReason.MAX_TOKENS", "FINISH_REASON_SAFETY", "StopReason.endTurn"
_ENUM: Final = re.compile(r'.*[.:]|(?:finish|stop)_?reason_', re.IGNORECASE | re.DOTALL)
_HUMP: Final = re.compile(r'(?<=[a-z])(?=[A-Z])')
_GAP: Final = re.compile(r'[\s-]+')
_LONGEST: Final = 80  # characters of a word


@lru_cache(maxsize=1)
def _meanings() -> dict[str, Meaning]:
    text = (files('opencompass_math500') / 'data' / FINISH_FILE).read_text(encoding='utf-8')
    lines = [line.split('\t') for line in text.splitlines() if line and not line.startswith('#')]
    return {word: cast('Meaning', meaning) for word, meaning, _source in lines}


@lru_cache(maxsize=256)
def meaning_of(reason: str | None) -> Meaning | None:
    """Return what a finish reason means, in whatever case and of whichever vendor; None for a word
    that says nothing or is not known.

    >>> meaning_of('MAX_TOKENS'), meaning_of('FinishReason.SAFETY'), meaning_of('eos')
    ('length', 'filter', 'stop')
    """
    if not reason or len(reason) > _LONGEST:
        return None
    known = _meanings()
    found = known.get(reason)
    if found is None:
        word = _GAP.sub('_', _HUMP.sub('_', _ENUM.sub('', reason.strip())).strip()).lower()
        found = known.get(word)
    return found


def shared_reason(reason: object) -> str | None:
    """Return a finish reason by the name that endpoints share; None where there is none.

    It is ``failed_request`` where the server gave the reply up. A word that is not known
    stays as it is.
    """
    said = reason if isinstance(reason, str) and reason else None
    meaning = meaning_of(said)
    return said if meaning is None else _SHARED.get(meaning, said)


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
    """Return the ending that an engine says itself; neither stop nor length is unknown."""
    meaning = meaning_of(finish_reason)
    return Ending(meaning if meaning in ('stop', 'length') else None, tokens)


def endings_of_ids(
    rows: Iterable[Sequence[int]],
    tokenizer: Any,
    *,
    ends: int | Sequence[int] | None,
    stops: Iterable[str],
    cap: int | None,
) -> list[Ending]:
    """Return what generated ids tell: an end token, a stop text, or neither.

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
