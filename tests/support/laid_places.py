"""Places at which runs lie, or do not, and what each command says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from work_dirs import RECORD, detail, prediction, save_json, save_predictions, save_results

SLASH = 'Qwen/Qwen2.5-7B'
DATASET = 'math500-0a1b2c3d'
COMMANDS = ('table', 'compare', 'export', 'report', 'regrade')

_NOTHING = 'nothing can be read in PLACE: give a run with results or finished predictions'
_NO_RESULTS = 'no results under PLACE: wait until it is graded'
_NO_PREDICTIONS = 'no predictions under PLACE'
_NO_RUN = 'no folder and no sample log'
_NOW = 'is not of this judge: the 2 responses are graded now'

# For each place, what the last line of each command says where it ends in status 1, and what
# is said on the way where it ends in 0.
SAID: dict[str, dict[str, tuple[int, str]]] = {
    'interrupted': {
        **dict.fromkeys(('table', 'compare'), (1, _NO_RESULTS)),
        **dict.fromkeys(('export', 'report'), (1, _NOTHING)),
        'regrade': (1, _NO_PREDICTIONS),
    },
    'begun': {
        **dict.fromkeys(('table', 'compare'), (1, _NO_RESULTS)),
        **dict.fromkeys(('export', 'report'), (1, _NOTHING)),
        'regrade': (1, _NO_PREDICTIONS),
    },
    'no-rows': {
        **dict.fromkeys(('table', 'compare'), (1, _NO_RESULTS)),
        **dict.fromkeys(('export', 'report'), (1, _NOTHING)),
        'regrade': (1, 'holds no rows that can be read'),
    },
    'another-benchmark': {
        **dict.fromkeys(('table', 'compare'), (1, _NO_RESULTS)),
        **dict.fromkeys(('export', 'report'), (1, _NOTHING)),
        'regrade': (1, _NO_PREDICTIONS),
    },
    'ungraded': {
        **dict.fromkeys(('table', 'compare'), (1, _NO_RESULTS)),
        **dict.fromkeys(('export', 'report', 'regrade'), (0, '')),
    },
    'their-results-alone': {
        **dict.fromkeys(('table', 'compare'), (1, _NO_RESULTS)),
        **dict.fromkeys(('export', 'report'), (1, _NOTHING)),
        'regrade': (1, _NO_PREDICTIONS),
    },
    'plain': dict.fromkeys(COMMANDS, (0, _NOW)),
    # What OpenCompass's own grader says is compared as such, where settings tell that it did.
    'plain-with-config': {**dict.fromkeys(COMMANDS, (0, _NOW)), 'compare': (0, '')},
    'damaged-results': {
        **dict.fromkeys(('table', 'compare'), (1, 'is damaged')),
        **dict.fromkeys(('export', 'report', 'regrade'), (0, 'the responses are graded anew')),
    },
    'slash': dict.fromkeys(COMMANDS, (0, '')),
    'above': dict.fromkeys(COMMANDS, (0, 'is taken, the newest of 2 runs in PLACE')),
    'empty': dict.fromkeys(COMMANDS, (1, 'PLACE holds neither predictions/ nor results/')),
    'nowhere': dict.fromkeys(COMMANDS, (1, "no folder 'PLACE'")),
    'text.txt': dict.fromkeys(COMMANDS, (1, f"{_NO_RUN} 'PLACE'")),
    'settings.json': dict.fromkeys(COMMANDS, (1, f"{_NO_RUN} 'PLACE'")),
    'no-json.jsonl': dict.fromkeys(COMMANDS, (1, 'PLACE:1: not JSON')),
    'empty.jsonl': dict.fromkeys(COMMANDS, (1, 'PLACE holds no rows')),
}


def lay(place: str, at: Path) -> None:
    """Write what a place of :data:`SAID` is."""
    _LAID[place](at / place)


def _theirs(at: Path) -> None:
    rows = [{'origin_prompt': 'p', 'prediction': reply, 'gold': '7'} for reply in ('7', '8')]
    save_predictions(at, rows, name='math-500')
    _their_results(at)


def _their_results(at: Path) -> None:
    """As OpenCompass leaves them: the word of another evaluator, and no record of settings."""
    said = [{'pred': ['7'], 'answer': ['7'], 'correct': [right]} for right in (True, False)]
    save_results(at, said, dataset='math-500', record=None)


def _with_config(at: Path) -> None:
    _theirs(at)
    save_json(at / 'configs/20260101_120000_1.py', _CONFIG)


def _another(at: Path) -> None:
    save_predictions(at, [prediction(0)], name='gsm8k')
    record = {**RECORD, 'grading': {'evaluator': {'type': 'Gsm8kEvaluator'}}}
    save_results(at, [{'correct': [True]}], dataset='gsm8k', record=record)


def _ungraded(at: Path) -> None:
    save_predictions(at, [prediction(0), prediction(1)], name=DATASET)


def _damaged(at: Path) -> None:
    _ungraded(at)
    save_results(at, '{"details": [', dataset=DATASET)


_CONFIG = """
models = [dict(abbr='tiny', type='opencompass.models.HuggingFaceBaseModel', path='tiny')]
datasets = [dict(
    abbr='math-500',
    infer_cfg=dict(prompt_template=dict(type='PromptTemplate', template='{problem}')),
    eval_cfg=dict(evaluator=dict(type='opencompass.evaluator.MATHVerifyEvaluator')),
)]
"""
_LAID: dict[str, Callable[[Path], object]] = {
    'interrupted': lambda at: save_json(at / 'predictions/tiny/tmp_a.jsonl', json.dumps(
        {'idx': 0, **prediction(0)})),
    'begun': lambda at: save_json(at / 'configs/20260101_120000_1.py', 'models = []'),
    'no-rows': lambda at: save_json(at / f'predictions/tiny/{DATASET}.json', '{}'),
    'another-benchmark': _another,
    'ungraded': _ungraded,
    'their-results-alone': _their_results,
    'plain': _theirs,
    'plain-with-config': _with_config,
    'damaged-results': _damaged,
    'slash': lambda at: finished(at, SLASH),
    'above': lambda at: [finished(at / f'2026010{day}_120000', 'tiny') for day in (1, 2)],
    'empty': lambda at: at.mkdir(),
    'nowhere': lambda at: None,
    'text.txt': lambda at: save_json(at, 'hello'),
    'settings.json': lambda at: save_json(at, {'a': 1}),
    'no-json.jsonl': lambda at: save_json(at, 'hello\n'),
    'empty.jsonl': lambda at: save_json(at, ''),
}  # fmt: skip


def finished(work_dir: Path, model: str) -> Path:
    """Write a graded run of two responses."""
    save_predictions(work_dir, [prediction(0), prediction(1)], name=DATASET, model=model)
    save_results(work_dir, [detail(0), detail(1, 'incorrect')], model=model, dataset=DATASET)
    return work_dir
