"""Do PyTorch and llama.cpp compute the same with the adapter? Same ids, and the same five likeliest next tokens.

    python agree.py --base base-q4_0.gguf --adapter look-once.lora.gguf --program AGREE

AGREE is agree.cpp, compiled against the llama.cpp that the product builds.
"""
import argparse
import subprocess

import torch

import adapter
import base
import prompt
from model import Text

TEXTS = [
    prompt.opening() + prompt.turn("Text in the image:\nSettings\nPort | 8080\nError code: E4719\n\nWhat is the port?"),
    prompt.opening() + prompt.turn("Document notes.txt:\nThe error code is E4719.\n\nWhat is the error code?") + "E",
    prompt.opening() + prompt.turn("Image 1:\nText in image 1:\nSave [white on blue]\n\nImage 2:\nText in image 2:\nCancel\n\nWhat colour is Save?"),
]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--base", required=True)
    p.add_argument("--adapter", required=True)
    p.add_argument("--program", required=True)
    a = p.parse_args()
    tokenizer = base.tokenizer(a.base)
    state, rank, first = adapter.load(a.adapter)
    model = Text(base.weights(a.base), rank, first=first)
    model.load_state_dict(state)
    rows = [tokenizer.encode(t, add_special_tokens=False).ids for t in TEXTS]
    lines = "\n".join(" ".join(map(str, row)) for row in rows) + "\n"
    told = subprocess.run([a.program, a.base, a.adapter], input=lines, text=True, capture_output=True, check=True).stdout.splitlines()
    with torch.inference_mode():
        for row, line in zip(rows, told, strict=True):
            logits = model.logits(model(model.embed(torch.tensor([row])))[0, -1])
            ours = logits.topk(5).indices.tolist()
            theirs = {int(t): float(v) for t, v in (pair.split(":") for pair in line.split())}
            away = max(abs(float(logits[t]) - v) for t, v in theirs.items())
            print(f"ours {ours} llama.cpp {list(theirs)} largest difference of logits {away:.3f}")
            if ours[0] != next(iter(theirs)):
                raise SystemExit("the likeliest token differs")


if __name__ == "__main__":
    main()
