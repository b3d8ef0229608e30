"""Exact answers per kind of question, on fonts and words never trained on.

    python evaluate.py --checkpoint DIR/model.pt [--each 15] [--trained-fonts] [--show] [--only needle ...]

Every question is asked alone, as the first one of its prompt.  An answer counts when each of its tokens is the likeliest
after those before it, which is when greedy decoding says exactly this: one pass over a batch of prompts decides.
"""
import argparse
import random
import time
from collections import defaultdict

import torch

from checkpoint import load
from images import to_tensor
from layouts import Maker
from questions import Asker
from rows import draw, together
from sequences import chat_about_one, collate
from several import chat_about_document, chat_about_several, role_card
from tokenizer import Tokenizer

SIZES = {"small": (128, 64), "middle": (192, 96), "large": (256, 160)}
TOGETHER = {"small": (128, 64), "large": (256, 128)}
SCENES = ["needle", "coded", "alike", "errors", "change", "difference"]
COUNTS = {"needle": [2, 4, 8, 16], "difference": [2]}
MOST = 8 * 256 * 128  # pixels of a prompt: more takes too long
BATCH = 6000  # tokens at once


def groups():
    """-> {name: function of (tokenizer, maker, asker) that makes a row with one question, or None}."""
    out = {}
    for name, size in SIZES.items():
        out[f"one | {name}"] = lambda t, m, a, size=size: chat_about_one(t, a, draw(m, size, True), 1)
    for name, size in TOGETHER.items():
        for scene in SCENES:
            for n in COUNTS.get(scene, [4]):
                if n * size[0] * size[1] > MOST:
                    continue
                out[f"{scene} | {n} images | {name}"] = lambda t, m, a, size=size, n=n, scene=scene: chat_about_several(
                    t, a, together(m, size, True, n, scene), 1, m)
    for sentences in (10, 40):
        out[f"document | {sentences} sentences"] = lambda t, m, a, n=sentences: chat_about_document(
            t, a, role_card(m, SIZES["middle"], True), m, n, 1)
    return out


@torch.inference_mode()
def score(model, tokenizer, rows):
    """Rows of screens of one size -> [(kind, whether the answer is exactly right, answer, what is said instead)]."""
    device = next(model.parameters()).device
    part, screens = collate(rows, tokenizer, random.Random(0), device)
    x = model.text.embed(part["ids"])
    shown = model.image_tokens(to_tensor([s.image for s in screens]).to(device))
    columns = part["image_at"][:, 1:] + torch.arange(shown.shape[1], device=device)
    x = x.index_put((part["image_at"][:, :1].expand_as(columns), columns), shown)
    said = model.text(x, part["positions"])[0].argmax(-1).tolist()
    out = []
    for row, of_row in zip(rows, said):
        for kind, first, last in row.answers:
            wanted, got = row.ids[first + 1:last + 1], of_row[first:last]
            out.append((kind, wanted == got, tokenizer.decode(wanted[:-1]), tokenizer.decode(got)))
    return out


def measure(model, tokenizer, make, each, maker):
    """About `each` rows of one group -> what score says of all."""
    asker, out, rows = Asker(maker.rng, maker.held_out), [], []
    for _ in range(each):
        row = make(tokenizer, maker, asker)
        if row:
            rows.append(row)
        if rows and (len(rows) + 1) * max(len(r.ids) for r in rows) > BATCH:
            out += score(model, tokenizer, rows)
            rows = []
    return out + (score(model, tokenizer, rows) if rows else [])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--each", type=int, default=15, help="questions of a group; about single screens four times as many")
    p.add_argument("--only", nargs="*", default=[""], help="groups whose names begin like this")
    p.add_argument("--trained-fonts", action="store_true", help="with the fonts and words of training")
    p.add_argument("--show", action="store_true", help="print wrong answers")
    a = p.parse_args()
    model, tokenizer = load(a.checkpoint).eval(), Tokenizer()
    begun, kinds = time.time(), defaultdict(list)
    for name, make in groups().items():
        if not name.startswith(tuple(a.only)):
            continue
        maker = Maker(random.Random(f"{name} 20000"), held_out=not a.trained_fonts)
        scored = measure(model, tokenizer, make, a.each * (4 if name.startswith("one") else 1), maker)
        right = sum(ok for _, ok, _, _ in scored)
        print(f"{name:36} {right:4}/{len(scored):<4} {right / max(1, len(scored)):4.0%}", flush=True)
        for kind, ok, wanted, got in scored:
            kinds[kind].append(ok)
            if a.show and not ok:
                print(f"    {kind}: {wanted!r}, said {got!r}")
    print(f"\nkinds of questions, {time.time() - begun:.0f} s in all")
    for kind, oks in sorted(kinds.items()):
        print(f"{kind:36} {sum(oks):4}/{len(oks):<4} {sum(oks) / len(oks):4.0%}")


if __name__ == "__main__":
    main()
