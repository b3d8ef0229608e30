"""Sections that applications are put together from: cards, details, lists, charts, boards, calendars."""

from . import ask
from .colours import name as colour_name
from .table import ROWS, numeric_column, unique
from .vocabulary import (
    CITY,
    DAYS,
    DEPARTMENTS,
    LONG_MONTHS,
    clock,
    date,
    file_name,
    labelled,
    money,
    person,
    sentence,
    size,
    title_words,
)


def heading(p, text, level=2):
    return p.t(text, tag=f"h{level}")


def cards(p, n=None):
    """Key figures, each with a label and perhaps a change."""
    r, out, labels = p.r, [], []
    order = r.random() < 0.5
    for _ in range(n or r.randint(2, 5)):
        kind, label, value = labelled(r, p.labels)
        while kind not in ("money", "percent", "count", "duration", "size", "temperature", "weight", "number"):
            kind, label, value = labelled(r, p.labels)
        le, ve = p.t(label, r.choice(["dim", "", "dim small"])), p.t(value, "big")
        p.value(kind, le, ve)
        labels.append(le)
        change = ""
        if p.maybe(0.35):
            up = p.maybe(0.5)
            c = p.t(f"{'+' if up else '-'}{r.uniform(0.1, 30):.1f}%", f"small t-{'good' if up else 'bad'}")
            p.ask("value", c.text, (le, c), l=f"change of {label}", group="value")
            change = f"<div>{c}</div>"
        body = f"<div>{le}</div><div>{ve}</div>" if order else f"<div>{ve}</div><div>{le}</div>"
        out.append(f'<div class="surface grow">{body}{change}</div>')
    p.place("card", labels)
    return f'<div class="row" style="align-items:stretch">{"".join(out)}</div>'


def details(p, n=None):
    """Label and value pairs."""
    r, out = p.r, []
    style = r.choice(["colon", "grid", "spread", "stack"])
    for _ in range(n or r.randint(3, 8)):
        kind, label, value = labelled(r, p.labels)
        le, ve = p.t(label, "dim" if p.maybe(0.5) else "", "b" if p.maybe(0.3) else "span"), p.t(value)
        p.value(kind, le, ve)
        out.append(
            {
                "colon": f"<div>{le}: {ve}</div>",
                "grid": f'<div class="row"><span style="width:12em;flex:none">{le}</span>{ve}</div>',
                "spread": f'<div class="row between line">{le}{ve}</div>',
                "stack": f"<div><div>{le}</div><div>{ve}</div></div>",
            }[style]
        )
    width = f"max-width:{r.randint(22, 40)}em" if style == "spread" else ""
    return f'<div class="surface col" style="gap:6px;{width}">{"".join(out)}</div>'


def feed(p, noun=None):
    """A list of entries: who did what and when."""
    r = p.r
    noun = noun or r.choice(["entry", "event", "activity", "notification", "comment"])
    out, whos = [], unique(r, person, r.randint(3, 6))
    texts = []
    for who in whos:
        we, te, de = (
            p.t(who, "", "b"),
            p.t(sentence(r).rstrip(".")),
            p.t(
                r.choice(
                    [
                        clock(r),
                        date(r),
                        f"{r.randint(2, 59)} minutes ago",
                        f"{r.randint(2, 23)} hours ago",
                        "yesterday",
                        f"{r.randint(2, 9)} days ago",
                    ]
                ),
                "dim small",
            ),
        )
        texts.append(te)
        p.ask("says", te.text, (we, te), row=who)
        p.ask("who_said", who, (we, te), v=te.text)
        p.ask("cell", de.text, (we, de), row=who, c="time", group="value")
        p.questions[-1]["q"] = r.choice(
            [
                f"When did {who} write?",
                f"When was the {noun} by {who}?",
                f"What time is given for {who}?",
                f"How long ago was {who}'s {noun}?",
            ]
        )
        out.append(f'<div class="line" style="padding:6px 0"><div class="row">{we}{de}</div><div>{te}</div></div>')
    p.contents.append((texts[0], ask.plural(noun)))
    p.ask("count", len(whos), texts, n=noun)
    return f'<div class="col" style="gap:0">{"".join(out)}</div>'


