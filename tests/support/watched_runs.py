"""Runs in the making, changed step by step as the tasks of a real one change them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from work_dirs import RECORD, detail, save_json

from opencompass_math500.watch import Standing, State, Watcher

__all__ = ['DATASET', 'MODEL', 'Made', 'looked', 'only', 'row', 'shown']

MODEL, DATASET = 'tiny', 'd'


def row(number: int, says: str = '7', **changes: Any) -> dict[str, Any]:
    """A row of a journal, as MATH500GenInferencer writes it."""
    return {
        'idx': number,
        'origin_prompt': f'prompt {number}',
        'prediction': f'It is \\boxed{{{says}}}.',
        'gold': '7',
        'unique_id': f'mine/{number}',
        'finish_reason': 'stop',
        'response_tokens': 10,
        **changes,
    }


def _row(given: dict[str, Any]) -> dict[str, Any]:
    """A row from its shorthand: ``idx``, ``says``, and what differs; null takes a key away."""
    kept = {name: value for name, value in given.items() if name not in ('idx', 'says')}
    made = row(given['idx'], given.get('says', '7'), **kept)
    return {name: value for name, value in made.items() if value is not None}


def shown(standing: Standing) -> dict[str, Any]:
    """What a case may state of one pair."""
    tally = standing.tally
    return {
        'stage': standing.stage,
        'done': tally.done,
        'right': tally.right,
        'graded': tally.graded,
        'problems': tally.problems,
        'outcomes': dict(tally.outcomes),
        'failed': tally.failed,
        'repeated': tally.repeated,
        'error': tally.error,
        'tokens': tally.tokens,
        'total': standing.total,
        'least': standing.total_is_least,
        'official': standing.official,
        'interval': [tally.low and round(tally.low, 1), tally.high and round(tally.high, 1)],
        'wrong': [[one.name, one.answer] for one in standing.wrong],
    }


@dataclass
class Made:
    """A work directory that the steps of a case change.

    A place is ``journal``, ``predictions``, ``progress``, ``old`` (a journal as one object),
    ``results``, ``record``, ``config`` or ``summary``; ``journal/other`` is that of another
    model, ``journal#1`` of a part.
    """

    root: Path
    clock: float = 1_000_000_000.0

    def path(self, place: str) -> Path:
        kind, _, part = place.partition('#')
        kind, _, model = kind.partition('/')
        model = model or MODEL
        stem = f'{DATASET}_{part}' if part else DATASET
        predictions = self.root / 'predictions' / model
        return {
            'journal': predictions / f'tmp_{stem}.jsonl',
            'old': predictions / f'tmp_{stem}.json',
            'progress': predictions / f'.progress_{stem}.json',
            'predictions': predictions / f'{stem}.json',
            'results': self.root / 'results' / model / f'{stem}.json',
            'record': self.root / 'math500' / model / f'{stem}.json',
            'config': self.root / 'configs' / '20260101_120000_7.py',
            'summary': self.root / 'summary' / 'summary_20260101_120000.txt',
        }[kind]

    def do(self, step: dict[str, Any]) -> None:
        """One step: ``append`` rows or raw text, ``write`` or ``truncate`` files, ``remove``."""
        for place, rows in step.get('append', {}).items():
            path = self.path(place)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open('a', encoding='utf-8') as stream:
                stream.write(_lines(rows))
            self._date(path)
        for place, content in step.get('write', {}).items():
            # Another file under the name, as a rename leaves it.
            path = self.path(place)
            neighbour = save_json(path.with_name('new'), self._content(place, content))
            neighbour.replace(path)
            self._date(path)
        for place, rows in step.get('truncate', {}).items():
            save_json(self.path(place), _lines(rows))
        for place in step.get('remove', []):
            self.path(place).unlink()

    def _content(self, place: str, content: Any) -> Any:
        if isinstance(content, str):
            return content
        kind = place.partition('#')[0].partition('/')[0]
        if kind in ('predictions', 'old'):
            rows = [_row(one) for one in content]
            for one in rows:
                del one['idx']
            return {str(number): one for number, one in enumerate(rows)}
        if kind == 'journal':
            return _lines(content)
        if kind == 'results':
            details = [detail(number, *kinds) for number, kinds in enumerate(content)]
            return {'accuracy': 0.0, 'details': details}
        if kind == 'record':
            return {**RECORD, **content}
        return content

    def _date(self, path: Path) -> None:
        """Every file is later than the one before it, whatever the clock of the disk."""
        self.clock += 1
        os.utime(path, (self.clock, self.clock))


def _lines(rows: list[Any]) -> str:
    return ''.join(
        one if isinstance(one, str) else json.dumps(_row(one), ensure_ascii=False) + '\n'
        for one in rows
    )


def only(state: State) -> Standing:
    """The only pair."""
    (standing,) = state.standings
    return standing


def looked(watcher: Watcher) -> State:
    """A look with all that follows it at once."""
    state = watcher.look()
    while state.more:
        state = watcher.look()
    return state
