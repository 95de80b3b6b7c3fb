"""A variant against its baseline: the one setting that differs, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from opencompass_math500.errors import ConfigError, Math500Error
from opencompass_math500.runs.fingerprint import Fingerprint, fingerprint_of
from opencompass_math500.runs.question import Question
from opencompass_math500.runs.run import Run
from opencompass_math500.statistics.paired import PairedDifference, paired_difference

__all__ = ['Ablation', 'Change', 'Changed', 'ablation_of', 'change_of']

Changed = Literal[
    'prompt wording', 'shots', 'worked examples', 'prompt form', 'system prompt', 'token cap',
    'sampling', 'samples', 'thinking', 'batch size', 'data', 'model', 'engine', 'grading',
    'versions',
]  # fmt: skip

# Fields of a fingerprint that make up one setting; one without a name here is its own.
_SETTING_OF: Final[Mapping[str, Changed]] = {
    'prompt': 'prompt wording', 'shots': 'shots', 'system': 'system prompt',
    'max_tokens': 'token cap',
    'temperature': 'sampling', 'top_p': 'sampling', 'top_k': 'sampling', 'seed': 'sampling',
    'other_sampling': 'sampling',
    'samples': 'samples', 'thinking': 'thinking', 'batch_size': 'batch size',
    'benchmark': 'data', 'problems': 'data', 'checksum': 'data', 'subset': 'data',
    'model': 'model', 'served': 'model', 'revision': 'model', 'config_hash': 'model',
    'engine': 'engine', 'engine_settings': 'engine',
    'grader': 'grading', 'postprocessors': 'grading', 'policy': 'grading', 'llm_judge': 'grading',
    'versions': 'versions',
}  # fmt: skip
# What differs wherever the prompt's text, its system prompt or its shots do.
_FOLLOWS: Final = frozenset({'prompt_name', 'template', 'examples'})
# Of one setting: silence beside a value of the same setting needs no word.
_BESIDE: Final = frozenset({'top_p', 'top_k', 'seed'})


@dataclass(frozen=True, slots=True)
class Change:
    """One setting, changed alone.

    Attributes:
        run: the variant.
        setting: what was changed.
        before, after: its value in the baseline and in the variant, for people.
        difference: what the change is worth, in percentage points.
    """

    run: Run
    setting: Changed
    before: str
    after: str
    difference: PairedDifference


@dataclass(frozen=True, slots=True)
class Ablation:
    """A baseline, what each change of it is worth, and which variants tell nothing.

    Attributes:
        baseline: the run that the others are set against.
        changes: in the order of the settings, then of the variants.
        refused: one line for each variant that is no single change, and why.
    """

    baseline: Run
    changes: tuple[Change, ...]
    refused: tuple[str, ...]


def ablation_of(baseline: Run, variants: Sequence[Run]) -> Ablation:
    """Compare every variant with the baseline."""
    changes, refused = [], []
    for variant in variants:
        try:
            changes.append(change_of(baseline, variant))
        except Math500Error as error:
            refused.append(str(error))
    changes.sort(key=lambda change: get_args(Changed).index(change.setting))
    return Ablation(baseline, tuple(changes), tuple(refused))


def change_of(baseline: Run, variant: Run) -> Change:
    """Return the one setting in which a variant differs from its baseline, and its worth.

    Which setting that is, is read from the records of both, never from their names.

    Raises:
        ConfigError: none or several settings differ, or one of the runs compares with
            nothing.
        MalformedData: the runs are of different problems.
    """
    for run in (baseline, variant):
        if run.why_not_comparable:
            raise ConfigError(
                f'{run.name} compares with nothing: {run.why_not_comparable}',
                'run it again through MATH500Partitioner, with -r where requests failed',
            )
    mine, theirs = fingerprint_of(baseline), fingerprint_of(variant)
    found = _differing(mine, theirs, baseline, variant)
    if len(found) != 1:
        names = ', '.join(found) or 'in none'
        raise ConfigError(
            f'{variant.name} differs from the baseline {baseline.name} in {len(found)} settings '
            f'({names})',
            'change exactly one setting of the baseline',
        )
    ((setting, (before, after)),) = found.items()
    worth = paired_difference(baseline.items, variant.items)
    return Change(variant, setting, before, after, worth)


def _differing(
    mine: Fingerprint, theirs: Fingerprint, baseline: Run, variant: Run
) -> dict[Changed, tuple[str, str]]:
    """Each setting that differs, with its two values in words."""
    found: dict[Changed, tuple[str, str]] = {}
    for field, before, after in mine.against(theirs):
        if field in _FOLLOWS:
            continue
        setting = _SETTING_OF.get(field, 'versions')
        shown = _in_words(field, mine, before), _in_words(field, theirs, after)
        earlier = found.get(setting, ('', ''))
        joined = [', '.join(filter(None, pair)) for pair in zip(earlier, shown, strict=True)]
        found[setting] = joined[0], joined[1]
    # What no field of a fingerprint tells by itself.
    a, b = (run.settings.question for run in (baseline, variant))
    if _form(a) != _form(b):
        found['prompt form'] = _form(a), _form(b)
    elif 'shots' not in found and a.shown != b.shown:
        found['worked examples'] = _numbers(a), _numbers(b)
    elif not found and (mine.template, mine.examples) != (theirs.template, theirs.examples):
        found['prompt form'] = 'one template', 'another'
    return found


def _in_words(field: str, whole: Fingerprint, value: Any) -> str:
    if field == 'prompt' and whole.prompt_name:
        return whole.prompt_name
    if value is None:
        return '' if field in _BESIDE else 'unknown'
    if value in ('', ()):
        return 'none'
    if field == 'temperature':
        return 'greedy' if value == 0 else f'temperature {value:g}'
    text = repr(value) if isinstance(value, str) and field in _SETTING_OF else str(value)
    if field in _BESIDE or field not in _SETTING_OF:
        text = f'{field.removeprefix("version of ")} {text}'
    return text if len(text) <= 60 else f'{text[:57]}...'


def _numbers(question: Question) -> str:
    """Which of the worked examples come before the question."""
    return f'numbers {None if question.shown is None else list(question.shown)}'


def _form(question: Question) -> str:
    return 'one text' if question.as_chat is False else 'chat turns'
