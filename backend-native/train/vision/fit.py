"""Teach the vision half to say, token by token, what a picture looks like:

    python fit.py --pages PAGES --base BASE.gguf --out DIR --minutes 40

DIR/tower.pt is the checkpoint and DIR/look-once.mmproj.gguf what llama.cpp reads. Stopped and started again with the same DIR it goes on. PAGES holds `shards/*.jsonl` and `images/SEED.png` of
`pages/render.py`; pages that are rendered meanwhile are taken up.
"""
import argparse
import json
import os
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from cells import colours, places, shapes
from export import export
from picture import CELL, PATCH, TOKEN, read
from tower import Tower, to_tensor
from words import INDEX, WORDS, embeddings

HELD_OUT = 900
SHARPNESS = 12.0
FINE, FOLD = CELL // PATCH, TOKEN // CELL
"""Patches on the side of a cell, cells on the side of a token."""


class Pages:
    """What the first layer makes of pages, and what their cells show: prepared once and kept on disk."""

    def __init__(self, source, cache, held_out=False):
        self.source, self.cache, self.held_out = Path(source), Path(cache), held_out
        self.cache.mkdir(parents=True, exist_ok=True)
        self.done, self.kept, self.first = {}, {}, Tower().patches

    def take_up(self, most=10**9):
        """Prepares pages that came since, at most so many."""
        for shard in sorted((self.source / "shards").glob("*.jsonl")):
            if (int(shard.stem) >= HELD_OUT) != self.held_out or self.done.get(shard) == shard.stat().st_size:
                continue
            whole = True
            for line in shard.read_text().splitlines():
                whole = most > 0
                if not whole:
                    break
                most -= self.prepare(line)
            if whole:
                self.done[shard] = shard.stat().st_size

    def prepare(self, line):
        try:
            page = json.loads(line)
        except json.JSONDecodeError:
            return 0  # a line that is being written
        seed = page["seed"]
        target, image = self.cache / f"{seed}.npz", self.source / "images" / f"{seed}.png"
        if seed in self.kept or not page["kind"] or not image.exists():
            return 0
        if not target.exists():
            pixels, shape = read(image), shapes(page)
            rng = np.random.default_rng(seed)
            views = [pixels]
            if not self.held_out:  # and once in other colours: channels in another order, now and then dark for light
                views.append(pixels[..., rng.permutation(3)] if rng.random() < .75 else 255 - pixels)
            patches = self.first(to_tensor([np.ascontiguousarray(v) for v in views])).numpy().astype(np.float16)
            weights = np.stack([shape + places(*shape.shape[:2]) + colours(v) for v in views])
            part = target.with_suffix(".part.npz")
            np.savez(part, patches=patches, weights=(weights * 100).round().astype(np.uint8))
            os.replace(part, target)
        with np.load(target) as z:
            patches, weights = z["patches"], z["weights"]
        rows, cols = weights.shape[1:3]
        self.kept[seed] = patches.reshape(-1, rows * FINE, cols * FINE, patches.shape[-1]), weights
        return 1


def folded(weights):
    """Weights of cells (rows, cols, words) -> of tokens: the mean, but what is seldom counts in full."""
    rows, cols = weights.shape[0] // FOLD, weights.shape[1] // FOLD
    cells = weights[:rows * FOLD, :cols * FOLD].astype(np.float32).reshape(rows, FOLD, cols, FOLD, -1) / 100
    out = cells.mean((1, 3))
    out[..., SELDOM] = .5 * cells.max((1, 3))[..., SELDOM]
    return out


