"""Kimi K2.6 at Moonshot, thinking; its reasoning is kept apart from its answer.

    export MOONSHOT_API_KEY=...

Source: Kimi API documentation, "Model Parameter Reference": temperature and top_p of
kimi-k2.6 cannot be changed, so neither is sent; thinking is on unless switched off. The cap
is ours: it holds the reasoning too, and what is cut is counted. Its replies are sampled: for
a mean over several, set n in the dataset config. A key of platform.kimi.com (China) wants
https://api.moonshot.cn/v1 as the address.
"""

from opencompass_math500.compass import MATH500OpenAI

models = [
    dict(
        type=MATH500OpenAI,
        abbr='kimi-k2.6',
        path='kimi-k2.6',
        base_url='https://api.moonshot.ai/v1',
        key_env='MOONSHOT_API_KEY',
        sampling=dict(),
        max_out_len=65_536,
        # A stream keeps the connection alive while the model thinks for minutes.
        stream=True,
        timeout=3600,
        patience=7200,
        concurrency=8,
        run_cfg=dict(num_gpus=0),
    )
]
