"""Pattern: a reasoning model, sampled as its vendor says, with room to think.

Source: DeepSeek-R1, README.md, "Usage Recommendations": temperature 0.6, top_p 0.95,
no system prompt, 32,768 tokens to generate, several runs averaged (set n in the dataset
config). No postprocessor strips the thinking: the grader reads the part after it, and an
unclosed thought is reported as truncated, never scored from a box in mid-thought.
"""

from opencompass.models import HuggingFacewithChatTemplate

models = [
    dict(
        type=HuggingFacewithChatTemplate,
        abbr='deepseek-r1-distill-qwen-7b-hf',
        path='deepseek-ai/DeepSeek-R1-Distill-Qwen-7B',
        model_kwargs=dict(torch_dtype='torch.bfloat16'),
        generation_kwargs=dict(do_sample=True, temperature=0.6, top_p=0.95),
        max_seq_len=40960,
        max_out_len=32768,
        batch_size=8,
        run_cfg=dict(num_gpus=1),
    )
]
