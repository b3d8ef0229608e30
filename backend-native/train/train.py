"""Teach the text half in one command: render pages and the written screens, collect text, train, write the adapter.

    python train.py --base base-q4_0.gguf --fonts FONTS --out DIR --minutes 120 [--pages 2000] [--device cuda]

Started again with the same DIR it goes on where it stopped: after the last page, after the last checkpoint. Pages
can be rendered on one machine (--minutes 0) and DIR carried to another with a GPU, but for its pictures.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PROJECTOR = HERE.parents[1] / "media" / "model" / "look-once.mmproj.gguf"
SHARD = 500  # pages
HELD_OUT = 900  # the shard that training never sees


def run(*arguments):
    subprocess.run([sys.executable, *map(str, arguments)], cwd=HERE, check=True)


def render(a, folder, shard, pages, *more):
    run("-m", "pages.render", "--out", folder, "--fonts", a.fonts, "--pages", pages, "--seed", shard, *more)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--base", required=True, type=Path)
    p.add_argument("--fonts", required=True, type=Path, help="folder with node_modules/@fontsource")
    p.add_argument("--out", required=True, type=Path)
    p.add_argument("--minutes", type=float, default=120, help="of training, all runs together")
    p.add_argument("--pages", type=int, default=2000)
    p.add_argument("--texts", nargs="*", default=["/usr/share/doc"], help="folders of real text")
    a, rest = p.parse_known_args()
    out = a.out.resolve()
    for first in range(0, a.pages, SHARD):
        render(a, out / "pages", 1 + first // SHARD, min(SHARD, a.pages - first))
    render(a, out / "held-out", HELD_OUT, 100, "--held-out")
    written, soft = out / "written", out / "soft"
    run("written.py", "--out", written, "--fonts", a.fonts)
    run("vision/look.py", "--projector", PROJECTOR, "--images", written / "images", "--out", soft)
    texts = out / "texts.jsonl"
    if not texts.exists():
        run("real_text.py", "--out", texts, *a.texts)
    if a.minutes:
        held_out = out / "held-out" / "shards"
        run("fit.py", "--base", a.base.resolve(), "--pages", out / "pages" / "shards", "--held-out", held_out,
            "--text", texts, "--written", written, "--told", "written/documents.jsonl=0.2", "--soft", soft,
            "--out", out, "--minutes", a.minutes, *rest)  # fmt: skip


if __name__ == "__main__":
    main()
