"""Load the model from a training checkpoint or from the GGUF pair that is shipped.

    python checkpoint.py --from media/model/look-once-tiny.gguf --to DIR/model.pt
"""
import argparse
from pathlib import Path

import gguf
import torch

from model import HEAD, VISION_HEAD, Config, LookOnce


def load(path):
    """Checkpoint, or text GGUF with its `.mmproj.gguf` beside it -> LookOnce on the CPU, ready to answer."""
    path = Path(path)
    if path.suffix == ".gguf":
        return from_gguf(path, path.with_suffix(".mmproj.gguf"))
    saved = torch.load(path, map_location="cpu", weights_only=True)
    model = LookOnce(Config(**saved["config"]))
    model.load_state_dict(saved["model"])
    return model.eval()


def from_gguf(text_path, mmproj_path):
    """The reverse of export_gguf.export; exporting the result again gives the same bytes."""
    text, vision = gguf.GGUFReader(text_path), gguf.GGUFReader(mmproj_path)
    model = LookOnce(config_of(text, vision))
    state = text_state(tensors_of(text), model.config) | vision_state(tensors_of(vision), model.config)
    model.load_state_dict(state)
    return model.eval()


def number(reader, key):
    return int(reader.fields[key].contents())


def config_of(text, vision):
    return Config(
        vocab=len(text.fields["tokenizer.ggml.tokens"].data),
        v_width=number(vision, "clip.vision.embedding_length"), v_layers=number(vision, "clip.vision.block_count"),
        v_ffn=number(vision, "clip.vision.feed_forward_length"),
        merged=next(int(t.shape[1]) for t in vision.tensors if t.name == "mm.patch_merger.weight"), width=number(text, "llama.embedding_length"),
        layers=number(text, "llama.block_count"), ffn=number(text, "llama.feed_forward_length"),
        heads=number(text, "llama.attention.head_count"), kv_heads=number(text, "llama.attention.head_count_kv"))


def tensors_of(reader):
    """-> {name: float32 tensor, rows first}."""
    return {t.name: torch.from_numpy(t.data.astype("float32")) for t in reader.tensors}


def halves(weight, head):
    """Rows of a query or key matrix (heads * head, in): neighbours (2j, 2j + 1) -> halves (j, j + head / 2)."""
    rows, width = weight.shape
    return weight.view(rows // head, head // 2, 2, width).transpose(1, 2).reshape(rows, width)


def block_state(tensors, there, here, names, head):
    """One transformer block called `there` in the file and `here` in the model."""
    def t(name):
        return tensors[f"{there}.{name}.weight"]

    return {f"{here}.norm1.weight": t(names["ln1"]), f"{here}.norm2.weight": t(names["ln2"]),
            f"{here}.qkv.weight": torch.cat([halves(t("attn_q"), head), halves(t("attn_k"), head), t("attn_v")]),
            f"{here}.out.weight": t(names["out"]), f"{here}.gate_up.weight": torch.cat([t("ffn_gate"), t("ffn_up")]),
            f"{here}.down.weight": t("ffn_down")}


def text_state(tensors, config):
    state = {"text.embed.weight": tensors["token_embd.weight"], "text.norm.weight": tensors["output_norm.weight"],
             "text.head.weight": tensors["output.weight"]}
    names = {"ln1": "attn_norm", "ln2": "ffn_norm", "out": "attn_output"}
    for i in range(config.layers):
        state |= block_state(tensors, f"blk.{i}", f"text.blocks.{i}", names, HEAD)
    return state


def vision_state(tensors, config):
    state = {"vision.patch.weight": tensors["v.patch_embd.weight"].reshape(config.v_width, -1),
             "vision.pre.weight": tensors["v.pre_ln.weight"], "vision.norm.weight": tensors["mm.input_norm.weight"],
             "vision.merger.weight": tensors["mm.patch_merger.weight"],
             "text.img_break": tensors["v.token_embd.img_break"]}
    names = {"ln1": "ln1", "ln2": "ln2", "out": "attn_out"}
    for i in range(config.v_layers):
        state |= block_state(tensors, f"v.blk.{i}", f"vision.blocks.{i}", names, VISION_HEAD)
    for i in (1, 2):
        state |= {f"projector.w{i}.{part}": tensors[f"mm.{i}.{part}"] for part in ("weight", "bias")}
    return state


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--from", dest="source", required=True)
    p.add_argument("--to", required=True)
    a = p.parse_args()
    loaded = load(a.source)
    torch.save({"config": loaded.config.as_dict(), "model": loaded.state_dict()}, a.to)
