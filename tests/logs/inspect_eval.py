"""Run one task of inspect-ai, and save its log without what is the machine's.

``python inspect_eval.py JSON``, with the python of an environment that has inspect-ai, and not
this package; ``make_inspect.py`` says what it is given.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

__all__: list[str] = []


def main(text: str) -> int:
    """Ask, score, and save the log as ``out``."""
    asked = json.loads(text)
    os.environ.update(LOOPBACK_API_KEY='none', INSPECT_DISPLAY='none', HOME=str(Path.cwd()))
    from inspect_ai import Epochs, Task, eval
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.solver import generate, prompt_template, system_message

    rows = [json.loads(line) for line in Path(asked['rows']).read_text().splitlines()]
    samples = [
        Sample(
            input=row['problem'],
            target=row['answer'],
            id=row['unique_id'] if asked['with_ids'] else None,
            metadata={'level': row['level'], 'subject': row['subject']}
            if asked['with_ids']
            else {},
        )
        for row in rows
    ]
    task = Task(
        name='sample_math',
        dataset=MemoryDataset(samples, name='sample'),
        solver=[
            *([system_message(asked['system'])] if asked['system'] else []),
            prompt_template(asked['prompt'].replace('{}', '{{}}')),
            generate(),
        ],
        scorer=[_scorer(name) for name in asked['scorers']],
        version=1,
    )
    out, options = Path(asked['out']), asked['options']
    if 'epochs' in options:
        options['epochs'] = Epochs(*options['epochs'])
    with tempfile.TemporaryDirectory() as folder:
        eval(
            task,
            model='openai-api/loopback/canned',
            model_base_url=asked['url'],
            log_dir=folder,
            log_format=out.suffix[1:],
            log_model_api=False,
            max_retries=0,
            **asked['generation'],
            **options,
        )
        (log,) = Path(folder).glob(f'*{out.suffix}')
        _save_clean(log, out, folder)
    return 0


def _scorer(name: str) -> Any:
    from inspect_ai import scorer

    named = {
        'math': lambda: scorer.math(),
        'match': lambda: scorer.match(numeric=True),
        'includes': lambda: scorer.includes(),
        'pattern': lambda: scorer.pattern(r'boxed\{(.+?)\}'),
        'two_values': _two_values,
    }
    return named[name]()


def _two_values() -> Any:
    from inspect_ai.scorer import Score, mean, scorer

    @scorer(metrics={'*': [mean()]}, name='two_values')
    def made() -> Any:
        async def score(state: Any, target: Any) -> Any:
            if target.text == '2':
                raise ValueError('no such number')
            return Score(value={'boxed': 1, 'brief': 0.5}, answer=target.text)

        return score

    return made()


def _save_clean(log: Path, out: Path, folder: str) -> None:
    """Write the log with no path, host or port of the machine in it."""

    def clean(data: bytes) -> bytes:
        text = data.decode('utf-8')
        for path in {folder, str(Path.cwd()), sys.prefix, sys.base_prefix}:
            text = text.replace(path, '/inspect')
        text = re.sub(r'127\.0\.0\.1:\d+', '127.0.0.1:8000', text)
        # A traceback names every line that was passed, of the client among them.
        text = re.sub(r'("traceback(?:_ansi)?": ?)"(?:[^"\\]|\\.)*"', r'\1"(left out)"', text)
        json.loads(text)
        return text.encode('utf-8')

    if out.suffix == '.json':
        out.write_bytes(clean(log.read_bytes()))
        return
    import inspect_ai.log  # noqa: F401  # teaches zipfile zstd

    with zipfile.ZipFile(log) as old, zipfile.ZipFile(out, 'w', zipfile.ZIP_ZSTANDARD) as new:
        for member in old.infolist():
            name = zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            name.compress_type = zipfile.ZIP_ZSTANDARD
            new.writestr(name, clean(old.read(member.filename)))


if __name__ == '__main__':
    raise SystemExit(main(sys.argv[1]))
