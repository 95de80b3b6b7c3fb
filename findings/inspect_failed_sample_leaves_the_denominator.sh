#!/usr/bin/env bash
# inspect-ai 0.3.285, fail_on_error=False: a sample whose request failed is left out of the
# denominator, the run is a success, and its accuracy does not say how many were scored.
# Seen: of two samples one is right and one fails; accuracy 1.0, status success.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'inspect-ai==0.3.285' 'openai==3.57.0'
cd "$folder"
export INSPECT_DISPLAY=none HOME="$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.scorer import match



class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        failed = "3 + 3" in asked
        message = {"role": "assistant", "content": "ANSWER: 4"}
        reply = {
            "id": "1", "object": "chat.completion", "created": 0, "model": "model",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
        error = {"error": {"message": "no", "type": "invalid_request_error"}}
        body = json.dumps(error if failed else reply).encode()
        self.send_response(400 if failed else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["LOOPBACK_API_KEY"] = "none"
samples = [Sample(input="What is 2 + 2?", target="4"), Sample(input="What is 3 + 3?", target="6")]
(log,) = eval(
    Task(dataset=samples, scorer=match()),
    model="openai-api/loopback/model",
    model_base_url=f"http://127.0.0.1:{server.server_port}/v1",
    fail_on_error=False,
    max_retries=0,
)
accuracy = log.results.scores[0].metrics["accuracy"].value
errors = [sample.error is not None for sample in log.samples]
print("inspect-ai", version("inspect-ai"), "openai", version("openai"))
print(f"status {log.status}, samples with an error {sum(errors)} of 2, accuracy {accuracy}")
seen = (log.status, errors, accuracy)
raise SystemExit(0 if seen == ("success", [False, True], 1.0) else "no longer so")
PYTHON
