"""The text layer of a page from its word boxes: cells, rows, blocks, in reading order.

It follows the text layer of the product: blocks apart by an empty line, cells of one row joined by " | ",
look marks in square brackets.
"""
from dataclasses import dataclass, field

from .colours import mark


@dataclass
class Cell:
    text: str
    x: float
    y: float
    w: float
    h: float
    ground: tuple = (255, 255, 255)
    ink: tuple = (0, 0, 0)
    words: list = field(default_factory=list)

    @property
    def middle(self):
        return self.y + self.h / 2


def cells(words, gap=1.0):
    """Words of one visual line with gaps below `gap` times their height make one cell."""
    out = []
    for text, x, y, w, h, ground, ink in sorted(words, key=lambda t: (t[2] + t[4] / 2, t[1])):
        best = None
        for cell in reversed(out[-60:]):
            if abs(cell.middle - y - h / 2) < .45 * min(cell.h, h) and -2 <= x - cell.x - cell.w < gap * max(h, cell.h) * .8 \
                    and sum(abs(a - b) for a, b in zip(cell.ground, ground)) < 90:
                best = cell
                break
        if best is None:
            out.append(Cell(text, x, y, w, h, tuple(ground), tuple(ink), [text]))
        else:
            best.words.append(text)
            best.text += " " + text
            bottom = max(best.y + best.h, y + h)
            best.y = min(best.y, y)
            best.h, best.w = bottom - best.y, x + w - best.x
    # words sorted by height first may have come in the wrong order along a line: join what still touches
    out.sort(key=lambda c: (round(c.middle / 4), c.x))
    return out


def gaps(spans):
    """Uncovered stretches between (start, end) spans -> [(size, start, end)]."""
    found, reach = [], None
    for start, end in sorted(spans):
        if reach is not None and start > reach:
            found.append((start - reach, reach, start))
        reach = end if reach is None else max(reach, end)
    return found


def aligned(left, right):
    """Share of the shorter side's cells that have a partner in the same visual row of the other side."""
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    return sum(any(abs(a.middle - b.middle) < .4 * max(a.h, b.h) for b in long) for a in short) / len(short)


def split(group):
    """Cut a group of cells into blocks: columns that are not rows of a table, then bands with room between them."""
    if len(group) < 3:
        return [group]
    height = sorted(c.h for c in group)[len(group) // 2]
    for size, start, end in sorted(gaps([(c.x, c.x + c.w) for c in group]), reverse=True):
        if size < 1.2 * height:
            break
        left, right = [c for c in group if c.x < end - 1], [c for c in group if c.x >= end - 1]
        if min(len(left), len(right)) >= 2 and aligned(left, right) < .7:
            return split(left) + split(right)
    bands = [g for g in gaps([(c.y, c.y + c.h) for c in group])]
    if bands:
        usual = sorted(g[0] for g in bands)[len(bands) // 2]
        size, start, end = max(bands)
        if size > 1.0 * height and (size > 1.5 * usual or len(bands) < 3):
            return split([c for c in group if c.y < end - 1]) + split([c for c in group if c.y >= end - 1])
    return [group]


def rows(block):
    """Cells of a block -> rows of cells, top to bottom, left to right."""
    out = []
    for cell in sorted(block, key=lambda c: c.middle):
        if out and abs(out[-1][0].middle - cell.middle) < .5 * min(out[-1][0].h, cell.h):
            out[-1].append(cell)
        else:
            out.append([cell])
    return [sorted(row, key=lambda c: c.x) for row in out]


def blocks(words, gap=1.0):
    """[block], a block is [row], a row is [Cell]."""
    found = cells(words, gap)
    return [rows(b) for b in split(found)] if found else []


def text(words, main, marks=True, noise=None, gap=1.0):
    """The layer as the model reads it; `noise(words of a cell) -> text` puts reading mistakes in."""
    out = []
    for block in blocks(words, gap):
        lines = []
        for row in block:
            said = []
            for cell in row:
                read = noise(cell.words) if noise else cell.text
                if read:
                    look = mark(cell.ground, cell.ink, main) if marks else ""
                    said.append(f"{read} [{look}]" if look else read)
            if said:
                lines.append(" | ".join(said))
        if lines:
            out.append("\n".join(lines))
    return "\n\n".join(out)
