"""Ask held-out pages and documents, and count exact and contained answers for each kind of question.

python evaluate.py --base base-q4_0.gguf --adapter look-once.lora.gguf --pages DIR/shards [--shots 40] [--wrong 30]
"""

import argparse
import random
import re
import time
from collections import defaultdict
from pathlib import Path

import torch

import adapter
import base
import conversations
import documents
import matching
import prompt
from llama_side import Program
from model import Text
from real_text import RealText


def plain(answer):
    """What may differ in an exact answer: case, white space, final punctuation."""
    return " ".join(answer.lower().split()).rstrip(".!?,;: ")


def exact(answer, wanted):
    return plain(answer) == plain(wanted)


def contained(answer, wanted):
    return re.search(r"(?<!\w)" + re.escape(plain(wanted)) + r"(?!\w)", plain(answer)) is not None


class TorchReader:
    """One text in the cache of the PyTorch model; each question is asked on its own."""

    def __init__(self, a, tokenizer):
        state, rank, first = adapter.load(a.adapter) if a.adapter else ({}, 0, 0)
        self.model = Text(base.weights(a.base), rank, first=first).to(a.device)
        self.model.load_state_dict(state)
        self.stop = tuple(tokenizer.token_to_id(t) for t in prompt.STOP)
        self.cached, self.past = [], None

    @torch.inference_mode()
    def answer(self, ids, shared, limit=48):
        """`shared` ids at the start are the same as before when they are equal to those of the last call."""
        embed = lambda x: self.model.embed(torch.tensor([x], device=self.model.embedding.device))
        if self.cached != ids[:shared]:
            self.cached, self.past = ids[:shared], [[] for _ in self.model.blocks]
            self.model(embed(self.cached), 0, self.past)
        return self.model.answer(embed(ids[shared:]), limit, self.stop, [list(p) for p in self.past], shared)[0]


def held_out(a):
    """(what, layers, documents, [(question, answer, kind, keys)]); always the same for a seed."""
    r = random.Random(a.seed)
    pages = conversations.Pages(a.pages)
    records = sorted(pages.records, key=lambda x: x["seed"])
    for record in r.sample(records, min(a.shots, len(records))):
        questions = conversations.chosen(r, record["questions"], a.questions, False)
        layer = pages.text(r, record, 1)
        yield record["kind"], [layer], [], [(q["q"], q["a"], q["kind"], q.get("keys")) for q in questions]
    for _ in range(a.several):
        c = conversations.several_pages(r, pages, a.questions, 4)
        yield "several", c["layers"], [], [(*t, None) for t in c["turns"] if t[2] != "follow_up"]
    real = RealText(a.text)
    for _ in range(a.documents):
        name, text, asked = documents.draw(r, real, r.choice([100, 300, 500, 900]))
        r.shuffle(asked)
        yield "document", [], [(name, text)], [(q, w, f"doc:{k}", None) for q, w, k in asked[: a.questions]]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--base", required=True)
    p.add_argument("--adapter", help="adapter GGUF; without it the base answers untaught")
    p.add_argument("--program", help="answer.cpp compiled: llama.cpp answers instead of PyTorch")
    p.add_argument("--pages", type=Path, required=True)
    p.add_argument("--text", required=True, help="real text, as real_text.py collects it")
    p.add_argument("--shots", type=int, default=30)
    p.add_argument("--several", type=int, default=4)
    p.add_argument("--documents", type=int, default=10)
    p.add_argument("--questions", type=int, default=7)
    p.add_argument("--wrong", type=int, default=0, help="how many wrong answers to print")
    p.add_argument("--seed", type=int, default=5)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = p.parse_args()
    tokenizer = base.tokenizer(a.base)
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    llama = Program(a.program, a.base, a.adapter) if a.program else None
    reader = None if llama else TorchReader(a, tokenizer)
    right, within, asked, wrong, start = defaultdict(int), defaultdict(int), defaultdict(int), [], time.time()
    finder = matching.Finder()
    for what, layers, docs, questions in held_out(a):
        before = prompt.content("", layers, docs, with_images=False).rstrip("\n")
        shared = len(encode(f"{prompt.opening()}<|im_start|>user\n{before}"))
        for question, answer, kind, keys in questions:
            alone = {"layers": layers, "documents": docs, "turns": [(question,)]}
            asked_as = prompt.asked(question, finder.of(alone)[0])
            ids = encode(prompt.opening() + prompt.turn(prompt.content(asked_as, layers, docs, with_images=False)))
            said = tokenizer.decode(
                llama.answer(ids) if llama else reader.answer(ids, shared), skip_special_tokens=False
            )
            if keys:
                hit = sum(k.lower() in said.lower() for k in keys) >= min(2, len(keys))
                good, near = hit, hit
            else:
                good, near = exact(said, answer), contained(said, answer)
            for name in (kind, "all documents" if docs else "all pages"):
                asked[name] += 1
                right[name] += good
                within[name] += near
            if not good:
                wrong.append((what, kind, question, answer, said))
    for name in sorted(asked, key=lambda k: (k.startswith("all"), k)):
        print(
            f"{name:18} {asked[name]:4}  exact {right[name] / asked[name]:.2f}  contained "
            f"{within[name] / asked[name]:.2f}"
        )
    print(f"{time.time() - start:.0f} s")
    for line in wrong[: a.wrong]:
        print(" | ".join(repr(x)[1:-1] for x in line))


if __name__ == "__main__":
    main()
