"""What a sentence denies only to say what is right: "not 12 but 8", "nicht 12, sondern 14".

The denied value comes first, so that whoever reads up to the first value reads the wrong one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.extraction.formulas import formulas_in, masked
from opencompass_math500.grading.extraction.lexicon import lexicon, pattern_of
from opencompass_math500.grading.extraction.snippets import lowered

__all__ = ['corrected', 'denies', 'without_lure']

MAX_DENIED: Final = 60  # characters of what is denied
MAX_LURE: Final = 300  # characters of a sentence that names a wrong answer first

_HINTS: Final = ('tempt', 'think', 'glance', 'sight', 'guess', 'expect', 'appear', 'seem', 'say')
# "It may be tempting to answer 12, but the number is in fact 14."
_LURE: Final = re.compile(
    r'(?:^|(?<=[.!?]\s)|(?<=\n))(?:(?:(?:it|this)\s+(?:is|may|might|would|could|seems?)\b[^,.;\n]{0,20}'
    r'(?:tempting|appear|seem)|(?:one|you|some|we|many|people)\s+(?:may|might|could|would)\s+'
    r'(?:\w+\s+)?(?:think|guess|expect|say|assume|be\s+tempted)|at\s+first\s+(?:glance|sight))\b'
    r'[^.;\n]{0,160}?)[,;]\s*(?:but|yet)\s+(?=the\b|it\b|there\b)'
)
_IN_FACT: Final = re.compile(r'(?<=\b(?:is|re))\s+(?:in fact|actually|really|in reality),?(?=\s)')


@lru_cache(maxsize=1)
def _pairs() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns for what denies and corrects, at the head; for the second half; for a denial."""
    whole, halves, denials = [], set(), set()
    for pair in sorted(lexicon().words('correction'), key=lambda pair: (-len(pair), pair)):
        denial, _, correction = pair.partition('=')
        halves.add(correction)
        gap = rf'[^,;.]{{1,{MAX_DENIED}}}?[,;，]?\s*'
        whole.append((pattern_of([denial]) if denial else '') + gap + pattern_of([correction]))
        if denial:
            denials.add(denial)
    return (
        re.compile(rf'[\s*_:]*(?:{"|".join(whole)})[\s,，]*'),
        re.compile(rf'[^.;]{{1,{MAX_DENIED}}}?[,;，]?\s*{pattern_of(halves)}[\s,，]*'),
        # Beside the copula: not "the answer, no doubt, is 6".
        re.compile(rf'{pattern_of(denials)}(?:\s+\S+)?\s*$'),
    )


def denies(link: str) -> bool:
    """Tell whether what leads from "answer" to a value denies it: "La respuesta no es"."""
    return _pairs()[2].search(link) is not None


def corrected(sentence: str, *, is_denied: bool = False) -> str | None:
    """Return what ``sentence`` says in place of what it denies; itself where it denies nothing.

    Args:
        sentence: what follows "The answer is".
        is_denied: the words before already deny what comes first.

    >>> corrected('not 12 but 8.')
    '8.'
    """
    whole, second, _ = _pairs()
    hidden = lowered(masked(sentence, formulas_in(sentence)))
    found = (second if is_denied else whole).match(hidden)
    if found is not None:
        return sentence[found.end() :]
    return None if is_denied else sentence


def without_lure(ending: str) -> str:
    """Return ``ending`` without the wrong answer that its last sentence says is tempting."""
    start = max(0, len(ending) - MAX_LURE)
    low = lowered(ending[start:])
    if ' but ' not in low or not any(hint in low for hint in _HINTS):
        return ending
    lures = list(_LURE.finditer(low))
    if not lures or '\n' in low[lures[-1].end() :]:
        return ending
    rest = _IN_FACT.sub('', ending[start + lures[-1].end() :])
    return f'{ending[: start + lures[-1].start()]}Therefore, {rest}'
