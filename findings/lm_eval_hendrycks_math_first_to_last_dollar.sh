#!/usr/bin/env bash
# lm-eval 0.4.13, task hendrycks_math (and its subjects): the answer of a reply is the text between
# its first and its last dollar sign. A reply with two formulas is compared as one text, words
# included; the exact_match of a chat model, which writes several, is near 0.
# Seen: 'So $x$ is $7$.' scores 0 for the gold 7; '$7$' and a bare '7' score 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'datasets==3.6.0'
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps 'lm-eval==0.4.13'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.util
from importlib.metadata import distribution, version

# The task's own functions; the harness around them would bring torch.
path = distribution('lm-eval').locate_file('lm_eval/tasks/hendrycks_math/utils.py')
spec = importlib.util.spec_from_file_location('hendrycks_math_utils', path)
utils = importlib.util.module_from_spec(spec)
spec.loader.exec_module(utils)

doc = {'solution': r'It is $\boxed{7}$.'}
replies = ('So $x$ is $7$.', '$7$', '7')
seen = [utils.process_results(doc, [reply])['exact_match'] for reply in replies]
print('lm-eval', version('lm-eval'))
for reply, score in zip(replies, seen):
    print(f'{reply:20} {score}')
raise SystemExit(0 if seen == [0, 1, 1] else 'no longer so')
PYTHON
