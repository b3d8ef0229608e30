"""Greedy answers in PyTorch, used by evaluate.py and agree.py.

    python answer.py --checkpoint DIR/model.pt --image shot.png "What is the code?"
"""
import argparse

import torch

from images import fit, read_picture, to_tensor
from model import Cache
from tokenizer import Tokenizer


def prompt_ids(tokenizer, n_images, question, documents=()):
    """The product's wording -> list of ids, with tokenizer.img once where each image goes."""
    ids = [tokenizer.user]
    for i in range(n_images):
        if n_images > 1:
            ids += tokenizer.encode(f"Image {i + 1}:\n" if i == 0 else f"\nImage {i + 1}:\n")
        ids += [tokenizer.img, tokenizer.img_end]
    text = "".join(f"Document {name}:\n{body}\n\n" for name, body in documents) + question
    return ids + tokenizer.encode(("\n" if n_images else "") + text) + [tokenizer.end, tokenizer.assistant]


@torch.inference_mode()
def answer(model, tokenizer, pictures, question, documents=(), limit=64):
    """uint8 pictures (h, w, 3) and a question -> answer text."""
    device = next(model.parameters()).device
    parts = []
    images = iter(pictures)
    for i in prompt_ids(tokenizer, len(pictures), question, documents):
        if i == tokenizer.img:
            parts.append(model.image_tokens(to_tensor([fit(next(images))]).to(device))[0])
        else:
            parts.append(model.text.embed(torch.tensor([i], device=device)))
    x, cache, said = torch.cat(parts)[None], Cache(), []
    position = 0
    while len(said) < limit:
        at = torch.arange(position, position + x.shape[1], device=device)[None]
        logits, _ = model.text(x, at, cache)
        position += x.shape[1]
        said.append(int(logits[0, -1].argmax()))
        if said[-1] == tokenizer.end:
            said.pop()
            break
        x = model.text.embed(torch.tensor([[said[-1]]], device=device))
    return tokenizer.decode(said)


if __name__ == "__main__":
    from checkpoint import load

    p = argparse.ArgumentParser()
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--image", action="append", default=[])
    p.add_argument("question")
    a = p.parse_args()
    print(answer(load(a.checkpoint), Tokenizer(), [read_picture(i) for i in a.image], a.question))
