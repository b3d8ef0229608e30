"""Chats about screens as token rows, and batches of them.

A row is: user turn with one or more images (and documents of text), answer, further turns.
Only answers are learnt.  `pointer` and `slot` say, for the place that predicts an answer character,
at which earlier place of the row, and in which slot of that cell, the character is shown.
"""
import torch

from layouts import ITEMS, LABELS

IGNORE = -100
NAMES = ["Alpha", "Bravo", "Delta", "Gamma", "Omega", "Sigma", "Kappa", "Zeta", *ITEMS[:20], *LABELS[:20]]


class Row:
    """Token row under construction."""

    def __init__(self, tokenizer):
        self.t, self.ids, self.labels, self.pointer, self.slot = tokenizer, [], [], [], []
        self.images, self.jumps = [], []

    def add(self, ids):
        self.ids += ids
        self.labels += [IGNORE] * len(ids)
        self.pointer += [-1] * len(ids)
        self.slot += [-1] * len(ids)

    def image(self, screen):
        """Room for an image: its cells with a break after every row of cells but the last, then [IMG_END]."""
        self.images.append((len(self.ids), screen))
        n = screen.rows * (screen.cols + 1) - 1
        self.add([self.t.img] * n + [self.t.img_end])

    def place(self, image, cell, slot):
        """(cell, slot) of an image -> (place in the row, slot)."""
        if cell < 0:
            return -1, -1
        start, screen = self.images[image]
        return start + cell // screen.cols * (screen.cols + 1) + cell % screen.cols, slot

    def answer(self, text, places):
        """Assistant turn, one token per byte; places[i] is the (place, slot) where character i is shown, or -1."""
        self.add([self.t.assistant])
        before = len(self.ids) - 1
        self.add([ord(c) for c in text] + [self.t.end])
        self.labels[before + 1:] = self.ids[before + 1:]
        for i, (place, slot) in enumerate(places):
            self.pointer[before + i], self.slot[before + i] = place, slot

    def question(self, text):
        self.add([self.t.user, *self.t.encode(text), self.t.end])


def chat_about_one(tokenizer, asker, screen, turns):
    """One image, up to `turns` questions -> Row or None when nothing can be asked."""
    asked = asker.about(screen)
    if not asked:
        return None
    row = Row(tokenizer)
    for i, (_, question, answer, cells) in enumerate(unrepeated(asker.rng.sample(asked, len(asked)))[-turns:]):
        if i == 0:
            row.add([tokenizer.user])
            row.image(screen)
            row.jumps.append(len(row.ids))
            row.add([*tokenizer.encode("\n" + question), tokenizer.end])
        else:
            row.question(question)
        row.answer(answer, [row.place(0, *c) for c in cells])
    return row


def unrepeated(asked):
    """Leave out answers given before, and read the whole screen last: nothing is to be copied from earlier answers."""
    once = {a[2] if len(a[2]) > 3 else i: a for i, a in enumerate(asked)}
    return sorted(once.values(), key=lambda a: a[0] == "read")


def chat_about_several(tokenizer, asker, screens, turns, maker):
    """Several images, sometimes documents of text -> Row or None."""
    rng, asked = asker.rng, []
    for k, screen in enumerate(screens):
        about = asker.about(screen)
        for kind, question, answer, cells in rng.sample(about, min(4, len(about))):
            if kind != "read":
                asked.append((asker.in_image(question, k + 1), answer, [(k, *c) for c in cells]))
        texts = [run for run in screen.runs if 3 <= len(run.text) <= 14]
        if texts:
            run = rng.choice(texts)
            if sum(run.text in other.text for s in screens for other in s.runs) == 1:
                asked.append((asker.words("which image", run.text), f"Image {k + 1}", [(k, run.cells[0][0], -1)] * 7))
        if "code" in screen.facts and sum("code" in s.facts for s in screens) == 1:
            run, a, b = screen.facts["code"]
            asked.append((asker.words("code"), run.text[a:b], [(k, *c) for c in run.cells[a:b]]))
    row = Row(tokenizer)
    row.add([tokenizer.user])
    for k, screen in enumerate(screens):
        row.add(tokenizer.encode(("\n" if k else "") + f"Image {k + 1}:\n"))
        row.image(screen)
        row.jumps.append(len(row.ids))
    opening = len(row.ids)
    facts = documents(row, maker) if rng.random() < 0.3 else []
    asked = rng.sample(asked, min(turns, len(asked))) + facts
    rng.shuffle(asked)
    if not asked:
        return None
    for i, (question, answer, places) in enumerate(asked):
        if i == 0:
            lead = "\n" if opening == len(row.ids) else ""
            row.add([*tokenizer.encode(lead + question), tokenizer.end])
        else:
            row.question(question)
        row.answer(answer, [p if len(p) == 2 else row.place(*p) for p in places])
    return row


def documents(row, maker):
    """Add one or two documents with a code hidden in each -> questions about them."""
    rng, asked = maker.rng, []
    row.add(row.t.encode("\n"))
    names = rng.sample(NAMES, 4)
    for d in range(rng.randint(1, 2)):
        name, code, what = names[d], maker.code(3, 6), rng.choice(["code", "number", "value", "key"])
        filler = [f"{maker.phrase(5)}." for _ in range(rng.randint(1, 5))]
        filler.insert(rng.randint(0, len(filler)), f"The {what} of {name} is {code}.")
        ids = row.t.encode(f"Document {names[d + 2].lower()}.txt:\n" + rng.choice(["\n", " "]).join(filler) + "\n\n")
        needle, at = [ord(c) for c in code], len(row.ids)
        for i in range(len(ids) - len(needle)):
            if ids[i:i + len(needle)] == needle:
                asked.append((rng.choice([f"What is the {what} of {name}?", f"Tell me the {what} of {name}.",
                                          f"Which {what} does {name} have?"]),
                              code, [(at + i + j, -1) for j in range(len(needle))]))
                break
        row.add(ids)
        row.jumps.append(len(row.ids))
    return asked


def collate(rows, tokenizer, rng, device, jump=0):
    """Rows whose screens share one size -> dict of tensors; positions jump by up to `jump` between parts.

    ids, labels, pointer, slot, positions: (B, T).  image_at: (n_images, 2) row and first column, in the order of `screens`.
    """
    B, T = len(rows), max(len(r.ids) for r in rows)
    ids = torch.full((B, T), tokenizer.pad)
    labels, pointer, slot = torch.full((B, T), IGNORE), torch.full((B, T), -1), torch.full((B, T), -1)
    positions = torch.arange(T).repeat(B, 1)
    image_at, screens = [], []
    for b, r in enumerate(rows):
        n = len(r.ids)
        for rows_of, values in ((ids, r.ids), (labels, r.labels), (pointer, r.pointer), (slot, r.slot)):
            rows_of[b, :n] = torch.tensor(values)
        if jump and rng.random() < 0.5:
            positions[b] += rng.randint(0, jump)
            for at in r.jumps:
                positions[b, at:] += int(rng.random() ** 2 * jump)
        for start, screen in r.images:
            image_at.append((b, start))
            screens.append(screen)
    # the label of a place is the token that follows it
    labels = torch.cat([labels[:, 1:], torch.full((B, 1), IGNORE)], dim=1)
    out = {"ids": ids, "labels": labels, "pointer": pointer, "slot": slot, "positions": positions, "image_at": torch.tensor(image_at)}
    return {k: v.to(device) for k, v in out.items()}, screens
