#!/usr/bin/env bash
# inspect-ai 0.3.285, token_limit: the reply that goes over the limit is not in the sample's output
# any more, though it was whole; the scorer is given an empty text, and its score counts.
# Seen: a right reply of 50 tokens under a limit of 20: no choices, score I, accuracy 0.0, and the
# status is success with no error. The log says it in sample.limit alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'inspect-ai==0.3.285'
cd "$folder"
export INSPECT_DISPLAY=none HOME="$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import match

reply = ModelOutput.from_content("mockllm/model", "ANSWER: 4")
reply.usage = ModelUsage(input_tokens=5, output_tokens=50, total_tokens=55)
(log,) = eval(
    Task(dataset=[Sample(input="What is 2 + 2?", target="4")], scorer=match()),
    model=get_model("mockllm/model", custom_outputs=[reply]),
    token_limit=20,
)
(sample,) = log.samples
seen = (
    log.status, sample.error, sample.limit.type, len(sample.output.choices),
    sample.scores["match"].value, log.results.scores[0].metrics["accuracy"].value,
)
print("inspect-ai", version("inspect-ai"))
print("status, error, limit, choices, score, accuracy:", *seen)
raise SystemExit(0 if seen == ("success", None, "token", 0, "I", 0.0) else "no longer so")
PYTHON
