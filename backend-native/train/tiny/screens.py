"""A screen: what is drawn on it, and what every 16x16 cell of it shows.

The cell that holds a character's centre is the cell that "shows" it; a cell has room for
SLOTS characters, left to right.  These labels teach the vision half what to see, and the
same labels stand in for pictures while the text half learns alone.
"""
import math
from dataclasses import dataclass, field

import numpy as np

from fonts import FRACTIONS
from images import PATCH, fit, placement, target_size

SLOTS = 5
CHAR_CLASSES = 96  # 0 = nothing, 1..95 = printable ASCII from the space on
COLOURS = {
    "red": [(220, 40, 40), (200, 20, 30), (240, 70, 70)], "green": [(40, 160, 60), (30, 130, 50), (80, 190, 80)],
    "blue": [(30, 90, 210), (40, 120, 230), (20, 60, 160)], "yellow": [(250, 220, 40), (240, 210, 80)],
    "orange": [(245, 140, 20), (230, 120, 30)], "purple": [(130, 50, 170), (110, 60, 190)],
    "pink": [(250, 150, 190), (240, 120, 180)], "brown": [(125, 75, 35), (110, 70, 45)],
    "gray": [(128, 128, 128), (110, 110, 112), (150, 150, 152)], "black": [(10, 10, 10), (0, 0, 0)],
    "white": [(255, 255, 255), (248, 248, 248)], "teal": [(20, 150, 150), (10, 130, 135)],
}
COLOUR_NAMES = list(COLOURS)
ROLES = ["nothing", "text", "title", "button", "tab", "active tab", "header", "line number", "box", "field"]


@dataclass
class Run:
    """Text drawn in one go; `cells` holds (cell, slot) of each character once the screen is finished."""
    text: str
    x: list
    y: float
    role: str
    fill: int
    cells: list = field(default_factory=list)

    def part(self, first, last=None):
        """Characters first to last - 1 of the run, or the one at first."""
        return Part(self, first, first + 1 if last is None else last)


@dataclass
class Part:
    """Some characters of a run; their cells are known once the screen is finished."""
    run: Run
    first: int
    last: int

    @property
    def text(self):
        return self.run.text[self.first:self.last]

    @property
    def cells(self):
        return self.run.cells[self.first:self.last]


class Screen:
    """Draw on it, then call finish(); with pixels=False only the labels are made."""

    def __init__(self, width, height, background, pixels=True):
        self.width, self.height = width, height
        self.image = None
        if pixels:
            self.image = np.empty((height, width, 3), np.float32)
            self.image[:] = background
        self.runs, self.fills = [], []
        self.links = []  # (run or part, the one that names it): a value and its label, a line and its number

    def box(self, x, y, w, h, colour, name=None, border=None):
        """Filled rectangle; a colour name makes the cells whose centre lies inside carry it."""
        if self.image is not None:
            x0, y0, x1, y1 = (max(0, int(round(v))) for v in (x, y, x + w, y + h))
            self.image[y0:y1, x0:x1] = border if border is not None else colour
            if border is not None:
                self.image[y0 + 1:y1 - 1, x0 + 1:x1 - 1] = colour
        if name:
            self.fills.append((x, y, w, h, COLOUR_NAMES.index(name) + 1))

    def text(self, x, y, text, face, colour, role="text", fill=None, whole_pixels=False, weight=1.0):
        """Draw text whose capital letters are centred on y -> Run, cut where the screen ends."""
        centres, pens, pen = [], [], x
        for c in text:
            step = face.advance[ord(c) - 32]
            if whole_pixels:
                step = round(step)
            if pen + step > self.width:
                break
            pens.append(pen)
            centres.append(pen + step / 2)
            pen += step
        run = Run(text[:len(pens)], centres, y, role, COLOUR_NAMES.index(fill) + 1 if fill else 0)
        self.runs.append(run)
        if self.image is not None and pens:
            self._blend(run.text, pens, y, face, colour, weight)
        return run

    def _blend(self, text, pens, y, face, colour, weight):
        size = face.size
        x0, top = int(pens[0]) - size, int(round(y + face.cap / 2)) - 2 * size
        mask = np.zeros((3 * size, int(pens[-1]) - x0 + 3 * size), np.float32)
        for c, pen in zip(text, pens):
            whole = math.floor(pen)
            glyph = face.glyph(c, int((pen - whole) * FRACTIONS))
            if glyph is not None:
                alpha, dx, dy = glyph
                h, w = alpha.shape
                gx, gy = whole - x0 + dx, 2 * size + dy
                mask[gy:gy + h, gx:gx + w] += alpha
        left, upper = max(0, -x0), max(0, -top)
        part = self.image[top + upper:top + mask.shape[0], x0 + left:x0 + mask.shape[1]]
        mask = np.minimum(mask[upper:upper + part.shape[0], left:left + part.shape[1]], 1.0)
        if weight != 1.0:
            mask = mask**weight
        part += mask[..., None] * (np.asarray(colour, np.float32) - part)

    def finish(self):
        """Fit to whole patches as llama.cpp does and label the cells; `drawn` keeps the pixels before."""
        scale, dx, dy, _, _ = placement(self.width, self.height)
        w, h = target_size(self.width, self.height)
        self.cols, self.rows = w // PATCH, h // PATCH
        n = self.cols * self.rows
        self.chars = np.zeros((n, SLOTS), np.int64)
        self.fill, self.role, self.start = (np.zeros(n, np.int64) for _ in range(3))
        for x, y, bw, bh, colour in self.fills:
            c0, c1 = (round((v * scale + dx) / PATCH) for v in (x, x + bw))
            r0, r1 = (round((v * scale + dy) / PATCH) for v in (y, y + bh))
            for r in range(max(r0, 0), min(r1, self.rows)):
                self.fill[r * self.cols + max(c0, 0):r * self.cols + max(0, min(c1, self.cols))] = colour
        for run in self.runs:
            row = min(max(int((run.y * scale + dy) // PATCH), 0), self.rows - 1)
            role = ROLES.index(run.role)
            for i, (c, x) in enumerate(zip(run.text, run.x)):
                cell = row * self.cols + min(max(int((x * scale + dx) // PATCH), 0), self.cols - 1)
                used = int(np.count_nonzero(self.chars[cell]))
                run.cells.append((cell, min(used, SLOTS - 1)))
                if used < SLOTS:
                    self.chars[cell, used] = ord(c) - 31
                self.role[cell], self.fill[cell] = role, run.fill
                if i == 0:
                    self.start[cell] = 1
        if self.image is not None:
            self.drawn = self.image.round().clip(0, 255).astype(np.uint8)
            self.image = fit(self.drawn)
        return self
