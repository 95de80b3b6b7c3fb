"""What would fail in an hour, looked at before the run begins."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from mmengine.config import Config

from opencompass_math500.compass.openai_model import api_model
from opencompass_math500.compass.pairs import combinations_of
from opencompass_math500.dataset import load_problems
from opencompass_math500.embedded import embedded_model_dir
from opencompass_math500.errors import ConfigError, Math500Error
from opencompass_math500.grading import symbolic_trouble
from opencompass_math500.runs.run import checked_outcomes

__all__ = ['Finding', 'inspect_config']

_SHORT_CAP = 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that will fail (``error``) or skew the score (``warning``)."""

    level: Literal['error', 'warning']
    what: str
    remedy: str

    def __str__(self) -> str:
        return f'{self.level}: {self.what}: {self.remedy}'


def inspect_config(cfg: Mapping[str, Any]) -> list[Finding]:
    """Find everything wrong with a config that can be known before running it.

    Looks at the classes it names, the data, model folders, token caps and keys.
    """
    if isinstance(cfg, Config):
        # Dotted names: reading an entry of a Config imports its class, and a class
        # that is not installed would raise instead of being found.
        cfg = cfg.to_dict()
    models, datasets = cfg.get('models') or [], cfg.get('datasets') or []
    findings = []
    for name, entries in (('models', models), ('datasets', datasets)):
        if not entries:
            findings.append(Finding('error', f'the config has no {name}', f'give it {name}'))
    findings.extend(_types(cfg))
    for model in (*models, *_judges(datasets)):
        findings.extend(_model(model))
    for dataset in datasets:
        findings.extend(_data(dataset))
    for combination in combinations_of(cfg):
        for model in combination.get('models') or []:
            for dataset in combination.get('datasets') or []:
                findings.extend(_caps(model, dataset))
    findings.extend(_summarizer(cfg.get('summarizer') or {}))
    findings.extend(_grader())
    # One fault of a model shows with each of its datasets; once is enough.
    return list(dict.fromkeys(findings))


def _grader() -> Iterator[Finding]:
    """Find out whether sympy can be used; the grader itself does without."""
    trouble = symbolic_trouble()
    if trouble is not None:
        yield Finding(
            'warning',
            f'{trouble}; answers that need it count as timeout',
            'install this package again: pip install --force-reinstall opencompass-math500',
        )


def _summarizer(summarizer: Mapping[str, Any]) -> Iterator[Finding]:
    """What it is to fail on: a misspelt outcome would be found when everything has run."""
    try:
        checked_outcomes(summarizer.get('fail_on', ()))
    except ConfigError as error:
        yield Finding('error', f'summarizer: {error.what}', error.remedy)


def _types(value: Any, where: str = '') -> Iterator[Finding]:
    """Every ``type`` in the config must be importable in the task's own process."""
    if isinstance(value, Mapping):
        name = _dotted(value.get('type'))
        if name and (problem := _cannot_import(name)):
            package = name.split('.', 1)[0]
            yield Finding(
                'error',
                f'{where or "the config"} names {name}, which cannot be imported ({problem})',
                f'pip install the package that has {package!r}, or mend the name',
            )
        for key, inner in value.items():
            yield from _types(inner, f'{where}.{key}' if where else str(key))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _types(inner, f'{where}[{number}]')


def _dotted(kind: Any) -> str:
    """The dotted name of a ``type`` entry; '' for registry names without a dot."""
    if isinstance(kind, type):
        return f'{kind.__module__}.{kind.__qualname__}'
    return kind if isinstance(kind, str) and '.' in kind else ''


def _cannot_import(name: str) -> str:
    module, _, attribute = name.rpartition('.')
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        # A class may be a member of a class: try the module above.
        outer, _, owner = module.rpartition('.')
        if not outer:
            return str(error)
        try:
            found = getattr(importlib.import_module(outer), owner)
        except (ImportError, AttributeError):
            return str(error)
    return '' if hasattr(found, attribute) else f'{module} has no {attribute}'


