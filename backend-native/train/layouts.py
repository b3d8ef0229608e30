"""Kinds of screens: terminals, editors, forms, tables, dialogs, coloured boxes, plain lines.

Each kind draws on a Screen of any size and notes on it, in `facts`, what can be asked.
"""
import random
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import fonts
from screens import COLOURS, Screen

LABELS = """Port Host Name User Total Price Amount Date Time Size Type Status Version Path City Country Email Phone Server
 Region Owner Branch Commit Build Queue Timeout Retries Level Mode Width Height Weight Color Model Serial Batch Ticket
 Order Invoice Customer Account Balance Currency Rate Limit Quota Memory Disk Network Proxy Token Session Group Team
 Project Module Package License Target Source Output Input Format Language Theme Font Zoom Speed Volume Street Zip
 Company Department Title Room Floor Gate Seat Flight Train Platform Score Rank Points Lives Stage Result Reason
 Latency Uptime Load Threads Workers Pages Items Stock Tax Discount Shipping Address Device Sensor Channel Signal""".split()
BUTTONS = """Save Cancel OK Apply Close Delete Open Retry Next Back Send Submit Reset Login Start Stop Help Yes No Edit
 Copy Paste Print Search Add Remove Update Install Share Export Import Run Build Test Deploy Accept Decline""".split()
ITEMS = """Lamp Chair Table Phone Mouse Cable Paper Bread Milk Apple Pear Grape Lemon Coffee Tea Sugar Rice Pasta Soap
 Towel Shirt Shoes Hat Glove Ball Book Pen Ink Glue Tape Nail Screw Drill Saw Hammer Brush Paint Rope Chain Lock Key
 Bolt Plate Cup Bowl Knife Fork Spoon Pan Pot Oven""".split()
HEADERS = "Item Price Qty Name Size Stock Code Status Total Count Weight Rate Score Team".split()
VERBS = "cannot failed unable refused missing invalid unknown denied broken".split()
EXTENSIONS = "py js ts cpp h md json txt css html yml rs go".split()


@lru_cache
def words(held_out):
    """English words of 2 to 9 letters; one in ten, chosen by checksum, is kept for evaluation."""
    lines = Path("/usr/share/dict/words").read_text().splitlines()
    plain = [w for w in lines if w.isascii() and w.isalpha() and 2 <= len(w) <= 9]
    return [w for w in plain if (crc32(w.lower().encode()) % 10 == 0) == held_out]


