"""Train the vision half of the shipped model further; the text half's embeddings stay the aim.

    python further_vision.py --from media/model/look-once-tiny.gguf --out DIR --until 17:00

Saves DIR/seeing.pt every few minutes: vision, projector, cell heads and the cell embeddings.
"""
import argparse
import random
import time
from pathlib import Path

import torch
from torch import nn

from checkpoint import load
from crops import Pool
from images import to_tensor
from layouts import Maker
from optim import Trainer
from stage_joint import distance
from stage_text import CellEmbedding
from stage_vision import CellHeads, batch, labels_of
from train import log, read, write

TOKENS = 4096
COMPILED = [(128, 64), (192, 96)]
LARGE = [(320, 160), (256, 128), (512, 256)]


def seconds_until(clock):
    """'17:30' of today -> seconds from now."""
    now = time.localtime()
    hours, minutes = map(int, clock.split(":"))
    return (hours - now.tm_hour) * 3600 + (minutes - now.tm_min) * 60 - now.tm_sec


@torch.no_grad()
def fit_cells(model, maker, count=1500):
    """Least squares: what cells show -> the image tokens the model makes of them, as a CellEmbedding."""
    cells, products, targets = CellEmbedding(model.config.width), 0.0, 0.0
    tables = list(cells.children())
    sizes = [t.num_embeddings for t in tables]
    for _ in range(count // 50):
        screens = batch(maker, (128, 64), 50)
        labels = labels_of(screens, "cpu")
        made = model.projector(model.vision(to_tensor([s.image for s in screens]))).flatten(0, 1)
        x = torch.zeros(len(made), sum(sizes))
        slots = torch.arange(5) * (sizes[0] // 5)
        columns = torch.cat([labels["chars"].flatten(0, 1) + slots, *(
            labels[name].flatten()[:, None] + sum(sizes[:i]) for i, name in ((1, "fill"), (2, "role"), (3, "start")))], 1)
        x.scatter_(1, columns, 1.0)
        products, targets = products + x.T @ x, targets + x.T @ made
    solved = torch.linalg.solve(products + 0.3 * torch.eye(sum(sizes)), targets)
    for table, weight in zip(tables, solved.split(sizes)):
        table.weight.copy_(weight)
    return cells


class Seeing(nn.Module):
    """Vision half, projector and heads: everything this stage trains."""

    def __init__(self, model):
        super().__init__()
        self.vision, self.projector, self.heads = model.vision, model.projector, CellHeads(model.config.v_width)


def losses(seeing, vision, cells, screens):
    labels, pixels = labels_of(screens, "cpu"), to_tensor([s.image for s in screens])
    with torch.autocast("cpu", torch.bfloat16):
        features = vision(pixels)
        loss, right = seeing.heads(features, labels)
        apart = distance(seeing.projector(features), cells(labels))
    return loss, apart, right


@torch.no_grad()
def held_out(seeing, cells, sets):
    return [tuple(round(v.item(), 4) for v in losses(seeing, seeing.vision, cells, screens)) for screens in sets]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--from", dest="source", required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--until", required=True)
    p.add_argument("--seed", type=int, default=11)
    p.add_argument("--lr", type=float, default=0.006)
    a = p.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    maker, before = Maker(random.Random(a.seed)), read(a.out / "seeing.pt")
    model = load(a.source).train()
    cells, seeing = CellEmbedding(model.config.width), Seeing(model)
    if before:
        seeing.load_state_dict(before["seeing"])
        cells.load_state_dict(before["cells"])
    else:
        cells = fit_cells(model, maker)
        seeing.heads.load_state_dict(read(a.out / "heads0.pt") or seeing.heads.state_dict())

    def save(images):
        write({"seeing": seeing.state_dict(), "cells": cells.state_dict(), "images": images}, a.out / "seeing.pt")

    save(0)
    exam = Maker(random.Random(77), held_out=True)
    sets = [[exam.make(128, 64) for _ in range(250)], batch(exam, (192, 96), 120)]
    log(f"held out at first: {held_out(seeing, cells, sets)}")
    fast = torch.compile(seeing.vision)
    pool = Pool(maker, 400)
    trainer = Trainer(seeing, seconds_until(a.until), muon_lr=a.lr, adam_lr=a.lr / 8)
    images, saved, recent, waited = 0, time.time(), [], 0.0
    while not trainer.done:
        size = maker.rng.choice(COMPILED if maker.rng.random() < 0.93 else LARGE)
        count, t = TOKENS * 256 // (size[0] * size[1]), time.time()
        if size in COMPILED and maker.rng.random() < 0.85:
            screens = pool.batch(*size, count, 4)
        elif size in COMPILED:
            screens = batch(maker, size, count)
        else:
            screens = [maker.make(*size, kind="dense" if maker.rng.random() < 0.5 else None) for _ in range(count)]
        waited += time.time() - t
        loss, apart, right = losses(seeing, fast if size in COMPILED else seeing.vision, cells, screens)
        (loss + apart).backward()
        trainer.step()
        images += len(screens)
        recent.append([loss.item(), apart.item(), right.item()])
        if trainer.steps % 50 == 0:
            mean = [round(sum(v) / len(v), 4) for v in zip(*recent)]
            recent = []
            log(f"vision step {trainer.steps} images {images} seconds {time.time() - trainer.started:.0f} drawing {waited:.0f} "
                f"loss, distance, characters {mean}")
        if time.time() - saved > 240 or trainer.done:
            saved = time.time()
            save(images)
            log(f"held out: {held_out(seeing, cells, sets)}")


if __name__ == "__main__":
    main()
