"""Names of models: when two of them mean one model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ['ModelName', 'likeness', 'parse_name']

# What config names and abbreviations carry beside the model; stripped from both ends only.
_ENGINES: Final = frozenset(
    {'api', 'hf', 'lmdeploy', 'pytorch', 'sglang', 'transformers', 'turbomind', 'vllm'}
)
# Makers that some sources write before the name: Meta-Llama-3-8B, OpenAI-o1.
_MAKERS: Final = frozenset({'meta', 'openai'})
# How a model was used, which sources write behind its name: a setting, not another model.
_SETTING: Final = re.compile(r'\((?:(?:non-|no ext\. )?(?:thinking|reasoning)|TIR)\b[^()]*\)', re.I)

_MONTH, _DAY = r'(0[1-9]|1[0-2])', r'(0[1-9]|[12]\d|3[01])'
_WHOLE_DATE: Final = re.compile(rf'(?<!\d)(20\d\d)([-_]?){_MONTH}\2{_DAY}(?!\d)')
_SHORT_DATE: Final = re.compile(rf'(?<![\da-z.]){_MONTH}[-_]?{_DAY}(?![\da-z.])')
# 8x22b, 4o, 72b are one part each; o1, v3 and qwen2 are two, as in "Qwen-2.5". A colon is
# a part: qwen2.5:72b-instruct is the tag of a quantised copy.
_PART: Final = re.compile(r'\d+[a-z]*|[a-z]+|:')
_SNAPSHOT: Final = re.compile(r'models--(?:[^/]+--)?([^/]+)/snapshots/[0-9a-f]+$')


@dataclass(frozen=True, slots=True)
class ModelName:
    """A name in a form that compares.

    Attributes:
        parts: letters and numbers in their order, lower case, without separators.
        year: of the date in the name, '' if it has none.
        day: its month and day, ``mmdd``; '' if it has none.
    """

    parts: tuple[str, ...]
    year: str
    day: str

    def means(self, other: ModelName) -> bool:
        """Tell whether both mean one model.

        ``GPT-4o-0513`` is ``gpt-4o-2024-05-13``; neither is ``gpt-4o``, which means
        another snapshot every few months.
        """
        if not self.parts or self.parts != other.parts or self.day != other.day:
            return False
        return self.year == other.year or '' in (self.year, other.year)


def parse_name(name: str) -> ModelName:
    """Read a model's name from a hub id, a path, a config's name or an abbreviation.

    Of a path only the last component counts, or the repository of a snapshot in the hub's
    cache: a checkpoint in ``Qwen2.5-7B-Instruct/final`` is no longer that model. The same
    name under another owner is taken for the same model.
    """
    text = name.strip().replace('\\', '/').rstrip('/')
    cached = _SNAPSHOT.search(text)
    text = cached[1] if cached else text.rsplit('/', 1)[-1]
    text = _SETTING.sub(' ', text).lower()
    year, day = '', ''
    if whole := _WHOLE_DATE.search(text):
        year, day = whole[1], whole[3] + whole[4]
        text = f'{text[: whole.start()]} {text[whole.end() :]}'
    elif short := _SHORT_DATE.search(text):
        day = short[1] + short[2]
        text = f'{text[: short.start()]} {text[short.end() :]}'
    parts = _PART.findall(text)
    while len(parts) > 1 and parts[-1] in _ENGINES:
        parts.pop()
    while len(parts) > 1 and parts[0] in _ENGINES | _MAKERS:
        parts.pop(0)
    return ModelName(tuple(parts), year, day)


def likeness(one: ModelName, other: ModelName) -> float:
    """Return how much two names share, 0 to 1; 0 where they do not begin with the same family."""
    if not one.parts or not other.parts or one.parts[0] != other.parts[0]:
        return 0.0
    first, second = set(one.parts), set(other.parts)
    return len(first & second) / len(first | second)
