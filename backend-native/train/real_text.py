"""Real text of the machine, collected once, and questions that its own words answer.

python real_text.py --out texts.jsonl FOLDER...
"""

import argparse
import json
import random
import re
from pathlib import Path

from facts import common_questions, fact, filler
from pages.vocabulary import (
    word,
)


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


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", required=True)
    p.add_argument("folders", nargs="+")
    a = p.parse_args()
    collect(a.folders, a.out)
