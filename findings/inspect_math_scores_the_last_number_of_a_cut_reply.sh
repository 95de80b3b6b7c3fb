#!/usr/bin/env bash
# inspect-ai 0.3.285, scorer math(): a reply that was cut at the token cap before any answer is graded
# by the last number in it, and by a box within its unfinished thought.
# Seen: 'First we get 10, and to be sure we now' with stop reason max_tokens is C for the gold 10.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  'inspect-ai==0.3.285' 'latex2sympy2-extended==1.11.0' 'antlr4-python3-runtime==4.13.2'
cd "$folder"
export INSPECT_DISPLAY=none HOME="$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import math

REPLIES = (
    "First we get 10, and to be sure we now",
    "<think>It could be $\\boxed{10}$, but let us check",
)
outputs = [
    ModelOutput.from_content("mockllm/model", text, stop_reason="max_tokens") for text in REPLIES
]
for output in outputs:  # else it counts tokens, with a file from the network
    output.usage = ModelUsage(input_tokens=5, output_tokens=9, total_tokens=14)
samples = [Sample(input=f"Problem {number}?", target="10") for number in range(2)]
(log,) = eval(
    Task(dataset=samples, scorer=math()),
    model=get_model("mockllm/model", custom_outputs=outputs),
    max_samples=1,
)
seen = [(one.output.stop_reason, one.scores["math"].value) for one in log.samples]
print("inspect-ai", version("inspect-ai"))
for text, said in zip(REPLIES, seen):
    print(f"{text:52}", *said)
raise SystemExit(0 if seen == 2 * [("max_tokens", "C")] else "no longer so")
PYTHON
