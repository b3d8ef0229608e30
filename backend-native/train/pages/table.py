"""Tables with typed columns, and everything that can be asked about them."""

from . import ask
from .vocabulary import (
    CITY,
    DEPARTMENTS,
    PRODUCTS,
    STATUSES,
    SYSTEMS,
    TYPES,
    code,
    file_name,
    path,
    person,
    sentence,
    status,
    title_words,
    version,
    word,
)

# noun -> how a row is named
ROWS = {
    "person": person,
    "product": lambda r: r.choice(PRODUCTS),
    "service": lambda r: f"{r.choice(SYSTEMS)}-{r.choice(SYSTEMS + ['api', 'prod', 'eu'])}",
    "file": file_name,
    "order": code,
    "city": lambda r: r.choice(CITY),
    "project": lambda r: title_words(r, 2),
    "job": lambda r: (
        f"{r.choice(['build', 'test', 'lint', 'deploy', 'e2e', 'unit', 'docs', 'package', 'scan'])}-{word(r)}"
    ),
    "test": lambda r: (
        f"{r.choice(SYSTEMS)} {r.choice(['handles', 'rejects', 'returns', 'keeps', 'opens'])} {word(r)} {word(r)}"
    ),
    "issue": lambda r: sentence(r).rstrip("."),
    "package": lambda r: f"{word(r)}-{word(r)}",
    "department": lambda r: r.choice(DEPARTMENTS),
    "course": lambda r: f"{title_words(r, 1)} {r.randint(101, 499)}",
    "device": lambda r: (
        f"{title_words(r, 1)} {r.choice(['Sensor', 'Camera', 'Pump', 'Router', 'Printer', 'Valve', 'Meter'])} "
        f"{r.randint(1, 20)}"
    ),
    "team": lambda r: f"{title_words(r, 1)} {r.choice(['Rovers', 'United', 'Tigers', 'Lions', 'City', 'Hawks'])}",
    "flight": lambda r: f"{r.choice(['LH', 'BA', 'AF', 'KL', 'SK', 'UA', 'DL', 'QF'])}{r.randint(10, 9999)}",
    "server": lambda r: f"{word(r)}-{r.randint(1, 40):02d}",
    "branch": lambda r: f"{r.choice(['feature', 'fix', 'release', 'chore'])}/{word(r)}-{word(r)}",
    "environment": lambda r: f"{r.choice(['prod', 'staging', 'dev', 'test', 'demo'])}-{word(r)}",
    "invoice": lambda r: f"INV-{r.randint(1000, 99999)}",
    "module": path,
    "release": version,
    "book": lambda r: f"The {title_words(r, 2)}",
    "recipe": lambda r: f"{title_words(r, 1)} {r.choice(['Soup', 'Cake', 'Stew', 'Salad', 'Bread'])}",
}


def unique(r, make, n):
    seen = {}
    for _ in range(n * 8):
        made = make(r)
        seen.setdefault(made.lower(), made)
        if len(seen) == n:
            break
    return list(seen.values())


