"""Train the adapter on conversations, within a budget of time; stopped and started again it goes on.

    python fit.py --base base-q4_0.gguf --pages DIR/shards --out DIR --minutes 120 [--device cuda]
"""
import argparse
import math
import os
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F

import adapter
import base
import conversations
import documents
import sequences
from model import Text

WARM_UP = 30  # steps
SAVE_EVERY = 180  # seconds


def log(line):
    print(time.strftime("%H:%M:%S"), line, flush=True)


def write(state, path):
    """Replace the file whole."""
    torch.save(state, f"{path}.part")
    os.replace(f"{path}.part", path)


class Data:
    """Batches for ever; step n of a seed is always the same as long as the pages are."""

    def __init__(self, a, tokenizer):
        self.pages = conversations.Pages(a.pages)
        self.real = documents.RealText(a.text)
        self.encoder, self.a = sequences.Encoder(tokenizer), a

    def sequence(self, r):
        while True:
            ids, targets = self.encoder.conversation(conversations.draw(r, self.pages, self.real, self.a.longest), self.a.longest)
            if len(ids) <= self.a.longest + 200:
                return ids, targets

    def step(self, n):
        """-> lists of sequences, each of which is one padded batch; together about --batch-tokens tokens."""
        r = random.Random(self.a.seed * 1000003 + n)
        drawn, total = [], 0
        while total < self.a.batch_tokens:
            drawn.append(self.sequence(r))
            total += len(drawn[-1][0])
        drawn.sort(key=lambda s: len(s[0]))
        if self.a.device == "cpu":
            return [[s] for s in drawn]
        groups = [[]]
        for s in drawn:
            if groups[-1] and (len(groups[-1]) + 1) * len(s[0]) > self.a.micro_tokens:
                groups.append([])
            groups[-1].append(s)
        return groups


def loss_of(model, ids, targets, device):
    """Mean loss over the learned tokens of one padded batch, and their number."""
    ids, targets = ids.to(device), targets.to(device)
    with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        hidden = model(model.embed(ids))
        learned = targets != sequences.IGNORED
        logits = model.logits(hidden[learned])
    return F.cross_entropy(logits.float(), targets[learned], reduction="sum"), int(learned.sum())


def rate(a, step, share):
    return a.rate * min(1, (step + 1) / WARM_UP) * max(.02, .5 + .5 * math.cos(math.pi * min(1, share)))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--base", required=True)
    p.add_argument("--pages", type=Path, required=True)
    p.add_argument("--text", nargs="*", default=["/usr/share/doc"], help="folders of real text")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--minutes", type=float, default=120, help="of training, all runs together")
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--batch-tokens", type=int, default=None)
    p.add_argument("--micro-tokens", type=int, default=32768)
    p.add_argument("--longest", type=int, default=3000)
    p.add_argument("--rank", type=int, default=16)
    p.add_argument("--rate", type=float, default=1e-3)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=os.cpu_count())
    p.add_argument("--init", help="adapter GGUF to start from")
    a = p.parse_args()
    a.batch_tokens = a.batch_tokens or (65536 if a.device == "cuda" else 700)
    a.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    tokenizer = base.tokenizer(a.base)
    model = Text(base.weights(a.base), a.rank, torch.bfloat16 if a.device == "cuda" else torch.float32).to(a.device)
    if a.init:
        model.load_state_dict(adapter.load(a.init)[0])
    optimizer = torch.optim.AdamW(model.parameters(), lr=a.rate, betas=(.9, .98), weight_decay=0.0)
    done = {"step": 0, "seconds": 0.0, "tokens": 0, "answers": 0}
    path = a.out / "text.pt"
    if path.exists():
        before = torch.load(path, map_location=a.device, weights_only=True)
        model.load_state_dict(before["adapter"])
        optimizer.load_state_dict(before["optimizer"])
        done = before["done"]
    data = Data(a, tokenizer)
    end_of_answer = tokenizer.token_to_id("<|im_end|>")
    log(f"{len(data.pages.records)} pages, {len(data.real.files)} texts; goes on from {done}")

    def save():
        state = {k: v.detach().cpu() for k, v in model.state_dict().items()}
        write({"adapter": state, "rank": a.rank, "optimizer": optimizer.state_dict(), "done": done}, path)
        adapter.export(state, str(a.out / "look-once.lora.gguf"), a.rank)

    saved, last, losses = time.time(), time.time(), []
    while done["seconds"] < a.minutes * 60:
        groups = data.step(done["step"])
        for group in optimizer.param_groups:
            group["lr"] = rate(a, done["step"], done["seconds"] / (a.minutes * 60))
        total, learned = 0.0, 0
        for group in groups:
            ids, targets = sequences.batch(group, tokenizer.token_to_id("<|endoftext|>"))
            loss, n = loss_of(model, ids, targets, a.device)
            loss.backward()
            total, learned = total + loss.item(), learned + n
            done["tokens"] += ids.numel()
            done["answers"] += int((targets == end_of_answer).sum())
        for parameter in model.parameters():
            parameter.grad /= learned
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(total / learned)
        now = time.time()
        done["step"], done["seconds"], last = done["step"] + 1, done["seconds"] + now - last, now
        if done["step"] % 10 == 0:
            log(f"step {done['step']} loss {sum(losses) / len(losses):.3f} {done} {done['tokens'] / done['seconds']:.0f} tokens/s")
            losses = []
            data.pages.refresh()
        if now - saved > SAVE_EVERY:
            save()
            saved = time.time()
    save()
    log(f"finished: {done}")


if __name__ == "__main__":
    main()
