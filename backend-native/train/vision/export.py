"""Write the vision half as the projector file of llama.cpp:

    python export.py --checkpoint DIR/tower.pt --out look-once.mmproj.gguf
"""
import argparse
import os

import gguf
import numpy as np
import torch

from picture import MAX_PIXELS, MERGE, MIN_PIXELS, PATCH
from tower import EPS, FFN, HEAD, LAYERS, WIDTH, Tower


def load(path):
    model = Tower()
    model.load_state_dict(torch.load(path, map_location="cpu")["model"])
    return model.eval()


def half(tensor):
    return tensor.detach().float().numpy().astype(np.float16)


def full(tensor):
    return np.ascontiguousarray(tensor.detach().float().numpy())


def metadata(writer, width):
    writer.add_name("Look Once vision")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "kimik25")
    writer.add_bool("clip.use_silu", True)
    for key, value in {"image_size": 512, "patch_size": PATCH, "embedding_length": WIDTH, "feed_forward_length": FFN,
                       "block_count": LAYERS, "projection_dim": width, "attention.head_count": WIDTH // HEAD,
                       "projector.scale_factor": MERGE, "image_min_pixels": MIN_PIXELS,
                       "image_max_pixels": MAX_PIXELS}.items():
        writer.add_uint32(f"clip.vision.{key}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", EPS)
    writer.add_array("clip.vision.image_mean", [.5, .5, .5])
    writer.add_array("clip.vision.image_std", [.5, .5, .5])


def export(model, path):
    writer = gguf.GGUFWriter(f"{path}.part", "clip")
    metadata(writer, model.w2.out_features)

    def add(name, layer):
        weight = layer.weight
        writer.add_tensor(f"{name}.weight", half(weight) if weight.dim() > 1 else full(weight))
        writer.add_tensor(f"{name}.bias", full(layer.bias))

    def add_part(name, weight, bias):
        writer.add_tensor(f"{name}.weight", half(weight))
        writer.add_tensor(f"{name}.bias", full(bias))

    writer.add_tensor("v.patch_embd.weight", half(model.waves.view(WIDTH, 3, PATCH, PATCH)))
    writer.add_tensor("v.position_embd.weight", full(model.positions.permute(1, 2, 0)))  # (row, column, width)
    for i, block in enumerate(model.blocks):
        prefix = f"v.blk.{i}"
        add(f"{prefix}.ln1", block.norm1)
        add(f"{prefix}.ln2", block.norm2)
        for name, weight, bias in zip("qkv", block.qkv.weight.chunk(3), block.qkv.bias.chunk(3)):
            add_part(f"{prefix}.attn_{name}", weight, bias)
        add(f"{prefix}.attn_out", block.out)
        for name, weight, bias in zip(("gate", "up"), block.gate_up.weight.chunk(2), block.gate_up.bias.chunk(2)):
            add_part(f"{prefix}.ffn_{name}", weight, bias)
        add(f"{prefix}.ffn_down", block.down)
    add("mm.input_norm", model.norm)
    add("mm.1", model.w1)
    add("mm.2", model.w2)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(f"{path}.part", path)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--out", required=True)
    a = p.parse_args()
    export(load(a.checkpoint), a.out)
