"""The text half: a Llama forward pass with a frozen base and a trainable low-rank adapter (LoRA)."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint

from base import EPS, HEAD, HEADS, KV_HEADS, LAYERS, ROPE_BASE, WIDTH

# Sequences longer than this are recomputed in the backward pass instead of kept.
KEEP_ACTIVATIONS_UP_TO = 2600
BLOCK = 256  # queries that attention takes together


class Linear(nn.Module):
    """y = x W^T + x A^T B^T; A (rank, in) and B (out, rank) are all that is trained."""

    def __init__(self, weight, rank):
        super().__init__()
        rows, columns = weight.shape
        self.register_buffer("weight", weight, persistent=False)
        if not rank:
            self.a = self.b = None
            return
        self.a = nn.Parameter(torch.randn(rank, columns) * columns**-0.5)
        self.b = nn.Parameter(torch.zeros(rows, rank))

    def forward(self, x):
        x = x.to(self.weight.dtype)
        if self.a is None:
            return F.linear(x, self.weight)
        return F.linear(x, self.weight) + F.linear(F.linear(x, self.a.to(x.dtype)), self.b.to(x.dtype))


def attention(q, k, v):
    """q (batch, heads, time, HEAD) at the last positions of k and v (batch, heads, length, HEAD) -> like q.

    On a CPU PyTorch's own attention takes three times as long in bfloat16 as these plain products of blocks.
    """
    time, length = q.shape[2], k.shape[2]
    if q.device.type != "cpu":
        mask = None if time in (1, length) else torch.ones(time, length, dtype=torch.bool, device=q.device).tril(length - time)
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=1 < time == length)
    out = []
    for start in range(0, time, BLOCK):
        end = min(start + BLOCK, time)
        seen = length - time + end
        scores = (q[:, :, start:end] * HEAD**-0.5) @ k[:, :, :seen].transpose(-1, -2)
        # Only the last keys lie after some of these queries.
        later = torch.ones(end - start, end - start, dtype=torch.bool).triu(1)
        scores[..., seen - (end - start) :].masked_fill_(later, -torch.inf)
        out.append(scores.softmax(-1) @ v[:, :, :seen])
    return torch.cat(out, 2)


class Block(nn.Module):
    def __init__(self, named, rank):
        super().__init__()
        self.register_buffer("attn_norm", named("attn_norm").float(), persistent=False)
        self.register_buffer("ffn_norm", named("ffn_norm").float(), persistent=False)
        self.qkv = Linear(torch.cat([named("attn_q"), named("attn_k"), named("attn_v")]), rank)
        self.out = Linear(named("attn_output"), rank)
        self.gate_up = Linear(torch.cat([named("ffn_gate"), named("ffn_up")]), rank)
        self.down = Linear(named("ffn_down"), rank)

    def forward(self, x, cos, sin, past=None):
        """x (batch, time, WIDTH); `past`, when given, is a list of the layer's keys and values and grows."""
        batch, time, _ = x.shape
        qkv = self.qkv(F.rms_norm(x, (WIDTH,), self.attn_norm, EPS))
        qkv = qkv.view(batch, time, HEADS + 2 * KV_HEADS, HEAD).transpose(1, 2)
        turned, v = qkv[:, : HEADS + KV_HEADS], qkv[:, HEADS + KV_HEADS :]
        low, high = turned.chunk(2, -1)
        turned = torch.cat([low * cos - high * sin, low * sin + high * cos], -1).to(v.dtype)
        q, k = turned[:, :HEADS], turned[:, HEADS:]
        if past is not None:
            if past:
                k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
            past[:] = [k, v]
        y = attention(q, k.repeat_interleave(HEADS // KV_HEADS, 1), v.repeat_interleave(HEADS // KV_HEADS, 1))
        x = x + self.out(y.transpose(1, 2).reshape(batch, time, WIDTH))
        gate, up = self.gate_up(F.rms_norm(x, (WIDTH,), self.ffn_norm, EPS)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up)


class Text(nn.Module):
    """`weights` is what base.weights returns; dtype is that of the frozen matrices and of what they are multiplied with.

    The adapter and what goes from block to block stay float32.
    """

    def __init__(self, weights, rank=16, dtype=torch.float32, first=0):
        """Blocks before `first` have no adapter: nothing flows back through them, and they cost less to run."""
        super().__init__()
        self.rank, self.first = rank, first
        self.register_buffer("embedding", weights["token_embd.weight"].to(dtype), persistent=False)
        self.register_buffer("norm", weights["output_norm.weight"].float(), persistent=False)
        self.register_buffer("frequency", ROPE_BASE ** (-torch.arange(HEAD // 2).float() * 2 / HEAD), persistent=False)
        self.blocks = nn.ModuleList(
            Block(lambda name, i=i: weights[f"blk.{i}.{name}.weight"].to(dtype), rank if i >= first else 0)
            for i in range(LAYERS)
        )

    def embed(self, ids):
        return F.embedding(ids, self.embedding).float()

    def forward(self, x, start=0, past=None):
        """Embeddings (batch, time, WIDTH) from position `start` -> hidden states, ready for logits()."""
        time = x.shape[1]
        angle = torch.arange(start, start + time, device=x.device).float()[:, None] * self.frequency
        cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
        for i, block in enumerate(self.blocks):
            if past is None and torch.is_grad_enabled() and time > KEEP_ACTIVATIONS_UP_TO:
                x = checkpoint(block, x, cos, sin, use_reentrant=False)
            else:
                x = block(x, cos, sin, None if past is None else past[i])
        return F.rms_norm(x, (WIDTH,), self.norm, EPS)

    def logits(self, hidden):
        return F.linear(hidden.to(self.embedding.dtype), self.embedding)

    @torch.inference_mode()
    def answer(self, x, limit, stop, past=None, start=0):
        """Greedy: embeddings (1, time, WIDTH) -> (ids without the stop token, position reached); `past` is kept up."""
        past = [[] for _ in self.blocks] if past is None else past
        ids = []
        while True:
            hidden = self.forward(x, start, past)
            start += x.shape[1]
            token = int(self.logits(hidden[:, -1]).argmax())
            if token in stop or len(ids) == limit:
                return ids, start
            ids.append(token)
            x = self.embed(torch.tensor([[token]], device=x.device))
