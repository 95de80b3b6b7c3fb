"""The settings behind a score, as a record: what two runs must share to be one.

A record has three parts. ``inference`` decides the responses, ``grading`` the
verdicts; reuse under another value of either is refused. ``context`` (versions,
batch size) is written down and shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from opencompass_math500.atomic import replace_text
from opencompass_math500.errors import MalformedData, StaleRunError

__all__ = [
    'Part',
    'class_name',
    'differences',
    'graded_here',
    'inference_part',
    'read_record',
    'record_path',
    'refuse_other',
    'write_record',
]

Part = Literal['inference', 'grading']


def record_path(work_dir: Path, model: str, dataset: str) -> Path:
    """Return where the record of one model on one dataset lies in a work directory."""
    return work_dir / 'math500' / model / f'{dataset}.json'


_OBJECTS: Final = (
    'inference',
    'inference.model',
    'inference.model.gen_config',
    'inference.model.generation_kwargs',
    'inference.model.sampling',
    'inference.prompt',
    'inference.retriever',
    'inference.inferencer',
    'grading',
    'grading.evaluator',
    'grading.evaluator.rule_evaluator',
    'grading.problem.form',
    'context',
    'context.versions',
)


def read_record(path: Path) -> dict[str, Any]:
    """Return the record; an empty one where there is none.

    Raises:
        MalformedData: the file is damaged.
    """
    try:
        loaded = json.loads(path.read_text(encoding='utf-8'))
    except FileNotFoundError:
        return {}
    except (RecursionError, ValueError) as error:
        raise MalformedData(f'{path} is damaged ({error})', 'run without -r') from error
    record = loaded if isinstance(loaded, dict) else {}
    for name in _no_objects(record):
        raise MalformedData(f'{path} is damaged ({name} is no object)', 'run without -r')
    return record


def _no_objects(record: Mapping[str, Any]) -> Iterator[str]:
    """The parts of a record that should have parts of their own, and have none."""
    for name in _OBJECTS:
        *path, last = name.split('.')
        owner: Any = record
        for part in path:
            owner = owner.get(part) if isinstance(owner, dict) else None
        if not isinstance(owner, dict) or last not in owner:
            continue
        # What a config leaves open is written as null; a whole part never is.
        if not isinstance(owner[last], dict) and (owner[last] is not None or not path):
            yield name


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write the record through a rename, so that a crash leaves the old one or the new."""
    replace_text(path, json.dumps(record, indent=2, ensure_ascii=False))


def inference_part(
    model: Mapping[str, Any], dataset: Mapping[str, Any], deciding: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the part of a record that decides the responses, from two configs.

    Args:
        model, dataset: as OpenCompass has them.
        deciding: what of the model config decides its replies.
    """
    infer = dataset.get('infer_cfg') or {}
    inferencer = dict(infer.get('inferencer') or {})
    # The inferencer's own cap beats the model's.
    cap = inferencer.pop('max_out_len', None) or model.get('max_out_len')
    return {
        # The abbr carries source, subset and checksum; the path of a file does not count.
        'data': dataset.get('abbr'),
        'rows': (dataset.get('reader_cfg') or {}).get('test_range'),
        'prompt': infer.get('prompt_template'),
        'examples': infer.get('ice_template'),
        'retriever': infer.get('retriever'),
        'inferencer': inferencer,
        'max_out_len': cap,
        'samples': dataset.get('n', 1),
        'model': deciding,
    }


def graded_here(evaluator: Mapping[str, Any]) -> bool:
    """Tell whether an evaluator config is MATH500Evaluator, alone or as the first of a cascade."""
    rules = evaluator.get('rule_evaluator')
    return 'MATH500Evaluator' in (class_name(evaluator), class_name(rules))


def class_name(config: Any) -> str:
    """Return the bare name of the class that a config's ``type`` is, or names with its module.

    It is '' where the config is none, or says no type.
    """
    kind = (config.get('type') or '') if isinstance(config, Mapping) else ''
    name = kind if isinstance(kind, str) else getattr(kind, '__name__', '')
    return str(name).rsplit('.', 1)[-1]


def differences(before: Any, now: Any, where: str = '') -> Iterator[str]:
    """Return each setting that differs, as ``name: then X, now Y``."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in sorted({*before, *now}):
            inner = f'{where}.{key}' if where else str(key)
            yield from differences(before.get(key), now.get(key), inner)
    elif before != now:
        yield f'{where}: then {_short(before)}, now {_short(now)}'


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f'{text[:77]}...'


def refuse_other(
    path: Path,
    part: Part,
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    what: str,
    remedy: str,
) -> None:
    """Refuse to reuse ``what``, made under ``before``, for a run under ``now``.

    Raises:
        StaleRunError: they differ; lists how.
    """
    found = list(differences(before.get(part), now.get(part)))
    if before.get(part) is not None and found:
        raise StaleRunError(f'{what} was made under other settings ({"; ".join(found)})', remedy)
