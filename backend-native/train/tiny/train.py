"""Train the model from nothing and export it, in one command:

    python backend-native/train/tiny/train.py --out DIR [--minutes 120]

1. vision half alone, 2. text half alone (both at once, one process each),
3. vision half aligned with the text half, 4. both together.  Every stage saves to DIR every few
minutes; started again with the same DIR, it skips finished stages and goes on with the others.
"""
import argparse
import os
import time
from pathlib import Path

import torch

import stage_joint
import stage_text
import stage_vision
from export_gguf import export
from model import Config
from tokenizer import Tokenizer

# share of the time: stages 1 and 2 (at once), 3, 4
SHARES = (0.6, 0.15, 0.25)


def log(line):
    print(time.strftime("%H:%M:%S"), line, flush=True)


def write(state, path):
    """Replace the file whole."""
    torch.save(state, f"{path}.part")
    os.replace(f"{path}.part", path)


def read(path):
    return torch.load(path, map_location="cpu", weights_only=True) if path.exists() else None


def alone(stage, config, out, seconds, seed, threads):
    """Body of the processes of stages 1 and 2; goes on from its file, for the time that is left."""
    torch.set_num_threads(threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    module, path = {"vision": (stage_vision, out / "vision.pt"), "text": (stage_text, out / "text.pt")}[stage]
    before = read(path)
    left = seconds - (before["seconds_all"] if before else 0)
    if left > 0:
        spent = seconds - left

        def save(state):
            write(state | {"seconds_all": spent + state["seconds"]}, path)

        module.run(config, left, seed + int(spent), device, save, log, resume=before)


def saver(out, config, stage, spent):
    """-> save(both, numbers) that writes the checkpoint and both GGUF files of a stage begun `spent` seconds in."""
    def save(both, numbers):
        numbers = numbers | {"seconds_all": spent + numbers["seconds"]}
        write({"config": config.as_dict(), "model": both["model"].state_dict(), "stage": stage, **numbers}, out / "model.pt")
        write({"both": both.state_dict(), "stage": stage, **numbers}, out / "together.pt")
        export(both["model"], str(out / "look-once-tiny.gguf"), str(out / "look-once-tiny.mmproj.gguf"))
        log(f"saved after {stage}: {numbers}")

    return save


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--minutes", type=float, default=120)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=os.cpu_count())
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    config, device = Config(vocab=Tokenizer().size), torch.device("cuda" if torch.cuda.is_available() else "cpu")
    first, second, third = (share * a.minutes * 60 for share in SHARES)
    torch.multiprocessing.set_start_method("spawn")
    halves = [torch.multiprocessing.Process(target=alone, args=(s, config, a.out, first, a.seed, max(1, a.threads // 2)))
              for s in ("vision", "text")]
    for h in halves:
        h.start()
    for h in halves:
        h.join()
        if h.exitcode:
            raise SystemExit(f"a stage ended with {h.exitcode}")
    torch.set_num_threads(a.threads)
    both = stage_joint.build(config, read(a.out / "vision.pt"), read(a.out / "text.pt"), device)
    together = read(a.out / "together.pt")
    spent = 0.0
    if together:
        both.load_state_dict(together["both"])
        spent = together["seconds_all"] if together["stage"] == "together" else 0.0
    else:
        stage_joint.align(both, second, a.seed + 2, device, saver(a.out, config, "aligned", 0.0), log)
    if third > spent:
        stage_joint.run(both, third - spent, a.seed + 3 + int(spent), device, saver(a.out, config, "together", spent), log)


if __name__ == "__main__":
    main()
