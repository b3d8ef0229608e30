"""Documents of many kinds with facts in them, and real text with questions about its words."""

import re

from facts import common_questions, fact, filler
from pages.ask import ORDINALS, pick
from pages.vocabulary import (
    CITY,
    DEPARTMENTS,
    PRODUCTS,
    SYSTEMS,
    TYPES,
    duration,
    error_sentence,
    path,
    person,
    sentence,
    title_words,
    url,
    version,
    word,
)

KEY_ENDINGS = "port host timeout size path mode level token retries name".split()


def prose(r, facts, filled):
    """Sentences in paragraphs, under headings when it is Markdown."""
    taken, lines, asked, heads = [], [], [], []
    for _ in range(facts):
        said, questions, key = fact(r, taken)
        taken.append(key)
        lines.append(said)
        asked += [(q, a, "document") for q, a in r.sample(questions, min(len(questions), 2))]
    lines += [filler(r) for _ in range(filled)]
    r.shuffle(lines)
    markdown, out = r.random() < 0.5, []
    title = r.choice(
        [
            title_words(r, 2),
            f"{title_words(r, 1)} {r.choice(['report', 'minutes', 'handbook', 'notes', 'guide', 'plan', 'policy'])}",
            f"Minutes of the {word(r)} meeting",
        ]
    )
    out.append(("# " if markdown else "") + title)
    while lines:
        n = r.randint(2, 5)
        if markdown and r.random() < 0.6:
            head = title_words(r, r.choice([1, 2]))
            heads.append(head)
            out.append(f"## {head}")
        took, lines = lines[:n], lines[n:]
        out.append("\n".join(f"- {s}" for s in took) if markdown and r.random() < 0.3 else " ".join(took))
    text = "\n\n".join(out)
    asked += [(pick(r, "title").replace("page", "document").replace("screen", "document"), title, "title")]
    if heads:
        i = r.randrange(len(heads))
        asked += (
            [
                (f"How many sections does {r.choice(['it', 'the document'])} have?", str(len(heads)), "count"),
                (f"What is the {ORDINALS[i]} section called?", heads[i], "order"),
            ]
            if i < len(ORDINALS)
            else []
        )
    asked.append(
        (
            r.choice(
                ["What is this document about?", "Summarise the document in one sentence.", "What is this text about?"]
            ),
            f"It is about {title}.",
            "about",
        )
    )
    return (f"{word(r)}.md" if markdown else f"{word(r)}.txt"), text, asked + common_questions(r, text, taken)


def config(r, n):
    """Settings in one of the usual notations."""
    style, keys, out, asked, sections = r.choice(["env", "yaml", "json", "ini", "toml"]), {}, [], [], []
    for _ in range(n):
        key = r.choice(
            [
                lambda: f"{r.choice(SYSTEMS)}_{word(r)}",
                lambda: f"{word(r)}_{r.choice(KEY_ENDINGS)}",
                lambda: f"{word(r)}.{word(r)}",
                lambda: r.choice(SYSTEMS),
            ]
        )()
        value = r.choice(
            [
                lambda: str(r.randint(1, 9999)),
                lambda: r.choice(["true", "false"]),
                lambda: word(r),
                lambda: path(r),
                lambda: url(r),
                lambda: duration(r).replace(" ", ""),
                lambda: version(r),
                lambda: f"{r.getrandbits(40):x}",
            ]
        )()
        keys[key.upper() if style == "env" else key] = value
    quote = lambda v: v if re.fullmatch(r"\d+|true|false", v) else f'"{v}"'
    items = list(keys.items())
    if style == "json":
        text = "{\n" + ",\n".join(f'  "{k}": {quote(v)}' for k, v in items) + "\n}"
    else:
        for i, (k, v) in enumerate(items):
            if style in ("ini", "toml", "yaml") and i % 5 == 0:
                name = word(r)
                sections.append(name)
                out.append(f"{name}:" if style == "yaml" else f"[{name}]")
            if r.random() < 0.12:
                out.append(f"# {sentence(r)}")
            out.append(
                {"env": f"{k}={v}", "yaml": f"  {k}: {v}", "ini": f"{k} = {v}", "toml": f"{k} = {quote(v)}"}[style]
            )
        text = "\n".join(out)
    for k, v in r.sample(items, min(len(items), 10)):
        asked.append(
            (
                r.choice(
                    [
                        f"What is {k} set to?",
                        f"What is the value of {k}?",
                        f"{k}?",
                        f"Which value does {k} have?",
                        f"What is {k}?",
                        f"What does {k} equal?",
                    ]
                ),
                v,
                "document",
            )
        )
        if r.random() < 0.2 and list(keys.values()).count(v) == 1:
            asked.append((f"Which {r.choice(['key', 'setting', 'option'])} is set to {v}?", k, "reverse"))
        if v in ("true", "false"):
            asked.append(
                (
                    r.choice([f"Is {k} on?", f"Is {k} enabled?", f"Is {k} true?"]),
                    "Yes" if v == "true" else "No",
                    "yes_no",
                )
            )
    asked.append((f"What is {word(r)}_{word(r)} set to?", "not shown", "not_shown"))
    if sections:
        asked.append(("Which sections are there?", ", ".join(sections), "listing")) if len(sections) < 6 else None
    return f"{word(r)}.{'env' if style == 'env' else style}", text, asked


