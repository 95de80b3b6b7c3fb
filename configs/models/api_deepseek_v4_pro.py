"""DeepSeek-V4-Pro at DeepSeek, thinking; its reasoning is kept apart from its answer.

    export DEEPSEEK_API_KEY=...

Source: DeepSeek API documentation, "Thinking Mode": a temperature has no effect, so none is
sent; effort high is the default. The cap is ours (the vendor allows 384K): it holds the
reasoning too, and what is cut is counted. Its replies are sampled: for a mean over several,
set n in the dataset config.
"""

from opencompass_math500.compass import MATH500OpenAI

models = [
    dict(
        type=MATH500OpenAI,
        abbr='deepseek-v4-pro_high',
        path='deepseek-v4-pro',
        base_url='https://api.deepseek.com/v1',
        key_env='DEEPSEEK_API_KEY',
        sampling=dict(reasoning_effort='high'),
        extra_body=dict(thinking=dict(type='enabled')),
        max_out_len=65_536,
        # A stream keeps the connection alive while the model thinks for minutes.
        stream=True,
        timeout=3600,
        patience=7200,
        concurrency=16,
        run_cfg=dict(num_gpus=0),
    )
]
