"""Stage 1: the vision half alone learns, for every 16x16 cell, what the cell shows."""
import random
import time

import torch
import torch.nn.functional as F
from torch import nn

from images import to_tensor
from layouts import Maker
from model import Vision
from optim import Trainer
from screens import CHAR_CLASSES, COLOUR_NAMES, ROLES, SLOTS

SIZES = [(128, 64), (96, 96), (160, 48)]
LATER = [(192, 96), (256, 128), (320, 160), (512, 256)]


class CellHeads(nn.Module):
    """Features (..., width) -> what each cell shows; used in training only."""

    def __init__(self, width):
        super().__init__()
        self.chars = nn.Linear(width, SLOTS * CHAR_CLASSES)
        self.fill = nn.Linear(width, len(COLOUR_NAMES) + 1)
        self.role = nn.Linear(width, len(ROLES))
        self.start = nn.Linear(width, 2)

    def forward(self, x, labels):
        """x (B, N, width), labels of the same cells -> (loss, share of shown characters read right)."""
        chars = self.chars(x).float().view(-1, CHAR_CLASSES)
        truth = labels["chars"].reshape(-1)
        weight = torch.where(truth > 0, 1.0, 0.2)
        loss = (F.cross_entropy(chars, truth, reduction="none") * weight).sum() / weight.sum()
        for name in ("fill", "role", "start"):
            loss = loss + 0.2 * F.cross_entropy(getattr(self, name)(x).float().flatten(0, 1), labels[name].reshape(-1))
        shown = truth > 0
        right = (chars.argmax(-1) == truth)[shown].float().mean()
        return loss, right


def labels_of(screens, device):
    """List of finished screens of one size -> dict of (B, N[, SLOTS]) tensors."""
    import numpy as np

    return {name: torch.from_numpy(np.stack([getattr(s, name) for s in screens])).to(device)
            for name in ("chars", "fill", "role", "start")}


def size_near(rng, width, height):
    """Mostly the size itself, sometimes one that has to be fitted to it."""
    if rng.random() < 0.2:
        return width + rng.randint(-7, 7), height + rng.randint(-7, 7)
    return width, height


def batch(maker, size, count):
    """Two screens in three are dense; the rest are the kinds that questions are asked about."""
    return [maker.make(*size_near(maker.rng, *size), kind="dense" if maker.rng.random() < 0.67 else None)
            for _ in range(count)]


def run(config, seconds, seed, device, save, log, resume=None):
    """Train for `seconds`; `save(state)` is called every few minutes and at the end."""
    torch.manual_seed(seed)
    vision, heads = Vision(config).to(device), CellHeads(config.merged).to(device)
    for block in vision.blocks:
        nn.init.zeros_(block.out.weight)
        nn.init.zeros_(block.down.weight)
    if resume:
        vision.load_state_dict(resume["vision"])
        heads.load_state_dict(resume["heads"])
    both = nn.ModuleDict({"vision": vision, "heads": heads})
    trainer, maker = Trainer(both, seconds), Maker(random.Random(seed))
    images, made, saved, begun = 0, 0.0, time.time(), time.time()
    while not trainer.done:
        width, height = maker.rng.choice(SIZES if trainer.progress() < 0.7 else SIZES + LATER)
        t = time.time()
        screens = batch(maker, (width, height), 3072 * 256 // (width * height))
        made += time.time() - t
        pixels, labels = to_tensor([s.image for s in screens]).to(device), labels_of(screens, device)
        with torch.autocast(device.type, torch.bfloat16):
            loss, right = heads(vision(pixels), labels)
        loss.backward()
        trainer.step()
        images += len(screens)
        if trainer.steps % 50 == 0:
            spent = time.time() - begun
            log(f"vision step {trainer.steps} images {images} seconds {spent:.0f} drawing {made / spent:.0%} "
                f"loss {loss.item():.3f} characters {right.item():.3f}")
        if time.time() - saved > 180 or trainer.done:
            saved = time.time()
            save({"vision": vision.state_dict(), "heads": heads.state_dict(), "images": images,
                  "seconds": time.time() - begun})