def table_text(r, n):
    """CSV or a Markdown table."""
    noun, names = r.choice([("city", CITY), ("product", PRODUCTS), ("department", DEPARTMENTS), ("name", None)])
    names = r.sample(names, min(n, len(names))) if names else list({person(r) for _ in range(n)})
    columns = []
    for _ in range(r.randint(2, 3)):
        kind = r.choice(["money", "count", "percent", "date", "person", "version", "code", "duration"])
        label = r.choice(TYPES[kind][1].split("|"))
        if label not in [c[0] for c in columns]:
            columns.append((label, kind, [TYPES[kind][0](r).replace(",", "") for _ in names]))
    lines = [[noun] + [c[0] for c in columns]] + [[x] + [c[2][i] for c in columns] for i, x in enumerate(names)]
    style = r.choice(["csv", "md"])
    text = (
        "\n".join(",".join(row) for row in lines)
        if style == "csv"
        else "\n".join("| " + " | ".join(row) + " |" for row in lines[:1] + [["---"] * len(lines[0])] + lines[1:])
    )
    asked = []
    for _ in range(10):
        i, (label, kind, cells) = r.randrange(len(names)), r.choice(columns)
        asked.append((pick(r, "cell", kind, row=names[i], c=label), cells[i], "cell"))
        if r.random() < 0.3 and cells.count(cells[i]) == 1:
            asked.append((pick(r, "row_of", n=noun, c=label, v=cells[i]), names[i], "row_of"))
    asked.append((pick(r, "count_rows", n=noun), str(len(names)), "count"))
    asked.append((pick(r, "cell", row=person(r) + "son", c=columns[0][0]), "not shown", "not_shown"))
    return f"{word(r)}.{style}", text, asked


def log_text(r, n):
    out, asked = [], []
    for _ in range(n):
        time, level, source = (
            f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}",
            r.choice(["INFO", "INFO", "INFO", "WARN", "ERROR", "DEBUG"]),
            r.choice(SYSTEMS),
        )
        text = error_sentence(r) if level in ("WARN", "ERROR") else sentence(r)
        out.append(f"{time} {level} {source}: {text}")
        if r.random() < 6 / n:
            asked.append(
                (r.choice([f"What happened at {time}?", f"What was logged at {time}?"]), f"{source}: {text}", "line")
            )
        if r.random() < 4 / n:
            asked.append((f'When was "{text}" logged?', time, "reverse"))
    errors = [line for line in out if " ERROR " in line]
    if len(errors) == 1:
        asked.append((pick(r, "error"), errors[0].split(": ", 1)[1], "error"))
    asked.append(
        (r.choice(["How many errors are there?", "How many lines are errors?"]), str(len(errors)), "count")
    ) if len(errors) < 9 else None
    asked.append(
        (r.choice(["Is there an error in the log?", "Did anything fail?"]), "Yes" if errors else "No", "yes_no")
    )
    return f"{word(r)}.log", "\n".join(out), asked


def draw(r, real, tokens):
    """(name, text, [(question, answer, kind)]) of about so many tokens."""
    roll = r.random()
    if roll < 0.38:
        facts = r.randint(5, 9)
        return prose(r, facts, max(0, tokens // 17 - facts))
    if roll < 0.54:
        return config(r, max(4, min(tokens // 14, 120)))
    if roll < 0.66:
        return table_text(r, max(3, min(tokens // 22, 50)))
    if roll < 0.76:
        return log_text(r, max(4, tokens // 26))
    return real.document(r, tokens)