def _judges(value: Any) -> Iterator[Mapping[str, Any]]:
    """The models that evaluators ask, whose want of a key would show after the inference."""
    if isinstance(value, Mapping):
        if isinstance(value.get('judge_cfg'), Mapping) and value['judge_cfg']:
            yield value['judge_cfg']
        for inner in value.values():
            yield from _judges(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _judges(inner)


def _model(model: Mapping[str, Any]) -> Iterator[Finding]:
    abbr = model.get('abbr', model.get('path', 'a model'))
    kind = _dotted(model.get('type')).rsplit('.', 1)[-1]
    if kind == 'MATH500OpenAI':
        yield from _endpoint(model, abbr)
        return
    path = model.get('path')
    if isinstance(path, str) and path.startswith(('/', './', '../', '~')):
        folder = Path(path).expanduser()
        if not (folder / 'config.json').is_file():
            yield Finding(
                'error',
                f'model {abbr}: no model folder at {folder}',
                'give the folder that holds config.json, or a hub name',
            )
    if kind.startswith('MATH500Embedded'):
        try:
            embedded_model_dir()
        except Math500Error as error:
            yield Finding('error', f'model {abbr}: {error.what}', error.remedy)
    # OpenCompass's OpenAI clients read the environment where the config names no key.
    key = model.get('key', 'ENV' if kind.startswith('OpenAI') else None)
    keys = key if isinstance(key, list | tuple) else [key]
    if 'ENV' in keys and not os.environ.get('OPENAI_API_KEY'):
        yield Finding(
            'error',
            f'model {abbr}: no key',
            'export OPENAI_API_KEY=... (any text for a local server)',
        )
    if any(isinstance(one, str) and one not in ('', 'ENV', 'EMPTY') for one in keys):
        yield Finding(
            'warning',
            f'model {abbr}: a key stands in the config, and OpenCompass copies configs to its logs',
            "write key='ENV' and export OPENAI_API_KEY",
        )


def _endpoint(model: Mapping[str, Any], abbr: str) -> Iterator[Finding]:
    """What can be known of an endpoint without asking it."""
    try:
        made = api_model(model)
        if made is not None:
            made.key()
    except Math500Error as error:
        yield Finding('error', f'model {abbr}: {error.what}', error.remedy or 'mend the config')
    if '@' in urlsplit(str(model.get('base_url') or '')).netloc:
        yield Finding(
            'warning',
            f'model {abbr}: base_url holds a password, and OpenCompass copies configs to its logs',
            'remove base_url and export OPENAI_BASE_URL',
        )


def _data(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    if _dotted(dataset.get('type')).rsplit('.', 1)[-1] != 'MATH500Dataset':
        return
    choice: dict[str, Any] = {
        name: dataset[name]
        for name in ('subjects', 'levels', 'ids')
        if dataset.get(name) is not None
    }
    choice |= {name: dataset[name] for name in ('revision', 'custom') if name in dataset}
    try:
        problems = load_problems(dataset.get('source', 'hub'), **choice)
    except Math500Error as error:
        yield Finding('error', f'dataset {dataset.get("abbr")}: {error.what}', error.remedy)
        return
    if dataset.get('reader_cfg', {}).get('test_range'):
        yield Finding(
            'error',
            f'dataset {dataset.get("abbr")}: test_range takes a part of {problems.name}, and '
            'its abbr does not say which',
            'choose by subjects, levels or ids',
        )
    if not str(dataset.get('abbr', '')).startswith(problems.slug):
        yield Finding(
            'error',
            f'the abbr {dataset.get("abbr")!r} does not say which data it stands for '
            f'({problems.name})',
            f'begin it with {problems.slug!r}',
        )


def _caps(model: Mapping[str, Any], dataset: Mapping[str, Any]) -> Iterator[Finding]:
    """Token caps: the dataset's inferencer wins over the model's."""
    inferencer = dataset.get('infer_cfg', {}).get('inferencer', {})
    cap = inferencer.get('max_out_len') or model.get('max_out_len')
    abbr = model.get('abbr', 'a model')
    if cap is None:
        yield Finding('error', f'model {abbr}: no token cap', 'set max_out_len')
        return
    if cap < _SHORT_CAP:
        yield Finding(
            'warning',
            f'model {abbr}: a cap of {cap} tokens truncates worked solutions',
            'raise max_out_len (2048 for instruct models, 32768 for reasoning models); '
            'the table counts what was cut',
        )
    context = model.get('max_seq_len')
    if context is not None and context <= cap:
        yield Finding(
            'error',
            f'model {abbr}: max_seq_len={context} leaves no room for a prompt beside '
            f'max_out_len={cap}',
            'raise max_seq_len or lower max_out_len',
        )
