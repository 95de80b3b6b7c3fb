"""GPT-4o at OpenAI, sampled as OpenAI's own MATH evaluation samples it.

    export OPENAI_API_KEY=...

Source of sampling and cap: openai/simple-evals, ``simple_evals.py`` (max_tokens 2048 for
gpt-4o) and ``sampler/chat_completion_sampler.py`` (temperature 0.5). For a greedy run
take ``sampling=dict(temperature=0)``. OpenAI shuts this model down on 2027-01-14 (OpenAI
API documentation, "Deprecations").
"""

from opencompass_math500.compass import MATH500OpenAI

models = [
    dict(
        type=MATH500OpenAI,
        abbr='gpt-4o-2024-08-06_t0.5',
        path='gpt-4o-2024-08-06',
        base_url='https://api.openai.com/v1',
        key_env='OPENAI_API_KEY',
        sampling=dict(temperature=0.5),
        max_out_len=2048,
        concurrency=8,
        # The limits of your account, shared by all tasks; None for none.
        requests_per_minute=500,
        tokens_per_minute=30_000,
        # Per million tokens; they change, so look before you trust the cost shown.
        prices=dict(prompt=2.5, cached_prompt=1.25, completion=10, currency='USD'),
        run_cfg=dict(num_gpus=0),
    )
]