def bars(p):
    """A bar chart with labels, perhaps with its values written on."""
    r = p.r
    n = r.randint(3, 7)
    noun = r.choice(["product", "department", "city", "service", "month", "day", "team"])
    names = LONG_MONTHS[:n] if noun == "month" else DAYS[:n] if noun == "day" else unique(r, ROWS[noun], n)
    n = len(names)
    label, cells = numeric_column(r, n)
    numbers, texts = [x for x, _ in cells], [t for _, t in cells]
    written = p.maybe(0.6)
    top = max(max(numbers), 1)
    les = [p.t(x[:22]) for x in names]
    ves = [p.t(t, "small") if written else None for t in texts]
    via = "text" if written else "look"
    every = [e for e in [*les, *ves] if e is not None]
    high, low = max(range(n), key=numbers.__getitem__), min(range(n), key=numbers.__getitem__)
    for kind, i in (("max", high), ("min", low)):
        if numbers.count(numbers[i]) == 1:
            p.ask(
                kind,
                les[i].text,
                every,
                via,
                n=r.choice([noun, "bar"]),
                c=label,
                group="extreme" if written else "chart",
            )
    if written:
        for i in r.sample(range(n), min(3, n)):
            p.ask("cell", texts[i], (les[i], ves[i]), row=les[i].text, c=label)
    title = p.t(f"{label} by {noun}", tag="h3")
    p.contents.append((title, f"a chart of {title.text.lower()}"))
    p.ask("chart_kind", "Bar chart", les, "look", group="chart")
    p.ask("title", title.text, (title,), group="chart_title")
    p.questions[-1]["q"] = r.choice(
        [
            "What is the title of the chart?",
            "What does the chart show?",
            "What is the chart about?",
            "Which chart is this?",
        ]
    )
    tall = p.maybe(0.5)
    if tall:
        body = "".join(
            f'<div class="col" style="gap:4px;align-items:center;justify-content:flex-end"><div>{ves[i] or ""}</div>'
            f'<div style="width:2.4em;height:{max(2, numbers[i] / top * 140):.0f}px;background:{p.theme.accent}">'
            f"</div>{les[i]}</div>"
            for i in range(n)
        )
        return f'<div class="surface col">{title}<div class="row" style="align-items:flex-end">{body}</div></div>'
    body = "".join(
        f'<div class="row"><span style="width:9em;flex:none">{les[i]}</span><div class="bar" '
        f'style="width:{max(2, numbers[i] / top * 260):.0f}px;background:{p.theme.accent}"></div>{ves[i] or ""}'
        f"</div>"
        for i in range(n)
    )
    return f'<div class="surface col">{title}{body}</div>'


def share(p):
    """A pie chart with a legend."""
    r = p.r
    names, left, parts = (
        unique(r, ROWS[r.choice(["product", "department", "service", "city"])], r.randint(3, 5)),
        100,
        [],
    )
    for i, name in enumerate(names):
        part = left if i == len(names) - 1 else r.randint(3, max(4, left - 8 * (len(names) - i)))
        parts.append(part)
        left -= part
    colours = r.sample(
        ["#e53935", "#1e88e5", "#43a047", "#fdd835", "#fb8c00", "#8e24aa", "#00acc1", "#6d4c41"], len(names)
    )
    at, stops = 0, []
    for c, part in zip(colours, parts):
        stops.append(f"{c} {at}% {at + part}%")
        at += part
    written = p.maybe(0.6)
    les, ves = [p.t(x) for x in names], [p.t(f"{x}%") if written else None for x in parts]
    top = max(range(len(parts)), key=parts.__getitem__)
    if parts.count(parts[top]) == 1:
        every = [e for e in [*les, *ves] if e is not None]
        p.ask(
            "max",
            les[top].text,
            every,
            "text" if written else "look",
            n=r.choice(["slice", "share", "part"]),
            c="share",
            group="extreme" if written else "chart",
        )
    p.contents.append((les[0], "a pie chart"))
    p.ask("chart_kind", "Pie chart", les, "look", group="chart")
    i = r.randrange(len(names))
    name = colour_name([int(colours[i][k : k + 2], 16) for k in (1, 3, 5)])
    p.ask("colour_slice", name.capitalize(), (les[i],), "look", row=les[i].text, group="chart")
    if written:
        i = r.randrange(len(names))
        p.ask("cell", ves[i].text, (les[i], ves[i]), row=les[i].text, c="share")
    legend = "".join(
        f'<div class="row" style="gap:8px"><span style="width:1em;height:1em;background:{c}"></span>{e}{v or ""}</div>'
        for c, e, v in zip(colours, les, ves)
    )
    return (
        f'<div class="surface row"><div style="width:9em;height:9em;border-radius:50%;'
        f'background:conic-gradient({",".join(stops)})"></div><div class="col" style="gap:4px">{legend}</div></div>'
    )


