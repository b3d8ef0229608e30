"""Chats about screens as token rows, and batches of them.

A row is: user turn with one or more images (and documents of text), answer, further turns.
Only answers are learnt.  `pointer` and `slot` say, for the place that predicts an answer character,
at which earlier place of the row, and in which slot of that cell, the character is shown.
`name` says the same for the characters of shown words in questions, `link` where the first cell of a
value finds the name of that value, and `number` which image a cell belongs to (0 is the first).  `topic` and
`digit` say, for the place where an answer begins, where the question names what is asked and the image.
"""
import torch

IGNORE = -100
IMAGE = "mage "  # "Image 2" and "image 2"

CHANNELS = ("pointer", "slot", "name", "link", "number", "topic", "digit")


class Row:
    """Token row under construction."""

    def __init__(self, tokenizer):
        self.t, self.ids, self.labels = tokenizer, [], []
        self.pointer, self.slot, self.name, self.link, self.number, self.topic, self.digit = ([] for _ in CHANNELS)
        self.asked = self.asked_digit = -1  # last tokens of the name and of the image's number in the last question
        self.images, self.jumps = [], []
        self.numerals = []  # place of the digit in "Image 2:"
        self.answers = []  # (kind, first, last + 1) of the places that predict an answer

    def add(self, ids):
        self.ids += ids
        self.labels += [IGNORE] * len(ids)
        for channel in CHANNELS:
            getattr(self, channel).extend([-1] * len(ids))

    def image(self, screen):
        """Room for an image: its cells with a break after every row of cells but the last, then [IMG_END]."""
        k, start = len(self.images), len(self.ids)
        self.images.append((start, screen))
        n = screen.rows * (screen.cols + 1) - 1
        self.add([self.t.img] * n + [self.t.img_end])
        self.number[start:start + n] = [k] * n
        for run, name in screen.links:
            if run.cells and name.cells:
                here, there = (self.place(k, *at)[0] for at in (run.cells[0], name.cells[-1]))
                if there < here:
                    self.link[here] = there

    def place(self, image, cell, slot):
        """(cell, slot) of an image -> (place in the row, slot)."""
        if cell < 0:  # nowhere
            return -1, -1
        start, screen = self.images[image]
        return start + cell // screen.cols * (screen.cols + 1) + cell % screen.cols, slot

    def numeral(self):
        """Note the digit of "Image 2:" and a line break, three bytes before the end."""
        self.numerals.append(len(self.ids) - 3)

    def answer(self, text, places, kind):
        """Assistant turn, one token per byte; places[i] is the (place, slot) where character i is shown, or -1."""
        self.add([self.t.assistant])
        before = len(self.ids) - 1
        self.add([ord(c) for c in text] + [self.t.end])
        self.labels[before + 1:] = self.ids[before + 1:]
        self.answers.append((kind, before, len(self.ids) - 1))
        self.topic[before], self.digit[before] = self.asked, self.asked_digit
        for i, (place, slot) in enumerate(places):
            self.pointer[before + i], self.slot[before + i] = place, slot

    def asking(self, text, named=()):
        """Question, end token; named: [(word, place of each of its characters or -1)]."""
        first, ends = len(self.ids), self.t.ends(text)
        self.add([*self.t.encode(text), self.t.end])
        self.asked = self.asked_digit = -1
        for word, places in named:
            at = text.lower().rfind(word.lower())
            tokens = [(token, end - at) for token, end in enumerate(ends) if at >= 0 and at <= end < at + len(word)]
            for token, character in tokens:
                self.name[first + token] = places[character]
            if tokens and word.startswith(IMAGE):
                self.asked_digit = first + tokens[-1][0]
            elif tokens and self.asked < 0:
                self.asked = first + tokens[-1][0]

    def question(self, text, named=()):
        self.add([self.t.user])
        self.asking(text, named)


def chat_about_one(tokenizer, asker, screen, turns):
    """One image, up to `turns` questions -> Row or None when nothing can be asked."""
    asked = asker.about(screen)
    if not asked:
        return None
    row = Row(tokenizer)
    for i, (kind, question, answer, cells, named) in enumerate(unrepeated(asker.rng.sample(asked, len(asked)))[-turns:]):
        if i == 0:
            row.add([tokenizer.user])
            row.image(screen)
            row.jumps.append(len(row.ids))
        named = [(word, [row.place(0, *c)[0] for c in where]) for word, where in named]
        if i == 0:
            row.asking("\n" + question, named)
        else:
            row.question(question, named)
        row.answer(answer, [row.place(0, *c) for c in cells], kind)
    return row


def unrepeated(asked):
    """Leave out answers given before, and read the whole screen last: nothing is to be copied from earlier answers."""
    once = {a[2] if len(a[2]) > 3 else i: a for i, a in enumerate(asked)}
    return sorted(once.values(), key=lambda a: a[0] == "read")


def collate(rows, tokenizer, rng, device, jump=0):
    """Rows whose screens share one size -> dict of tensors; positions jump by up to `jump` between parts.

    ids, labels, positions and the channels: (B, T).  image_at: (n_images, 2) row and first column, in the order of `screens`.
    """
    B, T = len(rows), max(len(r.ids) for r in rows)
    ids = torch.full((B, T), tokenizer.pad)
    labels = torch.full((B, T), IGNORE)
    channels = {name: torch.full((B, T), -1) for name in CHANNELS}
    positions = torch.arange(T).repeat(B, 1)
    image_at, screens = [], []
    for b, r in enumerate(rows):
        n = len(r.ids)
        ids[b, :n], labels[b, :n] = torch.tensor(r.ids), torch.tensor(r.labels)
        for name in CHANNELS:
            channels[name][b, :n] = torch.tensor(getattr(r, name))
        if jump and rng.random() < 0.5:
            positions[b] += rng.randint(0, jump)
            for at in r.jumps:
                positions[b, at:] += int(rng.random() ** 2 * jump)
        for start, screen in r.images:
            image_at.append((b, start))
            screens.append(screen)
    # the label of a place is the token that follows it
    labels = torch.cat([labels[:, 1:], torch.full((B, 1), IGNORE)], dim=1)
    out = {"ids": ids, "labels": labels, "positions": positions, "image_at": torch.tensor(image_at)} | channels
    return {k: v.to(device) for k, v in out.items()}, screens
