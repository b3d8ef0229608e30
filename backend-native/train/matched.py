"""How often the answer to a written question stands in the lines that the product puts beside it.

    python matched.py [--written DIR]

--written: what written.py made of the screens, as the recogniser read them (layers.py) or else as they are; without it
the documents alone are asked about. Needs no model.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import matching
from pages import layer

HERE = Path(__file__).parent
KINDS = ("value", "title", "follow_up", "order", "compare")  # answered by words of the text
LOOKS = "looks"  # answered by what is told of the picture's look, or not at all


def conversations(written):
    for line in (HERE / "written" / "documents.jsonl").open():
        told = json.loads(line)
        yield "document", {"layers": [], "documents": told["documents"], "turns": told["turns"]}
    layouts = layer.Layouts()
    for line in (written / "shards" / "written.jsonl").open() if written else ():
        record = json.loads(line)
        file = written / "layers" / f"{record['seed']}.txt"
        text = file.read_text() if file.exists() else layouts.of(record["words"], record["ground"])
        seen = file.with_suffix(".json")
        look = json.loads(seen.read_text()) if seen.exists() else None
        turns = [(q["q"], q["a"], q["kind"]) for q in record["questions"]]
        yield "screen", {"layers": [text], "looks": [look], "documents": [], "turns": turns}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--written", type=Path)
    a = p.parse_args()
    finder, found, asked, words, questions = matching.Finder(), Counter(), Counter(), 0, 0
    for source, conversation in conversations(a.written):
        text = " ".join([*conversation["layers"], *(t for _, t in conversation["documents"])]).lower()
        for (_, answer, kind), lines in zip(conversation["turns"], finder.of(conversation), strict=True):
            beside = " ".join(lines).lower()
            words, questions = words + len(beside.split()), questions + 1
            if kind == LOOKS or (kind in KINDS and answer.lower() in text):
                asked[source, kind] += 1
                found[source, kind] += answer.lower() in beside
    for key in sorted(asked):
        print(f"{key[0]}, {key[1]}: {found[key]} of {asked[key]}")
    looks = ("screen", LOOKS)
    said, of = found.total() - found[looks], asked.total() - asked[looks]
    print(f"all but looks: {100 * said / of:.1f} %, {words / questions:.1f} words a question")


if __name__ == "__main__":
    main()