class Maker:
    """Draws screens; `rng` decides everything, so that one seed always gives one screen."""

    def __init__(self, rng, held_out=False):
        self.rng, self.held_out = rng, held_out
        self.words, self.labels = words(held_out), LABELS
        self.mono = fonts.available(fonts.HELD_MONO if held_out else fonts.MONO)
        self.sans = fonts.available(fonts.HELD_SANS if held_out else fonts.SANS)

    # text to show ------------------------------------------------------------------------------
    def word(self):
        w, r = self.rng.choice(self.words), self.rng.random()
        return w if r < 0.6 else w.capitalize() if r < 0.9 else w.upper()

    def code(self, shortest=3, longest=8):
        """Random letters and digits, some with a dash."""
        r, n = self.rng, self.rng.randint(shortest, longest)
        letters = r.choice(["ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "0123456789abcdef"])
        text = "".join(r.choice(letters) for _ in range(n))
        if n > 3 and r.random() < 0.25:
            cut = r.randint(1, n - 2)
            text = text[:cut] + "-" + text[cut + 1:]
        return text

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
        self.screen = Screen(width, height, self.background, pixels)
        self.screen.facts = {}
        return self.screen

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
        if s.height < 80 or r.random() < 0.5:
            return r.randint(1, 8)
        h = r.randint(20, 28)
        s.box(0, 0, s.width, h, self.shade(r.randint(14, 45)))
        text = self.phrase(2)
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
        """Short lines of words and codes; at most one line holds `Code: ...`."""
        r, s = self.rng, self.begin(width, height, self.rng.random() < 0.5, pixels)
        left, rows = r.randint(2, 12), self.rows_from(r.randint(0, 8))
        coded = r.randrange(len(rows)) if r.random() < 0.6 else -1
        s.facts["lines"] = []
        for i, y in enumerate(rows):
            if i == coded:
                self.labelled_code(left, y)
                continue
            if r.random() < 0.15:
                continue
            text = self.phrase(3) if r.random() < 0.7 else self.value()
            if self.fits(left, text):
                s.facts["lines"].append(self.put(left, y, text))
        return s.finish()

    def labelled_code(self, x, y):
        r = self.rng
        head = r.choice(["Code", "code", "Code", "CODE"]) + r.choice([": ", " ", ": ", " = "])
        text = head + self.code()
        if self.fits(x, text):
            run = self.put(x, y, text)
            self.screen.facts["code"] = (run, len(head), len(text))
            self.screen.links.append((run.part(len(head)), run.part(3)))
            self.screen.facts.setdefault("lines", []).append(run)

    def form(self, width, height, pixels):
        r, s = self.rng, self.begin(width, height, self.rng.random() < 0.4, pixels)
        y0 = self.title_bar()
        labels = r.sample(self.labels, 12)
        if r.random() < 0.4:
            labels[r.randrange(3)] = "Code"
        left, apart = r.randint(3, 12), r.random() < 0.6
        column = left + self.face.width(max(labels[:8], key=self.face.width)) + r.randint(14, 40)
        field, suffix = r.random() < 0.4, r.choice([":", ":", ""])
        fields, self.pitch = [], self.pitch + r.choice([0, 2, 6])
        for label, y in zip(labels, self.rows_from(y0)):
            value = self.value() if label != "Code" else self.code()
            x = column if apart else left + self.face.width(label + suffix) + self.size * r.uniform(0.4, 1)
            if not self.fits(x + 2, value):
                continue
            if field and apart:
                s.box(x - 4, y - self.pitch / 2 + 1, s.width - x, self.pitch - 2, self.shade(8), border=self.shade(60))
            name = self.put(left, y, label + suffix)
            run = self.put(x, y, value, "field" if field and apart else "text")
            fields.append((label, run, name))
            s.links.append((run, name))
            if label == "Code":
                s.facts["code"] = (run, 0, len(value))
        s.facts["fields"] = fields
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
                    s.facts["error"] = (run, len(head), len(head) + len(code))
                    s.links.append((run.part(len(head)), run.part(4)))
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

    def tabs(self):
        """Row of file tabs, one active -> y below it."""
        r, s = self.rng, self.screen
        h, x, tabs = r.randint(22, 30), 0, []
        s.box(0, 0, s.width, h, self.shade(r.randint(25, 45)))
        names = [f"{self.word().lower()}.{r.choice(EXTENSIONS)}" for _ in range(r.randint(1, 4))]
        active = r.randrange(len(names))
        line = r.choice([(40, 120, 230), (230, 120, 30), (20, 150, 150)])
        for i, name in enumerate(names):
            w = self.face.width(name) + 20
            if x + w > s.width:
                break
            if i == active:
                s.box(x, 0, w, h, self.background)
                s.box(x, 0, w, 2, line)
            tabs.append((self.put(x + 10, h / 2, name, "active tab" if i == active else "tab"), i == active))
            x += w + 1
        if any(on for _, on in tabs):
            s.facts["tabs"] = tabs
        return h

    def table(self, width, height, pixels):
        r, s = self.rng, self.begin(width, height, self.rng.random() < 0.4, pixels)
        rows = self.rows_from(self.title_bar())
        columns = 2
        headers, left = r.sample(HEADERS, columns), r.randint(3, 10)
        step = (s.width - left) / columns
        items = r.sample(ITEMS, min(len(rows), 9))
        s.facts["table"], s.facts["header"], s.facts["header runs"] = [], headers, None
        for i, y in enumerate(rows[:1 + len(items) - r.randint(0, 1)]):
            cells = headers if i == 0 else [items[i - 1]] + [
                str(r.randint(1, 999)) if r.random() < 0.6 else self.code(2, 5) for _ in headers[1:]]
            if any(self.face.width(c) + len(c) * 0.5 > step - 8 for c in cells):
                continue
            if i == 0:
                s.box(0, y - self.pitch / 2, s.width, self.pitch, self.shade(20))
            runs = [self.put(left + k * step, y, c, "header" if i == 0 else "text") for k, c in enumerate(cells)]
            if i > 0:
                s.facts["table"].append(runs)
                s.links += [(run, runs[0]) for run in runs[1:]]
            else:
                s.facts["header runs"] = runs
        return s.finish()

    def named_colour(self):
        name = self.rng.choice(list(COLOURS))
        rgb = tuple(min(255, max(0, c + self.rng.randint(-8, 8))) for c in self.rng.choice(COLOURS[name]))
        ink = (255, 255, 255) if sum(rgb) < 400 else (15, 15, 15)
        return name, rgb, ink

    def blocks(self, names, top, role):
        """Coloured rectangles with one word each, in rows -> [(run, colour name)]."""
        r, s = self.rng, self.screen
        x, y, gap, made = r.randint(4, 12), top, r.randint(5, 16), []
        h = max(20, round(self.size * r.uniform(1.4, 2.2)))
        for text in names:
            w = self.face.width(text) * (1 + 0.1 * self.snap) + 2 * r.randint(6, 14)
            if x + w > s.width - 2:
                x, y = r.randint(4, 12), y + h + gap
            if y + h > s.height or x + w > s.width - 1:
                break
            name, rgb, ink = self.named_colour()
            s.box(x, y, w, h, rgb, name, border=self.shade(90))
            made.append((self.put(x + (w - self.face.width(text)) / 2, y + h / 2, text, role, ink, name), name))
            x += w + gap
        return made

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
            if r.random() < 0.3 and "code" not in s.facts:
                self.labelled_code(10, centre)
            elif self.fits(10, text):
                s.facts["lines"].append(self.put(10, centre, text))
            y = centre + self.pitch / 2
        s.facts["buttons"] = self.blocks(r.sample(BUTTONS, r.randint(1, 5)), y + 4, "button")
        return s.finish()

    def dense(self, width, height, pixels):
        """Rows full of words, codes and signs, cut at the edges: many characters per cell, for the vision half."""
        r, s = self.rng, self.begin(width, height, self.rng.random() < 0.5, pixels)
        for y in self.rows_from(r.randint(-3, 8)):
            x = r.uniform(0, 14)
            while x < s.width - 8:
                signs = "".join(r.choice("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") for _ in range(r.randint(1, 3)))
                text = r.choice([self.word, self.code, self.value, lambda: self.phrase(2), lambda: signs])()
                text = r.choice(["", "", "", signs[0]]) + text + r.choice(["", "", "", signs[-1]])
                if r.random() < 0.12:
                    name, rgb, ink = self.named_colour()
                    w = self.face.width(text) + 12
                    s.box(x, y - self.pitch / 2 + 1, w, self.pitch - 2, rgb, name)
                    self.put(x + 6, y, text, r.choice(["box", "button"]), ink, name)
                    x += w
                else:
                    self.put(x, y, text, colour=self.accent() if r.random() < 0.15 else None)
                    x += self.face.width(text)
                x += r.uniform(8, 30)
        return s.finish()

    KINDS = ("lines", "form", "terminal", "editor", "table", "boxes", "dialog")

    def make(self, width, height, pixels=True, kind=None):
        """One finished Screen of this size in pixels, with `facts`."""
        while True:
            s = getattr(self, kind or self.rng.choice(self.KINDS))(width, height, pixels)
            s.facts["runs"] = s.runs
            if s.runs:
                return s


def maker(seed, held_out=False):
    return Maker(random.Random(seed), held_out)
