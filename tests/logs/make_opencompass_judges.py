"""Make the runs under ``opencompass_judges/`` anew: OpenCompass' newer MATH-500 configs, run.

In an environment with opencompass 0.5.4, math-verify 0.9.0 and this package's requirements, from
the top of the repository::

    python tests/logs/make_opencompass_judges.py

Its own eval tasks grade predictions that are there already, with the replies of ``JUDGED`` for its
LLM judge; only the path of the data, the judge, its
prompt and the number of runs are set.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / 'support', HERE.parents[1]):
    sys.path.insert(0, str(folder))

from loopback_api import LoopbackAPI  # noqa: E402
from opencompass_runs import Workplace  # noqa: E402

from opencompass_math500 import load_problems  # noqa: E402
from opencompass_math500.embedded import embedded_model_dir  # noqa: E402

OUT = HERE / 'opencompass_judges'
RUN = '20260101_120000'
# Of each sample problem (a whole number as its gold) the response, right or not, and what the LLM
# judge replies if it is asked.
JUDGED = (
    ('Altogether \\boxed{{gold}}.', 'A'),
    ('Perhaps \\boxed{{wrong}}.', 'B'),
    ('In words, the gold.', 'CORRECT'),
    ('In words, another number.', 'INCORRECT'),
    ('Words without any number.', 'The Answer does not match: INCORRECT'),
    ('Nothing at all, that is.', 'I do not know.'),
    ('Something in words, then.', 'A.'),
)
IDS = [
    'sample/algebra/1.json', 'sample/algebra/2.json', 'sample/counting_and_probability/1.json',
    'sample/counting_and_probability/3.json', 'sample/geometry/1.json',
    'sample/intermediate_algebra/1.json', 'sample/number_theory/4.json',
]  # fmt: skip
PROBLEMS = load_problems('sample', ids=IDS)
CONFIG = """
from mmengine.config import read_base
from opencompass.models import OpenAISDK
from opencompass.openicl.icl_prompt_template import PromptTemplate

with read_base():
    from opencompass.configs.datasets.math.math_500_cascade_eval_gen_6ff468 import (
        math_datasets as cascade)
    from opencompass.configs.datasets.math.math_500_llmjudge_gen_6ff468 import (
        math_datasets as judged)
    from opencompass.configs.datasets.math.math_500_gen import math_datasets as verified

judge = dict(
    type=OpenAISDK, path={judge!r}, key='any', openai_api_base={url!r}, batch_size=1,
    max_out_len=64, query_per_second=64, temperature=0, retry=1, tokenizer_path={judge!r},
    meta_template=dict(round=[dict(role='HUMAN', api_role='HUMAN'),
                              dict(role='BOT', api_role='BOT', generate=True)]),
)
asked = dict(type=PromptTemplate, template=dict(round=[dict(role='HUMAN', prompt=(
    '{{problem}} Gold: {{solution}} Reply: {{prediction}} A (CORRECT) or B (INCORRECT)?'))]))
models = [dict(type=OpenAISDK, abbr='their-model', path='their-model', key='any',
               openai_api_base={url!r}, batch_size=1, max_out_len=64)]
datasets = []
for name, config, samples in (
    ('cascade', cascade[0], 1), ('cascade-n2', cascade[0], 2), ('llmjudge', judged[0], 1),
    ('llmjudge-n2', judged[0], 2), ('verify-n2', verified[0], 2),
):
    one = dict(config, abbr='math_500-' + name, path={path!r}, n=samples)
    evaluator = dict(one['eval_cfg']['evaluator'])
    if 'llm_evaluator' in evaluator:
        evaluator['llm_evaluator'] = dict(
            evaluator['llm_evaluator'], judge_cfg=judge, prompt_template=asked)
    elif 'judge_cfg' in evaluator:
        data = dict(evaluator['dataset_cfg'], path={path!r})
        evaluator = dict(evaluator, judge_cfg=judge, prompt_template=asked, dataset_cfg=data)
    one['eval_cfg'] = dict(one['eval_cfg'], evaluator=evaluator)
    datasets.append(one)
del name, config, samples, one, evaluator, judge, data, asked, cascade, judged, verified
work_dir = 'outputs'
"""
NAMES = ('cascade', 'cascade-n2', 'llmjudge', 'llmjudge-n2', 'verify-n2')


def reply(prompt: str) -> str:
    """What the judge says to the response in a prompt."""
    texts = [(text.split('{{')[0], said) for text, said in JUDGED]
    found = [said for text, said in texts if text in prompt]
    return found[0] if found else 'A'


def main() -> None:
    """Lay the predictions, run the evaluation, keep what it left."""
    with tempfile.TemporaryDirectory() as work, LoopbackAPI(reply) as api:
        place = Workplace.at(Path(work))
        data = Path(work) / 'data'
        data.mkdir()
        rows = {
            str(number): {'problem': one.problem, 'solution': f'It is $\\boxed{{{one.answer}}}$.'}
            for number, one in enumerate(PROBLEMS)
        }
        (data / 'test_prm800k_500.json').write_text(json.dumps(rows))
        (data / 'test_prm800k_500.jsonl').write_text(
            ''.join(json.dumps({**row, 'solution': PROBLEMS[n].answer}) + '\n'
                    for n, row in enumerate(rows.values()))
        )  # fmt: skip
        for name in NAMES:
            _predictions(place.folder, name, 2 if name.endswith('-n2') else 1)
        judge = str(embedded_model_dir())
        config = place.config(CONFIG.format(judge=judge, url=api.url, path=str(data)))
        script = Path(sysconfig.get_path('scripts'), 'opencompass')
        command = (
            [sys.executable, '-m', 'opencompass.cli.main'] if not script.exists() else [script]
        )
        done = subprocess.run(
            [*command, config, '-m', 'eval', '-r', RUN, '--dump-eval-details',
             '--max-num-workers', '2'],
            cwd=place.folder, env=place.environment({}), check=False,
        )  # fmt: skip
        print(done.returncode)
        shutil.rmtree(OUT, ignore_errors=True)
        for name in ('predictions', 'results', 'configs'):
            shutil.copytree(
                place.folder / 'outputs' / RUN / name, OUT / RUN / name,
                ignore=shutil.ignore_patterns('*replica*'),
            )  # fmt: skip
        for path in (OUT / RUN).rglob('*'):  # the port, and the folders of this machine
            if path.is_file():
                text = path.read_text().replace(api.url, 'http://127.0.0.1:1/v1')
                text = text.replace(str(data), '/data').replace(judge, 'my-judge')
                text = text.replace(work, '/work')
                # A config is literals alone, and here not to be read by people.
                path.write_text(re.sub(r'\n +', ' ', text) if path.suffix == '.py' else text)


def _predictions(folder: Path, name: str, samples: int) -> None:
    rows = []
    for sample in range(samples):
        for one, (text, _) in zip(PROBLEMS, JUDGED, strict=True):
            wrong = str(int(one.answer) + 1)
            # Of two samples the second is right throughout.
            said = text if sample == 0 else 'Once more \\boxed{{gold}}.'
            said = said.replace('{gold}', one.answer).replace('{wrong}', wrong)
            asked = f'{one.problem}\nRemember to put your final answer within \\boxed{{}}.'
            rows.append({
                'origin_prompt': [{'role': 'HUMAN', 'prompt': asked}],
                'prediction': said, 'gold': one.answer,
            })  # fmt: skip
    path = folder / 'outputs' / RUN / 'predictions' / 'their-model' / f'math_500-{name}.json'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({str(n): row for n, row in enumerate(rows)}, indent=4))


if __name__ == '__main__':
    main()
