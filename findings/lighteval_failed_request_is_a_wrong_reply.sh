#!/usr/bin/env bash
# lighteval 0.13.0, litellm: requests that fail are saved as empty replies and count as wrong; where
# several samples were asked for and the first is empty, the texts of all others are dropped.
# Seen: an endpoint that answers 503 to everything gives pass@k 0.0, a table and status 0, and
# neither file says why. Of four samples of which the first is empty and three are right, the
# details hold one empty text, and pass@k is 0.0 where 0.75 would be true.
set -euo pipefail
folder=$(mktemp -d)
server=
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  'lighteval[math]==0.13.0' 'litellm[caching]==1.80.0' \
  huggingface_hub==0.36.2 transformers==4.57.6 datasets==4.8.5 \
  xxhash==3.7.3 torch==2.13.0
cd "$folder"
export HOME="$folder" HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1
# What it would fetch whenever it loads its tasks; another benchmark's.
venv/bin/python -c "import lighteval, pathlib
(pathlib.Path(lighteval.__file__).parent / 'tasks/tasks/tinyBenchmarks.pkl').touch()"
mkdir -p HuggingFaceH4/MATH-500 # goes before the hub's
cat > HuggingFaceH4/MATH-500/test.jsonl <<'JSON'
{"problem": "What is 4 + 5?", "solution": "It is $\\boxed{9}$.", "answer": "9", "subject": "Prealgebra", "level": 1, "unique_id": "mine/1"}
JSON
cat > task.py <<'PYTHON'
from lighteval.metrics.metrics import Metrics
from lighteval.tasks.lighteval_task import LightevalTaskConfig
from lighteval.tasks.tasks.math_500 import math_500_prompt

TASKS_TABLE = [
    LightevalTaskConfig(
        name='four', prompt_function=math_500_prompt, hf_repo='HuggingFaceH4/MATH-500',
        hf_subset='default', hf_avail_splits=['test'], evaluation_splits=['test'],
        few_shots_split=None, few_shots_select=None, generation_size=99,
        metrics=[Metrics.pass_at_k_math(sample_params={'k': 1, 'n': 4})],
    )
]
PYTHON
cat > serve.py <<'PYTHON'
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        status, answer = 503, {'error': {'message': 'overloaded'}}
        if asked['model'] == 'four':
            texts = ['', *[r'It is $\boxed{9}$.'] * 3]
            choices = [
                {'index': n, 'finish_reason': 'stop', 'message': {'role': 'assistant', 'content': t}}
                for n, t in enumerate(texts)
            ]
            usage = {'prompt_tokens': 1, 'completion_tokens': 1, 'total_tokens': 2}
            status, answer = 200, {
                'id': 'x', 'object': 'chat.completion', 'created': 0, 'model': 'four',
                'choices': choices, 'usage': usage,
            }
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
Path('port').write_text(str(server.server_address[1]))
server.serve_forever()
PYTHON
venv/bin/python serve.py 2> /dev/null &
server=$!
until [ -s port ]; do sleep 0.1; done
ask() { # model, task, temperature
  echo "{model_parameters: {model_name: openai/$1, provider: openai, api_key: none,
    base_url: 'http://127.0.0.1:$(cat port)/v1', api_max_retry: 1, max_model_length: 4096,
    generation_parameters: {temperature: $3}}}" > model.yaml
  venv/bin/lighteval endpoint litellm model.yaml "$2|0" --custom-tasks task.py \
    --output-dir "out_$1" --save-details > "$1.txt" 2>&1
  echo "$1: status $?"
}
ask one math_500 0.0
ask four four 0.7
venv/bin/python - <<'PYTHON'
import json
from importlib.metadata import version
from pathlib import Path

import pyarrow.parquet


def found(name):
    (scores,) = Path(f'out_{name}').rglob('results_*.json')
    (details,) = Path(f'out_{name}').rglob('*.parquet')
    (row,) = pyarrow.parquet.read_table(details).to_pylist()
    (score,) = {v for k, v in json.loads(scores.read_text())['results']['all'].items() if 'stderr' not in k}
    return row['model_response']['text'], score, any(w in scores.read_text() for w in ('503', 'overload'))


one, four = found('one'), found('four')
print('lighteval', version('lighteval'), 'litellm', version('litellm'))
print('every request failed:', one)
print('first of four empty: ', four)
raise SystemExit(0 if one == four == ([''], 0.0, False) else 'no longer so')
PYTHON
