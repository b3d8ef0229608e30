"""Conversations to learn from: pages with their text layer, several pages, documents, and what is asked about them."""

import json
from pathlib import Path

import documents
from pages import colours, layer, noise
from pages.vocabulary import lower_first

# How many questions of a kind one conversation may have, so that no kind crowds the others out.
MOST = {
    "value": 6,
    "cell": 5,
    "about": 1,
    "title": 1,
    "brand": 1,
    "order": 1,
    "count": 1,
    "place": 1,
    "place_yes_no": 1,
    "columns": 1,
    "listing": 1,
    "error": 2,
    "selected": 1,
    "colour": 1,
    "disabled": 1,
    "reverse": 1,
    "chart_title": 1,
    "dark": 1,
    "chart": 2,
}


# Kinds of written questions whose answers stand on one screen, to be found among several.
NEEDLES = ("value", "title")

NAMES = "black white grey red orange yellow green blue purple pink brown cyan".split()


class Pages:
    def __init__(self, folder, seen=(), share=0.5, layers=None):
        """`seen`: seeds of pages whose pictures the vision half has looked at; `share` of them come with a picture.

        `layers`: folder of SEED.txt and SEED.json, pages as the product's own recogniser read them (layers.py).
        """
        self.records, self.seen, self.share, self.folder, self.read = [], seen, share, Path(folder), {}
        self.layers, self.layouts = layers, layer.Layouts()
        self.refresh()

    def refresh(self):
        """Take in what has been rendered since."""
        for shard in sorted(self.folder.glob("*.jsonl")):
            lines = shard.read_text().splitlines()
            for line in lines[self.read.get(shard, 0) :]:
                try:
                    record = json.loads(line)
                except json.JSONDecodeError:
                    break  # being written
                self.read[shard] = self.read.get(shard, 0) + 1
                if record["words"] and record["questions"]:
                    record["questions"] = agreeing(record)
                    self.records.append(record)
        for record in self.records if self.layers else ():
            file = self.layers / f"{record['seed']}.txt"
            if "layer" not in record and file.exists():
                record["layer"] = file.read_text()
                look = file.with_suffix(".json")
                record["look"] = json.loads(look.read_text()) if look.exists() else None

    def draw(self, r):
        return r.choice(self.records)

    def looks_at(self, r, *records):
        return all(x["seed"] in self.seen for x in records) and r.random() < self.share

    def text(self, r, record, level=None):
        """The text layer of a page. level: of reading mistakes, where it was not read by the recogniser."""
        if record.get("layer") and r.random() < 0.8:
            return record["layer"]
        mistakes = noise.Noise(r, r.choice([0, 0.5, 1, 1, 2]) if level is None else level)
        return self.layouts.of(record["words"], record["ground"], mistakes, r.choice([0.7, 0.9, 0.9, 1.2]))


def agreeing(record):
    """Questions about looks are answered by the marks that the text layer gives; those without a mark are left out."""
    looks = {}
    lines = layer.lines(record["words"])
    plain = layer.plain_of(lines, record["ground"])
    for line in lines:
        looks.setdefault(" ".join(line.words).lower(), colours.mark(line.ground, line.ink, record["ground"], plain))
    out = []
    for q in record["questions"]:
        look = looks.get(
            (q["a"] if q["kind"] in ("of_colour", "selected") else q.get("row") or q.get("l") or q["a"]).lower()
        )
        said = q["q"].lower()
        if q["kind"] == "colour":
            if not look or look == "grey":
                continue
            q = {**q, "a": colours.colour_of(look).capitalize()}
        elif q["kind"] in ("colour_yes_no", "of_colour"):
            asked = next((c for c in NAMES if f" {c}" in said), None)
            if not look or asked is None or (colours.colour_of(look) == asked) == (q["a"] == "No"):
                continue
        elif q["kind"] == "disabled":
            turned = any(w in said for w in ("enabled", "clicked", "available"))
            if look is None or (look == "grey") != (q["a"] not in ("Yes", "No") or (q["a"] == "Yes") != turned):
                continue
        elif q["kind"] == "selected" and q["via"] == "mark" and not look:
            q = {**q, "via": "look"}
        out.append(q)
    return out


