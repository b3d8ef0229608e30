"""What every cell of a rendered page shows, as weights of WORDS: colours from the pixels, the rest from the browser's boxes."""
import numpy as np

from picture import CELL, placement, target_size
from words import COLOURS, INDEX, WORDS, colour_names

SMALL = {"box", "switch", "round"}


def kinds(classes):
    """CSS classes of a box -> words for it."""
    names = set(classes.split())
    said = []
    if "btn" in names:
        said += ["button"] + (["disabled"] if "off" in names else [])
    elif "box" in names:
        said += ["box", "checked" if "on-accent" in names else "unchecked"]
    elif "switch" in names:
        said += ["box", "on" if "yes" in names else "off"]
    elif "badge" in names:
        said += ["label"]
    elif "field" in names:
        said += ["input"]
    elif "round" in names:
        said += ["icon"]
    elif "bar" in names:
        said += ["bar", "chart"]
    elif "track" in names:
        said += ["bar"]
    elif "table" in names:
        said += ["table"]
    elif "pre" in names:
        said += ["code"]
    elif "on-accent" in names:
        said += ["selected"]
    elif "between" in names:
        said += ["header"]
    for ending, word in (("-bad", "error"), ("-warn", "warning"), ("-good", "good")):
        if any(name.endswith(ending) for name in names):
            said.append(word)
    return said


def shapes(page):
    """Page -> weights (rows, cols, len(WORDS)) of everything but colours and places."""
    w, h = target_size(page["width"], page["height"])
    scale, dx, dy, _, _ = placement(page["width"], page["height"])
    out = np.zeros((h // CELL, w // CELL, len(WORDS)), np.float32)

    def put(word, box, weight, small=False):
        x, y, bw, bh = box
        x0, y0, x1, y1 = x * scale + dx, y * scale + dy, (x + bw) * scale + dx, (y + bh) * scale + dy
        if small:  # the one cell that holds its middle
            x0 = x1 = (x0 + x1) / 2
            y0 = y1 = (y0 + y1) / 2
        for i in range(max(0, int(y0 // CELL)), min(out.shape[0], int(y1 // CELL) + 1)):
            for j in range(max(0, int(x0 // CELL)), min(out.shape[1], int(x1 // CELL) + 1)):
                share = 1.0 if small else cover((x0, y0, x1, y1), i, j, min(bw, bh) * scale)
                if share > .15:
                    out[i, j, INDEX[word]] = max(out[i, j, INDEX[word]], weight)

    bars = [b[1:] for b in page["widgets"] if "bar" in b[0].split()]
    for classes, *box in page["widgets"]:
        for word in kinds(classes):
            small = bool(SMALL & set(classes.split()))
            put(word, box, .6 if word in ("table", "code", "header") else 1.2, small)
    if len(bars) > 1:
        tall = sum(b[3] for b in bars) >= sum(b[2] for b in bars) or len({round(b[2]) for b in bars}) == 1
        size = 3 if tall else 2
        put("highest", max(bars, key=lambda b: b[size]), 1)
        put("lowest", min(bars, key=lambda b: b[size]), 1)
    for word in page["words"]:
        put("title" if word[4] >= 26 else "text", word[1:5], .8)
    nothing = out.sum(-1) == 0
    out[nothing, INDEX["empty"]] = 1
    return out


def cover(box, i, j, least):
    """Share of the cell's side that a box covers, in the direction where it covers less, at least as a box that thin can."""
    x0, y0, x1, y1 = box
    wide = min(x1, (j + 1) * CELL) - max(x0, j * CELL)
    high = min(y1, (i + 1) * CELL) - max(y0, i * CELL)
    return min(wide, high) / max(1.0, min(least, CELL))


def places(rows, cols):
    """-> weights (rows, cols, len(WORDS)): thirds of the picture."""
    out = np.zeros((rows, cols, len(WORDS)), np.float32)
    for i in range(rows):
        out[i, :, INDEX[("top", "middle", "bottom")[3 * i // rows]]] = .5
    for j in range(cols):
        out[:, j, INDEX[("left", "center", "right")[3 * j // cols]]] = .5
    return out


def colours(pixels):
    """uint8 (rows * CELL, cols * CELL, 3) -> weights (rows, cols, len(WORDS)): ground, ink, dark or light."""
    rows, cols = pixels.shape[0] // CELL, pixels.shape[1] // CELL
    some = pixels[1::2, 1::2]  # a quarter of the pixels
    side = CELL // 2
    cells = some.reshape(rows, side, cols, side, 3).transpose(0, 2, 1, 3, 4).reshape(rows * cols, side * side, 3)
    cells = cells.astype(np.float32)
    # the median is the ground: text covers less than half of a cell
    ground = np.median(cells, 1)
    away = np.abs(cells - ground[:, None]).sum(-1)
    far = np.argpartition(away, -6, 1)[:, -6:]
    ink = np.take_along_axis(cells, far[..., None], 1).mean(1)
    differs = np.take_along_axis(away, far, 1).mean(1)
    every = np.arange(rows * cols)
    out = np.zeros((rows * cols, len(WORDS)), np.float32)
    out[every, colour_names(ground)] = 1.4
    clear = differs > 90
    out[every[clear], len(COLOURS) + colour_names(ink)[clear]] = .9
    bright = ground @ np.array([.299, .587, .114], np.float32)
    out[every, np.where(bright < 110, INDEX["dark"], INDEX["light"])] = .5
    return out.reshape(rows, cols, -1)
