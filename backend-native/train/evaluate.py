"""Exact answers per kind of question, on fonts and words never trained on (greedy, PyTorch).

    python evaluate.py --checkpoint DIR/model.pt [--each 40] [--sizes small] [--trained-fonts] [--show]

Every question is asked alone, as the first one about its screen.
"""
import argparse
from collections import defaultdict

from answer import answer
from checkpoint import load
from layouts import maker
from questions import Asker
from tokenizer import Tokenizer

SIZES = {"small": (128, 64), "middle": (192, 96), "large": (320, 160)}


def one_image(each, m, asker, size):
    """-> {kind: [(pictures, question, answer)]} about single screens of one size."""
    found = defaultdict(list)
    for _ in range(each * 12):
        screen = m.make(*size)
        for kind, question, said, *_ in asker.about(screen):
            if len(found[kind]) < each and m.rng.random() < 0.5:
                found[kind].append(([screen.image], question, said))
    return found


def several_images(each, m, asker, count):
    found = []
    while len(found) < each:
        screens = [m.make(128, 64, kind=m.rng.choice(["lines", "form"])) for _ in range(count)]
        k = m.rng.randrange(count)
        if "code" in screens[k].facts:
            run, a, b = screens[k].facts["code"]
            found.append(([s.image for s in screens], f"What is the code in image {k + 1}?", run.text[a:b]))
    return found


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--each", type=int, default=40)
    p.add_argument("--sizes", nargs="*", default=list(SIZES), choices=list(SIZES))
    p.add_argument("--images", nargs="*", type=int, default=[2, 4, 8], help="how many images at once to try")
    p.add_argument("--trained-fonts", action="store_true")
    p.add_argument("--show", action="store_true", help="print wrong answers")
    a = p.parse_args()
    model, tokenizer = load(a.checkpoint), Tokenizer()
    m = maker(20_000, held_out=not a.trained_fonts)
    asker = Asker(m.rng)
    groups = {}
    for name in a.sizes:
        size = SIZES[name]
        groups |= {f"{kind} | {name}": v for kind, v in sorted(one_image(a.each, m, asker, size).items())}
    for count in a.images:
        groups[f"code in image k | {count} images"] = several_images(a.each, m, asker, count)
    for name, cases in groups.items():
        right = 0
        for pictures, question, said in cases:
            got = answer(model, tokenizer, pictures, question)
            right += got == said
            if a.show and got != said:
                print(f"    {question!r}: {said!r}, got {got!r}")
        print(f"{name} | {right}/{len(cases)} | {right / max(1, len(cases)):.0%}", flush=True)


if __name__ == "__main__":
    main()
