"""Check that rows say the truth: every answer character is shown where its pointer looks.

    python check_rows.py [--rows 2000] [--show 20] [--pictures DIR]

Also prints examples, how often each kind is asked, and what rows and drawing cost.
"""
import argparse
import random
import time
from collections import Counter
from pathlib import Path

from PIL import Image

from layouts import Maker
from questions import Asker
from rows import make_rows, plan
from screens import SLOTS
from sequences import CHANNELS, collate
from tokenizer import Tokenizer

WORDS = {"yes", "no"}  # said by looking at a place that does not show them
TOKENS = 3072


def shown_at(row, place):
    """Characters that a place of a row shows: those of a cell, or the text of a token."""
    for start, screen in row.images:
        at = place - start
        if 0 <= at < screen.rows * (screen.cols + 1) - 1:
            if at % (screen.cols + 1) == screen.cols:
                raise AssertionError(f"{place} is the break after a row of cells")
            cell = at // (screen.cols + 1) * screen.cols + at % (screen.cols + 1)
            return [chr(c + 31) for c in screen.chars[cell] if c]
    return list(row.t.decode([row.ids[place]]))


def check(row):
    """Raise AssertionError when a channel of the row does not say the truth."""
    assert all(len(getattr(row, name)) == len(row.ids) for name in CHANNELS)
    for kind, first, last in row.answers:
        answer = row.t.decode(row.ids[first + 1:last])
        assert row.ids[first] == row.t.assistant and row.ids[last] == row.t.end, (kind, answer)
        for i, c in enumerate(answer):
            place, slot = row.pointer[first + i], row.slot[first + i]
            if place >= 0:
                seen = shown_at(row, place)
                assert place < first, (kind, answer)
                assert slot < 0 or slot == SLOTS - 1 or seen[slot] == c, (kind, answer, c, seen)
                if slot < 0 and place < row.images[0][0]:
                    raise AssertionError((kind, answer, "points before the first image"))
            assert place >= 0 or slot < 0, (kind, answer)
    for here, there in enumerate(row.name):
        if there >= 0:
            assert there < here, "a name is read before it is asked for"
            text, seen = row.t.decode([row.ids[here]]), shown_at(row, there)
            if len(text) == 1 and text.isalnum():
                assert text.lower() in [c.lower() for c in seen] or len(seen) == SLOTS or is_colour(row, here), (text, seen)
    for channel in ("link", "topic", "digit"):
        assert all(there < here for here, there in enumerate(getattr(row, channel)) if there >= 0), channel
    for k, (start, screen) in enumerate(row.images):
        assert set(row.number[start:start + screen.rows * (screen.cols + 1) - 1]) == {k}


def is_colour(row, place):
    """Whether a token of a question stands for a colour, which is a name that no characters show."""
    return row.t.decode(row.ids[max(0, place - 8):place + 8]).find("colo") >= 0


def example(row):
    """The row as text, images as their sizes."""
    out, at = [], 0
    for start, screen in row.images:
        runs = " | ".join(run.text for run in screen.runs)
        out += [row.t.decode(row.ids[at:start]), f"<{screen.cols}x{screen.rows}: {runs}>"]
        at = start + screen.rows * (screen.cols + 1)
    return "".join(out) + row.t.decode(row.ids[at:]).replace("<|user|>", "\n  ? ").replace("<|assistant|>", " -> ").replace("<|end|>", "")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rows", type=int, default=2000)
    p.add_argument("--show", type=int, default=8)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--long-share", type=float, default=0.1)
    p.add_argument("--pictures", type=Path, help="folder for the screens of the shown rows")
    a = p.parse_args()
    maker, tokenizer = Maker(random.Random(a.seed)), Tokenizer()
    asker, kinds, plans, seconds, tokens, padded, seen = Asker(maker.rng), Counter(), {}, 0.0, 0, 0, 0
    while seen < a.rows:
        size, plan_kind = plan(maker.rng, a.long_share)
        pixels = a.pictures is not None and len(list(a.pictures.glob("*.png"))) < 200
        begun = time.process_time()
        rows = make_rows(tokenizer, maker, asker, size, plan_kind, TOKENS, pixels)
        seconds += time.process_time() - begun
        collate(rows, tokenizer, maker.rng, "cpu", 4096)
        of = plans.setdefault(plan_kind, [0, 0, 0, 0])
        longest = max(len(row.ids) for row in rows)
        tokens, padded, seen = tokens + sum(len(row.ids) for row in rows), padded + longest * len(rows), seen + len(rows)
        for i, n in enumerate((1, len(rows), sum(len(row.ids) for row in rows), sum(len(row.answers) for row in rows))):
            of[i] += n
        for row in rows:
            try:
                check(row)
            except AssertionError:
                print(example(row))
                raise
            kinds.update(kind for kind, _, _ in row.answers)
        if a.show > 0 and maker.rng.random() < 0.3:
            a.show -= 1
            print(plan_kind, example(rows[0])[:3000], "\n")
            if pixels:
                a.pictures.mkdir(parents=True, exist_ok=True)
                for k, (_, screen) in enumerate(rows[0].images):
                    Image.fromarray(screen.image).save(a.pictures / f"{a.show}-{plan_kind}-{k + 1}.png")
    for kind, n in kinds.most_common():
        print(f"{kind:24} {n:6} {n / kinds.total():6.1%}")
    for kind, (batches, n, of, questions) in plans.items():
        print(f"{kind:10} {batches} batches, {of / n:.0f} tokens a row, {n / batches:.1f} rows a batch, {questions / n:.1f} questions a row")
    print(f"{seen} rows are right; {tokens / padded:.0%} of the places are used; {1000 * seconds / (tokens / 4000):.0f} ms per 4,000 tokens")


if __name__ == "__main__":
    main()
