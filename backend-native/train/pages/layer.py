"""The text layer of a page from its word boxes: cells, rows, blocks, in reading order.

It follows the layout of the product's text layer (blocks.ts, rows.ts, readingOrder.ts), so that the adapter learns
from what it will read: blocks apart by an empty line, cells of one row joined by " | ", look marks in brackets.
"""

from dataclasses import dataclass, field
from statistics import median

from .colours import distance, mark, plain_ink

# As shares of the height of lines.
BELOW, BESIDE, OTHER_SIZE, WORD_GAP = 0.9, 1.6, 1.6, 0.8
SAME_GROUND = 24
TABLE_SHARE = 0.75
PROSE_WORDS = 5
LEVEL, NEAR_ROW = 0.16, 2.5


@dataclass(eq=False)
class Cell:
    x: float
    y: float
    w: float
    h: float
    ground: tuple
    ink: tuple
    words: list = field(default_factory=list)

    @property
    def right(self):
        return self.x + self.w

    @property
    def middle(self):
        return self.y + self.h / 2


def around(cells):
    left, top = min(c.x for c in cells), min(c.y for c in cells)
    return left, top, max(c.right for c in cells) - left, max(c.y + c.h for c in cells) - top


def in_one_row(a, b):
    return abs(a.middle - b.middle) < 0.35 * min(a.h, b.h)


def lines(words, gap=0.9):
    """Words with less than `gap` times their height between them are one line to the detector."""
    out = []
    for text, x, y, w, h, ground, ink in sorted(words, key=lambda t: (round((t[2] + t[4] / 2) / 6), t[1])):
        new = Cell(x, y, w, h, tuple(ground), tuple(ink), [text])
        last = next(
            (
                c
                for c in reversed(out[-40:])
                if in_one_row(c, new) and -3 <= x - c.right < gap * h and distance(c.ground, ground) < 90
            ),
            None,
        )
        if last is None:
            out.append(new)
            continue
        last.words.append(text)
        last.y, last.h = min(last.y, y), max(last.y + last.h, y + h) - min(last.y, y)
        last.w = x + w - last.x
    return out


def stand_together(a, b):
    """`a` is the one whose top is not below that of `b`."""
    low, high = min(a.h, b.h), max(a.h, b.h)
    if high > OTHER_SIZE * low:
        return False
    if in_one_row(a, b):
        between = max(a.x, b.x) - min(a.right, b.right)
        return between <= BESIDE * low and distance(a.ground, b.ground) <= SAME_GROUND
    return min(a.right, b.right) - max(a.x, b.x) > 0 and b.y - (a.y + a.h) <= BELOW * low


def clusters(cells):
    order = sorted(cells, key=lambda c: c.y)
    group = list(range(len(order)))

    def root(i):
        while group[i] != i:
            i = group[i]
        return i

    for i, a in enumerate(order):
        for j in range(i + 1, len(order)):
            if order[j].y > a.y + a.h * (2 + BELOW):
                break
            if stand_together(a, order[j]):
                group[root(j)] = root(i)
    blocks = {}
    for i, cell in enumerate(order):
        blocks.setdefault(root(i), []).append(cell)
    return list(blocks.values())


def row_count(block):
    return len({round(c.middle / max(1, 0.8 * c.h)) for c in block})


def is_prose(block):
    return median(len(c.words) for c in block) >= PROSE_WORDS


def are_columns(a, b, every):
    """Whether two blocks are columns of one table, to be read row by row."""
    one, two = around(a), around(b)
    if one[1] + one[3] <= two[1] or two[1] + two[3] <= one[1]:
        return False
    few, many = (a, b) if len(a) <= len(b) else (b, a)
    pairs = [(c, partner) for c in few if (partner := next((o for o in many if in_one_row(c, o)), None))]
    if len(pairs) < TABLE_SHARE * len(few):
        return False
    if len(few) < 0.4 * row_count(many):
        return len(few) == 1 and row_count(many) <= 2 and free_between(pairs, every, (a, b))
    complete = len(pairs) == len(few) == len(many)
    if not complete and sum(distance(c.ground, o.ground) > SAME_GROUND for c, o in pairs) > 0.3 * len(pairs):
        return False
    if len(few) > 1 and is_prose(a) and is_prose(b):
        return False
    varied = all(max(c.h for c in block) > 1.25 * min(c.h for c in block) for block in (a, b))
    if 1 < len(few) < 4 and varied:
        return False
    return free_between(pairs, every, (a, b))


def free_between(pairs, every, but):
    others = [c for block in every if block not in but for c in block]
    blocked = 0
    for one, other in pairs:
        left, far = (one, other) if one.x <= other.x else (other, one)
        blocked += any(in_one_row(c, left) and c.x >= left.right and c.right <= far.x for c in others)
    return blocked <= 0.3 * len(pairs)


