"""Questions about a screen, their answers, and the cell and slot each answered character is read from."""

NOWHERE = (-1, -1)

# {0} is a word shown on the screen or a number; several wordings per question, so that users may vary theirs
WORDINGS = {
    "code": ["What is the code?", "What code is shown?", "Read the code.", "What is the code", "Which code is displayed?",
             "What does the code say?", "Tell me the code.", "Can you read the code?", "what is the code?"],
    "value": ["What is the value of {0}?", "What is the {0}?", "What does {0} say?", "What value does {0} have?", "{0}?",
              "What is {0}?", "Read the {0}.", "Tell me the {0}.", "What is shown for {0}?", "What is the {0} value?",
              "What is in the {0} field?"],
    "read": ["Read the text.", "What does it say?", "What is written here?", "Read all text.", "What text is shown?",
             "What does the picture say?", "What does the screenshot say?", "What is the text?"],
    "line": ["What does the {0} line say?", "Read the {0} line.", "What is written in the {0} line?", "What is the {0} line?"],
    "numbered": ["What does line {0} say?", "Read line {0}.", "What is on line {0}?", "What is in line {0}?",
                 "What is written on line {0}?"],
    "title": ["What is the title?", "What is the title of the window?", "Read the title.", "What does the title say?",
              "What is the window title?"],
    "tab": ["Which tab is active?", "What is the active tab?", "Which file is open?", "Which tab is selected?",
            "What is the name of the open file?"],
    "error": ["What is the error?", "What error is shown?", "What does the error say?", "Read the error message.",
              "What is the error message?", "Which error is shown?", "What went wrong?"],
    "error code": ["What is the error code?", "Which error code is shown?", "Read the error code.", "What error code do you see?",
                   "What is the code of the error?"],
    "has error": ["Is there an error?", "Is an error shown?", "Does it show an error?", "Do you see an error?",
                  "Are there any errors?", "Did something go wrong?"],
    "colour": ["What colour is {0}?", "What color is {0}?", "What is the colour of {0}?", "What is the color of {0}?",
               "Which colour is {0}?", "Which color does {0} have?"],
    "by colour": ["What does the {0} {1} say?", "Which {1} is {0}?", "What is written in the {0} {1}?",
                  "What is the text of the {0} {1}?", "Read the {0} {1}."],
    "count": ["How many {0} are there?", "How many {0} do you see?", "How many {0} are shown?", "Count the {0}.",
              "What is the number of {0}?"],
    "exists": ["Is there a {0} button?", "Do you see a {0} button?", "Is the {0} button shown?", "Is there a button {0}?"],
    "cell": ["What is the {1} of {0}?", "What {1} does {0} have?", "What is the {1} for {0}?", "{1} of {0}?",
             "What is in row {0}, column {1}?"],
    "which image": ["Which image shows {0}?", "Which image contains {0}?", "In which image is {0}?", "Where is {0} shown?",
                    "Which picture shows {0}?", "Which screenshot contains {0}?"],
}


