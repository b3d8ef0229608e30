"""Many small pictures out of few large ones: drawing costs more than learning from what is drawn.

A canvas is a large screen drawn once; crops of it, at any offset and recoloured, show every
character at ever new places within the cells.  Only the vision half learns from crops.
"""
import numpy as np

from screens import ROLES, SLOTS
from images import PATCH

SIZES = [(256, 128), (320, 160), (256, 192)]


class Canvas:
    """Pixels of a finished screen and its characters as arrays."""

    def __init__(self, screen):
        self.pixels, self.fills = screen.drawn, screen.fills
        parts = [(ord(c) - 31, x, run.y, ROLES.index(run.role), run.fill, i == 0)
                 for run in screen.runs for i, (c, x) in enumerate(zip(run.text, run.x))]
        self.chars = np.array(parts, np.float64).reshape(-1, 6)

    def crop(self, x0, y0, width, height):
        """-> Crop of whole cells whose upper left corner is at (x0, y0)."""
        rows, cols = height // PATCH, width // PATCH
        inside = self.chars[(self.chars[:, 1] >= x0) & (self.chars[:, 1] < x0 + width)
                            & (self.chars[:, 2] >= y0) & (self.chars[:, 2] < y0 + height)]
        code, x, y, role, fill, first = inside.T
        cell = (y - y0).astype(np.int64) // PATCH * cols + (x - x0).astype(np.int64) // PATCH
        order = np.lexsort((x, cell))
        cell, code, role, fill, first = (a[order].astype(np.int64) for a in (cell, code, role, fill, first))
        out = Crop(self.pixels[y0:y0 + height, x0:x0 + width], rows * cols)
        for bx, by, bw, bh, colour in self.fills:
            c0, c1 = (min(max(round((v - x0) / PATCH), 0), cols) for v in (bx, bx + bw))
            r0, r1 = (min(max(round((v - y0) / PATCH), 0), rows) for v in (by, by + bh))
            out.fill.reshape(rows, cols)[r0:r1, c0:c1] = colour
        slot = np.arange(len(cell)) - np.searchsorted(cell, cell)
        room = slot < SLOTS
        out.chars[cell[room], slot[room]] = code[room]
        out.role[cell], out.fill[cell] = role, fill
        out.start[cell[first == 1]] = 1
        return out


class Crop:
    """Looks like a finished Screen to labels_of and to_tensor."""

    def __init__(self, pixels, cells):
        self.image = pixels
        self.chars = np.zeros((cells, SLOTS), np.int64)
        self.fill, self.role, self.start = (np.zeros(cells, np.int64) for _ in range(3))

    def recolour(self, rng):
        """Other colours, where no colour is asked for."""
        if self.fill.any() or rng.random() < 0.4:
            return self
        x = self.image
        if rng.random() < 0.4:
            x = x[..., rng.choice([(1, 2, 0), (2, 0, 1), (2, 1, 0)])]
        if rng.random() < 0.3:
            x = 255 - x
        if rng.random() < 0.4:
            scale = rng.uniform(0.6, 1.0)
            x = (x * scale + rng.uniform(0, 255 * (1 - scale))).astype(np.uint8)
        self.image = x
        return self


class Pool:
    """`size` canvases, a few of them redrawn for each batch."""

    def __init__(self, maker, size):
        self.maker, self.rng = maker, maker.rng
        self.canvases = [self.draw() for _ in range(size)]

    def draw(self):
        dense = self.rng.random() < 0.6
        return Canvas(self.maker.make(*self.rng.choice(SIZES), kind="dense" if dense else None))

    def batch(self, width, height, count, redrawn):
        for _ in range(redrawn):
            self.canvases[self.rng.randrange(len(self.canvases))] = self.draw()
        return [self.one(width, height) for _ in range(count)]

    def one(self, width, height):
        r = self.rng
        while True:
            canvas = r.choice(self.canvases)
            h, w = canvas.pixels.shape[:2]
            x = 0 if r.random() < 0.3 else r.randint(0, w - width)
            y = 0 if r.random() < 0.3 else r.randint(0, h - height)
            out = canvas.crop(x, y, width, height)
            if out.chars.any() or r.random() < 0.05:
                return out.recolour(r)