def chosen(r, questions, n, look):
    """n questions of many kinds, yes and no equally often."""
    pool = [q for q in questions if (look or q["via"] != "look") and q["a"]]
    r.shuffle(pool)
    by_kind = {}
    for q in pool:
        by_kind.setdefault(q["kind"], []).append(q)
    kinds, out, used, balance = list(by_kind), [], {}, 0
    asked = set()
    while kinds and len(out) < n:
        kind = r.choice(kinds)
        q = by_kind[kind].pop()
        answer = q["a"].lower()
        skip = q["q"].lower() in asked or (
            answer in ("yes", "no") and abs(balance + (1 if answer == "yes" else -1)) > 1
        )
        if not skip:
            out.append(q)
            asked.add(q["q"].lower())
            balance += {"yes": 1, "no": -1}.get(answer, 0)
            used[kind] = used.get(kind, 0) + 1
        if not by_kind[kind] or used.get(kind, 0) >= MOST.get(kind, 2):
            kinds.remove(kind)
    return out


def with_follow_ups(r, questions):
    """Some questions are followed by one that only makes sense after them."""
    out = []
    rest = list(questions)
    while rest:
        q = rest.pop(0)
        out.append((q["q"], q["a"], q["kind"]))
        if q.get("row") and q.get("c"):
            for other in rest:
                if other.get("row") == q["row"] and other.get("c") and other["c"] != q["c"]:
                    c = lower_first(other["c"])
                    text = r.choice(
                        [
                            f"And the {c}?",
                            f"And its {c}?",
                            f"What about the {c}?",
                            f"What is its {c}?",
                            f"What {c} does it have?",
                        ]
                    )
                elif other.get("c") == q["c"] and other.get("row") and other["row"] != q["row"]:
                    text = r.choice(
                        [
                            f"And {other['row']}?",
                            f"What about {other['row']}?",
                            f"And for {other['row']}?",
                            f"And of {other['row']}?",
                        ]
                    )
                else:
                    continue
                out.append((text, other["a"], "follow_up"))
                rest.remove(other)
                break
        elif q["kind"] == "value" and q.get("l"):
            other = next((o for o in rest if o["kind"] in ("value", "not_shown") and o.get("l")), None)
            if other and r.random() < 0.35:
                label = lower_first(other["l"])
                out.append(
                    (
                        r.choice([f"And the {label}?", f"And {label}?", f"What about the {label}?"]),
                        other["a"],
                        "follow_up",
                    )
                )
                rest.remove(other)
    return out


def one_page(r, pages, n):
    record = pages.draw(r)
    looked_at = pages.looks_at(r, record)
    questions = chosen(r, record["questions"], n, looked_at)
    return {
        "looked_at": looked_at,
        "pages": [record["seed"]],
        "layers": [pages.text(r, record)],
        "documents": [],
        "turns": with_follow_ups(r, questions),
    }


def named(r, question, i):
    """The question put to one of several pictures."""
    where = r.choice(
        [
            f"image {i}",
            f"the {['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'][i - 1]} image",
            f"image {i}",
        ]
    )
    stem = question.rstrip("?.")
    return r.choice([f"{stem} in {where}?", f"In {where}, {lower_first(stem)}?", f"{stem} in {where}?"])


def kind_of(record):
    """What a page is, in the words of its summary: "a dashboard", "a terminal with compiler errors in src/tide.c"."""
    summary = next((q["a"] for q in record["questions"] if q["kind"] == "about"), "")
    return lower_first(summary.split(" titled ")[0].split(", with ")[0].split(" called ")[0].rstrip("."))


def by_kind(r, kind, i, q):
    """A question that names one of several pictures by what it is."""
    if q["kind"] not in ("value", "cell", "title", "brand", "error") or r.random() < 0.4:
        wordings = [
            f"Which image shows {kind}?",
            f"Which of the images is {kind}?",
            f"In which image do you see {kind}?",
        ]
        return r.choice(wordings), f"Image {i + 1}", "which_image"
    wordings = [f"One of the images shows {kind}. {q['q']}", f"Look at the image of {kind}. {q['q']}"]
    return r.choice(wordings), q["a"], "needle"


