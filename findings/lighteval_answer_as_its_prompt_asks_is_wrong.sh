#!/usr/bin/env bash
# lighteval 0.13.0: its math_500 asks for a last line "ANSWER: $ANSWER" (without quotes), where
# $ANSWER is the final answer. A reply that does just this is wrong for every answer but a plain
# number: only between dollars, or in a box, is it found.
# Seen: of four golds answered with themselves, "ANSWER: 10" is right, and "ANSWER: 2\sqrt{13}",
# "ANSWER: (4,7)" and "ANSWER: 3 + 7i" are wrong; "ANSWER: $2\sqrt{13}$" and the like are right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  'lighteval[math]==0.13.0' 'litellm[caching]==1.80.0' \
  huggingface_hub==0.36.2 transformers==4.57.6 datasets==4.8.5 \
  xxhash==3.7.3 torch==2.13.0
cd "$folder"
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from lighteval.metrics.metrics import Metrics
from lighteval.models.model_output import ModelResponse
from lighteval.tasks.requests import Doc

metric = Metrics.pass_at_k_math(sample_params={'k': 1, 'n': 1}).sample_level_fn
golds = ('10', r'2\sqrt{13}', '(4,7)', '3 + 7i')
forms = ('ANSWER: {}', 'ANSWER: ${}$', r'\boxed{{{}}}')
seen = {}
for gold in golds:
    # As its task has the gold: the whole solution.
    doc = Doc(query='', choices=[rf'ANSWER: So it is $\boxed{{{gold}}}$.'], gold_index=0)
    replies = [ModelResponse(text=[form.format(gold)]) for form in forms]
    seen[gold] = [float(metric.compute(doc=doc, model_response=reply)) for reply in replies]
print('lighteval', version('lighteval'))
for gold, scores in seen.items():
    print(f'{gold:12}', *(f'{form.format(gold)}: {score:.0f};' for form, score in zip(forms, scores)))
expected = {gold: [float(gold == '10'), 1.0, 1.0] for gold in golds}
raise SystemExit(0 if seen == expected else 'no longer so')
PYTHON