def progress(p):
    r, out = p.r, []
    for name in unique(r, ROWS[r.choice(["course", "project", "service", "file", "job"])], r.randint(2, 5)):
        done = r.randint(0, 100)
        le, ve = p.t(name), p.t(f"{done}%")
        p.ask("cell", ve.text, (le, ve), row=name, c=r.choice(["progress", "percentage", "completion"]))
        out.append(
            f'<div><div class="row between">{le}{ve}</div><div class="track"><div style="width:{done}%;height:8px;'
            f'border-radius:6px;background:{p.theme.accent}"></div></div></div>'
        )
    return f'<div class="surface col">{"".join(out)}</div>'


def board(p):
    """Columns of cards."""
    r, out = p.r, []
    names = r.choice(
        [
            ["To do", "In progress", "Done"],
            ["Backlog", "Doing", "Review", "Done"],
            ["New", "Assigned", "Closed"],
            ["Ideas", "Next", "Now", "Later"],
            r.sample(DEPARTMENTS, 3),
        ]
    )
    heads = [p.t(n, tag="h3") for n in names]
    for head in heads:
        made = []
        for _ in range(r.randint(1, 4)):
            c, who = p.t(sentence(r).rstrip(".")), p.t(person(r), "dim small")
            made.append((c, who))
            if p.maybe(0.5):
                p.ask("row_of", head.text, (head, c), n="column", c="card", v=c.text)
                p.questions[-1]["q"] = r.choice(
                    [
                        f'In which column is "{c.text}"?',
                        f'Which column is "{c.text}" in?',
                        f'Where is the card "{c.text}"?',
                    ]
                )
            if p.maybe(0.4):
                p.ask("cell", who.text, (c, who), sub="person", row=f'"{c.text}"', c="assignee")
        p.ask("count", len(made), [head] + [c for c, _ in made], n="card")
        p.questions[-1]["q"] = r.choice(
            [
                f"How many cards are in {head.text}?",
                f"How many tasks are in the column {head.text}?",
                f"Count the cards under {head.text}.",
            ]
        )
        out.append(
            f'<div class="surface col grow">{head}'
            + "".join(f'<div class="surface"><div>{c}</div>{w}</div>' for c, w in made)
            + "</div>"
        )
    p.sequence("column", heads, True)
    return f'<div class="row" style="align-items:flex-start">{"".join(out)}</div>'


