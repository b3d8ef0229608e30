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
import prompt
from model import Text
from sequences import Encoder


def plain(answer):
    """What may differ in an exact answer: case, white space, final punctuation."""
    return " ".join(answer.lower().split()).rstrip(".!?,;: ")


def exact(answer, wanted):
    return plain(answer) == plain(wanted)


def contained(answer, wanted):
    return re.search(r"(?<!\w)" + re.escape(plain(wanted)) + r"(?!\w)", plain(answer)) is not None


class Reader:
    """A model with one text before it; each question is asked on its own."""

    def __init__(self, model, tokenizer):
        self.model, self.encoder = model, Encoder(tokenizer)
        self.stop = tuple(tokenizer.token_to_id(t) for t in prompt.STOP)

    def embed(self, ids):
        return self.model.embed(torch.tensor([ids], device=self.model.embedding.device))

    @torch.inference_mode()
    def read(self, layers, documents):
        before = prompt.opening() + "<|im_start|>user\n" + prompt.content("", layers, documents, with_images=False)
        ids = self.encoder.ids(before.rstrip("\n"))
        self.tail = before[len(before.rstrip("\n")):]
        self.past = [[] for _ in self.model.blocks]
        self.model(self.embed(ids), 0, self.past)
        self.length = len(ids)

    def ask(self, question, limit=48):
        past = [list(p) for p in self.past]
        ids = self.encoder.ids(f"{self.tail}{question}<|im_end|>\n<|im_start|>assistant\n")
        out, _ = self.model.answer(self.embed(ids), limit, self.stop, past, self.length)
        return self.encoder.tokenizer.decode(out, skip_special_tokens=False)


def held_out(a):
    """(what, layers, documents, [(question, answer, kind, keys)]); always the same for a seed."""
    r = random.Random(a.seed)
    pages = conversations.Pages(a.pages)
    records = sorted(pages.records, key=lambda x: x["seed"])
    for record in r.sample(records, min(a.shots, len(records))):
        questions = conversations.chosen(r, record["questions"], a.questions, False)
        layer = conversations.page_text(r, record, 1)
        yield record["kind"], [layer], [], [(q["q"], q["a"], q["kind"], q.get("keys")) for q in questions]
    for _ in range(a.several):
        c = conversations.several_pages(r, pages, a.questions, 4)
        yield "several", c["layers"], [], [(*t, None) for t in c["turns"] if t[2] != "follow_up"]
    real = documents.RealText(a.text)
    for _ in range(a.documents):
        name, text, asked = documents.draw(r, real, r.choice([100, 300, 500, 900]))
        r.shuffle(asked)
        yield "document", [], [(name, text)], [(q, w, f"doc:{k}", None) for q, w, k in asked[:a.questions]]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--base", required=True)
    p.add_argument("--adapter", help="adapter GGUF; without it the base answers untaught")
    p.add_argument("--pages", type=Path, required=True)
    p.add_argument("--text", required=True, help="real text, as documents.py collects it")
    p.add_argument("--shots", type=int, default=30)
    p.add_argument("--several", type=int, default=4)
    p.add_argument("--documents", type=int, default=10)
    p.add_argument("--questions", type=int, default=7)
    p.add_argument("--wrong", type=int, default=0, help="how many wrong answers to print")
    p.add_argument("--seed", type=int, default=5)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = p.parse_args()
    tokenizer = base.tokenizer(a.base)
    state, rank, first = adapter.load(a.adapter) if a.adapter else (None, 0, 0)
    model = Text(base.weights(a.base), rank, first=first).to(a.device)
    if state:
        model.load_state_dict(state)
    reader = Reader(model, tokenizer)
    right, within, asked, wrong, start = defaultdict(int), defaultdict(int), defaultdict(int), [], time.time()
    for what, layers, docs, questions in held_out(a):
        reader.read(layers, docs)
        for question, answer, kind, keys in questions:
            said = reader.ask(question)
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
        print(f"{name:18} {asked[name]:4}  exact {right[name] / asked[name]:.2f}  contained {within[name] / asked[name]:.2f}")
    print(f"{time.time() - start:.0f} s")
    for line in wrong[:a.wrong]:
        print(" | ".join(repr(x)[1:-1] for x in line))


if __name__ == "__main__":
    main()
