"""Make the reports under ``simple_evals/`` anew, as simple-evals writes them.

simple-evals is on no package registry, so that it cannot be run here: the elements and their
nesting are those of its source (openai/simple-evals, July 2025, ``common.py``, ``math_eval.py``),
the replies those of ``canned.py``, the first one in the form that it asks for; its equality checker
is a comparison of texts. From the top of the repository::

    python tests/logs/make_simple_evals.py
"""

from __future__ import annotations

import json
import re
import sys
from html import escape
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / 'support', HERE.parents[1]):
    sys.path.insert(0, str(folder))

from canned import CANNED, canned_problems  # noqa: E402

from opencompass_math500.prompts import TEMPLATES  # noqa: E402

OUT = HERE / 'simple_evals'
STEM = 'math_my-model_20260101_120000'
ASKED = TEMPLATES['simple-evals-math'].question
SYSTEM = 'You are a helpful assistant.'


def message(role: str, content: str) -> str:
    """One message: an element of its role, one of its text."""
    return (
        f'<div class="message {role}">\n    <div class="role">\n    {role}\n    \n    </div>\n'
        f'    <div class="content">\n    <pre>{escape(content)}</pre>\n    </div>\n</div>'
    )


def piece(asked: list[dict[str, str]], said: str, gold: str) -> str:
    """All of one response."""
    found = re.search(r'(?i)ANSWER\s*:\s*([^\n]+)', said)
    answer = found[1] if found else None
    prompt = '\n\n'.join(message(one['role'], one['content']) for one in asked)
    return (
        f'<h3>Prompt conversation</h3>\n\n{prompt}\n\n<h3>Sampled message</h3>\n'
        f'{message("assistant", said)}\n<h3>Results</h3>\n<p>Correct Answer: {escape(gold)}</p>\n'
        f'<p>Extracted Answer: {escape(str(answer))}</p>\n<p>Score: {float(answer == gold)}</p>\n'
    )


if __name__ == '__main__':
    htmls, convos = [], []
    for one, problem in zip(CANNED, canned_problems(), strict=True):
        if one.status != 200:  # it tries again for ever
            continue
        asked = [
            {'role': 'system', 'content': SYSTEM},
            {'role': 'user', 'content': ASKED.replace('{problem}', problem.problem)},
        ]
        said = one.text(problem.answer)
        said += f'\nAnswer: {problem.answer}' if one.name == 'right, boxed' else ''
        htmls.append(piece(asked, said, problem.answer))
        convos.append([*asked, {'role': 'assistant', 'content': said}])
    OUT.mkdir(exist_ok=True)
    metrics = {'score': 1 / 7, 'score:std': 0.35}
    everything = {
        'score': 1 / 7, 'metrics': {'score:std': 0.35}, 'htmls': htmls, 'convos': convos,
        'metadata': {'example_level_metadata': [None] * len(htmls)},
    }  # fmt: skip
    (OUT / f'{STEM}_allresults.json').write_text(json.dumps(everything, indent=2))
    (OUT / f'{STEM}.json').write_text(json.dumps(metrics, indent=2))
    body = '\n    <hr>\n    \n    '.join(htmls)
    (OUT / f'{STEM}.html').write_text(
        '<!DOCTYPE html>\n<html>\n    <head>\n        <style>\n            pre { white-space: '
        'pre-wrap; }\n        </style>\n    </head>\n    <body>\n    \n    <h1>Metrics</h1>\n'
        '    <table>\n    <tr>\n        <th>Metric</th>\n        <th>Value</th>\n    </tr>\n'
        '    <tr>\n        <td><b>Score</b></td>\n        <td>0.143</td>\n    </tr>\n'
        f'    </table>\n    \n    <h1>Examples</h1>\n    \n    {body}\n    <hr>\n    \n'
        '    </body>\n</html>\n'
    )
