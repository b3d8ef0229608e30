"""What a vision half that was trained sees of rendered pages, for training the text half:

    python look.py --projector look-once.mmproj.gguf --images DIR/images --out SOFT

Writes SOFT/SEED.npy, float16 (tokens, width of the text half), for every picture that has none yet.
"""
import argparse
from pathlib import Path

import gguf
import numpy as np
import torch

from picture import read
from tower import LAYERS, Tower, to_tensor


def load(path):
    """The projector file that export.py writes -> Tower."""
    parts = {t.name: torch.from_numpy(np.array(t.data, dtype=np.float32)) for t in gguf.GGUFReader(path).tensors}

    def layer(name, *kinds):
        return {kind: torch.cat([parts[f"{name.format(part)}.{kind}"] for part in kinds or [""]])
                for kind in ("weight", "bias")}

    modules = {"norm": layer("mm.input_norm"), "w1": layer("mm.1"), "w2": layer("mm.2")}
    for i in range(LAYERS):
        names = {"norm1": "ln1", "norm2": "ln2", "out": "attn_out", "down": "ffn_down"}
        modules |= {f"blocks.{i}.{ours}": layer(f"v.blk.{i}.{theirs}") for ours, theirs in names.items()}
        modules[f"blocks.{i}.qkv"] = layer(f"v.blk.{i}.attn_{{}}", *"qkv")
        modules[f"blocks.{i}.gate_up"] = layer(f"v.blk.{i}.ffn_{{}}", "gate", "up")
    state = {f"{name}.{kind}": value for name, both in modules.items() for kind, value in both.items()}
    state["positions"] = parts["v.position_embd.weight"].permute(2, 0, 1)
    model = Tower(modules["w2"]["weight"].shape[0])
    model.load_state_dict(state)
    return model.eval()


@torch.inference_mode()
def main():
    p = argparse.ArgumentParser()
    p.add_argument("--projector", required=True)
    p.add_argument("--images", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--threads", type=int, default=1)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    model = load(a.projector)
    a.out.mkdir(parents=True, exist_ok=True)
    for image in sorted(a.images.glob("*.png")):
        target = a.out / f"{image.stem}.npy"
        if not target.exists():
            np.save(target, model(to_tensor([read(image)]))[0].numpy().astype(np.float16))


if __name__ == "__main__":
    main()
