"""Sentences with a fact in them, what can be asked about it, and sentences around it."""

import re

from pages.ask import pick
from pages.vocabulary import (
    CITY,
    DAYS,
    LONG_MONTHS,
    PRODUCTS,
    SYSTEMS,
    clock,
    code,
    duration,
    error_code,
    error_sentence,
    file_name,
    labelled,
    lower_first,
    money,
    path,
    person,
    sentence,
    size,
    word,
)

ROLES = "manager lead owner author director coach editor treasurer".split()


def fact(r, taken):
    """(sentence, [(question, answer)], key); what is asked stands in the sentence to the letter."""
    kind, label, value = labelled(r, taken)
    low = lower_first(label)
    thing = r.choice(
        [
            lambda: f"{r.choice(SYSTEMS)} {r.choice(['service', 'server', 'job', 'team', 'module'])}",
            lambda: f"{word(r)} project",
            lambda: r.choice(PRODUCTS).lower(),
            lambda: f"{word(r)} office",
        ]
    )()
    who, other, day, place = person(r), person(r), r.choice(DAYS), r.choice(CITY)
    secret = code(r)
    return r.choice(
        [
            lambda: (f"The {low} is {value}.", [(pick(r, "value", kind, l=label), value)], label),
            lambda: (
                f"The {low} of the {thing} is {value}.",
                [(f"What is the {low} of the {thing}?", value), (pick(r, "value", kind, l=label), value)],
                label,
            ),
            lambda: (
                f"For the {thing}, the {low} was set to {value}.",
                [(f"What is the {low} of the {thing}?", value), (f"What was the {low} set to?", value)],
                label,
            ),
            lambda: (
                f"The error code is {(e := error_code(r))}.",
                [
                    (
                        r.choice(
                            [
                                "What is the error code?",
                                "Which error code is given?",
                                "Error code?",
                                "What error code does the text mention?",
                            ]
                        ),
                        e,
                    )
                ],
                "error code",
            ),
            lambda: (
                f"{who} is the {(role := r.choice(ROLES))} of the {thing}.",
                [
                    (f"Who is the {role} of the {thing}?", who),
                    (f"What is the role of {who}?", role),
                    (f"Is {who} the {role} of the {thing}?", "Yes"),
                ],
                role,
            ),
            lambda: (
                f"The {(m := word(r))} meeting was moved to {day} at {(c := clock(r))}.",
                [
                    (f"When is the {m} meeting?", f"{day} at {c}"),
                    (f"On which day is the {m} meeting?", day),
                    (f"To what time was the {m} meeting moved?", c),
                ],
                "meeting",
            ),
            lambda: (
                f"{who} lives in {place} and works for {other}.",
                [
                    (f"Where does {who} live?", place),
                    (f"Who does {who} work for?", other),
                    (f"Who lives in {place}?", who),
                ],
                who,
            ),
            lambda: (
                f"The access code for the {thing} is {secret}.",
                [(f"What is the access code for the {thing}?", secret), ("What is the access code?", secret)],
                "access code",
            ),
            lambda: (
                f"{who} bought {(n := r.randint(2, 90))} {(w := word(r))}s for {(a := money(r))} in {place}.",
                [
                    (f"How many {w}s did {who} buy?", str(n)),
                    (f"How much did {who} pay?", a),
                    (f"Where did {who} buy the {w}s?", place),
                    (f"Who bought the {w}s?", who),
                ],
                w,
            ),
            lambda: (
                f"Since {(m := r.choice(LONG_MONTHS))} the {thing} has been run by {who} from {place}.",
                [
                    (f"Who runs the {thing}?", who),
                    (f"Since when has {who} run the {thing}?", m),
                    (f"From where is the {thing} run?", place),
                ],
                thing,
            ),
            lambda: (
                f"The backup of {(f := file_name(r))} took {(d := duration(r))} and needs {(s := size(r))}.",
                [(f"How long did the backup of {f} take?", d), (f"How much space does the backup of {f} need?", s)],
                f,
            ),
            lambda: (
                f"Use {(f := path(r))} to change the {low}.",
                [(f"Which file changes the {low}?", f), (f"Where can I change the {low}?", f)],
                f,
            ),
            lambda: (
                f"The {thing} failed because of: {(e := error_sentence(r).rstrip('.'))}.",
                [(f"Why did the {thing} fail?", e), ("What was the error?", e)],
                "failure",
            ),
            lambda: (
                f"{who} prefers the {(a := r.choice(['red', 'blue', 'green', 'black', 'white', 'yellow']))} "
                f"{(w := word(r))}, while {other} wants the "
                f"{(b := r.choice(['grey', 'orange', 'purple', 'brown', 'pink']))} one.",
                [(f"Which {w} does {who} prefer?", a), (f"What colour does {other} want?", b)],
                w,
            ),
        ]
    )()


def filler(r):
    return r.choice(
        [
            lambda: sentence(r),
            lambda: sentence(r),
            lambda: (
                f"It was a {word(r)} {r.choice(['day', 'week', 'month'])} for the {word(r)} "
                f"{r.choice(['team', 'group', 'club'])} in {r.choice(CITY)}."
            ),
            lambda: f"Nobody expected the {word(r)} to {r.choice(['change', 'end', 'start again', 'take so long'])}.",
            lambda: (
                f"More about the {word(r)} {word(r)} can be found in {r.choice(['chapter', 'section', 'appendix'])} "
                f"{r.randint(1, 20)}."
            ),
            lambda: f"{person(r)} will look after the {word(r)} until {r.choice(DAYS)}.",
            lambda: f"There were {r.randint(2, 300)} {word(r)}s on the {word(r)} list.",
        ]
    )()


def absent(r, text, taken):
    for _ in range(9):
        kind, label, _ = labelled(r, taken)
        if label.lower() not in text.lower():
            return (pick(r, "value", kind, l=label), "not shown", "not_shown")
    return (f"What is the {word(r)} code?", "not shown", "not_shown")


def common_questions(r, text, taken):
    out = [absent(r, text, taken) for _ in range(2)]
    words = [w for w in re.findall(r"[A-Z][a-z]{4,} [A-Z][a-z]{3,}", text)]
    if words:
        out.append((pick(r, "shown", l=r.choice(words)).replace("on the screen", "in the text"), "Yes", "shown"))
    out.append((pick(r, "shown", l=person(r)).replace("on the screen", "in the text"), "No", "shown"))
    return out
