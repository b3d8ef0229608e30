"""Screens that were written by hand (written/screens) as pages to learn from.

    python written.py --out DIR --fonts FONTS

Writes DIR/images/SEED.png and DIR/shards/written.jsonl in the form of pages/render.py. Each screen is rendered as it is
and in other fonts; started again it goes on. `layers.py` reads the pictures as the product does.
"""

import argparse
import json
import random
import zlib
from pathlib import Path

from playwright.sync_api import sync_playwright

from pages import colours, theme
from pages.render import photographed, stay_nice

HERE = Path(__file__).parent
FIRST_SEED = 9_000_000
FIXED = "pre, pre *, code, code *, kbd, .mono, .mono *, .term, .term *"
# Questions of these kinds are answered by what the picture looks like, or by no words of it.
NOT_SAID = {"yes_no", "not_shown", "about", "looks", "count", "compare"}


def restyled(html, r, text_fonts, mono_fonts):
    """The page in another font; a share of larger or smaller letters would push things out of sight."""
    text, mono = r.choice(text_fonts), r.choice(mono_fonts)
    rules = (
        f"{theme.face(text)}{theme.face(mono)}"
        f"body, body :not(:is({FIXED})) {{font-family: '{text.family}' !important}}"
        f"{FIXED} {{font-family: '{mono.family}' !important}}"
    )
    return html.replace("</head>", f"<style>{rules}</style></head>", 1)


def record_of(browser_page, seed, html, size, questions):
    """-> (record, PNG bytes)"""
    _, png, main, words = photographed(browser_page, html, *size)
    said = " ".join(w[0] for w in words).lower()
    kept = []
    for question in questions:
        in_sight = question["kind"] in NOT_SAID or all(w in said for w in question["a"].lower().split())
        if not in_sight or (question["kind"] == "follow_up" and not kept):
            continue
        kept.append({**question, "via": "look" if question["kind"] == "looks" else "text"})
    record = {
        "seed": seed,
        "kind": "written",
        "width": size[0],
        "height": size[1],
        "ground": main,
        "dark": bool(colours.light(main) < 128),
        "words": words,
        "questions": kept,
        "widgets": [],
    }
    return record, png


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--fonts", type=Path, required=True, help="folder with node_modules/@fontsource")
    p.add_argument("--screens", type=Path, default=HERE / "written" / "screens")
    p.add_argument("--looks", type=int, default=2, help="times each screen is rendered")
    p.add_argument("--chromium", default="/usr/bin/chromium")
    a = p.parse_args()
    for name in ("images", "shards"):
        (a.out / name).mkdir(parents=True, exist_ok=True)
    text_fonts, mono_fonts = theme.fonts(a.fonts)
    shard = a.out / "shards" / "written.jsonl"
    done = {json.loads(line)["seed"] for line in shard.open()} if shard.exists() else set()
    screens = sorted(a.screens.glob("*.html"))
    with sync_playwright() as playwright, shard.open("a") as out:
        browser = playwright.chromium.launch(executable_path=a.chromium, args=["--no-sandbox"])
        page = browser.new_page()
        stay_nice()
        for n, file in enumerate(screens):
            described = json.loads(file.with_suffix(".json").read_text())
            for look in range(a.looks):
                seed = FIRST_SEED + 10 * (zlib.crc32(file.stem.encode()) % 10**7) + look
                if seed in done:
                    continue
                html = file.read_text()
                html = restyled(html, random.Random(seed), text_fonts, mono_fonts) if look else html
                record, png = record_of(page, seed, html, described["size"], described["questions"])
                (a.out / "images" / f"{seed}.png").write_bytes(png)
                out.write(json.dumps(record) + "\n")
                out.flush()
            print(f"{n + 1} of {len(screens)} screens", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