def numeric_column(r, n):
    """(label, [(number, text)]) in one unit, all different."""
    label, make = r.choice(
        [
            (
                r.choice(["Price", "Total", "Amount", "Revenue", "Cost", "Budget", "Salary"]),
                lambda: round(r.uniform(1, r.choice([90, 900, 9000])), 2),
            ),
            (
                r.choice(
                    [
                        "Users",
                        "Orders",
                        "Downloads",
                        "Stars",
                        "Visits",
                        "Errors",
                        "Points",
                        "Stock",
                        "Wins",
                        "Tests",
                        "Commits",
                        "Votes",
                        "Requests",
                    ]
                ),
                lambda: r.randint(0, r.choice([30, 500, 90000])),
            ),
            (r.choice(["CPU", "Memory", "Coverage", "Progress", "Share", "Load", "Usage"]), lambda: r.randint(0, 100)),
            (r.choice(["Size", "Weight", "Distance", "Traffic"]), lambda: round(r.uniform(0.1, 900), 1)),
            (r.choice(["Duration", "Latency", "Time", "Delay"]), lambda: r.randint(1, 2000)),
            (r.choice(["Score", "Rating", "Age", "Quantity", "Rank", "Temperature"]), lambda: r.randint(1, 99)),
        ]
    )
    form = {
        "Price": "${:,.2f}",
        "Total": "${:,.2f}",
        "Amount": "€{:,.2f}",
        "Revenue": "${:,.0f}",
        "Cost": "£{:,.2f}",
        "Budget": "{:,.0f} EUR",
        "Salary": "${:,.0f}",
        "CPU": "{}%",
        "Memory": "{}%",
        "Coverage": "{}%",
        "Progress": "{}%",
        "Share": "{}%",
        "Load": "{}%",
        "Usage": "{}%",
        "Size": "{} MB",
        "Weight": "{} kg",
        "Distance": "{} km",
        "Traffic": "{} GB",
        "Duration": "{} s",
        "Latency": "{} ms",
        "Time": "{} ms",
        "Delay": "{} s",
    }.get(label, "{:,}")
    numbers = []
    while len(numbers) < n:
        x = make()
        if form.format(x) not in {form.format(y) for y in numbers} or r.random() < 0.02:
            numbers.append(x)
    return label, [(x, form.format(x)) for x in numbers]