def batch(model, pages, rng, size, count):
    """Crops of `size` tokens -> (patches, places, weights (count, tokens, words))."""
    seeds, out = list(pages.kept), []
    high, wide = (side * FOLD for side in size)
    while len(out) < count:
        patches, weights = pages.kept[rng.choice(seeds)]
        view, (rows, cols) = rng.randrange(len(patches)), weights.shape[1:3]
        if rows < high or cols < wide:
            continue
        i, j = rng.randrange((rows - high) // FOLD + 1) * FOLD, rng.randrange((cols - wide) // FOLD + 1) * FOLD
        fine = np.s_[i * FINE:(i + high) * FINE, j * FINE:(j + wide) * FINE]
        out.append((torch.from_numpy(patches[view][fine].astype(np.float32)).flatten(0, 1),
                    model.places(rows * FINE, cols * FINE)[fine],
                    torch.from_numpy(folded(weights[view, i:i + high, j:j + wide])).flatten(0, 1)))
    return [torch.stack(part) for part in zip(*out)]


def scores(tokens, words, mean):
    """Cosines of centred embeddings, sharpened -> (..., words)."""
    return SHARPNESS * F.normalize(tokens.float() - mean, dim=-1) @ F.normalize(words - mean, dim=-1).T


def loss_of(tokens, weights, words, mean):
    target = weights / weights.sum(-1, keepdim=True)
    said = -(target * scores(tokens, words, mean).log_softmax(-1)).sum(-1)
    length = (tokens.float() - mean).norm(dim=-1)
    return (said * (1 + 2 * weights[..., SELDOM].amax(-1))).mean() + .05 * (length - (words - mean).norm(dim=-1).mean()).square().mean()


SELDOM = [INDEX[w] for w in ("checked", "unchecked", "on", "off", "disabled", "selected", "bar", "highest", "lowest")]
"""Tokens that show one of these count three times."""


def evaluate(model, pages, words, mean, most=40):
    """Share of tokens whose ground colour, ink, kind, ... is the likeliest of its group -> {group: (right, tokens)}."""
    groups = {"ground": range(0, 11), "ink": range(11, 22), "dark or light": range(22, 24),
              "checked or not": [INDEX["checked"], INDEX["unchecked"]], "on or off": [INDEX["on"], INDEX["off"]],
              "button": [INDEX["button"]], "disabled": [INDEX["disabled"]], "chart": [INDEX["chart"]], "text": [INDEX["text"]],
              "empty": [INDEX["empty"]], "row": range(len(WORDS) - 6, len(WORDS) - 3), "column": range(len(WORDS) - 3, len(WORDS))}
    counts = {name: [0, 0] for name in groups}
    model.eval()
    with torch.inference_mode():
        for patches, weights in list(pages.kept.values())[:most]:
            rows, cols = (side // (FINE * FOLD) * FINE * FOLD for side in patches.shape[1:3])
            seen = torch.from_numpy(patches[:1, :rows, :cols].astype(np.float32)).flatten(1, 2)
            logits = scores(model.tokens(seen, rows, cols, model.places(rows, cols))[0], words, mean).numpy()
            weights = folded(weights[0]).reshape(-1, len(WORDS))
            for name, members in groups.items():
                members = list(members)
                if len(members) > 1:
                    some = weights[:, members].sum(-1) > 0
                    right = logits[:, members].argmax(-1) == weights[:, members].argmax(-1)
                else:  # of the tokens that show it, how many say so above the average of all words
                    some = weights[:, members[0]] > 0
                    right = logits[:, members[0]] > np.sort(logits, -1)[:, -8]
                counts[name][0] += int(right[some].sum())
                counts[name][1] += int(some.sum())
    model.train()
    return counts


def main():
    p = argparse.ArgumentParser()
    for name in ("pages", "base", "out"):
        p.add_argument(f"--{name}", required=True)
    p.add_argument("--minutes", type=float, default=40)
    p.add_argument("--rate", type=float, default=1.5e-3)
    p.add_argument("--batch", type=int, default=12)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--tokens", help="a folder that gets the tokens of every page as SEED.npy at the end")
    p.add_argument("--show", nargs="*", default=[], help="pictures whose tokens agree.py compares with llama.cpp's")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    os.makedirs(a.out, exist_ok=True)
    words, mean = (torch.from_numpy(t) for t in embeddings(a.base))
    pages = Pages(a.pages, Path(a.out) / "cells")
    pages.take_up(150)
    held = Pages(a.pages, Path(a.out) / "cells", held_out=True)
    model = Tower(words.shape[1])
    with torch.no_grad():
        model.w2.bias.copy_(mean)
    optimiser = torch.optim.AdamW(model.parameters(), a.rate, (.9, .98), weight_decay=.01)
    file, step, spent = Path(a.out) / "tower.pt", 0, 0.0
    if file.exists():
        state = torch.load(file)
        if state["model"]["w1.weight"].shape != model.w1.weight.shape:
            w = state["model"]["w1.weight"].view(-1, 2, 2, 128)
            state["model"]["w1.weight"] = (w.repeat(1, 2, 2, 1) / 4).reshape(w.shape[0], -1)
            state["optimiser"], state["step"], state["minutes"] = optimiser.state_dict(), 30, 0.0
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["minutes"]
    began, saved, shown, mean_loss = time.time(), time.time(), time.time(), None
    while (minutes := spent + (time.time() - began) / 60) < a.minutes:
        rng, share = random.Random(step), minutes / a.minutes
        for group in optimiser.param_groups:
            group["lr"] = a.rate * min(1, (step + 1) / 30) * max(.03, 1 - share)
        # crops first; whole pictures towards the end, so that the tower sees what it will be shown
        size, count = ((6, 10), 3) if rng.random() < .2 + .4 * (share > .75) else ((3, 4), a.batch)
        patches, at, weights = batch(model, pages, rng, size, count)
        loss = loss_of(model.tokens(patches, size[0] * FOLD * FINE, size[1] * FOLD * FINE, at), weights, words, mean)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        mean_loss = loss.item() if mean_loss is None else .97 * mean_loss + .03 * loss.item()
        if time.time() - shown > 60:
            shown = time.time()
            print(f"{minutes:.1f} min, step {step}, {len(pages.kept)} pages, loss {mean_loss:.3f}", flush=True)
        if time.time() - saved > 120:
            saved = time.time()
            save(file, model, optimiser, step, minutes)
            pages.take_up(100)
    save(file, model, optimiser, step, minutes)
    show(model, a.show, Path(a.out) / "shown.npz")
    held.take_up()
    for name, (right, count) in evaluate(model, held, words, mean).items():
        print(f"{name}: {right} of {count}" + (f", {right / count:.3f}" if count else ""), flush=True)
    if a.tokens:
        write_tokens(model, [pages, held], Path(a.tokens))


@torch.inference_mode()
def show(model, pictures, target):
    """Tokens of pictures by their file names, as the text half is to get them."""
    np.savez(target, **{os.path.basename(path): model(to_tensor([read(path)]))[0].numpy() for path in pictures})


@torch.inference_mode()
def write_tokens(model, several, folder):
    """For training the text half: SEED.npy, float16 (tokens, width)."""
    folder.mkdir(parents=True, exist_ok=True)
    for pages in several:
        for seed, (patches, _) in pages.kept.items():
            rows, cols = (side // (FINE * FOLD) * FINE * FOLD for side in patches.shape[1:3])
            seen = torch.from_numpy(patches[:1, :rows, :cols].astype(np.float32)).flatten(1, 2)
            tokens = model.tokens(seen, rows, cols, model.places(rows, cols))[0]
            np.save(folder / f"{seed}.npy", tokens.numpy().astype(np.float16))


def save(file, model, optimiser, step, minutes):
    torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "minutes": minutes}, f"{file}.part")
    os.replace(f"{file}.part", file)
    export(model, file.with_name("look-once.mmproj.gguf"))


if __name__ == "__main__":
    main()
