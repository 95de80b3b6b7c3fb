"""SmolLM2-135M-Instruct, which travels in a package: no hub, no GPU, no key.

bfloat16 with eager attention generates about 105 tokens a second on two cores;
OpenCompass's default, float16, a seventh of that.
"""

from opencompass_math500.compass import MATH500EmbeddedModel

models = [
    dict(
        type=MATH500EmbeddedModel,
        abbr='smollm2-135m-instruct',
        path='smollm2-135m-instruct-q4_1',
        model_kwargs=dict(torch_dtype='torch.bfloat16', attn_implementation='eager'),
        max_seq_len=8192,
        max_out_len=512,
        batch_size=16,
        run_cfg=dict(num_gpus=0),
    )
]
