#!/usr/bin/env bash
# inspect-ai 0.3.285: when an endpoint refuses a prompt as too long (HTTP 400, context_length_exceeded),
# the text of the error becomes the reply of the model: no error in the sample, stop reason
# model_length, and the scorer grades it. A text of the endpoint that holds the right number is right.
# Seen: the gold is 5000, the error says 'maximum context length is 5000', match(numeric, any) says C.
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

TEXT = "The maximum context length is 5000 tokens, the messages have 5432."


class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        error = {"message": TEXT, "type": "invalid_request_error", "code": "context_length_exceeded"}
        body = json.dumps({"error": error}).encode()
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["LOOPBACK_API_KEY"] = "none"
(log,) = eval(
    Task(dataset=[Sample(input="What is 2500 + 2500?", target="5000")], scorer=match("any", numeric=True)),
    model="openai-api/loopback/model",
    model_base_url=f"http://127.0.0.1:{server.server_port}/v1",
)
(sample,) = log.samples
seen = (
    log.status, sample.error, sample.output.stop_reason, sample.output.completion == TEXT,
    sample.scores["match"].value,
)
print("inspect-ai", version("inspect-ai"), "openai", version("openai"))
print("status, error, stop reason, is the text of the error, score:", *seen)
raise SystemExit(0 if seen == ("success", None, "model_length", True, "C") else "no longer so")
PYTHON
