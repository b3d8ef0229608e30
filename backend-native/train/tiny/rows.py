"""Batches of chats for the text half, and how it fares at each kind of question."""
from collections import defaultdict

from images import PATCH
from sequences import chat_about_one
from several import chat_about_document, chat_about_several, role_card, scene
from stage_vision import size_near

KINDS = {"form": 22, "table": 21, "tabbed": 14, "log": 13, "card": 8, "boxes": 8, "dialog": 8, "lines": 6, "editor": 6, "terminal": 5}
SMALL = [(96, 48), (128, 48), (128, 64), (160, 64)]
MIDDLE = [(160, 80), (192, 80), (192, 96), (192, 96), (256, 64)]
LARGE = [(256, 96), (256, 128), (256, 160), (256, 160), (320, 160), (384, 240)]
TOGETHER = [(96, 64), (128, 48), (128, 64), (128, 64), (160, 64), (160, 80), (192, 96)]
LONG = [(96, 64), (128, 64), (128, 96), (160, 96), (192, 96), (256, 128), (256, 128), (256, 160), (320, 192), (384, 240)]
COUNTS = [2, 2, 2, 3, 3, 4, 4, 4, 4, 5, 6, 8]  # images of a short row
LONGEST = 3500  # tokens of a row
TURNS = 24  # questions of a long row: what stands before them is paid once


def plan(rng, long_share=0.1):
    """-> (size, "one", "several", "document" or "long") of the next batch."""
    r = rng.random()
    if r < long_share:
        return rng.choice(LONG), "long"
    r = rng.random()
    if r < 0.1:
        return rng.choice(SMALL[:3] + MIDDLE[:1]), "document"
    if r < 0.5:
        return rng.choice(TOGETHER), "several"
    r = rng.random()
    return rng.choice(SMALL if r < 0.35 else MIDDLE if r < 0.75 else LARGE), "one"


def draw(maker, size, pixels):
    kind = maker.rng.choices(list(KINDS), list(KINDS.values()))[0]
    return maker.make(*size_near(maker.rng, *size), pixels=pixels, kind=kind)


def together(maker, size, pixels, count, kind=None):
    """`count` screens: mostly a scene in which they belong together, else any. A scene of differences has two."""
    rng = maker.rng
    if kind is None and rng.random() < 0.12:
        return [draw(maker, size, pixels) for _ in range(count)]
    while True:
        screens = scene(maker, count, lambda: size_near(rng, *size), pixels, kind)
        if len(screens) == count or count <= 3:
            return screens


def long_row(tokenizer, maker, asker, size, count, pixels, most):
    """Many questions about many images, sometimes beside a long document; a large one may be alone with it."""
    rng = maker.rng
    cells = size[0] // PATCH * (size[1] // PATCH)
    with_document = rng.random() < 0.3
    if count == 2 and with_document:
        return chat_about_document(tokenizer, asker, role_card(maker, size, pixels), maker, rng.randint(20, 60))
    left = (most - count * cells) // 30
    sentences = min(60, left, rng.randint(10, 60)) if with_document and left > 4 else 0
    return chat_about_several(tokenizer, asker, together(maker, size, pixels, count), TURNS, maker, sentences)


def make_rows(tokenizer, maker, asker, size, kind, tokens, pixels):
    """Rows about screens near one size, about `tokens` in all, padding included; alike in what makes them long."""
    rng, rows, longest = maker.rng, [], 0
    most, images = rng.uniform(0.25, 1) * LONGEST, rng.choice(COUNTS)
    sentences = rng.randint(3, 14) if kind == "document" or rng.random() < 0.15 else 0
    a_screen = (size[0] // PATCH + 1) * (size[1] // PATCH) + 8
    fits = int((most - 500) / a_screen)
    count = min(16, max(2, fits))
    while not rows or longest * (len(rows) + 1) < tokens:
        if kind == "long":
            row = long_row(tokenizer, maker, asker, size, count, pixels, most)
        elif kind == "several":
            row = chat_about_several(tokenizer, asker, together(maker, size, pixels, images), 10, maker, sentences)
        elif kind == "document":
            screen = role_card(maker, size, pixels) if rng.random() < 0.6 else draw(maker, size, pixels)
            row = chat_about_document(tokenizer, asker, screen, maker, sentences)
        else:
            row = chat_about_one(tokenizer, asker, draw(maker, size, pixels), 8)
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
