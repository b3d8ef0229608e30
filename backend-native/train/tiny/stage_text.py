"""Stage 2: the text half alone learns to answer, with the true cell contents in place of pictures."""
import random
import time

import torch
import torch.nn.functional as F
from torch import nn

from layouts import Maker
from model import Text, with_breaks
from optim import Trainer
from questions import Asker
from screens import CHAR_CLASSES, COLOUR_NAMES, ROLES, SLOTS
from rows import SMALL, Report, make_rows, plan
from sequences import collate
from stage_vision import labels_of
from tokenizer import Tokenizer


class CellEmbedding(nn.Module):
    """What cells show -> the embeddings the vision half should make of them; fixed, used in training only."""

    def __init__(self, width):
        super().__init__()
        self.chars = nn.Embedding(SLOTS * CHAR_CLASSES, width)
        self.fill = nn.Embedding(len(COLOUR_NAMES) + 1, width)
        self.role = nn.Embedding(len(ROLES), width)
        self.start = nn.Embedding(2, width)
        for e in self.children():
            nn.init.normal_(e.weight, std=width**-0.5)
        self.requires_grad_(False)

    def forward(self, labels):
        """Labels (B, N[, SLOTS]) -> (B, N, width)."""
        slots = torch.arange(SLOTS, device=labels["chars"].device) * CHAR_CLASSES
        x = self.chars(labels["chars"] + slots).sum(dim=2)
        return x + self.fill(labels["fill"]) + self.role(labels["role"]) + self.start(labels["start"])


def scatter_images(x, image_tokens, image_at):
    """Put image tokens (n_images, L, width) into x (B, T, width) at (row, first column)."""
    columns = image_at[:, 1:] + torch.arange(image_tokens.shape[1], device=x.device)
    return x.index_put((image_at[:, :1].expand_as(columns), columns), image_tokens.to(x.dtype))


class Guide(nn.Module):
    """Teaches the text half where to look; used in training only.

    Reading a question, layer 2 finds its words on the screen; the first cell of a value finds the name of the
    value, and every cell knows its image.  Where an answer begins, layer 3 looks at the name in the question.  While it writes a character, layer 3 looks at the cell of the
    character just written, layer 4 and the last layer at the cell of the next one, and both know the slot.
    """

    # (what, layer, query heads, own character?)
    POINTERS = (("name", 2, (0, 2), False), ("link", 2, (4, 6), False), ("topic", 3, (0, 2), False),
                ("digit", 3, (4,), False), ("pointer", 3, (0,), True),
                ("pointer", 4, (0,), False), ("pointer", 5, (0, 2, 4, 6), False))
    SLOT_LAYERS = ((3, True), (4, False))
    IMAGES = 16

    def __init__(self, width):
        super().__init__()
        self.slots = nn.ModuleList(nn.Linear(width, SLOTS) for _ in self.SLOT_LAYERS)
        self.number = nn.Linear(width, self.IMAGES)

    def forward(self, made, batch):
        """Layers of Text and a batch -> (loss, {what: share right})."""
        loss, right = 0.0, {}
        for what, layer, heads, own in self.POINTERS:
            _, q, k = made[layer]
            target, (b, t) = self.targets(batch[what], own)
            if not len(target):
                continue
            future = torch.arange(q.shape[2], device=q.device) > t[:, None]
            for head in heads:
                scores = q[:, head].float() @ k[:, head * k.shape[1] // q.shape[1]].float().transpose(1, 2) * k.shape[-1]**-0.5
                scores = scores[b, t].masked_fill(future, -1e4)
                loss = loss + F.cross_entropy(scores, target) * 0.5 / len(heads)
            right[what] = (scores.argmax(-1) == target).float().mean().item()
        for linear, (layer, own) in zip(self.slots, self.SLOT_LAYERS):
            target, (b, t) = self.targets(batch["slot"], own)
            if len(target):
                guess = linear(made[layer][0][b, t]).float()
                loss = loss + 0.3 * F.cross_entropy(guess, target)
                right["slot"] = (guess.argmax(-1) == target).float().mean().item()
        if batch["number"].max() > 0:
            target, (b, t) = self.targets(batch["number"], False)
            guess = self.number(made[1][0][b, t]).float()
            loss = loss + 0.2 * F.cross_entropy(guess, target)
            right["number"] = (guess.argmax(-1) == target).float().mean().item()
        return loss, right

    @staticmethod
    def targets(values, own):
        """Values for the next character (B, T), moved to the character itself if `own` -> (values >= 0, where)."""
        if own:
            values = F.pad(values[:, :-1], (1, 0), value=-1)
        where = (values >= 0).nonzero(as_tuple=True)
        return values[where], where


def answer_loss(text, guide, x, batch):
    """Embedded rows -> (loss, answer loss, (B, T) whether the next token is guessed right, what the guide says)."""
    logits, made = text(x, batch["positions"])
    labels = batch["labels"]
    learnt = labels >= 0
    logits = logits[learnt].float()
    loss = F.cross_entropy(logits, labels[learnt])
    right = torch.zeros_like(learnt)
    right[learnt] = logits.argmax(-1) == labels[learnt]
    guiding, found = guide(made, batch)
    return loss + guiding, loss.item(), right, found


def run(config, seconds, seed, device, save, log, resume=None):
    torch.manual_seed(seed)
    tokenizer = Tokenizer()
    text, cells, guide = (part.to(device) for part in (Text(config), CellEmbedding(config.width), Guide(config.width)))
    for block in text.blocks:
        nn.init.zeros_(block.out.weight)
        nn.init.zeros_(block.down.weight)
    if resume:
        text.load_state_dict(resume["text"])
        cells.load_state_dict(resume["cells"])
        guide.load_state_dict(resume["guide"])
    trainer = Trainer(nn.ModuleDict({"text": text, "guide": guide}), seconds)
    maker = Maker(random.Random(seed))
    asker = Asker(maker.rng)
    seen, made, saved, begun, report = 0, 0.0, time.time(), time.time(), Report()
    while not trainer.done:
        size, kind = plan(maker.rng) if trainer.progress() > 0.2 else (maker.rng.choice(SMALL), "one")
        t = time.time()
        rows = make_rows(tokenizer, maker, asker, size, kind, 2560, False)
        jump = 4096 if trainer.progress() > 0.7 else 0
        batch, screens = collate(rows, tokenizer, maker.rng, device, jump)
        labels = labels_of(screens, device)
        made += time.time() - t
        with torch.autocast(device.type, torch.bfloat16):
            shown = cells(labels)
            shown = shown + 0.02 * torch.randn_like(shown)
            x = scatter_images(text.embed(batch["ids"]), with_breaks(shown, screens[0].rows, text.img_break), batch["image_at"])
            loss, answering, right, found = answer_loss(text, guide, x, batch)
        loss.backward()
        trainer.step()
        seen += len(screens)
        report.add_batch(answering, found, rows, right)
        if trainer.steps % 50 == 0:
            spent = time.time() - begun
            log(f"text step {trainer.steps} screens {seen} seconds {spent:.0f} drawing {made / spent:.0%} {report.line()}")
        if time.time() - saved > 180 or trainer.done:
            saved = time.time()
            save({"text": text.state_dict(), "cells": cells.state_dict(), "guide": guide.state_dict(),
                  "screens": seen, "seconds": time.time() - begun})
