"""The lm-eval commands that the documentation shows."""

from __future__ import annotations

import pytest

__all__ = [
    'CHAT',
    'ENDPOINT',
    'HF',
    'INSTRUCT',
    'LAUNCH',
    'LOGGED',
    'OURS',
    'PARSED',
    'PRINTED',
    'RUN',
    'SHOWN',
    'lm_eval_options',
]

OURS = '--include_path "$(math500 lm-eval-path)"'
LOGGED = '--log_samples --output_path outputs/lm-eval'
HF = 'lm_eval --model hf --model_args pretrained='
# For real, a block at a time, one after the other in one folder; named by the first command.
RUN = {
    'model=$(python -c "from opencompass_math500.embedded import embedded_model_dir; '
    'print(embedded_model_dir())")': [
        'lm_eval --model hf --model_args "pretrained=$model,dtype=float32" --device cpu '
        f'{OURS} --tasks math500 --apply_chat_template --metadata \'{{"math500_data": "sample", '
        '"math500_ids": ["sample/geometry/1.json", "sample/precalculus/1.json"]}\' '
        f'--gen_kwargs max_gen_toks=64 {LOGGED}'
    ],
    'math500 export outputs/lm-eval --all --output replies.jsonl': [
        'math500 grade replies.jsonl --policy list_against_tuple=accept --output graded.jsonl'
    ],
    'math500 table outputs/lm-eval': [
        'math500 export outputs/lm-eval --output wrong_answers.xlsx',
        'math500 report outputs/lm-eval',
        'math500 compare outputs/lm-eval',
        'math500 regrade outputs/lm-eval',
    ],
    'math500 compare outputs/math500/20260101_120000 outputs/lm-eval': [],
}
# At an endpoint on this machine, two problems of the sample.
ENDPOINT = (
    'lm_eval --model local-chat-completions --model_args model=my-model,'
    'base_url=http://127.0.0.1:8000/v1/chat/completions,num_concurrent=8,max_retries=5,timeout=600 '
    f'{OURS} --tasks math500 --apply_chat_template {LOGGED}'
)
CHAT = f'{OURS} --tasks math500 --apply_chat_template'
INSTRUCT = f'{HF}Qwen/Qwen2.5-7B-Instruct,dtype=bfloat16 --batch_size 8 {CHAT}'
LAUNCH = 'accelerate launch --multi_gpu --num_processes 8 -m '
# A GPU, a hub or minutes: parsed by lm-eval's own parser, the task loaded, a request made.
PARSED = {
    *(f'{before}{INSTRUCT} {LOGGED}' for before in ('', LAUNCH)),
    f'{HF}Qwen/Qwen2.5-7B,dtype=bfloat16 --batch_size 8 {OURS} --tasks math500_4shot {LOGGED}',
    'lm_eval --model vllm --model_args pretrained=Qwen/Qwen2.5-7B-Instruct,dtype=auto,'
    f'max_model_len=8192,gpu_memory_utilization=0.9 --batch_size auto {CHAT} {LOGGED}',
    f'{INSTRUCT} --metadata math500_data=test.jsonl math500_levels=5 '
    '--log_samples --output_path outputs/level-5',
    'lm_eval --model vllm --model_args pretrained=deepseek-ai/DeepSeek-R1-Distill-Qwen-7B,'
    f'dtype=auto,max_model_len=36864 --batch_size auto {CHAT} '
    '--metadata math500_n=4 --gen_kwargs do_sample=true,'
    'temperature=0.6,top_p=0.95,max_gen_toks=32768 '
    '--log_samples --output_path outputs/four-samples',
}
PRINTED = 'math500 lm-eval-path'
# Looked after by harness/test_harness_docs_commands.py.
SHOWN = {*RUN, *(c for rest in RUN.values() for c in rest), ENDPOINT, *PARSED, PRINTED}


def lm_eval_options() -> set[str]:
    """Every option of ``lm_eval``, from its own parser; none where it is not installed."""
    try:
        from lm_eval._cli.harness import HarnessCLI
    except ModuleNotFoundError:
        pytest.skip('lm-eval is not installed (extra lm-eval)')
    run = HarnessCLI()._subparsers.choices['run']
    return {option for action in run._actions for option in action.option_strings}
