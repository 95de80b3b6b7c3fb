"""What OpenCompass' LLM judges said of a response, and what OpenCompass made of it.

Source: OpenCompass 0.5.4, ``datasets/generic.py`` (``_generic_llmjudge_postprocess``: the first A
or B anywhere in the reply) and ``evaluator/cascade_evaluator.py`` (``_get_llm_correctness``: the
whole reply is A, or begins with CORRECT). The configs ask for both, a letter and a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = ['Other', 'judge_says', 'others_in']

_EITHER: Final = re.compile(r"(?<![\w'’])[AB](?![\w'’])")
_LETTER: Final = re.compile(r"(?<![\w'’])([AB])(?=\s*(?:[.:;)\]*]|$))")
_WORD: Final = re.compile(r'\b(in)?correct\b', re.IGNORECASE)
_NOT: Final = re.compile(r"\b(?:not|isn't)\b[^.]{0,20}\bcorrect\b", re.IGNORECASE)
_TWICE: Final = re.compile(r'\bnot\s+incorrect\b', re.IGNORECASE)
_FIRST: Final = re.compile('[AB]')
_LONGEST: Final = 20_000  # characters of a judge's reply, its end
_PLAIN: Final = ('correct', 'is_correct', 'cascade_correct')


@dataclass(frozen=True, slots=True)
class Other:
    """What another evaluator made of one response.

    Attributes:
        right: whether it counts as right there; None where unknown, and where it rests on a
            reply of an LLM judge that says neither.
        answer: what was extracted; None where unknown.
        unclear: whether such a reply is why it is unknown.
        turned: whether it counts as the opposite of what the LLM judge's reply says.
    """

    right: bool | None = None
    answer: str | None = None
    unclear: bool = False
    turned: bool = False


def judge_says(reply: Any) -> bool | None:
    """Return whether a judge's reply says CORRECT, or A; None where it says neither or both.

    >>> judge_says('**A**'), judge_says('The Answer is INCORRECT'), judge_says('I do not know')
    (True, False, None)
    """
    if not isinstance(reply, str):
        return None
    text = reply[-_LONGEST:].rpartition('</think>')[2]
    if _TWICE.search(text):
        return None
    words = {not found[1] for found in _WORD.finditer(_NOT.sub('incorrect', text))}
    letters = {found[1] == 'A' for found in _LETTER.finditer(text)}
    if len(set(_EITHER.findall(text))) > 1:
        letters = {True, False}
    said = words or letters
    return said.pop() if len(said) == 1 else None


def others_in(detail: Mapping[str, Any]) -> list[Other]:
    """Return what the details of one problem say, one for each sample.

    Each field is a list, one entry a sample; in results of versions before 0.4 one value.
    """
    if 'rule_evaluation' in detail:
        return list(_of_cascade(detail))
    for name in _PLAIN:
        if name in detail:
            answers = _several(detail.get('pred'))
            return [
                Other(one if isinstance(one, bool) else None, _answer(answers, sample))
                for sample, one in enumerate(_several(detail[name]))
            ]
    if 'prediction' in detail:
        return [_of_judge(reply) for reply in _several(detail['prediction'])]
    return [Other()]


def _of_judge(reply: Any) -> Other:
    """Of GenericLLMEvaluator alone, which keeps nothing but its judge's reply."""
    said, found = judge_says(reply), _FIRST.search(reply) if isinstance(reply, str) else None
    counted = found is not None and found[0] == 'A'
    if said is None:
        return Other(unclear=True)
    return Other(counted, turned=counted != said)


def _of_cascade(detail: Mapping[str, Any]) -> Iterator[Other]:
    """Of CascadeEvaluator: its own flag is left out of a run in which the rules accept all, so
    that with several runs the flags are fewer than the samples."""
    judged = {
        one.get('dataset_replica_idx', 0): one
        for one in _several(detail.get('llm_evaluation'))
        if isinstance(one, dict)
    }
    for sample, rules in enumerate(_several(detail['rule_evaluation'])):
        by_rule = rules.get('correct') if isinstance(rules, dict) else None
        answer = rules.get('pred') if isinstance(rules, dict) else None
        found = _answer([answer], 0)
        one = judged.get(sample)
        if by_rule is True or one is None:
            yield Other(by_rule if isinstance(by_rule, bool) else None, found)
            continue
        said, counted = judge_says(one.get('prediction')), one.get('llm_correct')
        if said is None or not isinstance(counted, bool):
            yield Other(None, found, unclear=True)
        else:
            yield Other(counted, found, turned=counted != said)


def _answer(answers: Sequence[Any], sample: int) -> str | None:
    """The extracted answer; math-verify's list of what it has parsed, where that is empty."""
    found = answers[sample] if sample < len(answers) else None
    return ('' if found == '[]' else found) if isinstance(found, str) else None


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
