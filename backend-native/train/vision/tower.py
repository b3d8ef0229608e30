"""The vision half, written so that llama.cpp computes the same (its projector type `kimik25`).

A small ViT over patches of 16x16 pixels with learned positions and two-dimensional rotary embeddings; every 4x4 patches
become one token of the text half. Of the types whose file says how large a picture may be, it is the one that also knows
where a patch stands.
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from picture import MERGE, PATCH

WIDTH, LAYERS, HEAD, FFN, HIDDEN = 128, 3, 32, 384, 512
GRID = 20
"""Learned positions on a side; stretched over the picture, whatever its shape."""

EPS, ROPE_BASE = 1e-5, 10000.0


def turned(x, angles):
    """x (B, heads, T, HEAD), angles (T, HEAD / 2): neighbours (2j, 2j + 1) are turned by angle j."""
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, EPS), nn.LayerNorm(WIDTH, EPS)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.gate_up, self.down = nn.Linear(WIDTH, 2 * FFN), nn.Linear(FFN, WIDTH)

    def forward(self, x, angles):
        B, T, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(B, T, 3, -1, HEAD).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(turned(q, angles), turned(k, angles), v)
        x = x + self.out(y.transpose(1, 2).reshape(B, T, WIDTH))
        gate, up = self.gate_up(self.norm2(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up)


def waves():
    """(WIDTH, 3 * PATCH * PATCH): cosines of brightness (96) and of two colour differences (16 each), the slow ones first.

    The first layer stays as it is: what it takes up is what a patch looks like from afar, and where in it.
    """
    k = np.arange(PATCH)
    basis = np.cos(np.pi * (k[None] + .5) * k[:, None] / PATCH)
    basis /= np.linalg.norm(basis, axis=1, keepdims=True)
    order = sorted(((u + v, u, v) for u in range(PATCH) for v in range(PATCH)))
    mixes = (((.299, .587, .114), 96), ((.5, 0, -.5), 16), ((-.25, .5, -.25), 16))
    rows = [np.multiply.outer(np.array(mix), np.outer(basis[u], basis[v])).ravel() * (.25 if u + v == 0 else .5)
            for mix, count in mixes for _, u, v in order[:count]]
    return torch.tensor(np.stack(rows), dtype=torch.float32)


class Tower(nn.Module):
    """Pixels (B, 3, H, W) in -1..1 -> tokens (B, H / 64 * W / 64, width of the text half)."""

    def __init__(self, width=576):
        super().__init__()
        self.register_buffer("waves", waves(), persistent=False)
        self.positions = nn.Parameter(torch.randn(WIDTH, GRID, GRID) * .02)  # (width, row, column)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH, EPS)
        self.w1, self.w2 = nn.Linear(MERGE * MERGE * WIDTH, HIDDEN), nn.Linear(HIDDEN, width)

    def forward(self, pixels):
        _, _, H, W = pixels.shape
        rows, cols = H // PATCH, W // PATCH
        return self.tokens(self.patches(pixels), rows, cols, self.places(rows, cols))

    def patches(self, pixels):
        """-> (B, rows * columns, WIDTH)."""
        B, _, H, W = pixels.shape
        x = pixels.view(B, 3, H // PATCH, PATCH, W // PATCH, PATCH).permute(0, 2, 4, 1, 3, 5)
        return F.linear(x.reshape(B, H * W // PATCH**2, -1), self.waves)

    def places(self, rows, cols):
        """-> (rows, columns, WIDTH)."""
        return F.interpolate(self.positions[None], (rows, cols), mode="bicubic")[0].permute(1, 2, 0)

    def tokens(self, patches, rows, cols, places):
        """`places` (rows, columns, WIDTH), or (B, rows, columns, WIDTH) for crops of several pictures."""
        B = patches.shape[0]
        x = patches + places.reshape(-1, rows * cols, WIDTH)
        angles = self.angles(rows, cols, patches.device)
        for block in self.blocks:
            x = block(x, angles)
        x = self.norm(x).view(B, rows // MERGE, MERGE, cols // MERGE, MERGE, WIDTH)
        x = x.permute(0, 1, 3, 2, 4, 5).reshape(B, rows * cols // MERGE**2, -1)
        return self.w2(F.gelu(self.w1(x), approximate="tanh"))

    @staticmethod
    def angles(rows, cols, device):
        """(T, HEAD / 2): the first half turns with the column, the second with the row."""
        f = ROPE_BASE ** (-torch.arange(HEAD // 4, device=device).float() * 4 / HEAD)
        r = torch.arange(rows, device=device).repeat_interleave(cols).float()
        c = torch.arange(cols, device=device).repeat(rows).float()
        return torch.cat([c[:, None] * f, r[:, None] * f], 1)


def to_tensor(pictures):
    """uint8 pictures (H, W, 3) of one size -> (B, 3, H, W) in -1..1."""
    return torch.stack([torch.from_numpy(p) for p in pictures]).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
