"""Lines of a terminal as elements of a page, and what stands in its columns."""

from .vocabulary import word

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Screen:
    """Lines of a terminal, each of one or several numbered elements."""

    def __init__(self, p):
        r = p.r
        self.p, self.out, self.user, self.host = p, [], word(r), word(r)
        self.prompt = r.choice(
            ["$ ", f"{self.user}@{self.host}:~$ ", f"{self.user}@{self.host}:~/{word(r)}$ ", "% ", "# "]
        )

    def line(self, *parts):
        """Parts are texts, or (text, CSS class); -> their elements."""
        pairs = [part if isinstance(part, tuple) else (part, "") for part in parts]
        made = [self.p.t(text, cls, style="white-space:pre") for text, cls in pairs]
        self.out.append(f"<div>{''.join(made)}</div>")
        return made

    def command(self, text):
        (e,) = self.line(self.prompt + text)
        self.p.title_of = text
        self.p.ask("command", text, (e,))

    def asked(self, kind, answer, needs, *wordings):
        self.p.questions.append(
            {
                "q": self.p.r.choice(wordings),
                "a": str(answer),
                "kind": kind,
                "via": "text",
                "needs": [e.id for e in needs],
            }
        )

    def html(self):
        if self.p.maybe(0.6):
            self.line(self.prompt)
        return f'<pre class="pad">{"".join(self.out)}</pre>'


def short(r):
    return f"{r.choice([r.randint(1, 999), round(r.uniform(0.1, 99), 1)])}{r.choice(['K', 'M', 'G', 'M'])}"


def day(r):
    return f"{r.choice(MONTHS)} {r.randint(1, 28):>2} {r.randint(0, 23):02d}:{r.randint(0, 59):02d}"


def share(r):
    return f"{r.uniform(0, 99):.1f}"
