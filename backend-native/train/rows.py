"""Batches of chats for the text half, and how it fares at each kind of question."""
from collections import defaultdict

from layouts import LABELS
from sequences import chat_about_document, chat_about_one, chat_about_several
from stage_vision import size_near

KINDS = {"form": 24, "table": 15, "boxes": 14, "dialog": 14, "lines": 11, "terminal": 11, "editor": 11}
SMALL = [(96, 48), (128, 48), (128, 64), (160, 64)]
MIDDLE = [(160, 80), (192, 80), (192, 96), (256, 64)]
LARGE = [(256, 96), (256, 128)]


def plan(rng):
    """-> (size, "one", "several" or "document") of the next batch."""
    r = rng.random()
    if r < 0.06:
        return SMALL[0], "document"
    if r < 0.3:
        return rng.choice(SMALL[:3]), "several"
    return rng.choice(SMALL if r < 0.6 else MIDDLE if r < 0.9 else LARGE), "one"


def draw(maker, size, pixels):
    kind = maker.rng.choices(list(KINDS), list(KINDS.values()))[0]
    return maker.make(*size_near(maker.rng, *size), pixels=pixels, kind=kind)


def together(maker, size, pixels):
    """Two to four screens, mostly two; half of the time with the same labels or all with a code, so that the number decides."""
    rng, count = maker.rng, maker.rng.choice([2, 2, 2, 3, 3, 4])
    alike = rng.random()
    if alike > 0.6:
        return [draw(maker, size, pixels) for _ in range(count)]
    maker.labels = rng.sample(LABELS, 14)
    kinds = ["form"] if alike < 0.25 else ["lines", "form"]
    screens = [maker.make(*size_near(rng, *size), pixels=pixels, kind=rng.choice(kinds)) for _ in range(count)]
    maker.labels = LABELS
    return screens


def make_rows(tokenizer, maker, asker, size, kind, tokens, pixels):
    """Rows about screens near one size, about `tokens` in all."""
    rows, longest = [], 0
    while not rows or longest * (len(rows) + 1) < tokens:
        if kind == "several":
            row = chat_about_several(tokenizer, asker, together(maker, size, pixels), 6, maker, 0.0)
        elif kind == "document":
            row = chat_about_document(tokenizer, asker, draw(maker, size, pixels), maker)
        else:
            row = chat_about_one(tokenizer, asker, draw(maker, size, pixels), 6)
        if row:
            rows.append(row)
            longest = max(longest, len(row.ids))
    return rows


class Report:
    """Means since the last line: losses, pointers, and exactly right answers per kind of question."""

    def __init__(self):
        self.sums = defaultdict(lambda: [0.0, 0])

    def add(self, name, value):
        self.sums[name][0] += value
        self.sums[name][1] += 1

    def add_batch(self, loss, found, rows, right):
        """What answer_loss says about a batch made of these rows."""
        self.add("LOSS", loss)
        for what, share in found.items():
            self.add(f"TO {what}", share)
        right = right.tolist()
        for of_row, row in zip(right, rows):
            for kind, first, last in row.answers:
                self.add(kind, all(of_row[first:last]))

    def line(self):
        out = " ".join(f"{name.replace(' ', '_')} {total / n:.3f}" for name, (total, n) in sorted(self.sums.items()))
        self.sums.clear()
        return out
