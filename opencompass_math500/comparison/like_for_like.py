"""Each setting of a run against that of a published score: equal, different or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from opencompass_math500.prompts import ALIASES, TEMPLATES, PromptTemplate
from opencompass_math500.published import PublishedScore
from opencompass_math500.response import Response
from opencompass_math500.runs.fingerprint import Fingerprint

__all__ = ['Relation', 'Setting', 'compare_settings']

Relation = Literal['equal', 'different', 'unknown']

# What makes of a published model another one, wherever a model config says it.
_OTHER_WEIGHTS: Final = ('load_in_4bit', 'load_in_8bit', 'quantization', 'peft_path')


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting on both sides.

    Attributes:
        name: what it is, for people.
        run, published: the two values as text; ``?`` where unknown.
        relation: unknown is neither equal nor different.
        why: what the values do not say, e.g. that no response hit the lower cap.
    """

    name: str
    run: str
    published: str
    relation: Relation
    why: str = ''

    def __str__(self) -> str:
        text = f'{self.name} {self.run} against {self.published}'
        return f'{text} ({self.why})' if self.why else text


def compare_settings(
    mine: Fingerprint, items: Sequence[Response], row: PublishedScore, model: Setting
) -> tuple[Setting, ...]:
    """Set every setting of a run and a published score side by side.

    Args:
        mine: of the run.
        items: of the run; they tell whether a token cap was hit.
        row: the published score.
        model: the first of the settings, whether both are one model.
    """
    return (
        model if model.relation == 'different' else _with_other_weights(mine, model),
        *_mode(mine, row),
        _benchmark(mine, row),
        _plain('shots', mine.shots, row.shots),
        _prompt(mine, row),
        _system(mine, row),
        *_sampling(mine, row),
        _cap(mine, items, row),
        _metric(mine, row),
        _grader(mine, row),
    )


def _text(value: Any) -> str:
    if value is None:
        return '?'
    if isinstance(value, float):
        return f'{value:g}'
    return repr(value) if isinstance(value, str) else str(value)


def _plain(name: str, mine: Any, theirs: Any) -> Setting:
    """A setting that is equal if the values are."""
    return Setting(name, _text(mine), _text(theirs), _relation(mine, theirs))


def _relation(mine: Any, theirs: Any) -> Relation:
    if mine is None or theirs is None:
        return 'unknown'
    return 'equal' if mine == theirs else 'different'


def _with_other_weights(mine: Fingerprint, model: Setting) -> Setting:
    """Quantised weights or an adapter are another model under the same name."""
    found = [name for name in _OTHER_WEIGHTS if f'"{name}": ' in (mine.engine_settings or '')]
    changed = [name for name in found if not _is_off(mine.engine_settings or '', name)]
    if not changed:
        return model
    run = f'{model.run} with {", ".join(changed)}'
    return Setting(model.name, run, model.published, 'different')


def _is_off(settings: str, name: str) -> bool:
    return any(f'"{name}": {value}' in settings for value in ('null', 'false', '""'))


def _mode(mine: Fingerprint, row: PublishedScore) -> list[Setting]:
    if row.mode is None:
        return []
    thinking = None if mine.thinking is None else 'on' if mine.thinking else 'off'
    published = 'on' if row.mode == 'thinking' else 'off'
    return [Setting('thinking', thinking or '?', published, _relation(thinking, published))]


def _benchmark(mine: Fingerprint, row: PublishedScore) -> Setting:
    run = mine.benchmark
    shown = '?' if run is None else f'{run} ({mine.problems} problems)'
    if run in ('MATH-500', 'MATH-5000'):
        shown = run
    if row.benchmark == 'unclear':
        return Setting('benchmark', shown, '?', 'unknown')
    return Setting('benchmark', shown, row.benchmark, _relation(run, row.benchmark))


def _prompt(mine: Fingerprint, row: PublishedScore) -> Setting:
    """The wording of the question alone; system prompt and examples are settings beside it."""
    run = '?' if mine.prompt is None else mine.prompt_name or _short(mine.prompt)
    if row.prompt is None or mine.prompt is None:
        return Setting('prompt', run, row.prompt or '?', 'unknown')
    template = _template(row)
    if template is not None:
        relation: Relation = 'equal' if mine.prompt == template.question else 'different'
        return Setting('prompt', run, row.prompt, relation)
    # The published wording is not at hand; a wording that has another name is another.
    return Setting('prompt', run, row.prompt, 'different' if mine.prompt_name else 'unknown')


