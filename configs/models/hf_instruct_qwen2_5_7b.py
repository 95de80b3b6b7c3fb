"""Pattern: an instruct model through transformers. Change path, abbr and the GPU count.

Greedy, as transformers models are in OpenCompass unless generation_kwargs says otherwise.
"""

from opencompass.models import HuggingFacewithChatTemplate

models = [
    dict(
        type=HuggingFacewithChatTemplate,
        abbr='qwen2.5-7b-instruct-hf',
        path='Qwen/Qwen2.5-7B-Instruct',
        model_kwargs=dict(torch_dtype='torch.bfloat16'),
        max_seq_len=32768,
        max_out_len=2048,
        batch_size=8,
        run_cfg=dict(num_gpus=1),
    )
]
