"""Train the shipped model further, both halves together, from pictures to answers.

    python further.py --from media/model/look-once-tiny.gguf --out DIR --until 17:30 [--processes 2]

Every process draws its own screens and works on one core; gradients are averaged after every step.  Saves the
whole model, DIR/model.pt, and what only training needs, DIR/further.pt, every few minutes, and goes on from them.
"""
import argparse
import random
import time
from pathlib import Path

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn

from checkpoint import load
from crops import Pool
from images import to_tensor
from layouts import Maker
from model import with_breaks
from optim import Trainer
from questions import Asker
from rows import Report, make_rows, plan
from sequences import IGNORE, collate
from stage_text import Guide, answer_loss, scatter_images
from stage_vision import CellHeads, labels_of
from tokenizer import Tokenizer
from train import log, read, write

STEP = 32
CROP = (128, 64)
CROPS = 48  # that the vision half names the cells of in every step, beside the pictures of the questions


def seconds_until(clock):
    """'17:30' of today -> seconds from now."""
    now = time.localtime()
    hours, minutes = map(int, clock.split(":"))
    return (hours - now.tm_hour) * 3600 + (minutes - now.tm_min) * 60 - now.tm_sec


def fitting(before, module):
    """The saved tensors that still have the shape they are saved with."""
    now = module.state_dict()
    return now | {k: v for k, v in before.items() if k in now and now[k].shape == v.shape}


def cell_loss(model, heads, screens):
    """Screens of one size -> (features, loss of what the cells show, share of characters read right)."""
    features = model.vision(to_tensor([s.image for s in screens]))
    return features, *heads(features, labels_of(screens, "cpu"))


def evenly(rows, tokens):
    """As many of the rows as make about `tokens` when padded: few different shapes, which the kernels are cached for."""
    longest = -(-max(len(row.ids) for row in rows) // STEP) * STEP
    return rows[:max(1, tokens // longest)]


def padded(part, pad):
    """A batch (B, T) -> the same with T a multiple of STEP."""
    more = -part["ids"].shape[1] % STEP
    fill = {"ids": pad, "positions": 0}
    return {k: v if k == "image_at" else F.pad(v, (0, more), value=fill.get(k, IGNORE if k == "labels" else -1))
            for k, v in part.items()}


def question_loss(model, heads, guide, tokenizer, rows, rng, jump):
    """Rows about pictures -> (loss, answer loss, where tokens are right, what the guide says, characters read)."""
    part, screens = collate(rows, tokenizer, rng, "cpu", jump)
    part = padded(part, tokenizer.pad)
    features, of_cells, read_right = cell_loss(model, heads, screens)
    shown = with_breaks(model.projector(features), screens[0].rows, model.text.img_break)
    x = scatter_images(model.text.embed(part["ids"]), shown, part["image_at"])
    loss, answering, right, found = answer_loss(model.text, guide, x, part)
    return loss + of_cells, answering, right, found, read_right


def average(params, progress, world):
    """Every process's gradients become their mean -> the mean of `progress`, the same in all processes."""
    flat = torch.cat([torch.zeros(p.numel()) if p.grad is None else p.grad.flatten() for p in params]
                     + [torch.tensor([progress])])
    if world > 1:
        dist.all_reduce(flat)
        flat /= world
    at = 0
    for p in params:
        p.grad = flat[at:at + p.numel()].view_as(p)
        at += p.numel()
    return flat[-1].item()


def work(rank, a):
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    if a.processes > 1:
        dist.init_process_group("gloo", init_method=f"file://{(a.out / 'meeting').resolve()}", rank=rank, world_size=a.processes)
    tokenizer, before = Tokenizer(), read(a.out / "further.pt")
    model = load(a.out / "model.pt" if before else a.source).train()
    heads, guide = CellHeads(model.config.merged), Guide(model.config.width)
    if before:
        heads.load_state_dict(fitting(before["heads"], heads))
        guide.load_state_dict(fitting(before["guide"], guide))
    learning = nn.ModuleDict({"model": model, "heads": heads, "guide": guide})
    trainer = Trainer(learning, seconds_until(a.until), muon_lr=a.lr, adam_lr=a.lr / 8)
    common, maker = random.Random(a.seed), Maker(random.Random(a.seed * 100 + rank))  # all draw the same kind at once
    asker, report, pool, seen, saved = Asker(maker.rng), Report(), Pool(maker, 300), 0, time.time()
    progress = 0.0
    while progress < 1:
        size, kind = plan(common, a.long)
        rows = evenly(make_rows(tokenizer, maker, asker, size, kind, a.tokens, True), a.tokens)
        with torch.autocast("cpu", torch.bfloat16):
            loss, answering, right, found, read_right = question_loss(model, heads, guide, tokenizer, rows, maker.rng, a.jump)
            loss = loss + cell_loss(model, heads, pool.batch(*CROP, CROPS, 2))[1]
        loss.backward()
        progress = average(trainer.params, trainer.progress(), a.processes)
        trainer.step()
        seen += len(rows)
        report.add_batch(answering, found, rows, right)
        report.add("CHARACTERS", read_right.item())
        if rank:
            continue
        if trainer.steps % 50 == 0:
            log(f"step {trainer.steps} rows {seen * a.processes} seconds {time.time() - trainer.started:.0f} {report.line()}")
        if time.time() - saved > 240 or progress >= 1:
            saved = time.time()
            write({"config": model.config.as_dict(), "model": model.state_dict()}, a.out / "model.pt")
            write({"heads": heads.state_dict(), "guide": guide.state_dict(), "rows": seen * a.processes}, a.out / "further.pt")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--from", dest="source", required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--until", required=True, help="clock, today")
    p.add_argument("--processes", type=int, default=2)
    p.add_argument("--seed", type=int, default=31)
    p.add_argument("--lr", type=float, default=0.007)
    p.add_argument("--tokens", type=int, default=4096, help="about so many per process and step")
    p.add_argument("--long", type=float, default=0.0, help="share of steps with long prompts")
    p.add_argument("--jump", type=int, default=512, help="positions jump by up to so much between parts of a prompt")
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    (a.out / "meeting").unlink(missing_ok=True)
    torch.multiprocessing.spawn(work, (a,), nprocs=a.processes)


if __name__ == "__main__":
    main()