class Asker:
    """Collects (kind, question, answer, cells, named).

    cells[i] is (cell, slot) of answer character i; -1 where there is none.  named says which words of the question
    are shown on the screen: [(word as written in the question, (cell, slot) of each of its characters)].
    """

    def __init__(self, rng):
        self.rng = rng

    def words(self, kind, *inside):
        return self.rng.choice(WORDINGS[kind]).format(*inside)

    def spelled(self, text):
        """A shown name as a user may type it."""
        r = self.rng.random()
        return text.lower() if r < 0.25 else f'"{text}"' if r < 0.3 else text

    def span(self, run, first=0, last=None):
        last = len(run.text) if last is None else last
        return run.text[first:last], run.cells[first:last]

    def about(self, screen):
        """Everything that can be asked about one finished screen."""
        f, r, out = screen.facts, self.rng, []

        def add(kind, question, answer, cells=None, named=()):
            if answer:
                out.append((kind, question, answer, cells if cells is not None else [NOWHERE] * len(answer), list(named)))

        def kind_of_code(run, at):
            """The word "Code" or "error" that stands at the start of a run, as a name; at is its last character."""
            word = run.text[:at + 1].lower()
            return [(word, [NOWHERE] * at + run.cells[at:at + 1])]

        def near(answer, run):
            """Words that are not shown, but are known by looking at a run."""
            return answer, [(run.cells[0][0], -1)] * len(answer)

        if f.get("code"):
            run, a, b = f["code"]
            label = next((name for label, other, name in f.get("fields", []) if other is run), run)
            for _ in range(2):
                add("code", self.words("code"), *self.span(run, a, b), kind_of_code(label, 3))
        for label, run, name in r.sample(f.get("fields", []), min(4, len(f.get("fields", [])))):
            add("value", self.words("value", self.spelled(label)), *self.span(run), [(label, name.cells)])
        if f.get("title"):
            add("title", self.words("title"), *self.span(f["title"]))
        if f.get("tabs"):
            for run, active in f["tabs"]:
                if active:
                    add("tab", self.words("tab"), *self.span(run))
        if "error" in f:
            if f["error"]:
                run, a, b = f["error"]
                error = kind_of_code(run, 4)
                add("error", self.words("error"), *self.span(run), error)
                add("error code", self.words("error code"), *self.span(run, a, b), error)
                if not f.get("code"):
                    add("code", self.words("code"), *self.span(run, a, b))
                add("has error", self.words("has error"), *near("yes", run), error)
            else:
                add("has error", self.words("has error"), "no")
        self._lines(screen, add)
        for role, blocks in (("button", f.get("buttons")), ("box", f.get("boxes"))):
            if blocks:
                self._blocks(role, blocks, add, near)
        if f.get("table"):
            self._table(f, add)
        return out

    def _lines(self, screen, add):
        f, r = screen.facts, self.rng
        lines = f.get("lines") or []
        if lines and "title" not in f and "buttons" not in f:
            name, run = r.choice([("first", lines[0]), ("last", lines[-1])])
            add("line", self.words("line", name), *self.span(run))
        for n, run, number in r.sample(f.get("numbered", []), min(3, len(f.get("numbered", [])))):
            add("numbered", self.words("numbered", n), *self.span(run), [(str(n), number.cells)])
        if sum(len(run.text) for run in screen.runs) <= 24:
            text, cells = "", []
            for i, run in enumerate(sorted(screen.runs, key=lambda run: (round(run.y), run.x[:1]))):
                joint = "" if i == 0 else " " if abs(run.y - before.y) < 4 else "\n"
                text, cells, before = text + joint + run.text, cells + [NOWHERE] * len(joint) + run.cells, run
            add("read", self.words("read"), text, cells)

    def _blocks(self, role, blocks, add, near):
        r, plural = self.rng, {"button": "buttons", "box": "boxes"}[role]
        for run, colour in r.sample(blocks, min(3, len(blocks))):
            name = self.spelled(run.text)
            name = r.choice([f"the {name} {role}", f"the {name} {role}", name, f"the {role} {name}"])
            add("colour", self.words("colour", name), *near(colour, run), [(run.text, run.cells)])
        for run, colour in r.sample(blocks, min(2, len(blocks))):
            if sum(c == colour for _, c in blocks) == 1:
                named = [(colour, [NOWHERE] * (len(colour) - 1) + run.cells[:1])]
                add("by colour", self.words("by colour", colour, role), *self.span(run), named)
        add("count", self.words("count", plural), str(len(blocks)))
        if role == "button":
            shown, (run, _) = {run.text for run, _ in blocks}, r.choice(blocks)
            if r.random() < 0.5:
                add("exists", self.words("exists", run.text), *near("yes", run), [(run.text, run.cells)])
            else:
                from layouts import BUTTONS

                other = r.choice([b for b in BUTTONS if b not in shown])
                add("exists", self.words("exists", other), "no", named=[(other, [NOWHERE] * len(other))])

    def _table(self, f, add):
        r = self.rng
        for row in r.sample(f["table"], min(3, len(f["table"]))):
            k = r.randrange(1, len(row))
            head = f["header"][k]
            named = [(row[0].text, row[0].cells)] + ([(head, f["header runs"][k].cells)] if f["header runs"] else [])
            add("cell", self.words("cell", self.spelled(row[0].text), head.lower() if r.random() < 0.5 else head),
                *self.span(row[k]), named)
        add("count", self.words("count", "rows"), str(len(f["table"])))

    def in_image(self, question, number):
        """The same question about one of several images."""
        end = question[-1] if question[-1] in "?." else "?"
        body = question.rstrip("?.")
        return self.rng.choice([f"{body} in image {number}{end}", f"{body} in image {number}{end}",
                                f"Image {number}: {question}", f"In image {number}, {question[0].lower()}{question[1:]}"])
