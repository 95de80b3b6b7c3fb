"""Work directories with real responses to make reports of; run as a script, it leaves them.

``python tests/support/report_runs.py ../shared FOLDER`` makes ``one500`` (one model on 500
problems), ``three`` (three models), ``samples`` (sixteen samples a problem) and ``big`` (10,000
responses: twenty models on 500 problems).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from response_runs import OURS, responses_of, save_responses
from work_dirs import RECORD, save_json, save_results

from opencompass_math500 import grade_many
from opencompass_math500.grading import Verdict, grader_version

__all__ = ['LLAMA', 'SAMPLED', 'many', 'mixed', 'save_graded']

LLAMA = 'Llama-3.1-8B-Instruct'
HUB_ID = 'meta-llama/Llama-3.1-8B-Instruct'
SAMPLED = 'Qwen2-instruct (sampled)'

Row = dict[str, Any]


@lru_cache(maxsize=2)
def _lines(path: Path) -> tuple[Row, ...]:
    return tuple(json.loads(line) for line in path.read_text(encoding='utf-8').split('\n') if line)


def mixed(shared: Path, number: int) -> list[Row]:
    """A real response to each of the 500 problems, of several models; others by number."""
    found: dict[str, list[Row]] = {}
    for row in _lines(shared / 'responses' / 'responses.jsonl'):
        found.setdefault(row['unique_id'], []).append(row)
    return [
        {**found[one['unique_id']][number % len(found[one['unique_id']])], **_asked(one)}
        for one in _lines(shared / 'data' / 'math500.jsonl')
    ]


def sampled(shared: Path, samples: int) -> list[Row]:
    """Several real responses of one model to each of some problems, sample by sample."""
    found: dict[str, list[Row]] = {}
    for row in _lines(shared / 'responses' / 'responses.jsonl'):
        if row['model'] == SAMPLED:
            found.setdefault(row['unique_id'], []).append(row)
    problems = [p for p in _lines(shared / 'data' / 'math500.jsonl') if p['unique_id'] in found]
    assert all(len(several) >= samples for several in found.values())
    return [{**found[p['unique_id']][n], **_asked(p)} for n in range(samples) for p in problems]


def _asked(problem: Row) -> Row:
    return {name: problem[name] for name in ('problem', 'solution', 'subject', 'level')}


def save_graded(
    work_dir: Path, rows: Sequence[Row], model: str, path: str = 'tiny', tokens: bool = True
) -> Path:
    """A finished run of ours: predictions, results by this judge, recorded settings.

    Args:
        work_dir: the run's folder.
        rows: responses with problem, subject and level; several of one problem are several
            samples, all first ones first.
        model: how the folder is to call it.
        path: the hub id on the record.
        tokens: whether the engine counts; it then says a quarter of the characters.
    """
    save_responses(work_dir, list(rows), model)
    file = work_dir / 'predictions' / model / f'{OURS}.json'
    predictions = json.loads(file.read_text(encoding='utf-8'))
    details: dict[str, Row] = {}
    for number, (row, verdict) in enumerate(zip(rows, _graded(rows), strict=True)):
        count = len(row['response']) // 4 if tokens else None
        predictions[str(number)]['response_tokens'] = count
        one = details.setdefault(row['unique_id'], {'example_abbr': f'{OURS}_{len(details)}'})
        for name, value in _detail(row, verdict, count).items():
            one.setdefault(name, []).append(value)
    save_json(file, predictions)
    record = {**RECORD, 'grading': {**RECORD['grading'], 'grader': grader_version()}}
    engine = {**RECORD['inference']['model'], 'path': path}
    record['inference'] = {
        **RECORD['inference'],
        'data': OURS,
        'max_out_len': 4096,
        'model': engine,
    }
    save_results(work_dir, list(details.values()), model, OURS, record)
    return file


def _graded(rows: Sequence[Row]) -> Iterable[Verdict]:
    """A verdict each; equal texts are graded once."""
    names = [(row['unique_id'], row['response']) for row in rows]
    known = dict(zip(names, rows, strict=True))
    new = {name: row for name, row in known.items() if name not in _VERDICTS}
    keys = ('response', 'gold', 'problem')
    asked = [{**{key: row[key] for key in keys}, 'finish_reason': 'stop'} for row in new.values()]
    _VERDICTS.update(zip(new, grade_many(asked), strict=True))
    return [_VERDICTS[name] for name in names]


_VERDICTS: dict[tuple[str, str], Verdict] = {}


def _detail(row: Row, verdict: Verdict, tokens: int | None) -> Row:
    return {
        'pred': verdict.answer or '',
        'answer': row['gold'],
        'correct': verdict.is_correct,
        'subject': row['subject'],
        'level': row['level'],
        'unique_id': row['unique_id'],
        'verdict': verdict.outcome,
        'reason': verdict.reason,
        'rule': verdict.rule,
        'extraction': verdict.extraction,
        'was_cut': verdict.was_cut,
        'finish_reason': 'stop',
        'response_tokens': tokens,
        'attempts': None,
        'served_model': None,
        'sampling': None,
    }


def many(shared: Path, folder: Path, models: int) -> Path:
    """Several models on the 500 problems, all their responses real."""
    for number in range(models):
        save_graded(folder, mixed(shared, number), f'mixed-{number:02}')
    return folder


def main(shared: Path, folder: Path) -> None:
    """Make all of them."""
    problems = {one['unique_id']: one for one in _lines(shared / 'data' / 'math500.jsonl')}
    llama = [{**row, **_asked(problems[row['unique_id']])} for row in responses_of(shared, LLAMA)]
    for name in ('one500', 'three'):
        save_graded(folder / name, llama, 'llama-3.1-8b-instruct', HUB_ID)
    many(shared, folder / 'three', 2)
    save_graded(folder / 'samples', sampled(shared, 16), 'qwen2-instruct')
    many(shared, folder / 'big', 20)


if __name__ == '__main__':
    main(Path(sys.argv[1]), Path(sys.argv[2]))