def several_pages(r, pages, n, most):
    records = []
    for _ in range(r.randint(2, most)):
        record = pages.draw(r)
        if record["seed"] not in [x["seed"] for x in records] and len(record["words"]) < 120:
            records.append(record)
    if len(records) < 2:
        return one_page(r, pages, n)
    layers = [pages.text(r, x, r.choice([0, 1])) for x in records]
    turns = []
    said = [" ".join(x.lower().split()) for x in layers]
    kinds = [kind_of(x) for x in records]
    said_kinds = [k for k in kinds if k]
    for _ in range(n):
        i = r.randrange(len(records))
        questions = chosen(r, records[i]["questions"], 6, False)
        if not questions:
            continue
        q, roll = r.choice(questions), r.random()
        answer = " ".join(q["a"].lower().split())
        alone = len(answer) > 2 and sum(answer in s for s in said) == 1 and answer in said[i]
        if (
            roll < 0.33
            and alone
            and q["kind"] in ("value", "title", "brand", "cell", "error", "row_of", "says", "dialog_title")
        ):
            what = q["a"]
            turns.append(
                (
                    r.choice(
                        [
                            f"Which image shows {what}?",
                            f"In which image is {what}?",
                            f"Which image has {what}?",
                            f"Where do you see {what}?",
                            f"Which picture mentions {what}?",
                            f'Which image contains "{what}"?',
                        ]
                    ),
                    f"Image {i + 1}",
                    "which_image",
                )
            )
        elif (
            roll < 0.5 and alone and q.get("l") and q["kind"] == "value" and sum(q["l"].lower() in s for s in said) == 1
        ):
            turns.append((q["q"], q["a"], "needle"))
        elif roll < 0.55 and kinds[i] and said_kinds.count(kinds[i]) == 1:
            turns.append(by_kind(r, kinds[i], i, q))
        elif roll < 0.58:
            turns.append(
                (
                    r.choice(
                        ["How many images are there?", "How many images do you see?", "How many pictures did I attach?"]
                    ),
                    str(len(records)),
                    "count",
                )
            )
        elif roll < 0.63:
            errors = [k for k, x in enumerate(records) if any(y["kind"] == "error" for y in x["questions"])]
            if len(errors) == 1:
                turns.append(
                    (
                        r.choice(
                            [
                                "Which image shows an error?",
                                "Which image has an error?",
                                "In which image did something fail?",
                            ]
                        ),
                        f"Image {errors[0] + 1}",
                        "which_image",
                    )
                )
        else:
            turns.append((named(r, q["q"], i + 1), q["a"], "in_image"))
    return (
        {
            "looked_at": pages.looks_at(r, *records),
            "pages": [x["seed"] for x in records],
            "layers": layers,
            "documents": [],
            "turns": turns,
        }
        if turns
        else one_page(r, pages, n)
    )


