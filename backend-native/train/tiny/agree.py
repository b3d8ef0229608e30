"""Do PyTorch and llama.cpp compute the same?  Same tokens, image embeddings, logits and first answer token.

    python agree.py --checkpoint DIR/model.pt --text M.gguf --mmproj M.mmproj.gguf --llama LLAMA_CPP_SOURCE \
        --libs LLAMA_CPP_LIBRARIES shot.png [more.png ...] --question "What is the code?"

Compiles agree.cpp against the libraries once per run.
"""
import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch

from answer import prompt_ids
from checkpoint import load
from images import fit, read_picture, to_tensor
from tokenizer import Tokenizer

MARKER = "<__media__>"


def build(llama, libs, folder):
    """Compile agree.cpp -> path of the program."""
    program = str(Path(folder) / "agree")
    subprocess.run(
        ["g++", "-O1", "-std=c++17", *(f"-I{llama}/{d}" for d in ("include", "ggml/include", "tools/mtmd")),
         str(Path(__file__).with_name("agree.cpp")), "-o", program, f"-L{libs}", "-lmtmd", "-lllama", "-lggml",
         "-lggml-base", f"-Wl,-rpath,{libs}"], check=True)
    return program


def llama_side(program, text, mmproj, prompt, images):
    """-> (token ids with -1 per image, list of image embeddings, logits)."""
    done = subprocess.run([program, text, mmproj, prompt, *images], check=True, capture_output=True, text=True)
    ids, embeddings, logits = [], [], None
    for line in done.stdout.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "token":
            ids.append(int(rest))
        elif kind == "image":
            ids.append(-1)
        else:
            row = np.array(rest.split(), np.float32)
            if kind == "embd":
                embeddings.append(row)
            else:
                logits = row
    return ids, embeddings, logits


@torch.inference_mode()
def torch_side(model, tokenizer, question, images):
    ids, parts, embeddings = [], [], []
    pending = iter(images)
    for i in prompt_ids(tokenizer, len(images), question):
        if i == tokenizer.img:
            x = model.image_tokens(to_tensor([fit(read_picture(next(pending)))]))[0]
            embeddings.append(x.flatten().numpy())
            parts.append(x)
            ids.append(-1)
        else:
            parts.append(model.text.embed(torch.tensor([i])))
            ids.append(i)
    x = torch.cat(parts)[None]
    logits, _ = model.text(x, torch.arange(x.shape[1])[None])
    return ids, embeddings, logits[0, -1].numpy()


def main():
    p = argparse.ArgumentParser()
    for name in ("checkpoint", "text", "mmproj", "llama", "libs"):
        p.add_argument(f"--{name}", required=True)
    p.add_argument("images", nargs="+")
    p.add_argument("--question", default="What is the code?")
    a = p.parse_args()
    tokenizer, model = Tokenizer(), load(a.checkpoint)
    torch_ids, torch_embd, torch_logits = torch_side(model, tokenizer, a.question, a.images)
    prompt = tokenizer.decode(torch_ids_with_marker(torch_ids, tokenizer)).replace("[IMG][IMG_END]", MARKER)
    with tempfile.TemporaryDirectory() as folder:
        ids, embd, logits = llama_side(build(a.llama, a.libs, folder), a.text, a.mmproj, prompt, a.images)
    worst = max(np.abs(x - y).max() / np.abs(x).max() for x, y in zip(torch_embd, embd, strict=True))
    far = np.abs(torch_logits - logits).max() / np.abs(torch_logits).max()
    print("same tokens:", ids == torch_ids)
    print(f"image embeddings, largest difference / largest value: {worst:.5f}")
    print(f"logits, largest difference / largest value: {far:.5f}")
    print("same next token:", int(torch_logits.argmax()) == int(logits.argmax()))


def torch_ids_with_marker(ids, tokenizer):
    return [tokenizer.img if i == -1 else i for i in ids]


if __name__ == "__main__":
    main()
