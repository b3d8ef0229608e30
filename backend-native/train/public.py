"""People's questions about real tables and paragraphs, from public data sets, as conversations to learn from.

    python public.py --out public.jsonl [--tables DIR] [--reports FILE.json ...] [--paragraphs FILE.json ...]
        [--screens FILE.csv --asked FILE.json ...]

--tables: a checkout of ppasupat/WikiTableQuestions (CC BY-SA 4.0). --reports: files of NExTplusplus/TAT-QA (CC BY 4.0),
such as tatqa_dataset_dev.json. --paragraphs: files in the form of SQuAD (CC BY-SA 4.0), such as dev-v1.1.json or
xquad.en.json of google-deepmind/xquad, or qed-dev.jsonlines of google-research-datasets/QED (CC BY-SA 3.0). --screens: what
stands where on screens of telephones, a file of google-research-datasets/screen_annotation, and --asked: the questions
about them, files of google-research-datasets/screen_qa (both CC BY 4.0).
Writes one JSON object a line: {"layers": [text], "documents": [[name, text]], "turns": [[question, answer, kind]]}.
"""

import argparse
import csv
import json
import random
import re
from collections import defaultdict
from pathlib import Path

from pages import layer
from pages.vocabulary import lower_first

NOT_SHOWN = "Not shown"
ROWS, COLUMNS, CELL = 24, 7, 60  # the largest table, and the longest text of a cell
LOOK_UPS = ["What is the {c} of {r}?", "{r}: what is the {c}?", "Which {c} does {r} have?", "What {c} is given for {r}?"]
BACKWARD = ["Which {k} has {v} as its {c}?", "Whose {c} is {v}?", "Which {k} has the {c} {v}?"]


def same(one, other):
    return " ".join(one.lower().split()) == " ".join(other.lower().split())


def table_text(r, rows):
    """As a table of a screen or of a text shows it."""
    style = r.choice(["bars", "bars", "markdown", "csv"])
    if style == "csv":
        return "\n".join(",".join(f'"{c}"' if "," in c else c for c in row) for row in rows)
    if style == "markdown":
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])
    return "\n".join(" | ".join(row) for row in rows)


def look_ups(r, rows, most):
    """Cells by row and column, of the columns whose first cell tells the rows apart."""
    head, body = rows[0], rows[1:]
    keys = [row[0].lower() for row in body]
    turns = []
    for _ in range(most * 3):
        row, c = r.choice(body), r.randrange(1, len(head))
        if keys.count(row[0].lower()) > 1 or not row[0] or not row[c] or not head[c]:
            continue
        column, values = lower_first(head[c]), [x[c].lower() for x in body]
        if values.count(row[c].lower()) == 1 and r.random() < 0.3:
            wording = r.choice(BACKWARD).format(k=lower_first(head[0]), v=row[c], c=column)
            turns.append([wording, row[0], "row_of"])
        else:
            turns.append([r.choice(LOOK_UPS).format(r=row[0], c=column), row[c], "cell"])
        if len(turns) == most:
            break
    return turns


def tables(folder, r):
    asked = defaultdict(list)
    with open(folder / "data" / "training.tsv", newline="") as file:
        for entry in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            asked[entry["context"]].append((entry["utterance"], entry["targetValue"]))
    for name, questions in sorted(asked.items()):
        lines = (folder / name.replace(".csv", ".tsv")).read_text().splitlines()
        rows = [[c.replace("\\n", " ").replace("\\p", "/").strip() for c in line.split("\t")] for line in lines]
        if not 3 <= len(rows) <= ROWS + 1 or not 2 <= len(rows[0]) <= COLUMNS:
            continue
        cells = [c for row in rows for c in row]
        if any(len(row) != len(rows[0]) for row in rows) or max(map(len, cells)) > CELL:
            continue
        turns = look_ups(r, rows, 6)
        for question, answer in questions:
            cell = next((c for c in cells if same(c, answer)), None)
            few = re.fullmatch("[0-9]|1[0-2]", answer) and question.lower().startswith("how many")
            if cell is not None or few:
                question = question[0].upper() + question[1:]
                turns.append([question, cell or answer, "count" if few else "table"])
        r.shuffle(turns)
        text = table_text(r, rows)
        screen = r.random() < 0.5
        yield {"layers": [text] if screen else [], "documents": [] if screen else [["table.txt", text]], "turns": turns}


def reports(files, r):
    """Tables of annual reports with the paragraphs beside them; what has to be reckoned is left out."""
    for entry in (entry for file in files for entry in json.loads(file.read_text())):
        rows = [[" ".join(cell.split()) for cell in row] for row in entry["table"]["table"]]
        text = "\n\n".join([*(p["text"] for p in entry["paragraphs"]), table_text(r, rows)])
        turns = [
            [q["question"], q["answer"][0], "table"]
            for q in entry["questions"]
            if q["answer_type"] == "span" and len(q["answer"]) == 1 and q["answer"][0] in text and len(q["answer"][0]) < 80
        ]
        if len(text) < 6000:
            yield {"layers": [], "documents": [["report.txt", text]], "turns": turns}


