"""Write the model as two GGUF files for llama.cpp: the text model and the vision projector file.

    python export_gguf.py --checkpoint DIR/model.pt --text OUT.gguf --mmproj OUT.mmproj.gguf

Everywhere, --checkpoint also takes a text GGUF with its .mmproj.gguf beside it; exported again, its bytes are the same.
"""
import argparse
import os

import gguf
import numpy as np

from checkpoint import load
from model import EPS, HEAD, MERGE, PATCH, ROPE_BASE, VISION_HEAD
from tokenizer import CHAT_TEMPLATE, SPECIALS, Tokenizer

CONTEXT = 16384


def half(tensor):
    return tensor.detach().cpu().float().numpy().astype(np.float16)


def full(tensor):
    return tensor.detach().cpu().float().numpy().astype(np.float32)


def interleave(weight, head):
    """Rows of a query or key matrix (heads * head, in): halves (j, j + head / 2) -> neighbours (2j, 2j + 1)."""
    rows, width = weight.shape
    return weight.view(rows // head, 2, head // 2, width).transpose(1, 2).reshape(rows, width)


def add_block(writer, prefix, block, names):
    """One transformer block; `names` maps ln1, ln2, q, k, v, out to the tensor names of this half."""
    q, k, v = block.qkv.weight.split([n * block.head for n in (block.heads, block.kv_heads, block.kv_heads)])
    gate, up = block.gate_up.weight.chunk(2)
    writer.add_tensor(f"{prefix}.{names['ln1']}.weight", full(block.norm1.weight))
    writer.add_tensor(f"{prefix}.{names['ln2']}.weight", full(block.norm2.weight))
    writer.add_tensor(f"{prefix}.attn_q.weight", half(interleave(q, block.head)))
    writer.add_tensor(f"{prefix}.attn_k.weight", half(interleave(k, block.head)))
    writer.add_tensor(f"{prefix}.attn_v.weight", half(v))
    writer.add_tensor(f"{prefix}.{names['out']}.weight", half(block.out.weight))
    writer.add_tensor(f"{prefix}.ffn_gate.weight", half(gate))
    writer.add_tensor(f"{prefix}.ffn_up.weight", half(up))
    writer.add_tensor(f"{prefix}.ffn_down.weight", half(block.down.weight))


def write(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def export_text(model, tokenizer, path):
    c, w = model.config, gguf.GGUFWriter(path, "llama")
    w.add_name("Look Once Tiny")
    w.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    w.add_context_length(CONTEXT)
    w.add_embedding_length(c.width)
    w.add_block_count(c.layers)
    w.add_feed_forward_length(c.ffn)
    w.add_head_count(c.heads)
    w.add_head_count_kv(c.kv_heads)
    w.add_key_length(HEAD)
    w.add_value_length(HEAD)
    w.add_rope_dimension_count(HEAD)
    w.add_rope_freq_base(ROPE_BASE)
    w.add_layer_norm_rms_eps(EPS)
    w.add_vocab_size(tokenizer.size)
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("pixtral")
    w.add_token_list(tokenizer.tokens)
    plain = tokenizer.size - len(SPECIALS)
    w.add_token_types([gguf.TokenType.NORMAL] * plain + [gguf.TokenType.CONTROL] * len(SPECIALS))
    w.add_token_merges(["\u0100 \u0100"])  # llama.cpp wants a list that is not empty; two zero bytes never meet
    for add, token in ((w.add_eos_token_id, tokenizer.end), (w.add_eot_token_id, tokenizer.end),
                       (w.add_bos_token_id, tokenizer.end), (w.add_pad_token_id, tokenizer.pad)):
        add(token)
    w.add_add_bos_token(False)
    w.add_add_eos_token(False)
    w.add_chat_template(CHAT_TEMPLATE)
    t = model.text
    w.add_tensor("token_embd.weight", half(t.embed.weight))
    w.add_tensor("output_norm.weight", full(t.norm.weight))
    w.add_tensor("output.weight", half(t.head.weight))
    names = {"ln1": "attn_norm", "ln2": "ffn_norm", "out": "attn_output"}
    for i, block in enumerate(t.blocks):
        add_block(w, f"blk.{i}", block, names)
    write(w)


def export_vision(model, path):
    c, w = model.config, gguf.GGUFWriter(path, "clip")
    w.add_name("Look Once Tiny vision")
    w.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    w.add_bool("clip.has_vision_encoder", True)
    w.add_string("clip.projector_type", "pixtral")
    w.add_bool("clip.use_silu", True)
    for key, value in {"image_size": 1024, "patch_size": PATCH, "embedding_length": c.v_width,
                       "feed_forward_length": c.v_ffn, "block_count": c.v_layers, "projection_dim": c.width,
                       "attention.head_count": c.v_width // VISION_HEAD, "spatial_merge_size": MERGE}.items():
        w.add_uint32(f"clip.vision.{key}", value)
    w.add_float32("clip.vision.attention.layer_norm_epsilon", EPS)
    w.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    w.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
    v, p = model.vision, model.projector
    w.add_tensor("v.patch_embd.weight", half(v.patch.weight.view(c.v_width, 3, PATCH, PATCH)))
    w.add_tensor("v.pre_ln.weight", full(v.pre.weight))
    w.add_tensor("mm.input_norm.weight", full(v.norm.weight))
    w.add_tensor("mm.patch_merger.weight", half(v.merger.weight))
    names = {"ln1": "ln1", "ln2": "ln2", "out": "attn_out"}
    for i, block in enumerate(v.blocks):
        add_block(w, f"v.blk.{i}", block, names)
    for i, layer in ((1, p.w1), (2, p.w2)):
        w.add_tensor(f"mm.{i}.weight", half(layer.weight))
        w.add_tensor(f"mm.{i}.bias", full(layer.bias))
    w.add_tensor("v.token_embd.img_break", full(model.text.img_break))
    write(w)


def export(model, text_path, mmproj_path):
    """Both files, each replaced whole so that a reader never sees half of one."""
    export_text(model, Tokenizer(), f"{text_path}.part")
    export_vision(model, f"{mmproj_path}.part")
    os.replace(f"{text_path}.part", text_path)
    os.replace(f"{mmproj_path}.part", mmproj_path)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--text", required=True)
    p.add_argument("--mmproj", required=True)
    a = p.parse_args()
    export(load(a.checkpoint), a.text, a.mmproj)
