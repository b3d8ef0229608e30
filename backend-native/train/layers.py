"""Reads rendered pages with the product's own recogniser, so that training sees its real mistakes.

    python layers.py --images DIR/images --out DIR/layers --most 400

Writes SEED.txt for each SEED.png; started again it goes on. The product must have been built (npm run setup).
"""

import argparse
import json
import random
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def reader():
    """A process that takes paths and gives text layers, a line each."""
    program = ROOT / "dist" / "readTextLayers.cjs"
    source = ROOT / "backend-native" / "cli" / "readTextLayers.ts"
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    options = ("--bundle", "--platform=node", "--format=cjs", "--external:sharp", "--external:onnxruntime-node")
    subprocess.run([esbuild, source, *options, "--log-level=warning", f"--outfile={program}"], check=True)
    return subprocess.Popen(["node", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def read(node, image):
    """The text layer of one picture; empty where there are no words."""
    node.stdin.write(f"{image}\n")
    node.stdin.flush()
    return json.loads(node.stdout.readline())


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--images", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--most", type=int, default=400)
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    node = reader()
    images = sorted(a.images.glob("*.png"))
    random.Random(1).shuffle(images)
    for image in images[: a.most]:
        target = a.out / f"{image.stem}.txt"
        if target.exists():
            continue
        target.write_text(read(node, image))


if __name__ == "__main__":
    main()
