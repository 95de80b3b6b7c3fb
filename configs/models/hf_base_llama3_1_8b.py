"""Pattern: a base model; use it with math500_4shot_base, whose stop text ends its answer."""

from opencompass.models import HuggingFaceBaseModel

models = [
    dict(
        type=HuggingFaceBaseModel,
        abbr='llama-3.1-8b-base-hf',
        path='meta-llama/Llama-3.1-8B',
        model_kwargs=dict(torch_dtype='torch.bfloat16'),
        max_seq_len=8192,
        max_out_len=1024,
        batch_size=8,
        run_cfg=dict(num_gpus=1),
    )
]
