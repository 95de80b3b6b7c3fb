"""Pattern: any OpenAI-compatible endpoint.

    OPENAI_API_KEY=... OPENAI_BASE_URL=http://127.0.0.1:8000/v1 MATH500_API_MODEL=my-model

It is asked through our own MATH500OpenAI, which keeps every reply with its record. The
address is OpenAI's where OPENAI_BASE_URL is not set; an address on this machine needs no
key. Temperature 0 is sent, because a server's default is not greedy.
"""

import sys

from opencompass_math500.compass import MATH500OpenAI

# mmengine keeps built-in modules in configs as they are; os is none of them on Python 3.10.
_environ = sys.modules['os'].environ
_model = _environ.get('MATH500_API_MODEL', 'gpt-4o-2024-08-06')

models = [
    dict(
        type=MATH500OpenAI,
        abbr=_model.replace('/', '_'),
        path=_model,
        sampling=dict(temperature=0),
        max_out_len=4096,
        run_cfg=dict(num_gpus=0),
    )
]
