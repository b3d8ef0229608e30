"""Train the adapter on conversations, within a budget of time; stopped and started again it goes on.

python fit.py --base base-q4_0.gguf --pages DIR/shards --out DIR --minutes 120 [--device cuda]
"""

import argparse
import datetime
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
import matching
import sequences
from model import Text
from real_text import RealText

WARM_UP = 6  # steps
SAVE_EVERY = 180  # seconds


def log(line):
    print(time.strftime("%H:%M:%S"), line, flush=True)


def write(state, path):
    """Replace the file whole."""
    torch.save(state, f"{path}.part")
    os.replace(f"{path}.part", path)


class Data:
    """Batches for ever; step n of a seed is always the same as long as the pages are."""

    def __init__(self, a, tokenizer, folder=None):
        self.soft = sequences.soft_tokens(a.soft)
        self.pages = conversations.Pages(folder or a.pages, self.soft, a.looked_at, a.layers)
        self.real = RealText(a.text)
        self.told = conversations.Told(a.told) if a.told and not folder else None
        self.written = None
        if a.written and not folder:
            self.written = conversations.Pages(a.written / "shards", self.soft, a.looked_at, a.written / "layers")
        self.encoder, self.a = sequences.Encoder(tokenizer, self.soft), a
        self.finder = matching.Finder()

    def refresh(self):
        """Take in what was rendered and seen since."""
        self.pages.refresh()
        if self.written:
            self.written.refresh()
        self.soft.update(sequences.soft_tokens(self.a.soft, self.soft))

    def sequence(self, r):
        while True:
            drawn = conversations.draw(
                r, self.pages, self.real, self.a.longest, self.a.long, self.told, self.written, self.a.written_share
            )
            sequence = self.encoder.conversation({**drawn, "matching": self.finder.of(drawn)}, self.a.longest)
            if len(sequence[0]) <= self.a.longest + 300:
                return sequence

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


def hidden_of(model, group, pad, device):
    """Hidden states of one padded batch at the places that are learned, and what follows there."""
    ids, targets = (t.to(device) for t in sequences.batch(group, pad))
    hidden = model(sequences.embed(model, ids, [p for s in group for p in s[2]]))
    learned = targets != sequences.IGNORED
    return model.logits(hidden[learned]).float(), targets[learned], ids.numel()


def quickest(device):
    """The number format in which this machine multiplies matrices fastest: not every CPU has bfloat16."""
    if device == "cuda":
        return torch.bfloat16

    def seconds(dtype):
        x, weight = torch.randn(512, 576).to(dtype), torch.randn(1536, 576).to(dtype)
        F.linear(x, weight)
        start = time.process_time()
        for _ in range(10):
            F.linear(x, weight)
        return time.process_time() - start

    return min(torch.bfloat16, torch.float32, key=seconds)


@torch.inference_mode()
def check(model, data, pad, device, rank, most):
    """Held-out answers that are right to the last token, -> {kind: (right, asked)}.

    An answer all of whose tokens are the likeliest after the right ones is what greedy decoding gives.
    """
    counts = {}
    for n in range(most):
        sequence = data.sequence(random.Random((7, n, rank).__repr__()))
        logits, targets, _ = hidden_of(model, [sequence], pad, device)
        right = (logits.argmax(-1) == targets).tolist()
        for kind, start, end in sequence[3]:
            good, asked = counts.get(kind, (0, 0))
            counts[kind] = good + all(right[: end - start]), asked + 1
            right = right[end - start :]
    return counts


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
            timeout=datetime.timedelta(days=7),  # one that is stopped for a measurement goes on afterwards
        )
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    if a.device == "cuda":
        torch.cuda.set_device(rank)
    tokenizer = base.tokenizer(a.base)
    model = Text(base.weights(a.base), a.rank, quickest(a.device), a.first).to(a.device)
    if a.init:
        model.load_state_dict(adapter.load(a.init)[0], strict=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=a.rate, betas=(0.9, 0.98), weight_decay=0.0)
    done = {"step": 0, "seconds": 0.0, "tokens": 0, "answers": 0}
    path = a.out / "text.pt"
    if path.exists():
        before = torch.load(path, map_location=a.device, weights_only=True)
        model.load_state_dict(before["adapter"])
        optimizer.load_state_dict(before["optimizer"])
        done = before["done"]
    data = Data(a, tokenizer)
    held_out = Data(a, tokenizer, a.held_out) if a.held_out else None
    pad = tokenizer.token_to_id("<|endoftext|>")
    say = log if rank == 0 else lambda line: None
    say(f"{model.embedding.dtype}, {len(data.pages.records)} pages, {len(data.real.texts)} texts; goes on from {done}")

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
            logits, targets, n = hidden_of(model, group, pad, a.device)
            loss = F.cross_entropy(logits, targets, reduction="sum")
            loss.backward()
            total, learned, tokens = total + loss.item(), learned + len(targets), tokens + n
            answers += sum(len(s[3]) for s in group)
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
                f"step {done['step']} loss {sum(losses) / len(losses):.3f} {done} now "
                f"{tokens / max(seconds, 0.001):.0f} tokens/s, "
                f"{done['tokens'] / a.workers / time.process_time():.0f} a second of one core"
            )
            losses = []
            data.refresh()
        if held_out and done["step"] % a.check_every == 0:
            log(f"held out, worker {rank}: {check(model, held_out, pad, a.device, rank, a.check)}")
            last = time.time()
        if now - saved > SAVE_EVERY:
            save()
            saved = time.time()
    save()
    say(f"finished: {done}")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--base", required=True)
    p.add_argument("--pages", type=Path, required=True)
    p.add_argument("--soft", type=Path, help="folder of SEED.npy, what the vision half saw of each page")
    p.add_argument("--layers", type=Path, help="folder of SEED.txt, pages as the product's recogniser read them")
    p.add_argument("--told", nargs="*", help="FILE.jsonl=SHARE: conversations that are told whole, and how many of all")
    p.add_argument("--written", type=Path, help="what written.py made of screens written by hand")
    p.add_argument("--written-share", type=float, default=0.2, help="of the conversations")
    p.add_argument("--looked-at", type=float, default=0.6, help="share of pages that come with theirs")
    p.add_argument("--held-out", type=Path, help="shards of pages never trained on")
    p.add_argument("--check", type=int, default=8, help="held-out conversations a worker and check")
    p.add_argument("--check-every", type=int, default=60, help="steps")
    p.add_argument("--text", required=True, help="real text, as real_text.py collects it")
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
