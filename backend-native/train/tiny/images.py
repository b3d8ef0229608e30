"""Prepare a picture for the vision half exactly as llama.cpp does for Pixtral models."""
import math

import numpy as np
import torch
from PIL import Image

PATCH = 16
MIN_TOKENS, MAX_TOKENS = 8, 1024


def target_size(width, height):
    """Size in pixels after alignment to whole patches and the token limits -> (width, height)."""
    def rounded(x):
        return max(PATCH, math.floor(x / PATCH + 0.5) * PATCH)

    w, h = rounded(width), rounded(height)
    if w * h > MAX_TOKENS * PATCH**2:
        beta = math.sqrt(width * height / (MAX_TOKENS * PATCH**2))
        w = max(PATCH, math.floor(width / beta / PATCH) * PATCH)
        h = max(PATCH, math.floor(height / beta / PATCH) * PATCH)
    elif w * h < MIN_TOKENS * PATCH**2:
        beta = math.sqrt(MIN_TOKENS * PATCH**2 / (width * height))
        w, h = math.ceil(width * beta / PATCH) * PATCH, math.ceil(height * beta / PATCH) * PATCH
    return w, h


def placement(width, height):
    """-> (scale, x offset, y offset, new width, new height) of the picture inside its target size."""
    w, h = target_size(width, height)
    scale = min(w / width, h / height)
    new_w, new_h = min(math.ceil(width * scale), w), min(math.ceil(height * scale), h)
    return scale, (w - new_w) // 2, (h - new_h) // 2, new_w, new_h


def fit(picture):
    """uint8 (h, w, 3) -> uint8 (H, W, 3), sides multiples of 16: bicubic, black padding."""
    h, w = picture.shape[:2]
    W, H = target_size(w, h)
    if (W, H) == (w, h):
        return picture
    _, x, y, new_w, new_h = placement(w, h)
    out = np.zeros((H, W, 3), np.uint8)
    out[y:y + new_h, x:x + new_w] = np.asarray(Image.fromarray(picture).resize((new_w, new_h), Image.BICUBIC))
    return out


def to_tensor(pictures):
    """List of uint8 (H, W, 3) of one size -> float (B, 3, H, W) in -1..1."""
    x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float()
    return x.div_(127.5).sub_(1.0)


def read_picture(path):
    return np.asarray(Image.open(path).convert("RGB"))
