"""Chats about screens as token rows, and batches of them.

A row is: user turn with one or more images (and documents of text), answer, further turns.
Only answers are learnt.  `pointer` and `slot` say, for the place that predicts an answer character,
at which earlier place of the row, and in which slot of that cell, the character is shown.
`name` says the same for the characters of shown words in questions, `link` where the first cell of a
value finds the name of that value, and `number` which image a cell belongs to (0 is the first).  `topic` and
`digit` say, for the place where an answer begins, where the question names what is asked and the image.
"""
import torch

from layouts import ITEMS, LABELS

IGNORE = -100
IMAGE = "mage "  # "Image 2" and "image 2"
NAMES = ["Alpha", "Bravo", "Delta", "Gamma", "Omega", "Sigma", "Kappa", "Zeta", *ITEMS[:20], *LABELS[:20]]


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
        if cell < 0:
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


def chat_about_several(tokenizer, asker, screens, turns, maker, with_documents=0.3):
    """Several images, sometimes documents of text -> Row or None."""
    rng, asked = asker.rng, []
    for k, screen in enumerate(screens):
        about = asker.about(screen)
        for kind, question, answer, cells, named in rng.sample(about, min(4, len(about))):
            if kind != "read":
                question = asker.in_image(question, k + 1)
                # a word can be found at once only when the number of the image comes before it
                first = question.startswith(("Image", "In image"))
                known = [(word, where if first else [(-1, -1)] * len(where)) for word, where in named]
                asked.append((f"{kind} in image", question, answer, [(k, *c) for c in cells], known, k))
        texts = [run for run in screen.runs if 3 <= len(run.text) <= 14]
        if texts:
            run = rng.choice(texts)
            if sum(run.text in other.text for s in screens for other in s.runs) == 1:
                asked.append(("which image", asker.words("which image", run.text), f"Image {k + 1}",
                              [(k, run.cells[0][0], -1)] * 7, [(run.text, run.cells)], k))
        if "code" in screen.facts and sum("code" in s.facts for s in screens) == 1:
            run, a, b = screen.facts["code"]
            asked.append(("code in image", asker.words("code"), run.text[a:b], [(k, *c) for c in run.cells[a:b]], [], k))
    row = Row(tokenizer)
    row.add([tokenizer.user])
    for k, screen in enumerate(screens):
        row.add(tokenizer.encode(("\n" if k else "") + f"Image {k + 1}:\n"))
        row.numeral()
        row.image(screen)
        row.jumps.append(len(row.ids))
    opening = len(row.ids)
    facts = documents(row, maker) if rng.random() < with_documents else []
    once = {a[2] if len(a[2]) > 3 and a[0] != "which image" else i: a for i, a in enumerate(asked)}
    asked = rng.sample(list(once.values()), min(turns, len(once))) + facts
    rng.shuffle(asked)
    if not asked:
        return None
    for i, (kind, question, answer, places, named, k) in enumerate(asked):
        if k >= 0:
            named = [(word, [row.place(k, *c)[0] for c in where]) for word, where in named]
        if k >= 0 and f"{IMAGE}{k + 1}" in question:
            named.append((f"{IMAGE}{k + 1}", [-1] * len(IMAGE) + [row.numerals[k]]))
        if i == 0:
            row.asking(("\n" if opening == len(row.ids) else "") + question, named)
        else:
            row.question(question, named)
        row.answer(answer, [p if len(p) == 2 else row.place(*p) for p in places], kind)
    return row


def documents(row, maker, most=2, sentences=5):
    """Add one to `most` documents of up to `sentences` sentences with a code hidden in each -> questions about them."""
    rng, asked = maker.rng, []
    row.add(row.t.encode("\n"))
    names = rng.sample(NAMES, 4)
    for d in range(rng.randint(1, most)):
        name, code, what = names[d], maker.code(3, 6), rng.choice(["code", "number", "value", "key"])
        filler = [f"{maker.phrase(5)}." for _ in range(rng.randint(1, sentences))]
        filler.insert(rng.randint(0, len(filler)), f"The {what} of {name} is {code}.")
        text = f"Document {names[d + 2].lower()}.txt:\n" + rng.choice(["\n", " "]).join(filler) + "\n\n"
        places = {end: len(row.ids) + token for token, end in enumerate(row.t.ends(text))}
        there = text.index(f" of {name} is {code}.") + 4
        here = there + len(name) + 4
        shown = [places.get(here + i, -1) for i in range(len(code))]
        row.add(row.t.encode(text))
        row.jumps.append(len(row.ids))
        if shown[0] >= 0:
            row.link[shown[0]] = places[there + len(name) - 1]
        question = rng.choice([f"What is the {what} of {name}?", f"Tell me the {what} of {name}.", f"Which {what} does {name} have?"])
        asked.append(("document", question, code, [(place, -1) for place in shown],
                      [(name, [places.get(there + i, -1) for i in range(len(name))])], -1))
    return asked


def chat_about_document(tokenizer, asker, screen, maker):
    """One image and a short document or two -> Row."""
    row = Row(tokenizer)
    row.add([tokenizer.user])
    row.image(screen)
    row.jumps.append(len(row.ids))
    for i, (kind, question, answer, places, named, _) in enumerate(documents(row, maker, 2, 3)):
        if i == 0:
            row.asking(question, named)
        else:
            row.question(question, named)
        row.answer(answer, places, kind)
    return row


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
