"""Make the rollout dumps under ``tables/`` anew, with the real verl and the real TRL.

Each tool in an environment of its own, from the top of the repository::

    pip install verl==0.9.1 cachetools torch==2.13.0 math-verify==0.9.0
    python tests/logs/make_tables.py verl
    pip install trl==1.16.0 torch==2.13.0 math-verify==0.9.0
    python tests/logs/make_tables.py trl

verl's own trainer writes the dump and its own reward functions score it; no model is asked, the
replies are those of ``canned.py``. TRL's GRPOTrainer runs two steps with a model of some hundred
weights, whose rollout is replaced by the same replies.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / 'support', HERE.parents[1]):
    sys.path.insert(0, str(folder))

from canned import CANNED, canned_problems  # noqa: E402

OUT = HERE / 'tables'
# Source: verl 0.9.1, examples/data_preprocess/math_dataset.py.
ASKED = "{} Let's think step by step and output the final answer within \\boxed{{}}."
# What no trainer has: a reply that was refused.
PLAYED = [
    (one, problem)
    for one, problem in zip(CANNED, canned_problems(), strict=True)
    if one.status == 200
]


def verl() -> None:
    """Write one validation dump a reward function, two samples a problem in the first."""
    from verl.trainer.ppo.ray_trainer import RayPPOTrainer
    from verl.utils.reward_score import default_compute_score

    for folder, source, step, samples in (
        ('verl', 'HuggingFaceH4/MATH-500', 0, 2),
        ('verl_dapo', 'math_dapo', 5, 1),
    ):
        inputs, outputs, golds = [], [], []
        for one, problem in PLAYED:
            for _ in range(samples):
                # A prompt of ids, decoded without special tokens, as the trainer does.
                inputs.append(f'user\n{ASKED.format(problem.problem)}\nassistant\n')
                outputs.append(one.text(problem.answer))
                golds.append(problem.answer)
        scored: list[Any] = [
            default_compute_score(source, output, gold)
            for output, gold in zip(outputs, golds, strict=True)
        ]
        apart: dict[str, list[Any]] = {}
        scores = [one['score'] if isinstance(one, dict) else one for one in scored]
        for one in scored:
            for name, value in one.items() if isinstance(one, dict) else ():
                apart.setdefault(name, []).append(value)
        RayPPOTrainer._write_generations(
            inputs, outputs, golds, scores, {'reward': scores, **apart}, str(OUT / folder), step
        )


def _model(folder: Path, text: str) -> Path:
    """A model of some hundred weights, whose tokens are the characters of a text."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    place = {word: n for n, word in enumerate(['<pad>', '<end>', '<unk>', *sorted({*text, 'a'})])}
    config = LlamaConfig(
        vocab_size=len(place), hidden_size=8, intermediate_size=4, num_hidden_layers=1,
        num_attention_heads=2, max_position_embeddings=512, pad_token_id=0, eos_token_id=1,
        bos_token_id=None,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    characters = Tokenizer(models.WordLevel(place, unk_token='<unk>'))
    characters.pre_tokenizer = pre_tokenizers.Split(Regex(r'[\s\S]'), behavior='isolated')
    characters.decoder = decoders.Fuse()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=characters, pad_token='<pad>', eos_token='<end>', unk_token='<unk>'
    )
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
    tokenizer.save_pretrained(folder)
    return folder


def trl() -> None:
    """Train for two steps, and keep the completions that were logged."""
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer
    from trl.rewards import accuracy_reward

    said = {problem.problem: one.text(problem.answer) for one, problem in PLAYED}
    rows = [
        {
            'prompt': [{'role': 'user', 'content': problem.problem}],
            'solution': f'${problem.answer}$',
        }
        for _, problem in PLAYED
    ]

    def rollout(prompts: list[Any], trainer: Any) -> dict[str, Any]:
        tokenizer = trainer.processing_class
        texts = [said[prompt[-1]['content']] for prompt in prompts]
        ids = [[*tokenizer(text)['input_ids'], tokenizer.eos_token_id] for text in texts]
        return {
            'prompt_ids': [tokenizer('a')['input_ids'] for _ in prompts],
            'completion_ids': ids,
            'logprobs': [[[0.0]] * len(one) for one in ids],
        }

    with tempfile.TemporaryDirectory() as work:
        model = _model(Path(work) / 'model', ''.join(said.values()))
        trainer = GRPOTrainer(
            model=str(model),
            reward_funcs=accuracy_reward,
            args=GRPOConfig(
                output_dir=f'{work}/out', max_steps=2, per_device_train_batch_size=2 * len(rows),
                num_generations=2, log_completions=True, logging_steps=1, report_to=[],
                save_strategy='no', use_cpu=True, num_completions_to_print=0, seed=0,
            ),
            train_dataset=Dataset.from_list(rows),
            rollout_func=rollout,
        )  # fmt: skip
        trainer.train()
        shutil.rmtree(OUT / 'trl', ignore_errors=True)
        shutil.copytree(f'{work}/out/completions', OUT / 'trl' / 'completions')


if __name__ == '__main__':
    {'verl': verl, 'trl': trl}[sys.argv[1]]()
