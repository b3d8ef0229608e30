"""Questions about a screen, their answers, and the cell and slot each answered character is read from."""

from wordlists import words

NOWHERE = (-1, -1)

# {0} is a word shown on the screen or a number; several wordings per question, so that users may vary theirs
WORDINGS = {
    "code": ["What is the code?", "What code is shown?", "Read the code.", "What is the code", "Which code is displayed?",
             "What does the code say?", "Tell me the code.", "Can you read the code?", "what is the code?", "What is the code?"],
    "value": ["What is the value of {0}?", "What is the {0}?", "What is the {0}?", "What is the {0}?", "What is the value of {0}?", "What does {0} say?", "What value does {0} have?", "{0}?",
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
    "shown": ["Is {0} shown?", "Do you see {0}?", "Is {0} shown in the image?", "Does it show {0}?", "Is there a {0}?"],
    "shown in any": ["Is {0} shown in any image?", "Is {0} shown in any image?", "Does any image show {0}?",
                     "Is {0} in any of these images?", "Do any of the images contain {0}?"],
    "code after": ["Which code comes after {0}?", "What code comes after {0}?", "Which code is shown after {0}?",
                   "What is the code after {0}?"],
    "code before": ["Which code comes before {0}?", "What code comes before {0}?", "What is the code before {0}?"],
    "first image": ["Which image is the first that shows {0}?", "Which is the first image that shows {0}?",
                    "What is the first image with {0}?", "In which image is {0} shown first?"],
    "last image": ["Which image is the last that shows {0}?", "Which is the last image that shows {0}?"],
    "difference": ["Which value is different in image 2?", "What value is different in image 2?",
                   "What is different in image 2?"],
    "count errors": ["How many images show an error?", "How many images contain an error?", "In how many images is an error?",
                     "Count the images with an error."],
    "error image": ["Which image shows an error?", "Which image has an error?", "In which image is an error shown?"],
    "same code": ["Which image shows the same code as image 1?", "Which image has the same code as image 1?",
                  "Which other image shows the code of image 1?"],
    "document": ["What is the {1} of {0}?", "What is the {1} of {0}?", "Tell me the {1} of {0}.", "Which {1} does {0} have?"],
    "document and image": ["What is the {1} of the {0} shown in the image?", "What is the {1} of the {0} shown in the image?",
                           "What is the {1} of the {0} in the screenshot?", "Which {1} does the {0} shown in the image have?"],
    "cell": ["What is the {1} of {0}?", "What is the {1} for {0}?", "What is the {1} of {0}?", "What {1} does {0} have?", "What is the {1} for {0}?", "{1} of {0}?",
             "What is in row {0}, column {1}?"],
    "which image": ["Which image shows {0}?", "Which image contains {0}?", "In which image is {0}?", "Where is {0} shown?",
                    "Which picture shows {0}?", "Which screenshot contains {0}?"],
}


class Asker:
    """Collects (kind, question, answer, cells, named).

    cells[i] is (cell, slot) of answer character i; -1 where there is none.  named says which words of the question
    are shown on the screen: [(word as written in the question, (cell, slot) of each of its characters)].
    """

    def __init__(self, rng, held_out=False):
        self.rng, self.held_out = rng, held_out

    def words(self, kind, *inside):
        return self.rng.choice(WORDINGS[kind]).format(*inside)

    def spelled(self, text):
        """A shown name as a user may type it."""
        r = self.rng.random()
        return text.lower() if r < 0.25 else f'"{text}"' if r < 0.3 else text

    def span(self, run):
        return run.text, list(run.cells)

    def about(self, screen):
        """Everything that can be asked about one finished screen."""
        f, r, out = screen.facts, self.rng, []

        def add(kind, question, answer, cells=None, named=()):
            if answer:
                out.append((kind, question, answer, cells if cells is not None else [NOWHERE] * len(answer), list(named)))

        def named_by(word, part):
            """A word of the question by the last character of the part of a screen that it names."""
            return [(word, [NOWHERE] * (len(word) - 1) + part.cells[-1:])]

        def near(answer, run):
            """Words that are not shown, but are known by looking at a run."""
            return answer, [(run.cells[0][0], -1)] * len(answer)

        if r.random() < 0.2:
            self._shown(screen, add, near)

        if f.get("code"):
            value, name = f["code"]
            for _ in range(2):
                add("code", self.words("code"), *self.span(value), named_by("code", name))
        fields = [field for field in f.get("fields", []) if field[0].lower() != "code"]
        for label, value, name in r.sample(fields, min(6, len(fields))):
            add("value", self.words("value", self.spelled(label)), *self.span(value), [(label, name.cells)])
        if f.get("title"):
            add("title", self.words("title"), *self.span(f["title"]))
        for run, active in f.get("tabs", []):
            if active:
                add("tab", self.words("tab"), *self.span(run))
        if "error" in f:
            if f["error"]:
                code, name = f["error"]
                error = named_by("error", name)
                if "error line" in f:
                    add("error", self.words("error"), *self.span(f["error line"]), error)
                add("error code", self.words("error code"), *self.span(code), error)
                if not f.get("code"):
                    add("code", self.words("code"), *self.span(code), named_by("code", name))
                add("has error", self.words("has error"), *near("yes", name), error)
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
        if sum(len(run.text) for run in screen.runs) <= 24 and r.random() < 0.5:
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
        if r.random() < 0.5:
            add("count", self.words("count", plural), str(len(blocks)))
        if role == "button":
            shown, (run, _) = {run.text for run, _ in blocks}, r.choice(blocks)
            if r.random() < 0.5:
                add("exists", self.words("exists", run.text), *near("yes", run), [(run.text, run.cells)])
            else:
                other = self.absent(shown)
                add("exists", self.words("exists", other), "no", named=[(other, [NOWHERE] * len(other))])

    def absent(self, shown):
        """A word that none of the shown texts contains."""
        while True:
            word = self.rng.choice(words(self.held_out))
            if len(word) > 2 and not any(word.lower() in text.lower() for text in shown):
                return self.rng.choice([word.capitalize(), word.capitalize(), word.lower()])

    def _shown(self, screen, add, near):
        """Whether a word or a value is there."""
        texts = [run for run in screen.runs if 3 <= len(run.text) <= 14 and run.role != "line number"]
        if not texts:
            return
        run = self.rng.choice(texts)
        if self.rng.random() < 0.5:
            add("shown", self.words("shown", run.text), *near("yes", run), [(run.text, run.cells)])
        else:
            other = self.absent([run.text for run in screen.runs])
            add("shown", self.words("shown", other), "no", named=[(other, [NOWHERE] * len(other))])

    def _table(self, f, add):
        r = self.rng
        for row in r.sample(f["table"], min(6, len(f["table"]))):
            k = r.randrange(1, len(row))
            head = f["header"][k]
            named = [(row[0].text, row[0].cells)] + ([(head, f["header runs"][k].cells)] if f["header runs"] else [])
            add("cell", self.words("cell", self.spelled(row[0].text), head.lower() if r.random() < 0.5 else head),
                *self.span(row[k]), named)
        if r.random() < 0.5:
            add("count", self.words("count", "rows"), str(len(f["table"])))

    def in_image(self, question, number):
        """The same question about one of several images."""
        end = question[-1] if question[-1] in "?." else "?"
        body = question.rstrip("?.")
        return self.rng.choice([f"{body} in image {number}{end}", f"{body} in image {number}{end}",
                                f"Image {number}: {question}", f"In image {number}, {question[0].lower()}{question[1:]}"])
