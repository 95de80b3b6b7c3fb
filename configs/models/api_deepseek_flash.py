"""DeepSeek's Flash model at DeepSeek, without thinking, greedy.

    export DEEPSEEK_API_KEY=...

Source: DeepSeek API documentation, "Models & Pricing" (the names; deepseek-chat and
deepseek-reasoner ended on 2026-07-24), "Thinking Mode" (on unless switched off) and "The
Temperature Parameter" (0.0 for mathematics). Cap: DeepSeek-V3, README.md, on its own
evaluations (8K tokens). The name stands for whatever version is served today: the record
of each reply holds the name that the server states.
"""

from opencompass_math500.compass import MATH500OpenAI

models = [
    dict(
        type=MATH500OpenAI,
        abbr='deepseek-flash',
        path='deepseek-flash',
        base_url='https://api.deepseek.com/v1',
        key_env='DEEPSEEK_API_KEY',
        sampling=dict(temperature=0),
        extra_body=dict(thinking=dict(type='disabled')),
        max_out_len=8192,
        concurrency=16,
        run_cfg=dict(num_gpus=0),
    )
]
