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
import torch.distributed as dist
import torch.nn.functional as F

import adapter
import base
import conversations
import documents
import sequences
from model import Text

WARM_UP = 12  # steps
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
            ids, targets = self.encoder.conversation(
                conversations.draw(r, self.pages, self.real, self.a.longest, self.a.long), self.a.longest
            )
            if len(ids) <= self.a.longest + 200:
                return ids, targets

    def step(self, n, rank):
        """-> lists of sequences, each of which is one padded batch; together about --batch-tokens tokens."""
        r = random.Random((self.a.seed * 1000003 + n) * 64 + rank)
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


def together(model, learned, workers):
    """Sum of all workers' gradients over the sum of their learned tokens."""
    flat = torch.cat(
        [p.grad.flatten() for p in model.parameters()] + [torch.tensor([float(learned)], device=model.embedding.device)]
    )
    if workers > 1:
        dist.all_reduce(flat)
    flat = flat[:-1] / flat[-1]
    at = 0
    for p in model.parameters():
        p.grad.copy_(flat[at : at + p.numel()].view_as(p))
        at += p.numel()


def rate(a, step, share):
    return a.rate * min(1, (step + 1) / WARM_UP) * max(0.02, 0.5 + 0.5 * math.cos(math.pi * min(1, share)))


def worker(rank, a):
    if a.workers > 1:
        dist.init_process_group(
            "nccl" if a.device == "cuda" else "gloo",
            init_method=f"tcp://127.0.0.1:{a.port}",
            rank=rank,
            world_size=a.workers,
        )
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    if a.device == "cuda":
        torch.cuda.set_device(rank)
    tokenizer = base.tokenizer(a.base)
    model = Text(base.weights(a.base), a.rank, torch.bfloat16 if a.device == "cuda" else torch.float32, a.first).to(
        a.device
    )
    if a.init:
        model.load_state_dict(adapter.load(a.init)[0])
    optimizer = torch.optim.AdamW(model.parameters(), lr=a.rate, betas=(0.9, 0.98), weight_decay=0.0)
    done = {"step": 0, "seconds": 0.0, "tokens": 0, "answers": 0}
    path = a.out / "text.pt"
    if path.exists():
        before = torch.load(path, map_location=a.device, weights_only=True)
        model.load_state_dict(before["adapter"])
        optimizer.load_state_dict(before["optimizer"])
        done = before["done"]
    data = Data(a, tokenizer)
    end_of_answer = tokenizer.token_to_id("<|im_end|>")
    say = log if rank == 0 else lambda line: None
    say(f"{len(data.pages.records)} pages, {len(data.real.texts)} texts; goes on from {done}")

    def save():
        if rank == 0:
            state = {k: v.detach().cpu() for k, v in model.state_dict().items()}
            write({"adapter": state, "rank": a.rank, "optimizer": optimizer.state_dict(), "done": done}, path)
            adapter.export(state, str(a.out / "look-once.lora.gguf"), a.rank)

    saved, last, losses = time.time(), time.time(), []
    while done["seconds"] < a.minutes * 60:
        groups = data.step(done["step"], rank)
        for group in optimizer.param_groups:
            group["lr"] = rate(a, done["step"], done["seconds"] / (a.minutes * 60))
        total, learned, tokens, answers = 0.0, 0, 0, 0
        for group in groups:
            ids, targets = sequences.batch(group, tokenizer.token_to_id("<|endoftext|>"))
            loss, n = loss_of(model, ids, targets, a.device)
            loss.backward()
            total, learned = total + loss.item(), learned + n
            tokens, answers = tokens + ids.numel(), answers + int((targets == end_of_answer).sum())
        together(model, learned, a.workers)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(total / learned)
        # The clock and the counts of the first worker hold for all, so that they end at the same step.
        now = time.time()
        counts = torch.tensor([now - last if rank == 0 else 0.0, tokens, answers], dtype=torch.float64)
        if a.workers > 1:
            counts = counts.to(a.device)
            dist.all_reduce(counts)
        last = now
        seconds, tokens, answers = counts.tolist()
        done = {
            "step": done["step"] + 1,
            "seconds": done["seconds"] + seconds,
            "tokens": done["tokens"] + int(tokens),
            "answers": done["answers"] + int(answers),
        }
        if done["step"] % a.report == 0:
            say(
                f"step {done['step']} loss {sum(losses) / len(losses):.3f} {done} now {tokens / max(seconds, 0.001):.0f} tokens/s, "
                f"{done['tokens'] / a.workers / time.process_time():.0f} a second of one core"
            )
            losses = []
            data.pages.refresh()
        if now - saved > SAVE_EVERY:
            save()
            saved = time.time()
    save()
    say(f"finished: {done}")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--base", required=True)
    p.add_argument("--pages", type=Path, required=True)
    p.add_argument("--text", required=True, help="real text, as documents.py collects it")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--minutes", type=float, default=120, help="of training, all runs together")
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--batch-tokens", type=int, help="of one worker's step")
    p.add_argument("--micro-tokens", type=int, default=32768)
    p.add_argument("--longest", type=int, default=3000)
    p.add_argument("--long", type=float, default=0.15, help="share of the documents that are long")
    p.add_argument("--rank", type=int, default=16)
    p.add_argument("--first", type=int, default=8, help="first block that gets an adapter")
    p.add_argument("--rate", type=float, default=1e-3)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--workers", type=int, help="processes whose gradients are averaged: one a GPU, or one a core")
    p.add_argument("--threads", type=int, default=1, help="of each worker; more than one loses on a busy machine")
    p.add_argument("--port", type=int, default=29511)
    p.add_argument("--report", type=int, default=5, help="steps between two lines of the log")
    p.add_argument("--init", help="adapter GGUF to start from")
    a = p.parse_args()
    a.workers = a.workers or (torch.cuda.device_count() if a.device == "cuda" else os.cpu_count())
    a.batch_tokens = a.batch_tokens or (65536 if a.device == "cuda" else 500)
    a.out.mkdir(parents=True, exist_ok=True)
    if a.workers == 1:
        worker(0, a)
    else:
        torch.multiprocessing.spawn(worker, (a,), a.workers)


if __name__ == "__main__":
    main()