def _template(row: PublishedScore) -> PromptTemplate | None:
    name = row.prompt or ''
    return TEMPLATES.get(ALIASES.get(name, name))


def _short(text: str) -> str:
    shown = repr(text)
    return shown if len(shown) <= 60 else f'{shown[:56]}...{shown[-1]}'


def _system(mine: Fingerprint, row: PublishedScore) -> Setting:
    theirs, template = row.system, _template(row)
    if theirs is None and template is not None:
        theirs = template.system or None  # that it has none does not say that none was sent
    run, published = (
        '?' if value is None else _short(value) if value else 'none'
        for value in (mine.system, theirs)
    )
    return Setting('system prompt', run, published, _relation(mine.system, theirs))


def _sampling(mine: Fingerprint, row: PublishedScore) -> list[Setting]:
    """Temperature, and what else counts unless both are greedy."""
    run, published = (
        'greedy' if value == 0 else _text(value) for value in (mine.temperature, row.temperature)
    )
    temperature = _relation(mine.temperature, row.temperature)
    first = Setting('temperature', run, published, temperature)
    if temperature == 'different' or 0 in (mine.temperature, row.temperature):
        return [first]
    rest = (_plain('top-p', mine.top_p, row.top_p), _plain('top-k', mine.top_k, row.top_k))
    # Where temperature and nucleus are stated, silence on top-k is the rule.
    return [first, *(s for s in rest if (s.run, s.published) != ('?', '?'))]


def _cap(mine: Fingerprint, items: Sequence[Response], row: PublishedScore) -> Setting:
    """The token cap: another one counts only if a response hit the lower of the two."""
    run, theirs = mine.max_tokens, row.max_tokens
    name, shown = 'token cap', (_text(run), _text(theirs))
    hit = sum(item.was_cut for item in items)
    if run is None or theirs is None:
        why = f'{hit} of {len(items)} responses hit it' if hit and run else ''
        return Setting(name, *shown, 'unknown', why)
    if run == theirs:
        return Setting(name, *shown, 'equal')
    lower = min(run, theirs)
    if run < theirs:
        unsure = any(i.finish_reason is None and i.outcome != 'failed_request' for i in items)
    else:
        hit = sum((item.tokens or 0) >= lower for item in items)
        unsure = any(i.tokens is None and i.outcome != 'failed_request' for i in items)
    if hit:
        return Setting(name, *shown, 'different', f'{hit} of {len(items)} responses hit {lower}')
    if unsure:
        return Setting(name, *shown, 'unknown', f'whether a response hit {lower} is not recorded')
    return Setting(name, *shown, 'equal', f'no response hit {lower}')


def _metric(mine: Fingerprint, row: PublishedScore) -> Setting:
    """The mean over samples measures one thing, however many they are; a vote another."""
    run = 'mean accuracy' + (f' of {mine.samples} samples' if mine.samples > 1 else '')
    several = f' of {row.n_samples} samples' if row.n_samples and row.n_samples > 1 else ''
    if row.metric is None:
        return Setting('metric', run, f'?{several}', 'unknown')
    if row.metric in ('maj@k', 'RM@k'):
        return Setting('metric', run, f'{row.metric}{several}', 'different')
    if row.cot is False:
        return Setting('metric', run, f'{row.metric}, reasoning with tools', 'different')
    return Setting('metric', run, f'{row.metric}{several}', 'equal')


def _grader(mine: Fingerprint, row: PublishedScore) -> Setting:
    run = mine.grader
    if run is not None and mine.policy not in (None, '{}'):
        run = f'{run} with policy {mine.policy}'
    if run is not None and mine.llm_judge:
        run = f'{run}, then {mine.llm_judge} as judge'
    shown = (run or '?', row.grader or '?')
    if row.grader == 'OpenCompass':  # it has three, and the source does not say which
        is_host = run is not None and run.startswith('OpenCompass')
        return Setting('grader', *shown, 'unknown' if is_host or run is None else 'different')
    if run == 'math-verify' and row.grader is not None:  # with settings of their own
        return Setting('grader', *shown, 'unknown')
    return Setting('grader', *shown, _relation(run, row.grader))