def join_tables(blocks):
    joined = sorted(blocks, key=lambda b: min(c.x for c in b))
    again = True
    while again:
        again = False
        for i in range(len(joined)):
            j = next((j for j in range(i + 1, len(joined)) if are_columns(joined[i], joined[j], joined)), None)
            if j is not None:
                joined[i] = joined[i] + joined.pop(j)
                again = True
                break
    return joined


def gap_between(a, b):
    return max(a.x, b.x) - min(a.right, b.right)


def is_level(a, b):
    """Whether two lines stand on one base line."""
    low, high = min(a.h, b.h), max(a.h, b.h)
    return high <= OTHER_SIZE * low and abs(a.middle - b.middle) <= LEVEL * low


def stands_in_rows_of(few, many, every):
    """Whether all lines of a block continue rows of another, so near that they belong together."""
    if is_prose(few) and is_prose(many):
        return False
    pairs = []
    for line in few:
        row = [o for o in many if is_level(line, o) and distance(line.ground, o.ground) <= SAME_GROUND]
        if not row:
            return False
        pairs.append((line, min(row, key=lambda o: gap_between(line, o))))
    near = min(gap_between(line, o) / min(line.h, o.h) for line, o in pairs)
    return near <= NEAR_ROW and free_between(pairs, every, (few, many))


def join_rows(blocks):
    """Where rows of a column are empty, the others fall apart: small blocks go to the rows that they stand in."""
    joined = sorted(blocks, key=len)
    i = 0
    while i < len(joined):
        few = joined[i]
        many = next((b for b in joined[i + 1 :] if stands_in_rows_of(few, b, joined)), None)
        i += 1
        if many is not None:
            joined = sorted([many + few if b is many else b for b in joined if b is not few], key=len)
            i = 0
    return joined


def parts(placed, side):
    """What is apart along one side: columns along 0, bands along 1."""
    out, end = [], float("-inf")
    for item in sorted(placed, key=lambda p: p[1][side]):
        if item[1][side] >= end:
            out.append([])
        out[-1].append(item)
        end = max(end, item[1][side] + item[1][side + 2])
    return out


def ordered(placed):
    """Cuts through what is free between blocks, columns before rows where both can be."""
    if len(placed) <= 1:
        return placed
    columns = parts(placed, 0)
    if len(columns) > 1:
        return [p for column in columns for p in ordered(column)]
    bands = parts(placed, 1)
    if len(bands) == 1:
        return sorted(placed, key=lambda p: (p[1][1], p[1][0]))
    for length in range(len(bands) - 1, 1, -1):
        for start in range(len(bands) - length + 1):
            run = sum(bands[start : start + length], [])
            if len(parts(run, 0)) > 1:
                return ordered(sum(bands[:start], [])) + ordered(run) + ordered(sum(bands[start + length :], []))
    return [p for band in bands for p in ordered(band)]


def core(block):
    left, top, width, height = around(block)
    margin = min(0.2 * min(c.h for c in block), width / 4, height / 4)
    return left + margin, top + margin, width - 2 * margin, height - 2 * margin


def rows(block):
    """Rows from top to bottom, cells from left to right."""
    out = []
    for cell in sorted(block, key=lambda c: c.middle):
        row = out[-1] if out else None
        if row and abs(median(c.middle for c in row) - cell.middle) < 0.5 * min(cell.h, median(c.h for c in row)):
            row.append(cell)
        else:
            out.append([cell])
    return [sorted(row, key=lambda c: c.x) for row in out]


def blocks(words, gap=0.9):
    """[block]; a block is [row], a row is [Cell]."""
    found = join_rows(join_tables(clusters(lines(words, gap)))) if words else []
    return [rows(block) for block, _ in ordered([(b, core(b)) for b in found])]


def plain_of(cells, main):
    """Name of the ink of most of the text."""
    return plain_ink([(len(" ".join(c.words)), c.ground, c.ink) for c in cells], main)


def text(words, main, marks=True, noise=None, gap=0.9):
    """The layer as the model reads it; `noise(words of a cell) -> text` puts reading mistakes in."""
    out, found = [], blocks(words, gap)
    plain = plain_of([cell for block in found for row in block for cell in row], main)
    for block in found:
        said_rows = []
        for row in block:
            said, last = [], None
            for cell in row:
                read = noise(cell.words) if noise else " ".join(cell.words)
                if not read:
                    continue
                look = mark(cell.ground, cell.ink, main, plain) if marks else ""
                if last and last[0].right + WORD_GAP * min(cell.h, last[0].h) >= cell.x and last[2] == look:
                    said[-1] = (said[-1][0] + " " + read, look)
                else:
                    said.append((read, look))
                last = cell, read, look
            if said:
                said_rows.append(" | ".join(f"{read} [{look}]" if look else read for read, look in said))
        if said_rows:
            out.append("\n".join(said_rows))
    return "\n\n".join(out)
