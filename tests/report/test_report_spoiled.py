"""Work directories with anything in the place of anything: a page, or one clear line."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from report_pages import page_of
from work_dirs import DATASET, RECORD, detail, prediction, replied, save_json

from opencompass_math500.errors import Math500Error

LEAVES: list[Any] = [
    None, True, 0, -1, 3, 10**20, 1.5, '', 'a', '<b>', '\ud800', '\u202e', '$x^2$', '</script>',
    '\\frac12', 'correct', 'length', 'x' * 3_000, [],
]  # fmt: skip
KEYS = ['a', 'prompt', 'role', 'type', 'path', 'template', 'round', 'verdict', '0']
GRADERS = {
    'model': 'a', 'dataset': 'b', 'problems': 3, 'responses': 3, 'grader': 'x', 'policy': {},
    'versions': {'math500': '1'},
    'scores': [
        {'grader': 'math500', 'undecided': 0,
         'share': {'right': 3, 'total': 3, 'accuracy': 100.0, 'low': 1.0, 'high': 2.0}},
    ],
    'pairs': [
        {'first': 'math500', 'second': 'math_verify', 'only_first': 1, 'only_second': 0,
         'both': 1, 'neither': 1},
    ],
    'anatomy': {'losses': [], 'unknown_ending': 0},
    'items': [],
}  # fmt: skip


def junk(random: Random, depth: int = 0) -> Any:
    kind = random.randrange(8 if depth < 3 else 6)
    if kind < 6:
        return random.choice(LEAVES)
    inner = [junk(random, depth + 1) for _ in range(random.randrange(3))]
    return inner if kind == 6 else {random.choice(KEYS): one for one in inner}


def spoiled(value: Any, random: Random, rate: float) -> Any:
    """JSON with some of its values replaced, and some of its keys gone."""
    if random.random() < rate:
        return junk(random)
    if isinstance(value, dict):
        kept = [key for key in value if random.random() > rate / 3]
        return {key: spoiled(value[key], random, rate) for key in kept}
    if isinstance(value, list):
        return [spoiled(one, random, rate) for one in value]
    return value


def spoil(work_dir: Path, random: Random) -> None:
    """Two runs of three problems, each file of them spoiled, or not there."""
    samples = random.choice([1, 2])
    rows = [
        random.choice([prediction, replied])(n % 3, prediction='\\boxed{7}', problem='Why $x$?')
        for n in range(3 * samples)
    ]
    details = [detail(n, *['correct'] * samples) for n in range(3)]
    for model in ('a', 'b'):
        rate = random.choice([0, 0.02, 0.1, 0.3])
        files: list[tuple[Path, Any, float]] = [
            (work_dir / 'predictions' / model, dict(enumerate(rows)), 0.9),
            (work_dir / 'results' / model, {'accuracy': 1, 'details': details}, 0.7),
            (work_dir / 'math500' / model, RECORD, 0.7),
        ]
        for folder, content, chance in files:
            if random.random() < chance:
                text = json.dumps(spoiled(json.loads(json.dumps(content)), random, rate))
                save_json(folder / f'{DATASET}.json', text)
        if random.random() < 0.5:
            text = json.dumps(spoiled(GRADERS, random, rate / 2))
            save_json(work_dir / 'math500' / model / f'{DATASET}.graders.json', text)


@examples(40)
@given(st.integers(0, 10**9))
def test_whatever_is_in_the_files(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        spoil(Path(folder), Random(seed))
        try:
            page, written = page_of(Path(folder))
        except Math500Error as error:
            assert '\n' not in str(error)
            return
        assert len(page.items) == written.sheet.responses
        assert page.source.rstrip().endswith('</html>')
