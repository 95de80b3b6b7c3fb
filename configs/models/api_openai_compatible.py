"""Pattern: any OpenAI-compatible endpoint, through OpenCompass's client.

    OPENAI_API_KEY=... OPENAI_BASE_URL=http://127.0.0.1:8000/v1 MATH500_API_MODEL=my-model

The client says neither how a reply ended nor how long it was: the table shows
"unknown" where it would count truncated replies. Temperature 0 is sent, because the
client sends none by itself and the server's default is not greedy.
"""

import sys

from opencompass.models import OpenAISDK

# mmengine keeps built-in modules in configs as they are; os is none of them on Python 3.10.
_environ = sys.modules['os'].environ
_model = _environ.get('MATH500_API_MODEL', 'gpt-4o-2024-08-06')

models = [
    dict(
        type=OpenAISDK,
        abbr=_model.replace('/', '_'),
        path=_model,
        key='ENV',
        openai_api_base=_environ.get('OPENAI_BASE_URL', 'https://api.openai.com/v1/'),
        meta_template=dict(
            round=[
                dict(role='HUMAN', api_role='HUMAN'),
                dict(role='BOT', api_role='BOT', generate=True),
            ]
        ),
        temperature=0,
        query_per_second=2,
        max_seq_len=32768,
        max_out_len=4096,
        batch_size=8,
        retry=6,
        run_cfg=dict(num_gpus=0),
    )
]
