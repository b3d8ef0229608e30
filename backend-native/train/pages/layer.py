"""The text layer of a page from its word boxes: what the product's own layout makes of the lines that they form."""

from dataclasses import dataclass, field

import product

from .colours import distance, mark, plain_ink


@dataclass(eq=False)
class Line:
    """What the detector takes for one line of text; in pixels."""

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


def in_one_row(a, b):
    return abs(a.middle - b.middle) < 0.35 * min(a.h, b.h)


def lines(words, gap=0.9):
    """Words with less than `gap` times their height between them are one line to the detector."""
    out = []
    for text, x, y, w, h, ground, ink in sorted(words, key=lambda t: (round((t[2] + t[4] / 2) / 6), t[1])):
        new = Line(x, y, w, h, tuple(ground), tuple(ink), [text])
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


def plain_of(found, main):
    """Name of the ink of most of the text."""
    return plain_ink([(len(" ".join(c.words)), c.ground, c.ink) for c in found], main)


class Layouts:
    """Lays pages out (server/attachments/pictures/textLayer/layout)."""

    def __init__(self):
        self.program = product.Program("layOutLines")

    def of(self, words, main, noise=None, gap=0.9):
        """The layer as the model reads it.

        words: [(text, x, y, width, height, ground, ink)] in pixels. main: the ground of the page.
        noise(words of a line) -> text puts reading mistakes in. gap: as in `lines`.
        """
        found, placed = lines(words, gap), []
        plain = plain_of(found, main)
        for line in found:
            text = noise(line.words) if noise else " ".join(line.words)
            look = mark(line.ground, line.ink, main, plain)
            if text:
                place = {"text": text, "box": [line.x, line.y, line.w, line.h], "confidence": 1, "ground": line.ground}
                placed.append(place | ({"look": look} if look else {}))
        return self.program.ask({"lines": placed})
