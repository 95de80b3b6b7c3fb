"""The settings behind a score, typed: parsed once, from the record of a run.

Whatever stands in a record, parsing it raises nothing: what is not of its type is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading import grader_version
from opencompass_math500.runs.decoding import Decoding, asked_sampling, configured
from opencompass_math500.runs.json_values import as_object, as_whole
from opencompass_math500.runs.question import Question, question_of
from opencompass_math500.runs.record import class_name, graded_here, read_record

__all__ = [
    'OURS',
    'Evaluator',
    'Settings',
    'graded_here_and_now',
    'parse_settings',
    'read_settings',
]

OURS: Final = 'MATH500Evaluator'

Evaluator: TypeAlias = Literal['MATH500Evaluator', 'OpenCompass', 'another']
"""Who graded: this package, one of OpenCompass's graders of MATH, or another benchmark's."""

_ANY_JUDGE: Final = 'GenericLLMEvaluator'
_HOSTS: Final = frozenset({'MATHEvaluator', 'MATHVerifyEvaluator'})
# Of a model config, what has a field of its own or cannot change a response.
_SHOWN_ELSEWHERE: Final = frozenset(
    {'type', 'path', 'generation_kwargs', 'gen_config', 'sampling', 'temperature'}
)
_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run, as recorded. None is unknown, '' and an empty mapping "none".

    Attributes:
        recorded: whether anything is; without a record a score means nothing.
        older_predictions: whether predictions were made before their settings were recorded.
        data: the dataset, by its abbr.
        question: how the model was asked.
        decoding: how it was to be sampled; what was really sent is told by the responses.
        asked: the sampling that an endpoint was asked for, where it was one.
        max_tokens: the cap of a response, in tokens.
        model: hub id, path or API name.
        engine: the model class.
        engine_settings: its other settings, as JSON; those of the inferencer among them.
        made_by: the command of the harness that made the run; '' for OpenCompass.
        evaluator: who graded.
        grader: what extracted and compared answers, with its version.
        postprocessors: what changes responses or golds before grading, as JSON.
        policy: settings of the grading policy that are not the default.
        llm_judge: the model asked about rejected answers.
        batch_size: responses generated at a time.
        revision: the hub's commit, 40 digits.
        config_hash: 12 digits of the SHA-256 of the model folder's ``config.json``.
        data_class, data_file: the dataset's class, and its file; '' where unknown.
        versions: of the packages that made the responses.
    """

    recorded: bool = False
    older_predictions: bool = False
    data: str | None = None
    question: Question = field(default_factory=Question)
    decoding: Decoding = field(default_factory=Decoding)
    asked: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    max_tokens: int | None = None
    model: str | None = None
    engine: str | None = None
    engine_settings: str | None = None
    made_by: str = ''
    evaluator: Evaluator | None = None
    grader: str | None = None
    postprocessors: str | None = None
    policy: Mapping[str, Any] | None = None
    llm_judge: str | None = None
    batch_size: int | None = None
    revision: str | None = None
    config_hash: str | None = None
    data_class: str = ''
    data_file: str = ''
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def of_another_benchmark(self) -> bool:
        """Whether the evaluator tells that the run is of no problems of MATH."""
        return self.evaluator == 'another'


def read_settings(path: Path) -> Settings:
    """Return the settings in a record on disk; unknown ones where there is none.

    Raises:
        MalformedData, OSError: the file is damaged, or cannot be read.
    """
    try:
        return parse_settings(read_record(path))
    except RecursionError as error:
        raise MalformedData(f'{path} is damaged ({error})', 'run without -r') from error


def parse_settings(record: Mapping[str, Any]) -> Settings:
    """Return the settings that a record tells.

    Args:
        record: its three parts, as :mod:`opencompass_math500.runs.record` has them.
    """
    inference, grading = as_object(record.get('inference')), as_object(record.get('grading'))
    context = as_object(record.get('context'))
    model, data = as_object(inference.get('model')), as_object(context.get('data'))
    identity, policy = as_object(context.get('model')), grading.get('policy')
    evaluator = as_object(grading.get('evaluator'))
    return Settings(
        recorded=bool(record),
        older_predictions=bool(context.get('unrecorded')),
        data=_text(inference.get('data')),
        question=question_of(inference),
        decoding=configured(model),
        asked=asked_sampling(model),
        max_tokens=as_whole(inference.get('max_out_len')),
        model=_text(model.get('path')),
        engine=class_name(model) or None,
        engine_settings=_engine_settings(inference, model) if model else None,
        made_by='lm_eval' if str(model.get('type')).startswith('lm_eval.') else '',
        evaluator=_evaluator(evaluator, data),
        grader=_grader(evaluator, grading.get('grader')),
        postprocessors=_postprocessors(grading),
        policy=MappingProxyType(dict(policy)) if isinstance(policy, Mapping) else None,
        llm_judge=_llm_judge(evaluator),
        batch_size=as_whole(context.get('batch_size')),
        revision=_text(identity.get('revision')),
        config_hash=_text(identity.get('config_hash')),
        data_class=class_name(data),
        data_file=_text(data.get('file_name')) or '',
        versions=MappingProxyType(
            {
                str(name): value
                for name, value in as_object(context.get('versions')).items()
                if isinstance(value, str)
            }
        ),
    )


def graded_here_and_now(settings: Settings) -> Settings:
    """Return the settings of a run whose responses this version grades while it reads them."""
    return replace(
        settings,
        evaluator=OURS,
        grader=f'{OURS} {grader_version()}',
        postprocessors='{}',
        policy=settings.policy or None,
        llm_judge='',
    )


def _engine_settings(inference: Mapping[str, Any], model: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in model.items() if key not in _SHOWN_ELSEWHERE}
    inferencer = dict(as_object(inference.get('inferencer')))
    inferencer.pop('max_out_len', None)
    return _json({**rest, 'inferencer': inferencer})


def _evaluator(evaluator: Mapping[str, Any], data: Mapping[str, Any]) -> Evaluator | None:
    if not evaluator:
        return None
    if graded_here(evaluator):
        return OURS
    name = class_name(evaluator)
    # A judge of anything, and so of MATH where that is what it was asked about.
    of_math = name == _ANY_JUDGE and class_name(data) == 'MATHDataset'
    rules = class_name(evaluator.get('rule_evaluator'))
    return 'OpenCompass' if of_math or {name, rules} & _HOSTS else 'another'


def _grader(evaluator: Mapping[str, Any], version: Any) -> str | None:
    rules = as_object(evaluator.get('rule_evaluator')) or evaluator
    name = class_name(rules)
    if not name:
        return None
    if name == OURS:
        return f'{name} {version or "of unknown version"}'
    # MATHEvaluator is v1 unless told otherwise.
    version = rules.get('version') or ('v1' if name == 'MATHEvaluator' else '')
    return f'OpenCompass {name} {version}'.strip()


def _postprocessors(grading: Mapping[str, Any]) -> str | None:
    names = ('model_postprocessor', 'dataset_postprocessor', 'gold_postprocessor')
    return _json({n: grading[n] for n in names if grading.get(n)}) if grading else None


def _llm_judge(evaluator: Mapping[str, Any]) -> str | None:
    if not evaluator:
        return None
    alone = class_name(evaluator) == _ANY_JUDGE
    judged = evaluator if alone else as_object(evaluator.get('llm_evaluator'))
    return str(as_object(judged.get('judge_cfg')).get('path')) if judged else ''


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
