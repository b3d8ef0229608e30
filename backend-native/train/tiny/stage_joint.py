"""Stages 3 and 4: the vision half learns to speak the text half's language, then both learn together."""
import random
import time

import torch
import torch.nn.functional as F
from torch import nn

from images import to_tensor
from layouts import Maker
from model import LookOnce, with_breaks
from optim import Trainer
from questions import Asker
from rows import LARGE, MIDDLE, SMALL, Report, make_rows, plan
from sequences import collate
from stage_text import CellEmbedding, Guide, answer_loss, scatter_images
from stage_vision import CellHeads, batch, labels_of
from tokenizer import Tokenizer


def build(config, vision_state, text_state, device):
    """States of stages 1 and 2 -> ModuleDict of the model and its training helpers."""
    both = nn.ModuleDict({"model": LookOnce(config), "heads": CellHeads(config.merged),
                          "cells": CellEmbedding(config.width), "guide": Guide(config.width)})
    both["model"].vision.load_state_dict(vision_state["vision"])
    both["heads"].load_state_dict(vision_state["heads"])
    both["model"].text.load_state_dict(text_state["text"])
    both["cells"].load_state_dict(text_state["cells"])
    both["guide"].load_state_dict(text_state["guide"])
    return both.to(device)


def distance(projected, shown):
    """Mean squared difference in units of what the true embeddings vary by."""
    return F.mse_loss(projected.float(), shown.float()) / shown.float().var()


def align(both, seconds, seed, device, save, log):
    """Stage 3: image tokens become like the embeddings the text half learnt with."""
    model, maker = both["model"], Maker(random.Random(seed))
    trainer = Trainer(nn.ModuleDict({"vision": model.vision, "projector": model.projector, "heads": both["heads"]}),
                      seconds, muon_lr=0.02, adam_lr=2e-3)
    images, begun, saved = 0, time.time(), time.time()
    while not trainer.done:
        width, height = maker.rng.choice(SMALL + MIDDLE if maker.rng.random() < 0.85 else LARGE)
        screens = batch(maker, (width, height), 3072 * 256 // (width * height))
        labels, pixels = labels_of(screens, device), to_tensor([s.image for s in screens]).to(device)
        with torch.no_grad():
            shown = both["cells"](labels)
        with torch.autocast(device.type, torch.bfloat16):
            features = model.vision(pixels)
            loss, right = both["heads"](features, labels)
            apart = distance(model.projector(features), shown)
        (loss + apart).backward()
        trainer.step()
        images += len(screens)
        if trainer.steps % 25 == 0:
            log(f"align step {trainer.steps} images {images} seconds {time.time() - begun:.0f} "
                f"loss {loss.item():.3f} distance {apart.item():.3f} characters {right.item():.3f}")
        if time.time() - saved > 180 or trainer.done:
            saved = time.time()
            save(both, {"images": images, "seconds": time.time() - begun})


def run(both, seconds, seed, device, save, log):
    """Stage 4: answers from pictures; the cell loss goes on beside it, and the vision half changes slowly."""
    model, tokenizer = both["model"], Tokenizer()
    maker = Maker(random.Random(seed))
    asker = Asker(maker.rng)
    seeing = nn.ModuleDict({"vision": model.vision, "projector": model.projector, "heads": both["heads"]})
    answering = nn.ModuleDict({"text": model.text, "guide": both["guide"]})
    trainer, slow = Trainer(answering, seconds, muon_lr=0.01, adam_lr=1e-3), Trainer(seeing, seconds, muon_lr=0.002, adam_lr=2e-4)
    images, begun, saved, report = 0, time.time(), time.time(), Report()
    while not trainer.done:
        size, kind = plan(maker.rng)
        rows = make_rows(tokenizer, maker, asker, size, kind, 3072, True)
        part, screens = collate(rows, tokenizer, maker.rng, device, 512)
        labels, pixels = labels_of(screens, device), to_tensor([s.image for s in screens]).to(device)
        with torch.autocast(device.type, torch.bfloat16):
            features = model.vision(pixels)
            cell_loss, read = both["heads"](features, labels)
            projected = model.projector(features)
            apart = distance(projected, both["cells"](labels).detach())
            tokens_of_images = with_breaks(projected, screens[0].rows, model.text.img_break)
            x = scatter_images(model.text.embed(part["ids"]), tokens_of_images, part["image_at"])
            loss, answering, right, found = answer_loss(model.text, both["guide"], x, part)
        (loss + cell_loss + 0.1 * apart).backward()
        trainer.step()
        slow.step()
        images += len(screens)
        report.add_batch(answering, found, rows, right)
        report.add("CHARACTERS", read.item())
        if trainer.steps % 25 == 0:
            log(f"joint step {trainer.steps} images {images} seconds {time.time() - begun:.0f} {report.line()}")
        if time.time() - saved > 240 or trainer.done:
            saved = time.time()
            save(both, {"images": images, "seconds": time.time() - begun})