def table(p, noun=None, rows=None, with_status=None, selected=None):
    """HTML of a table; asks cells, rows, extremes, counts, statuses."""
    r = p.r
    noun = noun or r.choice(list(ROWS))
    names = unique(r, ROWS[noun], rows or r.choice([3, 4, 5, 5, 6, 7, 8, 10, 12]))
    n = len(names)
    columns = []  # (kind, label, texts, numbers)
    used = {noun}
    for _ in range(r.choice([1, 1, 2]) if n < 60 else 1):
        label, cells = numeric_column(r, n)
        if label.lower() not in used:
            used.add(label.lower())
            columns.append(("number", label, [t for _, t in cells], [x for x, _ in cells]))
    for _ in range(r.choice([0, 1, 1, 2])):
        kind = r.choice(
            [
                "date",
                "person",
                "city",
                "department",
                "version",
                "code",
                "email",
                "ip",
                "time",
                "word",
                "hash",
                "duration",
            ]
        )
        label = r.choice(TYPES[kind][1].split("|"))
        if label.lower() not in used:
            used.add(label.lower())
            columns.append((kind, label, [TYPES[kind][0](r) for _ in names], None))
    tones = None
    if with_status or (with_status is None and r.random() < 0.7):
        pool = [status(r) for _ in range(3)]
        drawn = [r.choice(pool) for _ in names]
        tones = [t for t, _ in drawn]
        columns.append(("status", r.choice(["Status", "State", "Status", "Result"]), [s for _, s in drawn], None))
    r.shuffle(columns)
    badge = r.choice(["badge b-", "t-", "badge b-", "plain "])
    head = [p.t(r.choice([noun.capitalize(), "Name", noun.capitalize()]), tag="th", cls="")] + [
        p.t(c[1], tag="th") for c in columns
    ]
    first = [p.t(name) for name in names]
    body = [[p.t(c[2][i], cls=badge + tones[i] if c[0] == "status" else "") for c in columns] for i in range(n)]
    marked = r.randrange(n) if (selected if selected is not None else r.random() < 0.12) else None
    lines = []
    for i in range(n):
        row_class = ' class="on-accent"' if i == marked else ""
        lines.append(f"<tr{row_class}><td>{first[i]}</td>" + "".join(f"<td>{e}</td>" for e in body[i]) + "</tr>")
    questions(p, noun, head, first, body, columns)
    if marked is not None:
        p.selected("row", first[marked], [e for i, e in enumerate(first) if i != marked])
    if tones and not badge.startswith("plain"):
        i, c = r.randrange(n), [c[0] for c in columns].index("status")
        p.colour(body[i][c], "colour_status")
    p.rows = (noun, n)
    return f"<table><thead><tr>{''.join(head)}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def questions(p, noun, head, first, body, columns):
    r, n = p.r, len(first)
    absent(p, noun, first, [label for _, label, *_ in columns])
    p.contents.append((head[0], f"a table of {ask.plural(noun)}"))
    picks = [(i, c) for i in range(n) for c in range(len(columns))]
    for i, c in r.sample(picks, min(len(picks), 5)):
        kind, label = columns[c][:2]
        if sum(x.text.lower() == body[i][c].text.lower() for x in body[i]) == 1:
            p.ask("cell", body[i][c].text, (head[c + 1], first[i], body[i][c]), sub=kind, row=first[i].text, c=label)
    for c, (kind, label, texts, numbers) in enumerate(columns):
        column = [row[c] for row in body]
        single = [i for i in range(n) if texts.count(texts[i]) == 1]
        if single and kind != "status":
            i = r.choice(single)
            p.ask("row_of", first[i].text, (head[c + 1], first[i], column[i]), n=noun, c=label, v=texts[i])
        if numbers and n > 2:
            top, low = max(range(n), key=numbers.__getitem__), min(range(n), key=numbers.__getitem__)
            every = [*first, *column]
            if numbers.count(numbers[top]) == 1:
                p.ask("max", first[top].text, every, n=noun, c=label, group="extreme")
                p.ask("max_value", texts[top], every, c=label, group="extreme")
            if numbers.count(numbers[low]) == 1:
                p.ask("min", first[low].text, every, n=noun, c=label, group="extreme")
        if kind == "status":
            value = r.choice(texts)
            having = [first[i] for i in range(n) if texts[i] == value]
            every = [*first, *column]
            p.ask("count_status", len(having), every, n=noun, v=value, group="count")
            if len(having) == 1:
                p.ask(
                    "row_of",
                    having[0].text,
                    every,
                    sub="status",
                    n=noun,
                    c=label,
                    v=value.lower() if p.maybe(0.5) else value,
                )
            elif len(having) < 5:
                p.ask(
                    "rows_of.status", ", ".join(e.text for e in having), every, n=noun, v=value.lower(), group="rows_of"
                )
            i = r.randrange(n)
            p.yes_no(
                "is_status",
                p.maybe(0.5),
                (first[i], column[i]),
                texts[i],
                lambda: r.choice(texts + [r.choice(STATUSES[t]) for t in STATUSES]),
                row=first[i].text,
            )
    p.ask("columns", ", ".join(h.text for h in head), head, group="columns")
    p.ask("count_rows", n, first, n=noun, group="count")
    for kind, i in (("first", 0), ("last", n - 1)):
        p.ask(kind, first[i].text, first, n=noun, group="order")
    i = r.randrange(n - 1)
    p.ask("after", first[i + 1].text, first[i : i + 2], n=noun, row=first[i].text, group="order")
    p.ask("before", first[i].text, first[i : i + 2], n=noun, row=first[i + 1].text, group="order")
    j = r.randrange(min(n, 8))
    p.ask("nth", first[j].text, first[: j + 1], n=noun, o=ask.ORDINALS[j], group="order")


def absent(p, noun, first, labels):
    """What the table does not have: a column, a row; and whether it has a row."""
    r, names = p.r, [e.text for e in first]
    others = [label for kind in TYPES for label in TYPES[kind][1].split("|") if label not in labels]
    i = r.randrange(len(first))
    p.ask("cell", "not shown", (first[i],), row=names[i], c=r.choice(others), group="not_shown")
    other = next((x for x in (ROWS[noun](r) for _ in range(9)) if x not in names), None)
    if other:
        p.ask("cell", "not shown", (), row=other, c=r.choice(labels), group="not_shown")
        p.ask("is_there", "No", (), n=noun, v=other, group="yes_no")
    p.ask("is_there", "Yes", (first[i],), n=noun, v=names[i], group="yes_no")
