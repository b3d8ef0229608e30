"""More kinds of screens: logs, files behind tabs, cards, and screens full of signs.  A half of layouts.Maker."""
from screens import COLOURS


class Pages:
    """Methods of Maker; `content` says what has to be shown."""

    def filler(self, most):
        """Words that nothing is asked about."""
        r = self.rng
        text = self.phrase(most)
        return text.lower() if r.random() < 0.6 else text

    def fitting(self, x, most):
        """Filler that fits from x to the right edge, or "" when not even one word does."""
        text = self.filler(self.rng.randint(1, most))
        while text and not self.fits(x, text):
            text = text.rpartition(" ")[0]
        return text

    def log(self, width, height, pixels):
        """Lines of words; one may say `error` and its code, or another word and a code."""
        r, s = self.rng, self.begin(width, height, self.rng.random() < 0.7, pixels)
        left, rows = r.randint(2, 10), self.rows_from(r.randint(0, 6))
        at, wrong = r.randrange(len(rows)), self.content.error
        code = self.code(2, 6) if wrong is None else wrong or self.code(2, 5)
        bad = wrong != "" if wrong is not None else r.random() < 0.65
        stamp = r.choice(["", "", "", "12:04 ", "# ", "> "])
        loud, s.facts["error"] = r.random() < 0.45, None
        for i, y in enumerate(rows):
            if i != at:
                text = stamp + self.fitting(left + self.face.width(stamp), 6)
                if self.fits(left, text) and text.strip() and r.random() > 0.06:
                    self.put(left, y, text, colour=self.accent() if r.random() < 0.05 else None)
                continue
            word = r.choice(["error", "error", "Error", "ERROR"]) if bad else r.choice(["warning", "done", self.word().lower(), self.word().lower()])
            head = (stamp if r.random() < 0.5 else "") + word + r.choice([" ", " ", ": ", ": ", " = "])
            if not self.fits(left, head + code):
                head = word + " "
            text = head + code
            tail = r.choice([" ", ": ", " "]) + self.word().lower()
            if self.fits(left, text + tail) and r.random() < 0.5:
                text += tail
            if self.fits(left, text):
                run = self.put(left, y, text, colour=self.accent() if loud else None)
                shown = run.part(len(head), len(head) + len(code))
                start = head.index(word)
                if bad:
                    s.facts["error"] = shown, run.part(start, start + 5)
                    s.links.append(s.facts["error"])
                else:
                    s.links.append((shown, run.part(start, start + len(word))))
        return s.finish()

    def card(self, width, height, pixels):
        """A heading, and lines below it of which one or two are `Label: value`."""
        r, s = self.rng, self.begin(width, height, self.rng.random() < 0.5, pixels)
        left, y = r.randint(3, 12), self.pitch / 2 + r.randint(0, 4)
        title = self.content.title or self.names(1, (), min(14, width // 10))[0]
        look, below = r.choice(["band", "rule", "plain", "loud", "frame"]), y + self.pitch / 2
        if look == "band":
            s.box(0, 0, s.width, below, self.shade(r.randint(12, 45)))
        elif look == "rule":
            s.box(left, below, s.width - 2 * left, 1, self.shade(70))
        elif look == "frame":
            s.box(0, 0, s.width, s.height, self.background, border=self.shade(60))
        if self.fits(left, title):
            s.facts["title"] = self.put(left, y, title, "title", self.accent() if look == "loud" else None)
        rows = self.rows_from(below + r.randint(0, 4))
        entries = self.content.entries or self.some_entries(r.choice([1, 1, 2]), width)
        at = dict(zip(sorted(r.sample(range(len(rows)), min(len(entries), len(rows)))), entries))
        indent = left + r.choice([0, 0, 0, 6])
        for i, y in enumerate(rows):
            if i in at:
                self.entry(indent, y, *at[i])
            elif r.random() < 0.85:
                text = self.fitting(indent, 6)
                if text:
                    self.put(indent, y, text)
        return s.finish()

    def tabbed(self, width, height, pixels):
        """Tabs at the top, words below."""
        r, s = self.rng, self.begin(width, height, self.rng.random() < 0.6, pixels)
        left, rows = r.randint(2, 10), self.rows_from(self.tabs(9) + r.randint(2, 6))
        for y in rows:
            text = self.fitting(left, 6)
            if text and r.random() < 0.85:
                self.put(left, y, text)
        return s.finish()

    def tabs(self, most=4):
        """Row of tabs, one active -> y below it.  The active one is filled, underlined, or in stronger ink."""
        r, s = self.rng, self.screen
        h, apart = r.randint(20, 30), r.randint(5, 12)
        x, tabs = r.choice([0, 0, 4]), []
        if r.random() < 0.8:
            s.box(0, 0, s.width, h, self.shade(r.randint(12, 45)))
        names = []
        for name in self.tab_names(r.randint(1, most)):
            if x + sum(self.face.width(n) + len(n) * 0.5 + 2 * apart + 1 for n in names + [name]) <= s.width:
                names.append(name)
        if not names:
            return h
        active, mark = r.randrange(len(names)), r.choice(["fill top", "fill", "top", "bottom", "bottom", "ink"])
        faint = tuple(round(b + (i - b) * r.uniform(0.4, 0.75)) for b, i in zip(self.background, self.ink))
        if mark != "ink" and r.random() < 0.4:
            faint = self.ink
        line, thick = r.choice([(40, 120, 230), (230, 120, 30), (20, 150, 150), self.accent(), self.ink]), r.randint(2, 4)
        for i, name in enumerate(names):
            w = self.face.width(name) + len(name) * 0.5 * self.snap + 2 * apart
            if i == active:
                if "fill" in mark:
                    s.box(x, 0, w, h, self.background)
                if "top" in mark:
                    s.box(x, 0, w, thick, line)
                if mark == "bottom":
                    s.box(x + apart // 2, h - thick, w - apart, thick, line)
            role, ink = ("active tab", self.ink) if i == active else ("tab", faint)
            tabs.append((self.put(x + apart, h / 2, name, role, ink), i == active))
            x += w + 1
        s.facts["tabs"] = tabs
        return h

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
