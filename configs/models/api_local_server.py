"""A server of your own: vLLM, SGLang or llama.cpp, greedy.

    vllm serve Qwen/Qwen2.5-7B-Instruct --max-model-len 8192
    llama-server -m qwen2.5-7b-instruct-q8_0.gguf -c 32768 -np 4 --port 8000

    MATH500_API_MODEL=Qwen/Qwen2.5-7B-Instruct OPENAI_BASE_URL=http://127.0.0.1:8000/v1

vLLM takes what a request leaves out from the model's ``generation_config.json``, and
Qwen's holds a repetition penalty of 1.05: so all of greedy is sent, not only temperature 0.
Source: vLLM documentation, "OpenAI-Compatible Server", on ``--generation-config``;
Qwen2.5-7B-Instruct, ``generation_config.json``. Greedy is how QwenLM/Qwen2.5-Math,
``evaluation/sh/eval.sh``, samples (temperature 0, top_p 1).
"""

import sys

from opencompass_math500.compass import MATH500OpenAI

# mmengine keeps built-in modules in configs as they are; os is none of them on Python 3.10.
_environ = sys.modules['os'].environ
_model = _environ.get('MATH500_API_MODEL', 'Qwen/Qwen2.5-7B-Instruct')

models = [
    dict(
        type=MATH500OpenAI,
        abbr=_model.replace('/', '_'),
        path=_model,
        # None reads OPENAI_BASE_URL where the tasks run, and keeps it out of the logs.
        base_url=None if _environ.get('OPENAI_BASE_URL') else 'http://127.0.0.1:8000/v1',
        key_env='OPENAI_API_KEY',
        sampling=dict(temperature=0, top_p=1, repetition_penalty=1),
        max_out_len=2048,
        concurrency=32,
        run_cfg=dict(num_gpus=0),
    )
]
