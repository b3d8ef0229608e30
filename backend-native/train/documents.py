"""Documents of many kinds with facts in them, and real text with questions about its words."""

import argparse
import json
import random
import re
from pathlib import Path

from pages.ask import ORDINALS, pick
from pages.vocabulary import (
    CITY,
    DAYS,
    DEPARTMENTS,
    LONG_MONTHS,
    PRODUCTS,
    SYSTEMS,
    TYPES,
    clock,
    code,
    count,
    date,
    duration,
    email,
    error_code,
    error_sentence,
    file_name,
    labelled,
    lower_first,
    money,
    path,
    percent,
    person,
    sentence,
    size,
    title_words,
    url,
    version,
    word,
)


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
                f"{who} is the {(role := r.choice(['manager', 'lead', 'owner', 'author', 'director', 'coach', 'editor', 'treasurer']))} of the {thing}.",
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
                f"{who} prefers the {(a := r.choice(['red', 'blue', 'green', 'black', 'white', 'yellow']))} {(w := word(r))}, while {other} wants the {(b := r.choice(['grey', 'orange', 'purple', 'brown', 'pink']))} one.",
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
                f"It was a {word(r)} {r.choice(['day', 'week', 'month'])} for the {word(r)} {r.choice(['team', 'group', 'club'])} in {r.choice(CITY)}."
            ),
            lambda: f"Nobody expected the {word(r)} to {r.choice(['change', 'end', 'start again', 'take so long'])}.",
            lambda: (
                f"More about the {word(r)} {word(r)} can be found in {r.choice(['chapter', 'section', 'appendix'])} {r.randint(1, 20)}."
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
                lambda: (
                    f"{word(r)}_{r.choice(['port', 'host', 'timeout', 'size', 'path', 'mode', 'level', 'token', 'retries', 'name'])}"
                ),
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


def collect(folders, path, limit=1500, longest=30000):
    """English text files of the machine, cleaned, one JSON string a line: real text to read with the drawn one."""
    files = sorted(
        {
            f
            for folder in folders
            for pattern in ("README*.md", "*.txt", "copyright", "*.md")
            for f in Path(folder).rglob(pattern)
            if f.is_file()
        }
    )
    random.Random(1).shuffle(files)
    kept = 0
    with open(path, "w") as out:
        for file in files:
            try:
                text = file.read_text(errors="strict")[:longest]
            except (OSError, UnicodeError):
                continue
            text = re.sub(r"\n{3,}", "\n\n", re.sub(r"<[^>]{1,300}>", "", text)).strip()
            if len(text) < 300 or sum(ord(c) > 126 for c in text) > 0.02 * len(text):
                continue
            out.write(json.dumps(text) + "\n")
            kept += 1
            if kept == limit:
                return


class RealText:
    """Collected texts: questions that the words themselves answer."""

    def __init__(self, path):
        self.texts = [json.loads(line) for line in open(path)]

    def draw(self, r, tokens):
        for _ in range(20):
            text = r.choice(self.texts)
            start = 0 if r.random() < 0.6 else r.randrange(max(1, len(text) - tokens * 3))
            start = text.rfind("\n", 0, start) + 1
            return text[start : start + tokens * 3].strip()
        return "\n".join(filler(r) for _ in range(12))

    def document(self, r, tokens):
        text = self.draw(r, tokens)
        asked, taken = [], []
        said, questions, key = fact(r, taken)
        lines = text.split("\n")
        at = r.randrange(len(lines) + 1)
        lines.insert(at, said)  # a needle
        text = "\n".join(lines)
        asked += [(q, a, "needle") for q, a in questions]
        sentences = [
            s for s in re.findall(r"[A-Z][^.!?\n|`*_\[\]<>]{30,160}\.", text) if s not in said and text.count(s) == 1
        ]
        for s in r.sample(sentences, min(3, len(sentences))):
            words = s.rstrip(".").split()
            cut = r.randint(3, max(3, len(words) - 3))
            asked.append(
                (
                    r.choice(
                        [
                            "Complete the sentence: {}",
                            "How does this sentence go on? {}",
                            'What follows "{}"?',
                            "Finish: {} ...",
                        ]
                    ).format(" ".join(words[:cut])),
                    " ".join(words[cut:]),
                    "cloze",
                )
            )
            hidden = [i for i, w in enumerate(words) if len(w) > 4 and w.isalpha()]
            if hidden:
                i = r.choice(hidden)
                asked.append(
                    (
                        r.choice(
                            ["Which word is missing: {}", "Fill in the gap: {}", "What is the missing word? {}"]
                        ).format(" ".join(words[:i] + ["___"] + words[i + 1 :])),
                        words[i],
                        "gap",
                    )
                )
        heads = re.findall(r"^#+ (.{3,60})$", text, re.M)
        if heads and text.startswith("#"):
            asked.append(
                (
                    r.choice(
                        ["What is the title?", "What is the title of the document?", "What is the first heading?"]
                    ),
                    heads[0].strip("# `"),
                    "title",
                )
            )
            body = re.search(r"^[A-Z][^#\n`\[\]|]{25,170}\.", text.split("\n", 1)[-1], re.M)
            if body:
                asked.append(
                    (
                        r.choice(
                            [
                                "What is this document about?",
                                "Summarise this in one sentence.",
                                "What does the document describe?",
                            ]
                        ),
                        body.group(0).strip(),
                        "about",
                    )
                )
            if len(heads) > 2:
                i = r.randrange(len(heads) - 1)
                asked.append((f"Which heading comes after {heads[i]}?", heads[i + 1].strip(), "order"))
        for v in r.sample(sorted(set(re.findall(r"\b\d+\.\d+\.\d+\b", text))), 0):
            asked.append(("Which version is mentioned?", v, "document"))
        links = re.findall(r"https?://[^\s)\]>'\"]{8,60}", text)
        if len(set(links)) == 1:
            asked.append(
                (
                    r.choice(["Which URL is given?", "What link does the text give?", "What is the web address?"]),
                    links[0].rstrip("."),
                    "document",
                )
            )
        return (
            r.choice(["README.md", "notes.txt", f"{word(r)}.md", f"{word(r)}.txt"]),
            text,
            asked + common_questions(r, text, taken),
        )


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


if __name__ == "__main__":
    p = argparse.ArgumentParser(description="Collect real text: documents.py --out texts.jsonl FOLDER...")
    p.add_argument("--out", required=True)
    p.add_argument("folders", nargs="+")
    a = p.parse_args()
    collect(a.folders, a.out)
