"""The words that describe a cell: frequent ones, each a single token of the text half.

A cell's embedding is to be near the mean of the embeddings of its words, so that the text half can read it off
without having learned a new language.
"""
import gguf
import numpy as np

COLOURS = ["black", "gray", "white", "red", "orange", "brown", "yellow", "green", "blue", "purple", "pink"]
LOOKS = ["dark", "light", "empty", "text", "title", "button", "input", "label", "box", "checked", "unchecked", "on", "off",
         "disabled", "selected", "active", "table", "chart", "bar", "line", "code", "icon", "header", "error", "warning",
         "good", "highest", "lowest"]
PLACES = ["top", "middle", "bottom", "left", "center", "right"]
WORDS = COLOURS + [colour.capitalize() for colour in COLOURS] + LOOKS + PLACES
"""Grounds in small letters, what stands on them in capitals."""

INDEX = {word: i for i, word in enumerate(WORDS)}


def embeddings(base):
    """Text model in GGUF -> (embeddings of WORDS (n, width), mean of all embeddings (width,)), float32."""
    reader = gguf.GGUFReader(base)
    tokens = reader.fields["tokenizer.ggml.tokens"].contents()
    places = {token: i for i, token in enumerate(tokens)}
    tensor = next(t for t in reader.tensors if t.name == "token_embd.weight")
    table = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
    missing = [word for word in WORDS if f"\u0120{word}" not in places]
    if missing:
        raise ValueError(f"Expected words of one token each but received {', '.join(missing)}")
    return table[[places[f"\u0120{word}"] for word in WORDS]], table.mean(0)


def colour_names(rgb):
    """uint8 or float (..., 3) -> index into COLOURS (...)."""
    rgb = np.asarray(rgb, np.float32) / 255
    high, low = rgb.max(-1), rgb.min(-1)
    spread = high - low
    light = (high + low) / 2
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    safe = np.maximum(spread, 1e-6)
    hue = np.where(high == r, (g - b) / safe % 6, np.where(high == g, (b - r) / safe + 2, (r - g) / safe + 4)) * 60
    saturation = spread / np.maximum(1 - np.abs(2 * light - 1), 1e-3)
    hued = np.select(
        [hue < 14, hue < 40, hue < 68, hue < 170, hue < 255, hue < 292, hue < 340],
        [COLOURS.index(c) for c in ("red", "orange", "yellow", "green", "blue", "purple", "pink")], COLOURS.index("red"))
    dull = np.select([light < .16, light < .78], [COLOURS.index("black"), COLOURS.index("gray")], COLOURS.index("white"))
    hued = np.where((hued == COLOURS.index("orange")) & (light < .38), COLOURS.index("brown"), hued)
    hued = np.where((hued == COLOURS.index("red")) & (light > .72), COLOURS.index("pink"), hued)
    faint = (spread < .09) | (saturation < .16) | ((light > .9) & (spread < .14)) | ((light < .12) & (spread < .18))
    return np.where(faint, dull, hued)
