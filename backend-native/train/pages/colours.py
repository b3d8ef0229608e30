"""Colour names and look marks, from the pixels behind and of a text."""
import colorsys

import numpy as np

GROUND_DIFFERS = 60  # distance in RGB from the screen's main ground above which a ground is named
DIM_CONTRAST = 0.38  # difference in brightness, 0 to 1, below which ink is called dim
COLOURED = 75  # largest minus smallest channel above which ink is called coloured


def name(rgb):
    red, green, blue = (int(v) for v in rgb)
    hue, light, _ = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    chroma, hue = max(red, green, blue) - min(red, green, blue), hue * 360
    if chroma < 36 or (light > .93 and chroma < 45) or (light < .12 and chroma < 50):
        return "black" if light < .2 else "white" if light > .85 else "grey"
    if hue < 14 or hue >= 345:
        return "pink" if light > .72 else "red"
    if hue < 42:
        return "brown" if light < .36 else "orange"
    if hue < 68:
        return "yellow" if light > .35 else "brown"
    if hue < 165:
        return "green"
    if hue < 197:
        return "cyan"
    if hue < 255:
        return "blue"
    if hue < 292:
        return "purple"
    return "pink"


def brightness(rgb):
    return (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]) / 255


def main_ground(pixels):
    """The most frequent colour of a picture (height, width, 3)."""
    return most_frequent(pixels[::8, ::8].reshape(-1, 3))


def most_frequent(pixels):
    codes = (pixels.astype(np.int32) >> 3) @ np.array([1024, 32, 1])
    values, counts = np.unique(codes, return_counts=True)
    return pixels[codes == values[counts.argmax()]].mean(0).round()


def sample(pixels, x, y, w, h):
    """(ground, ink) of the text in a box."""
    height, width, _ = pixels.shape
    box = pixels[max(0, int(y)):min(height, int(y + h) + 1), max(0, int(x) - 1):min(width, int(x + w) + 2)].reshape(-1, 3)
    if not len(box):
        return (0, 0, 0), (0, 0, 0)
    ground = most_frequent(box)
    away = np.abs(box.astype(np.int32) - ground).sum(1)
    ink = box[away >= max(np.percentile(away, 93), away.max() * .8)].mean(0).round()
    return tuple(int(v) for v in ground), tuple(int(v) for v in ink)


def mark(ground, ink, main):
    """Look mark of a text, without brackets; empty for plain text on the main ground."""
    if sum((a - b) ** 2 for a, b in zip(ground, main)) ** .5 > GROUND_DIFFERS:
        return f"{name(ink)} on {name(ground)}" if name(ink) != name(ground) else f"on {name(ground)}"
    if max(ink) - min(ink) > COLOURED and name(ink) not in ("black", "white", "grey"):
        return name(ink)
    return "grey" if abs(brightness(ground) - brightness(ink)) < DIM_CONTRAST else ""
