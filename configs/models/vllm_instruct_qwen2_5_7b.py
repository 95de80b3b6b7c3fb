"""Pattern: an instruct model through vLLM (pip install vllm)."""

from opencompass.models import VLLMwithChatTemplate

models = [
    dict(
        type=VLLMwithChatTemplate,
        abbr='qwen2.5-7b-instruct-vllm',
        path='Qwen/Qwen2.5-7B-Instruct',
        model_kwargs=dict(tensor_parallel_size=1),
        generation_kwargs=dict(temperature=0),
        max_seq_len=32768,
        max_out_len=2048,
        batch_size=500,
        run_cfg=dict(num_gpus=1),
    )
]
