"""A page under construction: HTML with numbered elements, and the questions that its facts give.

A question names the elements it needs; after rendering, questions whose elements are not in sight are dropped.
`via` says what it takes to answer: "text" (the text layer), "mark" (its look marks), "look" (the picture itself).
"""

import html
import random

from . import ask, vocabulary
from .vocabulary import LISTS, labelled


class Element(str):
    """HTML of one numbered element; `.id` is its number and `.text` what it says."""

    id: int
    text: str


class Page:
    def __init__(self, seed, theme):
        self.r = random.Random(seed)
        self.theme = theme
        self.questions, self.groups, self.labels, self.topics = [], [], [], []
        self.contents = []  # (element, how a summary would name it)
        self.elements = 0
        self.kind = ""

    # building HTML

    def t(self, text, cls="", tag="span", style=""):
        self.elements += 1
        made = Element(
            f'<{tag} data-f="{self.elements}" class="{cls}" style="{style}">{html.escape(str(text))}</{tag}>'
        )
        made.id, made.text = self.elements, str(text)
        return made

    # questions

    def ask(self, kind, answer, needs=(), via="text", sub=None, group=None, **fill):
        question = ask.pick(self.r, kind, sub, **fill)
        self.questions.append(
            {
                "q": question,
                "a": str(answer),
                "kind": group or kind,
                "via": via,
                "needs": [e.id for e in needs if e is not None],
                **{k: fill[k] for k in ("row", "c", "l") if k in fill},
            }
        )  # follow-ups are made from these

    def maybe(self, chance):
        return self.r.random() < chance

    def value(self, kind, label, value):
        """A label and the value beside it."""
        self.labels.append(label.text)
        self.contents.append((label, vocabulary.lower_first(label.text)))
        for _ in range(2):
            self.ask("value", value.text, (label, value), sub=kind, l=label.text)
        if self.maybe(0.3):
            self.ask("reverse", label.text, (label, value), v=value.text)
        if self.maybe(0.45):
            self.yes_no(
                "is_value",
                self.maybe(0.5),
                (label, value),
                value.text,
                lambda: (
                    vocabulary.TYPES[kind][0](self.r) if kind in vocabulary.TYPES else vocabulary.title_words(self.r, 1)
                ),
                l=label.text,
            )

    def yes_no(self, kind, truth, needs, true_value, other, via="text", **fill):
        shown = true_value
        if not truth:
            for _ in range(9):
                shown = other()
                if shown.lower() != true_value.lower():
                    break
            else:
                return
        self.ask(kind, "Yes" if truth else "No", needs, via, v=shown, group="yes_no", **fill)

    def title(self, element):
        for _ in range(3):
            self.ask("title", element.text, (element,))
        self.topics.append(element.text)

    def brand(self, element):
        self.ask("brand", element.text, (element,))
        self.ask("brand", element.text, (element,))

    def error(self, element, ask_again=3):
        self.contents.insert(0, (element, f"the error: {element.text}"))
        for _ in range(ask_again):
            self.ask("error", element.text, (element,))

    def notice(self, noun, element):
        self.ask("notice", element.text, (element,), n=noun)

    def button(self, element, disabled=False, colour=True):
        self.ask("is_button", "Yes", (element,), l=element.text, group="yes_no")
        self.ask("disabled" if self.maybe(0.6) else "enabled", "", (element,), "mark", l=element.text, group="disabled")
        last = self.questions[-1]
        asked_enabled = any(w in last["q"].lower() for w in ("enabled", "clicked", "available"))
        last["a"] = "Yes" if disabled != asked_enabled else "No"
        if not disabled and self.maybe(0.6):
            self.questions.pop()  # most buttons are enabled: keep the two answers nearer to each other
        if colour:
            self.colour(element, "colour_button")

    def colour(self, element, wording="colour", noun=None):
        """The answer comes from the pixels: render.py fills in the look of the element."""
        self.ask(wording, "", (element,), "mark", row=element.text, group="colour")
        self.questions[-1]["colour_of"] = element.id
        if self.maybe(0.35):
            self.ask("is_colour", "", (element,), "mark", row=element.text, v="{colour}", group="colour_yes_no")
            self.questions[-1] |= {"colour_of": element.id, "yes": self.maybe(0.5)}
        if noun and self.maybe(0.5):
            self.ask("of_colour", element.text, (element,), "mark", n=noun, v="{colour}", group="of_colour")
            self.questions[-1] |= {"colour_of": element.id, "unique": True}

    def selected(self, noun, element, others, via="mark"):
        for _ in range(2):
            self.ask("selected", element.text, (element, *others[:1]), via, n=noun, group="selected")
        if self.maybe(0.6):
            yes = self.maybe(0.5)
            row = element if yes or not others else self.r.choice(others)
            self.ask(
                "is_selected",
                "Yes" if row is element else "No",
                (element, row),
                via,
                n=noun,
                row=row.text,
                group="selected_yes_no",
            )

    def sequence(self, noun, elements, across=False):
        """Elements that stand one after the other, none of them twice."""
        if len(elements) < 2:
            return
        r = self.r
        self.ask("count", len(elements), elements, n=noun)
        self.ask("listing", ", ".join(e.text for e in elements), elements, n=noun) if len(elements) < 7 else None
        self.ask("first", elements[0].text, elements[:1], n=noun, group="order")
        self.ask("last", elements[-1].text, elements, n=noun, group="order")
        i = r.randrange(len(elements) - 1)
        self.ask("after", elements[i + 1].text, elements[i : i + 2], n=noun, row=elements[i].text, group="order")
        self.ask("before", elements[i].text, elements[i : i + 2], n=noun, row=elements[i + 1].text, group="order")
        n = r.randrange(min(len(elements), len(ask.ORDINALS)))
        self.ask("nth", elements[n].text, elements[: n + 1], n=noun, o=ask.ORDINALS[n], group="order")
        self.place(noun, elements)

    def place(self, noun, elements):
        """Elements of which one can ask what is left, right, above or below; answered from the boxes."""
        self.groups.append((noun, [e.id for e in elements], [e.text for e in elements]))

    def about(self, phrase, *keys):
        """`phrase` completes "This is ..."; keys are the words that a summary must have."""
        for _ in range(3):
            self.ask("about", phrase[:1].upper() + phrase[1:].rstrip("."))
            self.questions[-1]["keys"] = list(keys)

    def finish(self):
        """What is not on the page: labels, buttons and names nobody put there."""
        r, said = self.r, self.everything()
        for _ in range(3):
            kind, label, value = labelled(r, self.labels)
            if label.lower() in said:
                continue
            self.ask("value", "not shown", sub=kind, l=label, group="not_shown")
            if r.random() < 0.5:
                self.ask(
                    "shown",
                    "No",
                    l=r.choice([label, value, vocabulary.person(r), vocabulary.title_words(r, 2)]),
                    group="shown",
                )
        name = r.choice(BUTTONS)
        if name.lower() not in said:
            self.ask("is_button", "No", l=name, group="yes_no")
        for label in r.sample(self.labels, min(2, len(self.labels))):
            needs = [
                q["needs"]
                for q in self.questions
                if q["kind"] == "value" and q["needs"] and label.lower() in q["q"].lower()
            ]
            if needs:
                self.ask("shown", "Yes", l=label, group="shown")
                self.questions[-1]["needs"] = needs[0]

    def everything(self):
        return " ".join(q["a"].lower() + " " + q["q"].lower() for q in self.questions)


BUTTONS = LISTS["buttons"]
