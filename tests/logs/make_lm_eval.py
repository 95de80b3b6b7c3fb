"""Make the log under ``tests/logs/lm_eval`` anew: the canned replies as lm-eval scores them.

Its own task ``minerva_math500``, 0-shot, on sample problems, in an environment of its own::

    python3.11 -m venv lm-eval-env
    lm-eval-env/bin/pip install "lm-eval[api,math]==0.4.13"
    python tests/logs/make_lm_eval.py lm-eval-env/bin/python

One refused request ends lm-eval, so the run is made again without it, and what came of the first
stands in ``with_failure.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support'), str(HERE.parents[1])]

from canned import CANNED, Canned, CannedAPI, write_problems  # noqa: E402

__all__: list[str] = []

_TASK: Final = """\
include: FOLDER/minerva_math/minerva_math500.yaml
task: canned
num_fewshot: 0
dataset_path: json
dataset_name: null
dataset_kwargs:
  data_files:
    test: ROWS
"""
_FACTS: Final = """
import importlib.metadata, json, pathlib, lm_eval.tasks
print(json.dumps([
    str(pathlib.Path(lm_eval.tasks.__file__).parent), importlib.metadata.version('lm-eval')
]))
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run it with the refused request and without."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('python', help='of the environment with lm-eval')
    parser.add_argument('--into', type=Path, default=HERE / 'lm_eval')
    options = parser.parse_args(argv)
    into = options.into.resolve()
    shutil.rmtree(into, ignore_errors=True)
    asked = subprocess.run(
        [options.python, '-c', _FACTS], stdout=subprocess.PIPE, text=True, check=True
    )
    tasks, version = json.loads(asked.stdout)
    with_failure = _run(options.python, tasks, CANNED, None)
    _run(options.python, tasks, [one for one in CANNED if one.status == 200], into)
    facts = {'lm_eval': version, 'scored_of_8': with_failure}
    (into / 'with_failure.json').write_text(json.dumps(facts) + '\n', encoding='utf-8')
    return 0


def _run(python: str, tasks: str, replies: Sequence[Canned], into: Path | None) -> int:
    """Run lm-eval, keep what it wrote, and return how many responses it has scored."""
    with tempfile.TemporaryDirectory() as name, CannedAPI(replies=replies) as api:
        folder = Path(name)
        write_problems(folder / 'rows.jsonl', replies)
        task = _TASK.replace('FOLDER', tasks).replace('ROWS', str(folder / 'rows.jsonl'))
        (folder / 'canned.yaml').write_text(task, encoding='utf-8')
        arguments = [
            *('--model', 'local-chat-completions', '--include_path', name, '--tasks', 'canned'),
            *('--model_args', f'model=canned,base_url={api.url}/chat/completions,max_retries=1'),
            *('--apply_chat_template', '--log_samples', '--output_path', 'out'),
        ]
        subprocess.run(
            [python, '-m', 'lm_eval', *arguments],
            cwd=folder,
            env={
                **os.environ, 'HOME': name, 'HF_HOME': f'{name}/hub', 'HF_HUB_OFFLINE': '1',
                'OPENAI_API_KEY': 'none', 'NO_PROXY': '127.0.0.1',
            },
            check=False,
        )  # fmt: skip
        logs = list(folder.glob('out/*/samples_canned_*.jsonl'))
        for path in [*logs, *folder.glob('out/*/results_*.json')] if into else ():
            into.mkdir(parents=True, exist_ok=True)
            text = _clean(path.read_text(encoding='utf-8'), name)
            (into / path.name).write_text(text, encoding='utf-8')
        return sum(len(path.read_text('utf-8').splitlines()) for path in logs)


def _clean(text: str, folder: str) -> str:
    """The text with no path and port of the machine, nor what it is."""
    text = re.sub(r'127\.0\.0\.1:\d+', '127.0.0.1:8000', text.replace(folder, '/home/me'))
    try:
        whole = json.loads(text)
    except ValueError:
        return text  # of JSON Lines
    for key in ('pretty_env_info', 'git_hash', 'upper_git_hash', 'task_hashes'):
        whole.pop(key, None)
    return json.dumps(whole, indent=1)


if __name__ == '__main__':
    raise SystemExit(main())
