"""Make the run under ``tests/logs/opencompass`` anew: the canned replies, graded by OpenCompass.

OpenCompass's own model class, prompt, inferencer and grader, on a loopback endpoint; of this
package nothing but the problems and the tokenizer of the embedded model. One refused request ends
OpenCompass's whole task, so the run is made again without it, and what came of the first stands
in ``with_failure.json``::

    python tests/logs/make_opencompass.py
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support'), str(HERE.parents[1])]

from canned import CANNED, Canned, CannedAPI, write_problems  # noqa: E402

from opencompass_math500.embedded import embedded_model_dir  # noqa: E402

__all__: list[str] = []

_CONFIG: Final = """\
from opencompass.datasets import CustomDataset, MATHEvaluator, math_postprocess_v2
from opencompass.models import OpenAISDK
from opencompass.openicl.icl_inferencer import GenInferencer
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever

ASKED = '{problem}\\nPlease reason step by step, and put your final answer within \\\\boxed{}.'
datasets = [
    dict(
        type=CustomDataset,
        abbr='canned',
        path='ROWS',
        reader_cfg=dict(input_columns=['problem'], output_column='answer'),
        infer_cfg=dict(
            prompt_template=dict(
                type=PromptTemplate, template=dict(round=[dict(role='HUMAN', prompt=ASKED)])
            ),
            retriever=dict(type=ZeroRetriever),
            inferencer=dict(type=GenInferencer, max_out_len=512),
        ),
        eval_cfg=dict(
            evaluator=dict(type=MATHEvaluator, version='v2'),
            pred_postprocessor=dict(type=math_postprocess_v2),
        ),
    )
]
models = [
    dict(
        type=OpenAISDK,
        abbr='canned',
        path='canned',
        openai_api_base='URL',
        key='none',
        tokenizer_path='TOKENIZER',
        max_seq_len=4096,
        batch_size=1,
        retry=1,
        temperature=0,
    )
]
"""
_KEPT: Final = ('configs/*.py', 'predictions/*/*.json', 'results/*/*.json')


def main(argv: Sequence[str] | None = None) -> int:
    """Run it with the refused request and without."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--into', type=Path, default=HERE / 'opencompass')
    into = parser.parse_args(argv).into.resolve()
    shutil.rmtree(into, ignore_errors=True)
    with_failure = _run(CANNED, None)
    _run([one for one in CANNED if one.status == 200], into)
    facts = {'opencompass': version('opencompass'), 'scored_of_8': with_failure}
    (into / 'with_failure.json').write_text(json.dumps(facts) + '\n', encoding='utf-8')
    return 0


def _run(replies: Sequence[Canned], into: Path | None) -> int:
    """Run OpenCompass, keep what it wrote, and return how many responses it has scored."""
    with tempfile.TemporaryDirectory() as name, CannedAPI(replies=replies) as api:
        folder = Path(name)
        write_problems(folder / 'rows.jsonl', replies)
        text = _CONFIG.replace('ROWS', str(folder / 'rows.jsonl')).replace('URL', api.url)
        (folder / 'canned.py').write_text(
            text.replace('TOKENIZER', str(embedded_model_dir())), encoding='utf-8'
        )
        command = [str(Path(sysconfig.get_path('scripts'), 'opencompass')), 'canned.py']
        subprocess.run(
            [*command, '-w', 'out', '--dump-eval-details'],
            cwd=folder,
            env={**os.environ, 'HF_HUB_OFFLINE': '1', 'NO_PROXY': '127.0.0.1'},
            check=False,
        )
        scored = 0
        for path in folder.glob('out/*/results/*/*.json'):
            details = json.loads(path.read_text(encoding='utf-8')).get('details') or ()
            scored += len(details)
        for pattern in _KEPT if into else ():
            for path in folder.glob(f'out/*/{pattern}'):
                target = into / path.relative_to(next(folder.glob('out/*')))
                target.parent.mkdir(parents=True, exist_ok=True)
                kept = path.read_text('utf-8').replace(str(embedded_model_dir()), '/home/model')
                kept = re.sub(r'127\.0\.0\.1:\d+', '127.0.0.1:8000', kept)
                target.write_text(kept.replace(name, '/home/me'), encoding='utf-8')
        return scored


if __name__ == '__main__':
    raise SystemExit(main())
