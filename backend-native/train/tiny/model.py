"""The two halves of the model, written so that llama.cpp computes the same.

Vision: Pixtral's transformer at native resolution with Mistral Small 3.1's patch merger, one token per 16x16 pixels.
Text:   a small Llama with grouped-query attention.

Rotary dimensions are kept as two halves here (dimension j turns with j + half a head); the export
interleaves them, which is the order llama.cpp uses for both halves.
"""
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

EPS = 1e-5
PATCH, MERGE = 8, 2  # pixels on a patch's side, patches on a token's side
VISION_ROPE_BASE = 10000.0
VISION_HEAD = 32  # dimensions per attention head
HEAD = 64
# Of the 32 frequencies of a head, 16 turn as with base 10000 and heads of 32; the others hardly turn within any
# context, so that words of a question find the same words on a screen however far apart they are.
ROPE_BASE = 1e8


@dataclass
class Config:
    vocab: int
    v_width: int = 128
    v_layers: int = 6
    v_ffn: int = 512
    merged: int = 320
    width: int = 256
    layers: int = 6
    ffn: int = 512
    heads: int = 8
    kv_heads: int = 4

    def as_dict(self):
        return asdict(self)


def rotate(x, cos, sin):
    """x (B, heads, T, head), cos and sin (B or 1, 1, T, head / 2) -> x turned."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def attention(q, k, v, causal):
    """q, k, v (B, heads, T, head) -> the same shape.  Short rows are quicker without the fused kernel on CPUs."""
    if q.device.type != "cpu" or q.shape[2] > 1000:
        return F.scaled_dot_product_attention(q, k, v, is_causal=causal)
    scores = (q * q.shape[-1]**-0.5) @ k.transpose(2, 3)
    if causal:
        scores = scores + torch.full(scores.shape[-2:], -1e4, dtype=scores.dtype, device=q.device).triu(1)
    return scores.softmax(-1) @ v


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return F.rms_norm(x, x.shape[-1:], self.weight.to(x.dtype), EPS)


class Block(nn.Module):
    """Pre-norm attention and SwiGLU; x (B, T, width) -> same."""

    def __init__(self, width, heads, kv_heads, head, ffn):
        super().__init__()
        self.heads, self.kv_heads, self.head = heads, kv_heads, head
        self.norm1, self.norm2 = RMSNorm(width), RMSNorm(width)
        self.qkv = nn.Linear(width, (heads + 2 * kv_heads) * head, bias=False)
        self.out = nn.Linear(heads * head, width, bias=False)
        self.gate_up = nn.Linear(width, 2 * ffn, bias=False)
        self.down = nn.Linear(ffn, width, bias=False)

    def heads_of(self, x, cos, sin):
        """-> q (B, heads, T, head), k and v (B, kv_heads, T, head), q and k turned."""
        B, T, _ = x.shape
        qkv = self.qkv(self.norm1(x)).view(B, T, -1, self.head).transpose(1, 2)
        q, k, v = qkv.split([self.heads, self.kv_heads, self.kv_heads], dim=1)
        cos, sin = cos.to(q.dtype), sin.to(q.dtype)
        return rotate(q, cos, sin), rotate(k, cos, sin), v

    def forward(self, x, cos, sin, causal, cache=None):
        B, T, W = x.shape
        q, k, v = self.heads_of(x, cos, sin)
        if cache is not None:
            k, v = cache.extend(self, k, v)
        full_k = k.repeat_interleave(self.heads // self.kv_heads, dim=1)
        full_v = v.repeat_interleave(self.heads // self.kv_heads, dim=1)
        y = attention(q, full_k, full_v, causal and T > 1)
        x = x + self.out(y.transpose(1, 2).reshape(B, T, -1))
        gate, up = self.gate_up(self.norm2(x)).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up), q, k


class Cache:
    """Keys and values of the tokens decoded so far (evaluation only)."""

    def __init__(self):
        self.kept = {}

    def extend(self, block, k, v):
        if block in self.kept:
            k = torch.cat([self.kept[block][0], k], dim=2)
            v = torch.cat([self.kept[block][1], v], dim=2)
        self.kept[block] = (k, v)
        return k, v


class Vision(nn.Module):
    """Pixels (B, 3, H, W) in -1..1 -> features (B, H/16 * W/16, merged): four patches of 8x8 make one token.

    Small patches because letters are small: on patches of 16x16 every letter at every offset is a pattern of its own.
    """

    def __init__(self, c):
        super().__init__()
        self.width = c.v_width
        self.patch = nn.Linear(3 * PATCH * PATCH, c.v_width, bias=False)
        self.pre, self.norm = RMSNorm(c.v_width), RMSNorm(c.v_width)
        heads = c.v_width // VISION_HEAD
        self.blocks = nn.ModuleList(Block(c.v_width, heads, heads, VISION_HEAD, c.v_ffn) for _ in range(c.v_layers))
        self.merger = nn.Linear(MERGE * MERGE * c.v_width, c.merged, bias=False)

    @staticmethod
    def angles(rows, cols, device):
        """2-D rotary: 8 frequencies turn with the row, the 8 between them with the column."""
        even = VISION_ROPE_BASE ** (-torch.arange(8, device=device).float() * 2 / (VISION_HEAD // 2))
        odd = even * VISION_ROPE_BASE ** (-2 / VISION_HEAD)
        r = torch.arange(rows, device=device).repeat_interleave(cols).float()
        w = torch.arange(cols, device=device).repeat(rows).float()
        a = torch.cat([r[:, None] * even, w[:, None] * odd], dim=1)[None, None]
        return a.cos(), a.sin()

    def forward(self, pixels):
        B, _, H, W = pixels.shape
        rows, cols = H // PATCH, W // PATCH
        x = pixels.view(B, 3, rows, PATCH, cols, PATCH).permute(0, 2, 4, 1, 3, 5).reshape(B, rows * cols, -1)
        x = self.pre(self.patch(x))
        cos, sin = self.angles(rows, cols, pixels.device)
        for block in self.blocks:
            x, _, _ = block(x, cos, sin, False)
        x = self.norm(x).view(B, rows // MERGE, MERGE, cols // MERGE, MERGE, self.width)
        return self.merger(x.permute(0, 1, 3, 5, 2, 4).reshape(B, rows * cols // MERGE**2, -1))


class Projector(nn.Module):
    """Features (B, N, merged) -> text embeddings (B, N, width)."""

    def __init__(self, c):
        super().__init__()
        self.w1, self.w2 = nn.Linear(c.merged, 384), nn.Linear(384, c.width)

    def forward(self, x):
        return self.w2(F.gelu(self.w1(x), approximate="tanh"))


class Text(nn.Module):
    """Embeddings (B, T, width) and positions (B, T) -> logits (B, T, vocab) and what each layer made.

    The second result has, per layer, (x, q, k): the layer's output and its turned queries and keys.
    """

    def __init__(self, c):
        super().__init__()
        self.embed = nn.Embedding(c.vocab, c.width)
        nn.init.normal_(self.embed.weight, std=1.0 / c.width**0.5)
        self.img_break = nn.Parameter(torch.randn(c.width) * 0.06)
        self.blocks = nn.ModuleList(Block(c.width, c.heads, c.kv_heads, HEAD, c.ffn) for _ in range(c.layers))
        self.norm = RMSNorm(c.width)
        self.head = nn.Linear(c.width, c.vocab, bias=False)

    def forward(self, x, positions, cache=None):
        freq = ROPE_BASE ** (-torch.arange(HEAD // 2, device=x.device).float() * 2 / HEAD)
        a = positions[:, None, :, None].float() * freq
        cos, sin = a.cos(), a.sin()
        made = []
        for block in self.blocks:
            x, q, k = block(x, cos, sin, True, cache)
            made.append((x, q, k))
        return self.head(self.norm(x)), made


class LookOnce(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.config = c
        self.vision, self.projector, self.text = Vision(c), Projector(c), Text(c)

    def image_tokens(self, pixels):
        """Pixels (B, 3, H, W) -> (B, rows * (cols + 1) - 1, width), a break after every row but the last."""
        x = self.projector(self.vision(pixels))
        return with_breaks(x, pixels.shape[2] // (PATCH * MERGE), self.text.img_break)


def with_breaks(x, rows, img_break):
    """(B, rows * cols, width) -> (B, rows * (cols + 1) - 1, width)."""
    B, N, W = x.shape
    x = x.view(B, rows, N // rows, W)
    x = torch.cat([x, img_break.to(x.dtype).expand(B, rows, 1, W)], dim=2)
    return x.view(B, -1, W)[:, :-1]
