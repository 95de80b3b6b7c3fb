"""GPT-6 Luna at OpenAI: a reasoning model, which takes no temperature.

    export OPENAI_API_KEY=...

Source: OpenAI API documentation, "GPT-6 Luna" (effort medium by default, at most 128,000
tokens, prices) and "Deployment checklist" (neither temperature nor top_p while the model
reasons). The cap is the model's own: what is cut is counted. It is sent as
``max_completion_tokens`` and holds the reasoning too.
"""

from opencompass_math500.compass import MATH500OpenAI

models = [
    dict(
        type=MATH500OpenAI,
        abbr='gpt-6-luna_medium',
        path='gpt-6-luna',
        base_url='https://api.openai.com/v1',
        key_env='OPENAI_API_KEY',
        sampling=dict(reasoning_effort='medium'),
        max_out_len=128_000,
        # A stream keeps the connection alive while the model thinks for minutes.
        stream=True,
        timeout=3600,
        patience=7200,
        concurrency=8,
        # The limits of your account, shared by all tasks; None for none.
        requests_per_minute=500,
        # Per million tokens; they change, so look before you trust the cost shown.
        prices=dict(prompt=0.1, cached_prompt=0.01, completion=0.5, currency='USD'),
        run_cfg=dict(num_gpus=0),
    )
]
