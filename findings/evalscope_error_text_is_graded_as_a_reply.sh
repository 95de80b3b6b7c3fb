#!/usr/bin/env bash
# evalscope 1.14.1: the text with which an endpoint refuses a prompt as too long becomes the reply of
# the model, and is graded; requests that fail in another way leave the denominator.
# Seen: of "... you requested 9000 tokens: 8500 in the messages, 500 in the completion." it extracts
# 500, which is right where the gold is 500: accuracy 1.0, status 0, and nothing says that there was
# no reply. With --ignore-errors, of two problems of which one is answered and one fails with status
# 500, the accuracy is 1.0, over one.
set -euo pipefail
folder=$(mktemp -d)
server=
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  evalscope==1.14.1 torch==2.13.0
cd "$folder"
export HOME="$folder" HF_HUB_OFFLINE=1
mkdir long fails
cat > long/test.jsonl <<'JSON'
{"problem": "What is 5 times 100?", "solution": "It is $\\boxed{500}$.", "answer": "500", "subject": "Prealgebra", "level": 1, "unique_id": "mine/1"}
JSON
cat > fails/test.jsonl <<'JSON'
{"problem": "What is 4 + 5?", "solution": "It is $\\boxed{9}$.", "answer": "9", "subject": "Prealgebra", "level": 1, "unique_id": "mine/2"}
{"problem": "What is 4 + 6?", "solution": "It is $\\boxed{10}$.", "answer": "10", "subject": "Prealgebra", "level": 1, "unique_id": "mine/3"}
JSON
cat > serve.py <<'PYTHON'
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LONG = (
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens: "
    '8500 in the messages, 500 in the completion.'
)


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        text = asked['messages'][-1]['content']
        if '5 times 100' in text:
            status, answer = 400, {'error': {'message': LONG, 'code': 'context_length_exceeded'}}
        elif '4 + 6' in text:
            status, answer = 500, {'error': {'message': 'the server failed'}}
        else:
            message = {'role': 'assistant', 'content': r'It is $\boxed{9}$.'}
            status, answer = 200, {
                'id': 'x', 'object': 'chat.completion', 'created': 0, 'model': 'm',
                'choices': [{'index': 0, 'finish_reason': 'stop', 'message': message}],
                'usage': {'prompt_tokens': 1, 'completion_tokens': 1, 'total_tokens': 2},
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
for data in long fails; do
  venv/bin/evalscope eval --model m --api-url "http://127.0.0.1:$(cat port)/v1" --api-key none \
    --datasets math_500 --dataset-args "{\"math_500\": {\"dataset_id\": \"$folder/$data\"}}" \
    --generation-config '{"temperature": 0.0, "retries": 1}' --ignore-errors \
    --work-dir "out_$data" --no-timestamp > "$data.txt" 2>&1
  echo "$data: status $?"
done
venv/bin/python - <<'PYTHON'
import json
from importlib.metadata import version
from pathlib import Path

print('evalscope', version('evalscope'))
(row,) = map(json.loads, Path('out_long/reviews/m/math_500_Level 1.jsonl').read_text().splitlines())
score = row['sample_score']['score']
print('refused:', score['prediction'])
print('extracted', score['extracted_prediction'], 'scored', score['value'])
report = json.loads(Path('out_fails/reports/m/math_500.json').read_text())
(metric,) = report['metrics']
print('one of two failed: accuracy', metric['score'], 'over', metric['num'])
seen = (score['extracted_prediction'], score['value'], metric['score'], metric['num'])
raise SystemExit(0 if seen == ('500', {'accuracy': 1.0}, 1.0, 1) else 'no longer so')
PYTHON
