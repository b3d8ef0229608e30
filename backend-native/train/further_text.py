"""Train the text half of the shipped model further, first on what cells truly show, then on pictures.

    python further_text.py --from media/model/look-once-tiny.gguf --out DIR --pixels-from 17:00 --until 17:30

Needs DIR/seeing.pt of further_vision.py.  A model of five layers gets a sixth that at first changes nothing.
Saves DIR/answering.pt and the whole model, DIR/model.pt, every few minutes.
"""
import argparse
import random
import time
from pathlib import Path

import torch
from torch import nn

from checkpoint import load
from further_vision import seconds_until
from images import to_tensor
from layouts import Maker
from model import Block, with_breaks
from optim import Trainer
from questions import Asker
from rows import Report, make_rows, plan
from sequences import collate
from stage_text import CellEmbedding, Guide, answer_loss, scatter_images
from stage_vision import labels_of
from tokenizer import Tokenizer
from train import log, read, write

NEW_LAYER = 2


def deepened(text, config):
    """Text half of five layers -> the same function in six."""
    if config.layers == 5:
        block = Block(config.width, config.kv_heads, config.ffn)
        nn.init.zeros_(block.out.weight)
        nn.init.zeros_(block.down.weight)
        text.blocks.insert(NEW_LAYER, block)
        config.layers = 6
    return text


def see(model, out):
    """Put the vision half and projector of DIR/seeing.pt into the model -> the saved state."""
    state = read(out / "seeing.pt")
    for half in ("vision", "projector"):
        part = {k.removeprefix(f"{half}."): v for k, v in state["seeing"].items() if k.startswith(f"{half}.")}
        getattr(model, half).load_state_dict(part)
    return state


class FromCells:
    """Image tokens made of what the cells truly show, with a little noise."""

    pixels = False

    def __init__(self, model, out):
        self.cells = CellEmbedding(model.config.width)
        self.cells.load_state_dict(see(model, out)["cells"])
        self.noise = 0.3 * nn.utils.parameters_to_vector(self.cells.chars.parameters()).std()

    def __call__(self, screens):
        shown = self.cells(labels_of(screens, "cpu"))
        return shown + self.noise * torch.randn_like(shown)


class FromPixels:
    """Image tokens made by the vision half, which stays as it is, and the projector, which learns."""

    pixels = True

    def __init__(self, model, out):
        see(model, out)
        before = read(out / "answering.pt")
        if before and "projector" in before:
            model.projector.load_state_dict(before["projector"])
        self.vision, self.projector = model.vision, model.projector

    def __call__(self, screens):
        with torch.no_grad():
            features = self.vision(to_tensor([s.image for s in screens]))
        return self.projector(features)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--from", dest="source", required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--until", required=True)
    p.add_argument("--pixels-from", required=True, help="clock when pictures replace the true contents of cells")
    p.add_argument("--seed", type=int, default=21)
    p.add_argument("--lr", type=float, default=0.005)
    p.add_argument("--tokens", type=int, default=3072)
    a = p.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    tokenizer, before, model = Tokenizer(), read(a.out / "answering.pt"), load(a.source).train()
    text, guide = deepened(model.text, model.config), Guide(model.config.width)
    if before:
        text.load_state_dict(before["text"])
        guide.load_state_dict(before["guide"])
    learning = nn.ModuleDict({"text": text, "guide": guide, "projector": model.projector})
    trainer = Trainer(learning, seconds_until(a.until), muon_lr=a.lr, adam_lr=a.lr / 8)
    show, switch = FromCells(model, a.out), time.time() + seconds_until(a.pixels_from)
    maker = Maker(random.Random(a.seed))
    asker, report, seen, saved = Asker(maker.rng), Report(), 0, time.time()
    while not trainer.done:
        if not show.pixels and time.time() > switch:
            log("pictures from now on")
            show = FromPixels(model, a.out)
        size, kind = plan(maker.rng)
        rows = make_rows(tokenizer, maker, asker, size, kind, a.tokens, show.pixels)
        part, screens = collate(rows, tokenizer, maker.rng, "cpu", 4096)
        with torch.autocast("cpu", torch.bfloat16):
            shown = with_breaks(show(screens), screens[0].rows, text.img_break)
            x = scatter_images(text.embed(part["ids"]), shown, part["image_at"])
            loss, answering, right, found = answer_loss(text, guide, x, part)
        loss.backward()
        trainer.step()
        seen += len(rows)
        report.add_batch(answering, found, rows, right)
        if trainer.steps % 50 == 0:
            log(f"text step {trainer.steps} rows {seen} seconds {time.time() - trainer.started:.0f} {report.line()}")
        if time.time() - saved > 240 or trainer.done:
            saved = time.time()
            learnt = {"projector": model.projector.state_dict()} if show.pixels else {}
            write({"text": text.state_dict(), "guide": guide.state_dict()} | learnt, a.out / "answering.pt")
            write({"config": model.config.as_dict(), "model": model.state_dict(), "rows": seen}, a.out / "model.pt")


if __name__ == "__main__":
    main()
