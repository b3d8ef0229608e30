"""Optimizer: Muon for the matrices of the blocks and patches, AdamW for the rest; a schedule by the clock."""
import time

import torch


def orthogonal(g):
    """Newton-Schulz: matrices (n, rows, cols) -> nearly orthogonal ones, in bfloat16."""
    x = g.bfloat16()
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.transpose(1, 2)
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
    return x.transpose(1, 2) if tall else x


class Muon(torch.optim.Optimizer):
    """Momentum whose step is made orthogonal; equal shapes are handled together."""

    def __init__(self, params, lr, momentum=0.95):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes = {}
            for p in group["params"]:
                if p.grad is not None:
                    shapes.setdefault(p.shape, []).append(p)
            for (rows, cols), same in shapes.items():
                updates = []
                for p in same:
                    m = self.state[p].setdefault("momentum", torch.zeros_like(p))
                    m.lerp_(p.grad, 1 - group["momentum"])
                    updates.append(p.grad.lerp(m, group["momentum"]))
                scale = group["lr"] * max(1.0, rows / cols) ** 0.5
                for p, u in zip(same, orthogonal(torch.stack(updates))):
                    p.add_(u.to(p.dtype), alpha=-scale)


class Trainer:
    """Both optimizers, gradient clipping and a learning rate that falls to a tenth over `seconds`."""

    def __init__(self, module, seconds, muon_lr=0.02, adam_lr=2e-3, warmup=40):
        inside = [p for n, p in module.named_parameters() if p.ndim == 2 and ("blocks." in n or "patch." in n)]
        ids = {id(p) for p in inside}
        rest = [p for p in module.parameters() if id(p) not in ids]
        self.optimizers = [Muon(inside, muon_lr), torch.optim.AdamW(rest, adam_lr, betas=(0.9, 0.97), weight_decay=0.0)]
        self.base = [muon_lr, adam_lr]
        self.params = [*inside, *rest]
        self.started, self.seconds, self.warmup, self.steps = time.time(), seconds, warmup, 0

    @property
    def done(self):
        return time.time() - self.started > self.seconds

    def progress(self):
        return min(1.0, (time.time() - self.started) / self.seconds)

    def step(self):
        self.steps += 1
        t = self.progress()
        factor = min(1.0, self.steps / self.warmup, max(0.05, 2.0 * (1.0 - t)))
        torch.nn.utils.clip_grad_norm_(self.params, 1.0)
        for optimizer, base in zip(self.optimizers, self.base):
            for group in optimizer.param_groups:
                group["lr"] = base * factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
