"""Write the adapter as llama.cpp reads it (llama_adapter_lora_init), and read it back.

python adapter.py --checkpoint DIR/text.pt --out look-once.lora.gguf
"""

import argparse
import os

import gguf
import numpy as np
import torch

from base import FFN, HEAD, HEADS, KV_HEADS, LAYERS, join_halves, split_halves

Q, KV = HEADS * HEAD, KV_HEADS * HEAD
# our fused matrix -> (name in GGUF, first row, end row, heads whose rotary halves are to be joined)
PARTS = {
    "qkv": [("attn_q", 0, Q, HEADS), ("attn_k", Q, Q + KV, KV_HEADS), ("attn_v", Q + KV, Q + 2 * KV, 0)],
    "out": [("attn_output", 0, None, 0)],
    "gate_up": [("ffn_gate", 0, FFN, 0), ("ffn_up", FFN, 2 * FFN, 0)],
    "down": [("ffn_down", 0, None, 0)],
}


def half(tensor):
    return np.ascontiguousarray(tensor.detach().cpu().float().numpy().astype(np.float16))


def export(state, path, rank):
    """`state`: the adapter's tensors as Text.state_dict() names them. The file is replaced whole."""
    writer = gguf.GGUFWriter(f"{path}.part", "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(rank))
    writer.add_name("Look Once")
    writer.add_license("apache-2.0")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    for layer in range(LAYERS):
        if f"blocks.{layer}.qkv.a" not in state:
            continue  # a block without an adapter
        for fused, parts in PARTS.items():
            a, b = state[f"blocks.{layer}.{fused}.a"], state[f"blocks.{layer}.{fused}.b"]
            for name, first, end, heads in parts:
                rows = join_halves(b[first:end], heads) if heads else b[first:end]
                writer.add_tensor(f"blk.{layer}.{name}.weight.lora_a", half(a))
                writer.add_tensor(f"blk.{layer}.{name}.weight.lora_b", half(rows))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(f"{path}.part", path)


def load(path):
    """An adapter GGUF -> (state as export takes it, rank, first block with an adapter)."""
    tensors = {t.name: torch.from_numpy(np.array(t.data).astype(np.float32)) for t in gguf.GGUFReader(path).tensors}
    state = {}
    first = next(i for i in range(LAYERS) if f"blk.{i}.attn_q.weight.lora_a" in tensors)
    for layer in range(first, LAYERS):
        for fused, parts in PARTS.items():
            rows = []
            for name, _, _, heads in parts:
                b = tensors[f"blk.{layer}.{name}.weight.lora_b"]
                rows.append(split_halves(b, heads) if heads else b)
            state[f"blocks.{layer}.{fused}.a"] = tensors[f"blk.{layer}.{parts[0][0]}.weight.lora_a"]
            state[f"blocks.{layer}.{fused}.b"] = torch.cat(rows)
    return state, state[f"blocks.{first}.qkv.a"].shape[0], first


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--out", required=True)
    a = p.parse_args()
    saved = torch.load(a.checkpoint, map_location="cpu", weights_only=True)
    export(saved["adapter"], a.out, saved["rank"])
