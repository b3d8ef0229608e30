"""Font faces as cached glyph bitmaps, so that a string is drawn with a few numpy additions.

Whole families are held out of training and used by evaluate.py only.
"""
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import ImageFont

ROOT = Path("/usr/share/fonts")
MONO = """DejaVuSansMono DejaVuSansMono DejaVuSansMono-Bold Hack-Regular FiraCode-Regular FiraCode-Medium
 NotoSansMono-Regular NotoSansMono-Bold Go-Mono Go-Mono-Bold Inconsolata Hack-Bold mononoki-Regular agave-r-autohinted
 FantasqueSansMono-Regular PTM55F NotoMono-Regular""".split()
SANS = """DejaVuSans DejaVuSans DejaVuSans-Bold Roboto-Regular Roboto-Medium NotoSans-Regular NotoSans-Bold
 LiberationSans-Regular LiberationSans-Bold Inter-Regular Inter-SemiBold Go-Regular NimbusSans-Regular
 Cantarell-Regular Carlito-Regular Carlito-Bold FreeSans FreeSansBold NotoSansDisplay-Regular InterDisplay-Medium
 Inter-Medium DejaVuSansCondensed Roboto-Light PTS55F ComicNeue-Regular""".split()
HELD_MONO = ["JetBrainsMono-Regular", "LiberationMono-Regular"]
HELD_SANS = ["OpenSans-Regular", "OpenSans-Semibold", "Lato-Regular", "Lato-Bold"]
FRACTIONS = 4  # horizontal sub-pixel positions of a glyph


@lru_cache
def font_files():
    """Name without ending -> path, first one found."""
    found = {}
    for path in sorted([*ROOT.rglob("*.ttf"), *ROOT.rglob("*.otf")]):
        found.setdefault(path.stem, str(path))
    return found


def available(names):
    return [n for n in names if n in font_files()]


class Face:
    """One font at one size in pixels."""

    def __init__(self, name, size):
        path = font_files()[name]
        self.size = size
        self.font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
        big = ImageFont.truetype(path, 1000, layout_engine=ImageFont.Layout.BASIC)
        self.advance = [big.getlength(chr(c)) * size / 1000 for c in range(32, 127)]
        self.cap = -big.getbbox("H", anchor="ls")[1] * size / 1000
        self.glyphs = {}

    def glyph(self, char, fraction):
        """-> (alpha float32 (h, w) in 0..1, x offset, y offset from the baseline) or None when blank."""
        key = (char, fraction)
        if key not in self.glyphs:
            mask, (dx, dy) = self.font.getmask2(char, "L", anchor="ls", start=(fraction / FRACTIONS, 0))
            alpha = np.asarray(mask, np.float32).reshape(mask.size[1], mask.size[0]) / 255
            self.glyphs[key] = (alpha, dx, dy) if alpha.size and alpha.any() else None
        return self.glyphs[key]

    def width(self, text):
        return sum(self.advance[ord(c) - 32] for c in text)


@lru_cache(maxsize=4000)
def face(name, size):
    return Face(name, size)
