"""The frozen base: weights and tokenizer of SmolLM2-135M-Instruct, read from the GGUF file that ships.

The adapter is trained on the dequantised weights of exactly that file, so that it also learns to live with
the rounding of Q4_0.
"""

import gguf
import numpy as np
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

LAYERS, WIDTH, HEADS, KV_HEADS, HEAD, FFN = 30, 576, 9, 3, 64, 1536
ROPE_BASE, EPS = 100000.0, 1e-5
CONTROL = 3  # gguf.TokenType.CONTROL


def split_halves(weight, heads):
    """Rows of a query or key matrix (heads * HEAD, ...): neighbours (2j, 2j + 1) -> halves (j, j + HEAD / 2)."""
    rows, *rest = weight.shape
    return weight.reshape(heads, HEAD // 2, 2, *rest).swapaxes(1, 2).reshape(rows, *rest)


def join_halves(weight, heads):
    """The inverse of split_halves: the order in which llama.cpp keeps these rows."""
    rows, *rest = weight.shape
    return weight.reshape(heads, 2, HEAD // 2, *rest).swapaxes(1, 2).reshape(rows, *rest)


def weights(path):
    """Name -> float32 tensor (out, in); queries and keys with their rotary halves split."""
    out = {}
    for tensor in gguf.GGUFReader(path).tensors:
        weight = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        weight = weight.reshape([int(n) for n in tensor.shape][::-1])
        if ".attn_q." in tensor.name:
            weight = split_halves(weight, HEADS)
        if ".attn_k." in tensor.name:
            weight = split_halves(weight, KV_HEADS)
        out[tensor.name] = torch.from_numpy(np.ascontiguousarray(weight))
    return out


def tokenizer(path):
    """Splits text as llama.cpp does for the pre-tokenizer `smollm`: digits alone, then GPT-2's pattern."""
    fields = gguf.GGUFReader(path).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    merges = fields["tokenizer.ggml.merges"].contents()
    types = fields["tokenizer.ggml.token_type"].contents()
    made = Tokenizer(
        models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=[tuple(m.split(" ")) for m in merges])
    )
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(
        [AddedToken(tokens[i], special=True, normalized=False) for i, kind in enumerate(types) if kind == CONTROL]
    )
    return made
