"""Kinds of screens: terminals, logs, editors, forms, tables, dialogs, coloured boxes, tabs, cards, plain lines.

Each kind draws on a Screen of any size and notes on it, in `facts`, what can be asked.
"""
import itertools
import random
from dataclasses import dataclass

import fonts
from pages import Pages
from screens import Screen
from wordlists import BUTTONS, EXTENSIONS, HEADERS, ITEMS, LABELS, LISTED, VERBS, words

@dataclass
class Content:
    """What a screen has to show where its kind has room for it; None and () leave it to chance."""
    title: str | None = None
    entries: tuple = ()  # (label, value)
    error: str | None = None  # code of the error; "" for none


class Maker(Pages):
    """Draws screens; `rng` decides everything, so that one seed always gives one screen."""

    def __init__(self, rng, held_out=False):
        self.rng, self.held_out = rng, held_out
        self.words = words(held_out)
        self.content = Content()
        self.keeps_look = False  # the next screens have the colours, font and distances of the last
        self.mono = fonts.available(fonts.HELD_MONO if held_out else fonts.MONO)
        self.sans = fonts.available(fonts.HELD_SANS if held_out else fonts.SANS)

    # text to show ------------------------------------------------------------------------------
    def word(self):
        w, r = self.rng.choice(self.words), self.rng.random()
        return w if r < 0.6 else w.capitalize() if r < 0.9 else w.upper()

    def names(self, count, listed=(), longest=9):
        """Different labels, items or headings: mostly any words, now and then two, the rest from a list."""
        r, out = self.rng, {}
        listed = [] if self.held_out else [w for w in listed if len(w) <= longest]
        while len(out) < count:
            if listed and r.random() < LISTED:
                text = r.choice(listed)
            else:
                text = self.plain_word(max(4, longest))
                if longest > 11 and r.random() < 0.1:
                    text += " " + self.plain_word(longest - len(text) - 1 if longest - len(text) > 4 else 4).lower()
            out.setdefault(text.lower(), text)
        return list(out.values())

    def tab_names(self, count):
        files = self.rng.random() < 0.6
        return [f"{name.lower()}.{self.rng.choice(EXTENSIONS)}" if files else name for name in self.names(count, ITEMS, 9)]

    def plain_word(self, longest=9):
        """A word of 3 to `longest` letters, mostly capitalised."""
        r = self.rng
        while True:
            w = r.choice(self.words)
            if 3 <= len(w) <= longest:
                style = r.random()
                return w.capitalize() if style < 0.65 else w.lower() if style < 0.9 else w.upper()

    def code(self, shortest=2, longest=8):
        """Random letters and digits, some in groups; never more than one dash."""
        r, n = self.rng, self.rng.randint(shortest, longest)
        letters = r.choice(["ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "0123456789abcdef"])
        text = "".join(r.choice(letters) for _ in range(n))
        form = r.random()
        if n > 2 and form < 0.3:
            cut = r.randint(1, n - 2)
            return text[:cut] + "-" + text[cut + 1:]
        if n > 2 and form < 0.5:
            step = r.choice([1, 1, 2, 3])
            return r.choice("._/:").join(text[i:i + step] for i in range(0, n, step))[:max(longest, 5)].strip("._/:")
        if form < 0.65:
            head = r.randint(1, max(1, n - 1))
            return "".join(r.choice("ABCDEFGHJKLMNPQRSTUVWXYZ" if i < head else "0123456789") for i in range(n))
        return text

    def codes(self, count, shortest=2, longest=6):
        made = {}
        while len(made) < count:
            code = self.code(shortest, longest)
            made.setdefault(code.lower(), code)
        return list(made.values())

    def value(self):
        r, kind = self.rng, self.rng.random()
        if kind < 0.3:
            return self.word()
        if kind < 0.5:
            return str(r.randint(0, 10 ** r.randint(1, 6)))
        if kind < 0.75:
            return self.code()
        if kind < 0.82:
            return f"{r.randint(0, 999)}.{r.randint(0, 99):02d}"
        if kind < 0.88:
            return f"20{r.randint(10, 39)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"
        if kind < 0.92:
            return f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}"
        if kind < 0.96:
            return f"{self.word().lower()}.{r.choice(EXTENSIONS)}"
        return f"{self.word()} {self.word().lower()}"

    def phrase(self, most):
        return " ".join(self.word() for _ in range(self.rng.randint(1, most)))

    # look ---------------------------------------------------------------------------------------
    def begin(self, width, height, mono, pixels):
        if not self.keeps_look:
            self.choose_look(height, mono)
        self.screen = Screen(width, height, self.background, pixels)
        self.screen.facts = {"fields": []}
        return self.screen

    def choose_look(self, height, mono):
        r = self.rng
        self.dark = r.random() < 0.5
        tint = [r.randint(-6, 6) for _ in range(3)]
        base = r.randint(8, 48) if self.dark else r.randint(228, 255)
        self.background = tuple(min(255, max(0, base + t)) for t in tint)
        ink = r.randint(170, 255) if self.dark else r.randint(0, 80)
        self.ink = tuple(min(255, max(0, ink + r.randint(-25, 25))) for _ in range(3))
        sizes = [12, 13, 13, 14, 14, 14, 15, 15, 15, 16, 16, 16, 17, 18]
        self.size = r.choice([s for s in sizes if s <= max(12, height // 3)])
        self.name = r.choice(self.mono if mono else self.sans)
        self.face = fonts.face(self.name, self.size)
        self.pitch = max(17, round(self.size * r.uniform(1.2, 1.6)))
        self.snap = r.random() < 0.4
        self.weight = r.choice([1.0, 1.0, 0.8, 1.25])

    def shade(self, amount):
        """Background made a little lighter or darker."""
        sign = 1 if self.dark else -1
        return tuple(min(255, max(0, c + sign * amount)) for c in self.background)

    def put(self, x, y, text, role="text", colour=None, fill=None, face=None):
        return self.screen.text(x, y, text, face or self.face, colour or self.ink, role, fill, self.snap, self.weight)

    def fits(self, x, text):
        return x + self.face.width(text) + len(text) * 0.5 * self.snap < self.screen.width - 1

    def accent(self):
        r = self.rng
        options = [(240, 90, 90), (90, 220, 110), (110, 170, 255), (240, 200, 80)] if self.dark else \
            [(190, 20, 20), (10, 110, 30), (20, 70, 190), (130, 80, 0)]
        return r.choice(options)

    def title_bar(self):
        """Title bar when there is room -> y where the content starts."""
        r, s = self.rng, self.screen
        if not self.content.title and (s.height < 80 or r.random() < 0.5) or s.height < 60:
            return r.randint(1, 8)
        h = r.randint(20, 28)
        s.box(0, 0, s.width, h, self.shade(r.randint(14, 45)))
        text = self.content.title or self.phrase(2)
        x = r.randint(4, 12)
        if self.fits(x, text):
            s.facts["title"] = self.put(x, h / 2, text, "title")
        return h + r.randint(2, 8)

    def rows_from(self, top):
        """y centres of text lines from `top` to the bottom."""
        y, out = top + self.pitch / 2, []
        while y + self.size * 0.5 < self.screen.height:
            out.append(y)
            y += self.pitch
        return out

    # kinds ----------------------------------------------------------------------------------------
    def lines(self, width, height, pixels):
        """Short lines of words and codes; some hold `Label: value`, mostly `Code: ...`."""
        r, s = self.rng, self.begin(width, height, self.rng.random() < 0.5, pixels)
        left, rows = r.randint(2, 12), self.rows_from(r.randint(0, 8))
        entries = self.content.entries or self.some_entries(r.choice([0, 1, 1, 2]), width)
        at = dict(zip(r.sample(range(len(rows)), min(len(entries), len(rows))), entries))
        s.facts["lines"] = []
        for i, y in enumerate(rows):
            if i in at:
                run = self.entry(left, y, *at[i])
            elif r.random() < 0.15:
                continue
            else:
                text = self.phrase(3) if r.random() < 0.7 else self.value()
                run = self.put(left, y, text) if self.fits(left, text) else None
            if run:
                s.facts["lines"].append(run)
        return s.finish()

    def some_entries(self, count, width):
        """(label, value) as there is room for; one label in three is "Code"."""
        r, room = self.rng, width // 9
        labels = self.names(count, LABELS, min(10, room - 6))
        if count and r.random() < 0.5:
            labels[r.randrange(count)] = r.choice(["Code", "Code", "code", "CODE"])
        return tuple((label, self.code() if label.lower() == "code" else self.value()) for label in labels)

    def entry(self, x, y, label, value):
        """`Label: value` in one run -> the run, or None when it does not fit."""
        head = label + self.rng.choice([": ", ": ", ": ", " ", " = "])
        if not self.fits(x, head + value):
            return None
        run = self.put(x, y, head + value)
        self.note(label, run.part(len(head), len(head) + len(value)), run.part(0, len(label)))
        return run

    def note(self, label, value, name):
        """Remember a value (run or part of one) and what names it."""
        s = self.screen
        s.facts["fields"].append((label, value, name))
        s.links.append((value, name))
        if label.lower() == "code":
            s.facts["code"] = (value, name)

    def form(self, width, height, pixels):
        """Labels and values: side by side, in two columns, in fields, or with the values at the right edge."""
        r, s = self.rng, self.begin(width, height, self.rng.random() < 0.4, pixels)
        y0, entries = self.title_bar(), list(self.content.entries)
        halves = 2 if width >= 224 and not entries and r.random() < 0.3 else 1
        field, suffix = r.random() < 0.35, r.choice([":", ":", ""])
        self.pitch += 0 if self.keeps_look else r.choice([0, 0, 2, 6])
        rows = self.rows_from(y0)
        if entries and len(entries) < len(rows) and r.random() < 0.5:
            rows = rows[r.randint(0, len(rows) - len(entries)):]
        if not entries:
            labels = self.names(halves * len(rows), LABELS, min(12, width // halves // 9 - 5))
            if r.random() < 0.3:
                labels[r.randrange(min(len(labels), 5))] = "Code"
            some = r.random() < 0.5  # a form of codes alone, or of values of all kinds
            entries = [(label, self.code(2, 6) if some or label == "Code" else self.value()) for label in labels]
        aligned = r.random()
        for half in range(halves):
            left, end = half * width / halves + r.randint(3, 12), (half + 1) * width / halves - r.randint(2, 8)
            part = entries[half * len(rows):][:len(rows)]
            widest = max((self.face.width(label + suffix) for label, _ in part), default=0)
            column = left + widest + r.randint(8, 40 if width > 160 else 14)
            for (label, value), y in zip(part, rows):
                wide = self.face.width(value) + len(value) * 0.5 * self.snap
                x = column if aligned < 0.45 else end - wide - 2 if aligned < 0.75 else \
                    left + self.face.width(label + suffix) + self.size * r.uniform(0.4, 1)
                if x + wide > end or x < left + self.face.width(label + suffix) + 0.3 * self.size:
                    continue
                boxed = field and aligned < 0.45
                if boxed:
                    s.box(x - 4, y - self.pitch / 2 + 1, end - x + 4, self.pitch - 2, self.shade(8), border=self.shade(60))
                name = self.put(left, y, label + suffix).part(0, len(label))
                self.note(label, self.put(x, y, value, "field" if boxed else "text"), name)
        return s.finish()

    def terminal(self, width, height, pixels):
        r, s = self.rng, self.begin(width, height, True, pixels)
        left, rows = r.randint(2, 10), self.rows_from(self.title_bar())
        bad = r.randrange(len(rows)) if rows and r.random() < 0.6 else -1
        s.facts["error"] = None
        s.facts["lines"] = []
        for i, y in enumerate(rows):
            if i == bad:
                head = r.choice(["error ", "ERROR ", "Error ", "error: ", "Error: ", "ERROR: "])
                code = self.code(3, 6)
                text = head + code
                tail = r.choice([": ", " "]) + f"{r.choice(VERBS)} {self.word().lower()}"
                if self.fits(left, text + tail) and r.random() < 0.8:
                    text += tail
                if self.fits(left, text):
                    run = self.put(left, y, text, colour=self.accent() if r.random() < 0.6 else None)
                    s.facts["error"] = (run.part(len(head), len(head) + len(code)), run.part(0, 5))
                    s.facts["error line"] = run
                    s.links.append(s.facts["error"])
                    s.facts["lines"].append(run)
                continue
            kind = r.random()
            if kind < 0.3:
                text = "$ " + self.phrase(3).lower()
            elif kind < 0.5:
                text = f"[{self.value()}] {self.phrase(2)}"
            elif kind < 0.6:
                continue
            else:
                text = self.phrase(4)
            if self.fits(left, text):
                s.facts["lines"].append(self.put(left, y, text, colour=self.accent() if r.random() < 0.2 else None))
        return s.finish()

    def editor(self, width, height, pixels):
        r, s = self.rng, self.begin(width, height, True, pixels)
        y0 = r.randint(1, 6)
        if height >= 80:
            y0 = self.tabs() + r.randint(2, 6)
        rows, first = self.rows_from(y0), r.choice([1, 1, r.randint(2, 120)])
        gutter = r.randint(2, 8)
        left = gutter + self.face.width("000") + r.randint(8, 16)
        s.facts["numbered"] = []
        for n, y in enumerate(rows, first):
            number = self.put(gutter, y, str(n), "line number", self.shade(110))
            w = [self.word().lower() for _ in range(3)]
            text = r.choice([f"{w[0]} = {self.value()}", f"{w[0]}({w[1]})", f"return {w[0]}", f"import {w[0]}", f"if {w[0]}:",
                             f"# {w[0]} {w[1]}", f"{w[0]}.{w[1]} += {r.randint(1, 99)}", f'{w[0]} = "{self.code()}"'])
            x = left + r.choice([0, 0, 2, 4]) * self.face.advance[0]
            if self.fits(x, text):
                run = self.put(x, y, text, colour=self.accent() if r.random() < 0.2 else None)
                s.facts["numbered"].append((n, run, number))
                s.links.append((run, number))
        return s.finish()

    def table(self, width, height, pixels):
        """Two to five columns, with or without lines or shaded rows."""
        r, s = self.rng, self.begin(width, height, self.rng.random() < 0.4, pixels)
        rows = self.rows_from(self.title_bar())[:11]
        columns, left = r.randint(2, max(2, min(5, width // 56))), r.randint(3, 10)
        step = (s.width - left) / columns
        longest = max(4, int(step / self.face.width("n")) - 1)
        headers, items = self.names(columns, HEADERS, min(longest, 13)), self.names(len(rows), ITEMS, min(longest, 13))
        ruled, right = r.choice(["none", "none", "below", "between", "zebra"]), r.random() < 0.25
        codes = r.random() < 0.5
        s.facts["table"], s.facts["header"], s.facts["header runs"] = [], headers, None
        for i, y in enumerate(rows[:len(rows) - r.choice([0, 0, 1])]):
            cells = headers if i == 0 else [items[i - 1]] + [
                self.code(2, min(6, longest)) if codes or r.random() < 0.4 else str(r.randint(1, 999)) for _ in headers[1:]]
            wide = [self.face.width(c) + len(c) * 0.5 * self.snap for c in cells]
            if any(w > step - 6 for w in wide):
                continue
            if i == 0 and r.random() < 0.7 or ruled == "zebra" and i % 2 == 0:
                s.box(0, y - self.pitch / 2, s.width, self.pitch, self.shade(20 if i == 0 else 10))
            if ruled == "below" and i > 0:
                s.box(left - 3, y + self.pitch / 2 - 1, s.width, 1, self.shade(50))
            at = [left + k * step + (step - 8 - w if right and k else 0) for k, w in enumerate(wide)]
            runs = [self.put(x, y, c, "header" if i == 0 else "text") for x, c in zip(at, cells)]
            if i > 0:
                s.facts["table"].append(runs)
                s.links += [(run, runs[0]) for run in runs[1:]]
            else:
                s.facts["header runs"] = runs
        if ruled == "between":
            for k in range(1, columns):
                s.box(left + k * step - 4, 0, 1, s.height, self.shade(50))
        return s.finish()

    def boxes(self, width, height, pixels):
        r, s = self.rng, self.begin(width, height, False, pixels)
        names = list(dict.fromkeys(self.word() if r.random() < 0.6 else self.code(2, 5) for _ in range(r.randint(1, 7))))
        s.facts["boxes"] = self.blocks(names, r.randint(3, 10), "box")
        return s.finish()

    def dialog(self, width, height, pixels):
        r, s = self.rng, self.begin(width, height, False, pixels)
        y = self.title_bar()
        s.facts["lines"] = []
        for centre in self.rows_from(y)[:max(0, (height - int(y)) // 34 - 1)]:
            text = self.phrase(3)
            if r.random() < 0.3 and not s.facts["fields"]:
                self.entry(10, centre, "Code" if r.random() < 0.6 else self.plain_word(), self.code())
            elif self.fits(10, text):
                s.facts["lines"].append(self.put(10, centre, text))
            y = centre + self.pitch / 2
        s.facts["buttons"] = self.blocks(self.names(r.randint(1, 6), BUTTONS, 8), y + 4, "button")
        return s.finish()

    KINDS = ("lines", "form", "terminal", "editor", "table", "boxes", "dialog", "log", "tabbed", "card")

    def make(self, width, height, pixels=True, kind=None, content=None):
        """One finished Screen of this size in pixels, with `facts`.

        Cards, forms, lines and logs show `content`; what never fits, a look or a content, is given up after some tries.
        """
        self.content = content or Content()
        for tries in itertools.count():
            if tries == 3:
                self.keeps_look = False
            elif tries == 6:
                self.content = Content()
            s = getattr(self, kind or self.rng.choice(self.KINDS))(width, height, pixels)
            s.facts["runs"] = s.runs
            if s.runs:
                return s


def maker(seed, held_out=False):
    return Maker(random.Random(seed), held_out)
