"""Render pages in headless Chromium: pictures, and shards of what the trainer needs of them.

    python -m pages.render --out DIR --fonts DIR --pages 500 --seed 1

Writes DIR/images/SEED.png and one JSON object a line to DIR/shards/FIRST.jsonl. Started again with the same
arguments it goes on after the last page.
"""

import argparse
import io
import json
import os
import random
import time
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from . import ask, colours, compose, theme

SIZES = [
    (1280, 800),
    (1280, 720),
    (1366, 768),
    (1440, 900),
    (1600, 900),
    (1920, 1080),
    (1024, 768),
    (1100, 700),
    (900, 600),
    (800, 600),
    (640, 480),
]
SHARES = [6, 4, 3, 4, 2, 3, 3, 3, 4, 4, 3]
COLLECT = (Path(__file__).parent / "collect.js").read_text()


def chosen_kind(r, held_out):
    names = [k for k in compose.KINDS if (k in compose.HELD_OUT_KINDS) == held_out]
    return r.choices(names, [compose.KINDS[k][0] for k in names])[0]


def photographed(browser_page, html, width, height):
    """-> (what collect.js saw, PNG bytes, main ground, [[word, x, y, w, h, ground, ink]])"""
    browser_page.set_viewport_size({"width": width, "height": height})
    browser_page.set_content(html, wait_until="load")
    browser_page.evaluate("document.fonts.ready.then(() => 0)")
    seen = browser_page.evaluate(COLLECT)
    png = browser_page.screenshot(type="png")
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    words = [[text, x, y, w, h, *colours.sample(pixels, x, y, w, h)] for text, x, y, w, h, _ in seen["words"]]
    return seen, png, tuple(int(v) for v in colours.main_ground(pixels)), words


def page_record(browser_page, seed, text_fonts, mono_fonts, kind=None):
    """-> (record, PNG bytes); None when the page came out empty."""
    r = random.Random(seed)
    look = theme.draw(r, text_fonts, mono_fonts)
    kind = kind or chosen_kind(r, False)
    width, height = r.choices(SIZES, SHARES)[0]
    made, html = compose.build(seed + 1, look, kind, width, height)
    seen, png, main, words = photographed(browser_page, html, width, height)
    looks = {}
    for (*_, element), (*_, ground, ink) in zip(seen["words"], words):
        looks.setdefault(element, (ground, ink))
    if not words:
        return None
    marks = {int(e): colours.mark(*both, main) for e, both in looks.items() if e}
    questions = answerable(made, r, seen["boxes"], marks) + dark_or_light(r, main)
    return {
        "seed": seed,
        "kind": kind,
        "width": width,
        "height": height,
        "ground": main,
        "dark": look.dark,
        "words": words,
        "questions": questions,
        "widgets": seen["widgets"],
    }, png


def answerable(made, r, boxes, marks):
    """Questions about what is in sight, with the answers that only the rendered page gives."""
    shown = {int(e): b for e, b in boxes.items()}
    out = []
    for q in made.questions:
        if not all(n in shown for n in q["needs"]):
            continue
        if "colour_of" in q and not fill_colour(q, marks.get(q["colour_of"], ""), marks, r):
            continue
        if q["kind"] == "disabled":
            grey = marks.get(q["needs"][0]) == "grey"
            said_disabled = (q["a"] == "Yes") != any(
                w in q["q"].lower() for w in ("enabled", "clicked", "available")
            ) or q["a"] not in ("Yes", "No")
            if grey != said_disabled:
                continue
        if q["kind"].startswith("selected") and q["via"] == "mark":
            rest = [n for n in q["needs"][1:] if n != q["needs"][0]]
            if (
                q["kind"] == "selected_yes_no"
                and not rest
                or any(marks.get(n, "") == marks.get(q["needs"][0], "") for n in rest)
            ):
                q["via"] = "look"
        if q["kind"] == "about":
            q["a"] += with_contents([said for e, said in made.contents if e.id in shown]) + "."
        out.append({k: v for k, v in q.items() if k in ("q", "a", "kind", "via", "keys", "row", "c", "l")})
    for noun, ids, texts in made.groups:
        out += places(r, noun, [(shown[i], t) for i, t in zip(ids, texts) if i in shown])
    return out


def with_contents(said):
    """Up to three of the things in sight, as the end of a summary."""
    named = list(dict.fromkeys(said))[:3]
    if not named:
        return ""
    return ", with " + (", ".join(named[:-1]) + " and " if len(named) > 1 else "") + named[-1].rstrip(".")


def fill_colour(q, look, marks, r):
    """Puts the colour of the element into question and answer; false when it has none of its own."""
    if not look or look == "grey":
        return False
    colour = colours.colour_of(look)
    if q.get("unique") and sum(colours.colour_of(m) == colour for m in marks.values()) > 1:
        return False
    if "yes" in q:
        other = r.choice(
            [c for c in ("red", "green", "blue", "orange", "grey", "purple", "yellow", "black", "white") if c != colour]
        )
        q["q"], q["a"] = q["q"].replace("{colour}", colour if q["yes"] else other), "Yes" if q["yes"] else "No"
    elif "{colour}" in q["q"]:
        q["q"] = q["q"].replace("{colour}", colour)
    else:
        q["a"] = colour.capitalize()
    return True


