"""A Llama of a few thousand weights whose every reply is known beforehand.

Attention and feed-forward add nothing, the embedding is one-hot and the head a table of
successors: the next character depends on the last one alone. It is a real transformers
model in a real folder; only its weights are chosen.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

__all__ = ['FOREVER', 'STOP', 'write_tiny_model']

STOP = 'Problem:'
FOREVER = 'y'

# '1' replies '23' and its end token; '7' replies '8', the stop text, 'z' and the end
# token; 'y' replies 'y' for ever.
_CHAINS = ('123', f'78{STOP}z', FOREVER * 2)
_SPECIAL = ('<pad>', '<end>', '<unk>')


def _vocabulary() -> list[str]:
    return [*_SPECIAL, *sorted(set(''.join(_CHAINS)))]


def _successors() -> dict[str, str]:
    after: dict[str, str] = {}
    for chain in _CHAINS:
        after.update(pairwise(chain))
        after.setdefault(chain[-1], '<end>')
    return after


def write_tiny_model(folder: Path) -> Path:
    """Write the model folder: configuration, weights, tokenizer, chat template."""
    import torch
    from tokenizers import (  # type: ignore[import-untyped]
        Regex,
        Tokenizer,
        decoders,
        models,
        pre_tokenizers,
    )
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.set_num_threads(1)  # threads cost more than matrices of this size
    words = _vocabulary()
    place = {word: number for number, word in enumerate(words)}
    size = 32
    config = LlamaConfig(
        vocab_size=len(words), hidden_size=size, intermediate_size=4, num_hidden_layers=1,
        num_attention_heads=2, max_position_embeddings=256, tie_word_embeddings=False,
        pad_token_id=place['<pad>'], eos_token_id=place['<end>'], bos_token_id=None,
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        model.model.embed_tokens.weight.copy_(torch.eye(len(words), size))
        model.lm_head.weight.zero_()
        for word, following in _successors().items():
            model.lm_head.weight[place[following], place[word]] = 1
    model.save_pretrained(folder)

    characters = Tokenizer(models.WordLevel(place, unk_token='<unk>'))
    characters.pre_tokenizer = pre_tokenizers.Split(Regex('.'), behavior='isolated')
    characters.decoder = decoders.Fuse()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=characters, pad_token='<pad>', eos_token='<end>', unk_token='<unk>',
        model_input_names=['input_ids', 'attention_mask'],
    )  # fmt: skip
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'].strip() }}{% endfor %}"
    tokenizer.save_pretrained(folder)
    return folder