def squad(file, told):
    for article in json.loads(file.read_text())["data"]:
        for paragraph in article["paragraphs"]:
            if paragraph["context"] in told:
                continue
            told.add(paragraph["context"])
            turns = [[q["question"], q["answers"][0]["text"], "paragraph"] for q in paragraph["qas"] if q["answers"]]
            yield paragraph["context"], turns


def joined(text):
    """Text whose words and signs stand apart, as it is written."""
    text = re.sub(r" ([,.;:!?%)\]]|'s\b|n't\b)", r"\1", text.replace("`` ", '"').replace(" ''", '"'))
    return re.sub(r"([(\[$]) ", r"\1", text).replace(" -- ", " - ")


def qed(file):
    """One question a paragraph, with an answer of the paragraph's own words."""
    for line in file.read_text().split("\n"):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue  # one line of the published file is broken
        answers = entry.get("original_nq_answers") or []
        answer = joined(answers[0][0]["string"]) if answers and answers[0] else ""
        text = joined(entry["paragraph_text"])
        if answer and answer in text and len(answer) < 80:
            question = entry["question_text"].strip().rstrip("?")
            yield text, [[question[0].upper() + question[1:] + "?", answer, "paragraph"]]


def paragraphs(files, r):
    told = set()  # XQuAD is a part of SQuAD
    for file in files:
        every = list(qed(file) if file.suffix == ".jsonlines" else squad(file, told))
        strangers = [t for _, turns in every for t in turns]
        for i in range(0, len(every), 3 if file.suffix == ".jsonlines" else 1):
            some = every[i : i + (3 if file.suffix == ".jsonlines" else 1)]
            text, turns = "\n\n".join(t for t, _ in some), [t for _, more in some for t in more]
            question, answer, _ = r.choice(strangers)
            if answer.lower() not in text.lower() and len(question.split()) > 6:
                turns.append([question, NOT_SHOWN, "not_shown"])
            r.shuffle(turns)
            yield {"layers": [], "documents": [["article.txt", text]], "turns": turns}


ELEMENT = re.compile(r"(?:TEXT|LABEL|BUTTON|TEXT_INPUT|LIST_ITEM|TOOLBAR) ([^(),]*?) ?(\d+) (\d+) (\d+) (\d+)(?=[ ,)]|$)")
WIDTH, HEIGHT = 1.44, 2.56  # pixels of a screen in one of the thousand parts that its boxes are told in


def words_of(annotation):
    """[(text, x, y, width, height, ground, ink)], as layer.Layouts takes them; what is told twice is taken once."""
    out, placed = [], set()
    for text, left, right, top, bottom in ELEMENT.findall(annotation):
        left, right, top, bottom = (int(v) for v in (left, right, top, bottom))
        place = (text.lower(), (left + right) // 24, (top + bottom) // 24)
        if not text or right <= left or bottom <= top or bottom - top > 60 or place in placed:
            continue
        placed.add(place)
        share, at = (right - left) * WIDTH / len(text), left * WIDTH
        for word in text.split():
            out.append((word, at, top * HEIGHT, share * len(word), (bottom - top) * HEIGHT, (255,) * 3, (0,) * 3))
            at += share * (len(word) + 1)
    return out


def screens(annotations, questions, r):
    asked, layouts = defaultdict(list), layer.Layouts()
    for file in questions:
        for entry in json.loads(file.read_text()):
            asked[entry["image_id"]].append((entry["question"].strip(), entry["ground_truth"]))
    with open(annotations, newline="") as file:
        for entry in csv.DictReader(file):
            text = layouts.of(words_of(entry["screen_annotation"]), (255,) * 3)
            turns = []
            for question, answers in asked.get(int(entry["screen_id"]), []):
                short = next((a for a in answers if re.fullmatch("yes|no", a, re.I)), None)
                found = (re.search(rf"(?<!\w){re.escape(a)}(?!\w)", text, re.I) for a in answers if a)
                answer = next((match.group() for match in found if match), None)
                if short:
                    turns.append([question, short.capitalize(), "yes_no"])
                elif answer:
                    turns.append([question, answer, "value"])
            r.shuffle(turns)
            yield {"layers": [text], "documents": [], "turns": turns}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--tables", type=Path)
    p.add_argument("--reports", type=Path, nargs="*", default=[])
    p.add_argument("--paragraphs", type=Path, nargs="*", default=[])
    p.add_argument("--screens", type=Path)
    p.add_argument("--asked", type=Path, nargs="*", default=[])
    a = p.parse_args()
    r, counts = random.Random(1), defaultdict(lambda: [0, 0])
    with a.out.open("w") as out:
        for name, made in (
            ("tables", tables(a.tables, r) if a.tables else ()),
            ("reports", reports(a.reports, r)),
            ("paragraphs", paragraphs(a.paragraphs, r)),
            ("screens", screens(a.screens, a.asked, r) if a.screens else ()),
        ):
            for conversation in made:
                if conversation["turns"]:
                    out.write(json.dumps({"set": name, **conversation}) + "\n")
                    counts[name][0] += 1
                    counts[name][1] += len(conversation["turns"])
    for name, (conversations, questions) in counts.items():
        print(f"{name}: {conversations} conversations, {questions} questions")


if __name__ == "__main__":
    main()