def agenda(p):
    """Days with their appointments."""
    r, out = p.r, []
    days = [p.t(d, tag="b") for d in DAYS[: r.choice([3, 5, 5, 7])]]
    for day in days:
        items = []
        for _ in range(r.choice([0, 1, 1, 2])):
            what, when = (
                p.t(
                    r.choice(
                        [
                            f"{title_words(r, 1)} "
                            f"{r.choice(['meeting', 'review', 'call', 'workshop', 'lesson', 'training'])}",
                            f"{r.choice(['Call', 'Lunch', 'Interview', 'Meet'])} {'with ' + person(r)}",
                            r.choice(["Dentist", "Gym", "Stand-up", "Retro", "Flight to " + r.choice(CITY), "Demo"]),
                        ]
                    )
                ),
                p.t(clock(r), "small"),
            )
            items.append((when, what))
            p.ask("cell", when.text, (what, when), row=what.text, c="time", group="value")
            p.questions[-1]["q"] = r.choice(
                [
                    f"When is {what.text}?",
                    f"At what time is {what.text}?",
                    f"What time does {what.text} start?",
                    f"What time is {what.text}?",
                ]
            )
            p.ask("cell", day.text, (what, day), "look", row=what.text, c="day", group="value")
            p.questions[-1]["q"] = r.choice(
                [f"On which day is {what.text}?", f"What day is {what.text}?", f"Which day has {what.text}?"]
            )
            p.ask("row_of", what.text, (what, when, day), "look", n="event", c="time", v=when.text)
            p.questions[-1]["q"] = r.choice(
                [f"What is on {day.text} at {when.text}?", f"What happens at {when.text} on {day.text}?"]
            )
        out.append(
            f'<div class="surface grow"><div>{day}</div>'
            + "".join(
                f'<div class="on-accent badge" style="margin-top:5px;white-space:normal"><div>{a}</div><div>{b}'
                f"</div></div>"
                for a, b in items
            )
            + "</div>"
        )
    return f'<div class="row" style="align-items:stretch;gap:4px">{"".join(out)}</div>'


def goods(p):
    """Product cards."""
    r, out = p.r, []
    names = [p.t(n, tag="b") for n in unique(r, ROWS["product"], r.randint(3, 8))]
    costs = []
    for name in names:
        price = p.t(money(r), "big" if p.maybe(0.4) else "")
        costs.append(price)
        p.ask("cell", price.text, (name, price), sub="money", row=name.text, c="price")
        extra = ""
        if p.maybe(0.5):
            note = p.t(
                r.choice(
                    [
                        "In stock",
                        "Sold out",
                        "Only 3 left",
                        "New",
                        "Sale",
                        "Free shipping",
                        f"{r.uniform(1, 5):.1f} stars",
                    ]
                ),
                r.choice(["small t-good", "small t-bad", "badge b-warn", "small"]),
            )
            p.ask("notice", note.text, (name, note), n=f"note under {name.text}")
            extra = f"<div>{note}</div>"
        out.append(
            f'<div class="surface col" style="gap:6px;width:{r.randint(12, 17)}em"><div '
            f'style="height:{r.randint(40, 120)}px;'
            f'background:{r.choice(["#c9d6df", "#e8c1a0", "#a3c9a8", "#d0b8e2", "#f2d0a4"])}"></div>{name}{price}'
            f"{extra}"
            + (
                f'<span class="btn on-accent">{p.t(r.choice(["Add to cart", "Buy", "Add"]))}</span>'
                if p.maybe(0.5)
                else ""
            )
            + "</div>"
        )
    p.contents.append((names[0], "products and their prices"))
    p.sequence("product", names, True)
    return f'<div class="row wrap" style="align-items:flex-start">{"".join(out)}</div>'


def files(p):
    """A file manager's list."""
    r, out, names = p.r, [], []
    for name in unique(r, r.choice([file_name, lambda r: title_words(r, 1)]), r.randint(4, 10)):
        n, s, d = p.t(name), p.t(size(r)), p.t(date(r), "dim")
        names.append(n)
        p.ask("cell", s.text, (n, s), row=name, c="size", group="cell")
        p.ask("cell", d.text, (n, d), sub="date", row=name, c=r.choice(["date", "modified"]))
        out.append(
            f'<div class="row line" style="padding:4px 8px"><span style="width:{15}em">{n}</span><span '
            f'style="width:7em">{s}</span>{d}</div>'
        )
    p.sequence("file", names)
    return f'<div class="surface col" style="gap:0">{"".join(out)}</div>'