def dark_or_light(r, main):
    """Questions about the ground of the whole screen."""
    dark = colours.light(main) < 128
    answer = "Dark" if dark else "Light"
    yes = r.random() < 0.5
    return [
        {"q": ask.pick(r, "dark_or_light"), "a": answer, "kind": "dark", "via": "look"},
        {
            "q": ask.pick(r, "is_dark", v=answer.lower() if yes else "light" if dark else "dark"),
            "a": "Yes" if yes else "No",
            "kind": "dark",
            "via": "look",
        },
    ]


def places(r, noun, placed):
    """What is left, right, above and below, among elements whose boxes line up."""
    out = []
    for (box, text), (other, name) in ((a, b) for a in placed for b in placed if a is not b):
        x, y, w, h = box
        u, v, p, q = other
        across = abs(y + h / 2 - v - q / 2) < 0.5 * max(h, q)
        down = abs(x - u) < 12 or abs(x + w / 2 - u - p / 2) < 8
        if text.lower() == name.lower() or not (across or down) or r.random() > 0.5:
            continue
        between = [b for b, _ in placed if b not in (box, other)]
        if across:
            side, opposite = ("right", "left") if u > x else ("left", "right")
            near = not any(min(x, u) < b[0] < max(x, u) and abs(b[1] - y) < h for b in between)
        else:
            side, opposite = ("below", "above") if v > y else ("above", "below")
            near = not any(min(y, v) < b[1] < max(y, v) and abs(b[0] - x) < w for b in between)
        if near:
            out.append({"q": ask.pick(r, side, n=noun, row=text), "a": name, "kind": "place", "via": "text"})
        if r.random() < 0.35:
            yes = r.random() < 0.5
            out.append(
                {
                    "q": ask.pick(r, "is_" + (side if yes else opposite), row=name, v=text),
                    "a": "Yes" if yes else "No",
                    "kind": "place_yes_no",
                    "via": "text",
                }
            )
    r.shuffle(out)
    return out[:4]


def stay_nice():
    """Chromium gives its processes a priority of their own when it may; put them back to ours."""
    mine = os.nice(0)
    parents = {
        int(f.parent.name): int(f.read_text().rsplit(")", 1)[1].split()[1])
        for f in Path("/proc").glob("[0-9]*/stat")
        if f.exists()
    }
    family, grown = {os.getpid()}, True
    while grown:
        more = {p for p, parent in parents.items() if parent in family} - family
        family |= more
        grown = bool(more)
    for process in family:
        try:
            os.setpriority(os.PRIO_PROCESS, process, mine)
        except OSError:
            continue  # it has ended meanwhile


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--fonts", type=Path, required=True, help="folder with node_modules/@fontsource")
    p.add_argument("--pages", type=int, default=500)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--held-out", action="store_true", help="kinds and fonts that training leaves out")
    p.add_argument("--chromium", default="/usr/bin/chromium")
    a = p.parse_args()
    for name in ("images", "shards"):
        (a.out / name).mkdir(parents=True, exist_ok=True)
    text_fonts, mono_fonts = theme.fonts(a.fonts)
    keep = lambda f: any(h in str(f.files[400]) for h in theme.HELD_OUT_FONTS) == a.held_out
    text_fonts, mono_fonts = [f for f in text_fonts if keep(f)], [f for f in mono_fonts if keep(f)]
    if not text_fonts or not mono_fonts:
        which = f"those for evaluation ({', '.join(sorted(theme.HELD_OUT_FONTS))})" if a.held_out else "text and code"
        raise SystemExit(f"{a.fonts} lacks fonts for {which}: npm i --prefix {a.fonts} @fontsource/NAME")
    shard = a.out / "shards" / f"{a.seed:08d}.jsonl"
    done = sum(1 for _ in shard.open()) if shard.exists() else 0
    with sync_playwright() as play, shard.open("a") as out:
        browser = play.chromium.launch(
            executable_path=a.chromium,
            args=["--allow-file-access-from-files", "--disable-gpu", "--force-color-profile=srgb"],
        )
        page, start = browser.new_page(), time.time()
        page.goto("file:///")
        stay_nice()
        for i in range(done, a.pages):
            seed = a.seed * 100000 + i
            r = random.Random(seed)
            kind = chosen_kind(r, r.random() < 0.5) if a.held_out else None
            made = page_record(page, seed, text_fonts, mono_fonts, kind)
            if made:
                (a.out / "images" / f"{seed}.png").write_bytes(made[1])
            out.write(
                json.dumps(
                    made[0] if made else {"seed": seed, "kind": "", "words": [], "questions": []}, ensure_ascii=False
                )
                + "\n"
            )
            out.flush()
            if i % 25 == 24:
                print(f"{i + 1} pages, {(i + 1 - done) / (time.time() - start):.2f}/s", flush=True)


if __name__ == "__main__":
    main()
