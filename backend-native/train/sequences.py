"""Conversations as token ids with the places that are learned, packed into batches of similar length."""

import numpy as np
import torch

import prompt

IGNORED = -100


class Encoder:
    """`soft` maps a page's seed to the vision half's tokens (n, width) of its picture, or is empty."""

    def __init__(self, tokenizer, soft=None):
        self.tokenizer, self.soft = tokenizer, {} if soft is None else soft

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def conversation(self, c, longest=None):
        """-> (ids, targets, pictures, kinds): ids of -1 are filled, in order, by the rows of `pictures`;
        `kinds` has, for each turn, (kind, where its answer starts, where it ends)."""
        pictures = [self.soft[seed] for seed in c["pages"]] if c["looked_at"] else []
        ids, targets, kinds = [], [], []
        for turn, (question, answer, kind) in enumerate(c["turns"]):
            question = prompt.asked(question, c["matching"][turn])
            content = question if turn else prompt.content(question, c["layers"], c["documents"], c["looked_at"])
            text = ("\n" if turn else prompt.opening()) + prompt.turn(content)
            pieces = text.split(prompt.IMAGE)
            more = self.ids(pieces[0])
            for picture, piece in zip(pictures, pieces[1:]):
                more += self.ids(prompt.MEDIA[0]) + [-1] * len(picture) + self.ids(prompt.MEDIA[1]) + self.ids(piece)
            learned = self.ids(answer + "<|im_end|>")
            if longest and turn and len(ids) + len(more) + len(learned) > longest:
                break
            ids += more + learned
            targets += [IGNORED] * len(more) + learned
            kinds.append((kind, len(ids) - len(learned), len(ids)))
        return ids, targets, pictures, kinds


def batch(sequences, pad):
    """[(ids, targets, ...)] -> padded (batch, time) tensors; targets are shifted to the position that predicts them."""
    longest = max(len(ids) for ids, *_ in sequences)
    ids = torch.full((len(sequences), longest), pad)
    targets = torch.full((len(sequences), longest), IGNORED)
    for row, (i, t, *_) in enumerate(sequences):
        ids[row, : len(i)] = torch.tensor(i)
        targets[row, : len(t) - 1] = torch.tensor(t[1:])
    return ids, targets


def soft_tokens(folder, known=()):
    """What the vision half saw: SEED.npy (n, width) for each page -> {seed: array} of those not `known` yet."""
    files = sorted(folder.glob("*.npy")) if folder else []
    return {int(f.stem): np.load(f) for f in files if int(f.stem) not in known}


def embed(model, ids, pictures):
    """Embeddings of ids (batch, time); those of -1 are the rows of `pictures`, in order."""
    x = model.embed(ids.clamp(min=0))
    if pictures:
        rows = torch.cat([torch.as_tensor(p, dtype=x.dtype, device=x.device) for p in pictures])
        x = x.clone()
        x[ids == -1] = rows
    return x
