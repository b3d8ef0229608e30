"""A picture at the size at which the vision half sees it, exactly as llama.cpp prepares it.

The mmproj file says how many pixels a picture may have; llama.cpp shrinks by that, aligned to whole tokens, and pads
with black (`calc_size_preserved_ratio` and `img_tool::resize` of mtmd-image.cpp).
"""
import math

import numpy as np
from PIL import Image

PATCH, MERGE = 16, 4
TOKEN = PATCH * MERGE
"""Pixels on the side of what becomes one token of the text half."""

CELL = 32
"""Pixels on the side of a cell, which is what pages are described by: four cells are a token."""

MIN_PIXELS, MAX_PIXELS = 8 * TOKEN**2, 64 * TOKEN**2


def target_size(width, height):
    """-> (width, height), multiples of TOKEN with at most MAX_PIXELS."""
    w = max(TOKEN, math.floor(width / TOKEN + .5) * TOKEN)
    h = max(TOKEN, math.floor(height / TOKEN + .5) * TOKEN)
    if w * h > MAX_PIXELS:
        beta = math.sqrt(width * height / MAX_PIXELS)
        w = max(TOKEN, math.floor(width / beta / TOKEN) * TOKEN)
        h = max(TOKEN, math.floor(height / beta / TOKEN) * TOKEN)
    elif w * h < MIN_PIXELS:
        beta = math.sqrt(MIN_PIXELS / (width * height))
        w, h = math.ceil(width * beta / TOKEN) * TOKEN, math.ceil(height * beta / TOKEN) * TOKEN
    return w, h


def placement(width, height):
    """Where the picture lies inside its target size -> (scale, x, y, width, height)."""
    w, h = target_size(width, height)
    if (w, h) == (width, height):
        return 1.0, 0, 0, width, height
    scale = min(w / width, h / height)
    new_w, new_h = min(math.ceil(width * scale), w), min(math.ceil(height * scale), h)
    return scale, (w - new_w) // 2, (h - new_h) // 2, new_w, new_h


def fit(image):
    """PIL image -> uint8 (H, W, 3)."""
    image = image.convert("RGB")
    w, h = target_size(*image.size)
    if (w, h) == image.size:
        return np.asarray(image)
    _, x, y, new_w, new_h = placement(*image.size)
    out = np.zeros((h, w, 3), np.uint8)
    out[y:y + new_h, x:x + new_w] = np.asarray(image.resize((new_w, new_h), Image.BICUBIC))
    return out


def read(path):
    return fit(Image.open(path))
