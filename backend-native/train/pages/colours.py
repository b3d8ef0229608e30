"""Colour names and look marks from pixels, by the rules of the product's text layer (look.ts)."""

import numpy as np

OTHER_GROUND = 90  # sum over the channels from which grounds are told apart
DIM = 110  # difference in brightness up to which ink is dim
COLOURED = 48  # largest minus smallest channel from which it is a colour


def light(colour):
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def distance(a, b):
    return sum(abs(x - y) for x, y in zip(a, b))


def name(colour):
    """One of black white grey red orange yellow green blue purple pink brown cyan."""
    red, green, blue = colour
    high, low = max(colour), min(colour)
    span = high - low
    if span < COLOURED * min(1, (0.4 + high / 255) / 1.2):
        return "black" if light(colour) < 72 else "white" if light(colour) > 200 else "grey"
    if high == red:
        hue = ((green - blue) / span * 60 + 360) % 360
    elif high == green:
        hue = (blue - red) / span * 60 + 120
    else:
        hue = (red - green) / span * 60 + 240
    if hue < 14 or hue >= 345:
        return "pink" if low > 150 and high > 230 else "red"
    if hue < 42:
        return "brown" if high < 150 else "orange"
    if hue < 68:
        return "brown" if high < 110 else "yellow"
    for end, found in ((165, "green"), (195, "cyan"), (255, "blue"), (292, "purple")):
        if hue < end:
            return found
    return "pink" if high > 180 else "purple"


def mark(ground, ink, main):
    """Look mark of a text, without brackets; empty for plain ink on the main ground."""
    if distance(ground, main) > OTHER_GROUND and name(ink) != name(ground) != name(main):
        return f"{name(ink)} on {name(ground)}"
    if max(ink) - min(ink) >= COLOURED:
        return "" if name(ink) in ("black", "white", "grey") else name(ink)
    return "grey" if abs(light(ink) - light(ground)) <= DIM else ""


def colour_of(look):
    """The colour that a question about the look means: that of the ground, or of the ink when the ground is plain."""
    return look.split(" on ")[-1]


def main_ground(pixels):
    """The most frequent colour of a picture (height, width, 3)."""
    return most_frequent(pixels[::8, ::8].reshape(-1, 3))


def most_frequent(pixels):
    codes = (pixels.astype(np.int32) >> 4) @ np.array([256, 16, 1])
    values, counts = np.unique(codes, return_counts=True)
    return pixels[codes == values[counts.argmax()]].mean(0).round()


def sample(pixels, x, y, w, h):
    """(ground, ink) of the text in a box: the most frequent colour, and what is farthest from it."""
    height, width, _ = pixels.shape
    box = pixels[max(0, int(y)) : min(height, int(y + h) + 1), max(0, int(x) - 1) : min(width, int(x + w) + 2)]
    box = box.reshape(-1, 3)
    if not len(box):
        return (0, 0, 0), (0, 0, 0)
    ground = most_frequent(box)
    away = np.abs(box.astype(np.int32) - ground).sum(1)
    ink = box[np.argsort(-away)[: max(1, round(len(box) * 0.03))]].mean(0).round()
    return tuple(int(v) for v in ground), tuple(int(v) for v in ink)