def with_documents(r, real, n, tokens):
    name, text, asked = documents.draw(r, real, tokens)
    docs, turns = [(name, text)], asked
    if r.random() < 0.12:
        other, body, more = documents.draw(r, real, min(tokens, 200))
        docs.append((other, body))
        turns = asked + more[:4]
    if r.random() < 0.15:
        size = max(200, len(text) // r.randint(2, 5))
        cuts = [text[i : i + size] for i in range(0, len(text), size)]
        docs[0] = (
            name.rsplit(".", 1)[0] + ".pdf",
            "".join(f"[page {i + 1}]\n{c}\n\n" for i, c in enumerate(cuts)).rstrip(),
        )
    r.shuffle(turns)
    return {"pages": [], "layers": [], "looked_at": False, "documents": docs, "turns": turns[: n + 4]}


class Told:
    """Conversations that are told whole: written by hand (written/documents), or made by public.py."""

    def __init__(self, sources):
        """`sources`: FILE.jsonl=SHARE each, the share of all conversations that are drawn from it."""
        self.sources = []
        for source in sources:
            path, share = source.rsplit("=", 1)
            self.sources.append((float(share), [json.loads(line) for line in open(path)]))
        self.share = sum(share for share, _ in self.sources)

    def draw(self, r, real, longest):
        said = r.choices(self.sources, [share for share, _ in self.sources])[0][1]
        first = r.choice(said)
        layers, docs, turns = list(first.get("layers", [])), [tuple(d) for d in first["documents"]], grouped(first["turns"])
        if docs and r.random() < 0.2:
            other = r.choice(said)
            if other.get("documents") and not {name for name, _ in docs} & {name for name, _ in other["documents"]}:
                docs += [tuple(d) for d in other["documents"]]
                turns += grouped(other["turns"])[:4]
                r.shuffle(docs)
        elif docs and r.random() < 0.2:
            # Somewhere in a longer text.
            name, text = docs[0]
            parts = [real.draw(r, r.randint(100, max(101, longest // 3))), text]
            docs[0] = (name, "\n\n".join(parts if r.random() < 0.5 else parts[::-1]))
        r.shuffle(turns)
        turns = [tuple(turn) for group in turns for turn in group]
        return {"pages": [], "layers": layers, "looked_at": False, "documents": docs, "turns": turns}


def grouped(turns):
    """Each question with the follow-ups that lean on it."""
    out = []
    for turn in turns:
        if turn[2] == "follow_up" and out:
            out[-1].append(turn)
        else:
            out.append([turn])
    return out


def written_page(r, pages):
    """All that was written about a screen."""
    record = pages.draw(r)
    looked_at = pages.looks_at(r, record)
    seen = looked_at or record.get("look")
    asked = [(q["q"], q["a"], q["kind"]) for q in record["questions"] if seen or q["via"] != "look"]
    groups = grouped(asked)
    r.shuffle(groups)
    turns = [turn for group in groups for turn in group]
    layers = [pages.text(r, record)]
    return {
        "pages": [record["seed"]],
        "layers": layers,
        "looks": [record.get("look")],
        "looked_at": looked_at,
        "documents": [],
        "turns": turns,
    }


def written_pages(r, pages, most):
    """Several screens, and what was asked about one of them, told apart by what is said on it alone."""
    records = list({x["seed"]: x for x in (pages.draw(r) for _ in range(r.randint(2, most)))}.values())
    layers = [pages.text(r, x) for x in records]
    said = [" ".join(x.lower().split()) for x in layers]
    turns = []
    for i, record in enumerate(records):
        for q in record["questions"]:
            answer = " ".join(q["a"].lower().split())
            if q["kind"] in NEEDLES and len(answer) > 2 and [answer in s for s in said].count(True) == 1:
                turns.append((q["q"] if r.random() < 0.8 else named(r, q["q"], i + 1), q["a"], "needle"))
    r.shuffle(turns)
    looked_at = pages.looks_at(r, *records)
    return {
        "pages": [x["seed"] for x in records],
        "layers": layers,
        "looks": [x.get("look") for x in records],
        "looked_at": looked_at,
        "documents": [],
        "turns": turns[:24],
    }


def draw(r, pages, real, longest=4000, long_share=0.15, told=None, written=None, written_share=0.2):
    """One conversation; the mix of the whole training. `long_share` of the documents are long."""
    roll, n = r.random(), r.randint(22, 34)
    if told and roll < told.share:
        return told.draw(r, real, longest)
    if written and written.records and roll < (told.share if told else 0) + written_share:
        several = written_pages(r, written, 2 + longest // 500) if r.random() < 0.35 else {"turns": []}
        return several if several["turns"] else written_page(r, written)
    roll = r.random()
    if roll < 0.6:
        return one_page(r, pages, n)
    if roll < 0.76:
        return several_pages(r, pages, n, 3 if r.random() < 0.8 else min(8, 2 + longest // 500))
    tokens = (
        r.choice([60, 100, 150, 200, 300, 450]) if r.random() > long_share else r.choice([900, 1300, 1800, 2600, 3500])
    )
    return with_documents(r, real, n, min(tokens, longest))
