"""Real trainers that call our rewards; a script for an environment that has TRL and verl.

``python trainer_steps.py MODEL_DIR PROBLEMS.jsonl OUTPUT_DIR`` runs two GRPO steps of TRL and
verl's reward managers, and writes what they got to ``OUTPUT_DIR/seen.json``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import torch
import transformers
import trl
from datasets import Dataset
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, TrainerCallback

from opencompass_math500.rewards import answer_reward, compute_score, compute_scores

STEPS = 2
GENERATIONS = 4


def tokenizer_of(folder: str) -> Any:
    """The folder's tokenizer; by its own file, for transformers 5 takes another class for it."""
    settings = json.loads((Path(folder) / 'tokenizer_config.json').read_text('utf-8'))
    made = PreTrainedTokenizerFast(
        tokenizer_file=str(Path(folder) / 'tokenizer.json'),
        eos_token='<|im_end|>',
        pad_token='<|im_end|>',
    )
    made.chat_template = settings.get('chat_template') or (
        "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n"
        '{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}'
    )
    return made


def grpo(model_dir: str, rows: list[dict[str, str]], output: str) -> list[dict[str, Any]]:
    """Two GRPO steps; what each call of the reward got and gave."""
    calls: list[dict[str, Any]] = []
    metrics: list[dict[str, Any]] = []

    def recorded(completions: Any, gold: Any, **columns: Any) -> Any:
        rewards = answer_reward(completions, gold, **columns)
        calls.append({'completions': completions, 'gold': gold, 'rewards': rewards})
        return rewards

    class Kept(TrainerCallback):
        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            metrics.append(dict(logs or {}))

    turns = [
        {'prompt': [{'role': 'user', 'content': row['problem']}], **row}
        for row in rows
    ]  # fmt: skip
    trainer = trl.GRPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(model_dir, dtype=torch.float32),
        processing_class=tokenizer_of(model_dir),
        reward_funcs=recorded,
        train_dataset=Dataset.from_list(turns),
        args=trl.GRPOConfig(
            output_dir=output,
            max_steps=STEPS,
            per_device_train_batch_size=GENERATIONS,
            num_generations=GENERATIONS,
            max_completion_length=24,
            temperature=0.7,
            logging_steps=1,
            log_completions=False,
            save_strategy='no',
            report_to=[],
            seed=1,
            shuffle_dataset=False,
            use_cpu=True,
        ),
        callbacks=[Kept()],
    )
    trainer.train()
    shares = [m['math500/undecided'] for m in metrics if 'math500/undecided' in m]
    return [{**call, 'undecided': share} for call, share in zip(calls, shares, strict=True)]


def managed(tokenizer: Any, name: str, compute: Any, texts: list[str], golds: list[str]) -> Any:
    """What a reward manager of verl makes of rollouts."""
    from verl import DataProto
    from verl.workers.reward_manager import get_reward_manager_cls

    rollouts = [tokenizer(text + '<|im_end|>')['input_ids'] for text in texts]
    width = max(map(len, rollouts))
    pad = tokenizer.pad_token_id
    responses = torch.tensor([ids + [pad] * (width - len(ids)) for ids in rollouts])
    kept = torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids in rollouts])
    prompts = torch.tensor([tokenizer('What is it?')['input_ids']] * len(texts))
    data = DataProto.from_dict(
        tensors={
            'prompts': prompts,
            'responses': responses,
            'attention_mask': torch.cat([torch.ones_like(prompts), kept], dim=1),
        },
        non_tensors={
            'reward_model': [{'ground_truth': gold} for gold in golds],
            'data_source': ['mine'] * len(texts),
            'extra_info': [{} for _ in texts],
        },
    )
    manager = get_reward_manager_cls(name)(tokenizer, num_examine=0, compute_score=compute)
    got = manager(data, return_dict=True)
    ends = kept.sum(dim=1) - 1
    rewards = [float(row[end]) for row, end in zip(got['reward_tensor'], ends, strict=True)]
    return {'rewards': rewards, 'extra': {k: list(v) for k, v in got['reward_extra_info'].items()}}


def main(model_dir: str, problems: str, output: str) -> None:
    """Run both and write what was seen."""
    rows = [json.loads(line) for line in Path(problems).read_text('utf-8').splitlines()]
    tokenizer = tokenizer_of(model_dir)
    texts = [f'It is \\boxed{{{row["gold"]}}}.' for row in rows] + ['I cannot say.', '\\boxed{-7}']
    golds = [row['gold'] for row in rows] + [rows[0]['gold']] * 2
    seen = {
        'versions': {'trl': trl.__version__, 'transformers': transformers.__version__},
        'grpo': grpo(model_dir, rows, output),
        'naive': managed(tokenizer, 'naive', compute_score, texts, golds),
        'batch': managed(tokenizer, 'batch', compute_scores, texts, golds),
    }
    (Path(output) / 'seen.json').write_text(json.dumps(seen), 'utf-8')


if __name__ == '__main__':
    main(*sys.argv[1:])
