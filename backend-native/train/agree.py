"""Do PyTorch and llama.cpp answer the same with the adapter?

    python agree.py --base base-q4_0.gguf --adapter look-once.lora.gguf --program ANSWER

ANSWER is answer.cpp, compiled against the llama.cpp that the product builds.
"""

import argparse

import torch

import adapter
import base
import prompt
from llama_side import Program
from model import Text

TEXTS = [
    "Text in the image:\nSettings\nPort | 8080\nError code: E4719\n\nWhat is the port?",
    "Document notes.txt:\nThe error code is E4719. Ask Maria Adler before you restart the queue server.\n\nWhat is "
    "the error code?",
    "Image 1:\nText in image 1:\nSave [white on blue]\n\nImage 2:\nText in image 2:\nCancel\n\nWhat colour is Save?",
    "Text in the image:\nBuild failed: 3 errors, 4 warnings [red]\nRetry | Close\n\nWhat does the error say?",
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
    stop = [tokenizer.token_to_id(t) for t in prompt.STOP]
    program = Program(a.program, a.base, a.adapter)
    differ = 0
    for text in TEXTS:
        ids = tokenizer.encode(prompt.opening() + prompt.turn(text), add_special_tokens=False).ids
        ours = model.answer(model.embed(torch.tensor([ids])), 24, stop)[0]
        theirs = program.answer(ids)[:24]
        differ += ours != theirs
        print(f"PyTorch {tokenizer.decode(ours)!r} llama.cpp {tokenizer.decode(theirs)!r}")
    if differ > 1:  # a tie may fall either way after rounding
        raise SystemExit(f"{differ} of {len(TEXTS)} answers differ")


if __name__ == "__main__":
    main()
