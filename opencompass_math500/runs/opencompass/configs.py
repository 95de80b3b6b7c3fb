"""The configs that OpenCompass dumps into a work directory, read as data.

They are Python files of nothing but literals and ``dict(...)``; nothing is executed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from opencompass_math500.runs.record import inference_part, record_path
from opencompass_math500.runs.settings import Settings, parse_settings, read_settings

__all__ = ['dumped_config', 'settings_from_configs', 'settings_of']

_NOT_SETTINGS: Final = ('abbr', 'batch_size', 'max_out_len', 'run_cfg', 'pred_postprocessor', 'key')


def settings_of(work_dir: Path, model: str, dataset: str) -> Settings:
    """Return the settings of one run: of its record, or of the configs where it has none.

    Raises:
        MalformedData, OSError: the record is damaged, or cannot be read.
    """
    found = read_settings(record_path(work_dir, model, dataset))
    return found if found.recorded else settings_from_configs(work_dir, model, dataset)


def settings_from_configs(work_dir: Path, model: str, dataset: str) -> Settings:
    """Return the settings of one run by the dumped configs; unknown where they do not tell.

    A folder that was run several times holds several configs. Where they disagree, nobody
    knows under which the predictions were made: nothing is returned.
    """
    found = [
        record
        for path in sorted((work_dir / 'configs').glob('*.py'))
        if (record := _record(path, model, dataset))
    ]
    alike = found and all(one == found[0] for one in found)
    return parse_settings(found[0] if alike else {})


def _record(path: Path, model: str, dataset: str) -> dict[str, Any]:
    config = dumped_config(path)
    models = [one for one in _configs(config.get('models')) if one.get('abbr') == model]
    datasets = [one for one in _configs(config.get('datasets')) if one.get('abbr') == dataset]
    if len(models) != 1 or len(datasets) != 1:
        return {}
    mine, data = models[0], datasets[0]
    evaluation = data.get('eval_cfg') or {}
    return {
        'inference': inference_part(
            mine, data, {key: value for key, value in mine.items() if key not in _NOT_SETTINGS}
        ),
        'grading': {
            'evaluator': evaluation.get('evaluator'),
            'dataset_postprocessor': evaluation.get('pred_postprocessor'),
            'model_postprocessor': mine.get('pred_postprocessor'),
        },
        'context': {
            'batch_size': mine.get('batch_size'),
            'data': {key: data.get(key) for key in ('type', 'source', 'path', 'file_name')},
        },
    }


def _configs(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def dumped_config(path: Path) -> dict[str, Any]:
    """Return what a dumped config assigns; empty where it is no such file."""
    try:
        tree = ast.parse(path.read_text(encoding='utf-8'))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return {}
    return dict(_literals(tree))


def _literals(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, _value(node.value)


def _value(node: ast.expr) -> Any:
    """A literal or ``dict(...)``; None for anything else, which is then unknown."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == 'dict':
        return {each.arg: _value(each.value) for each in node.keywords if each.arg is not None}
    if isinstance(node, ast.Dict):
        keys = [_value(key) if key is not None else None for key in node.keys]
        return dict(zip(map(str, keys), map(_value, node.values), strict=True))
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(each) for each in node.elts]
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None
