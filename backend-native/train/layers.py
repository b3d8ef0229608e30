"""Reads rendered pages with the product's own recogniser, so that training sees its real mistakes.

    python layers.py --images DIR/images --out DIR/layers

Writes SEED.txt, and SEED.json for what it looks like, for each SEED.png; started again it goes on. The product must have
been built (npm run setup).
"""

import argparse
import json
import random
from pathlib import Path

import product


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--images", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--most", type=int, default=100_000)
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    recogniser = product.Program("readTextLayers", beside=("sharp", "onnxruntime-node"))
    images = sorted(a.images.glob("*.png"))
    random.Random(1).shuffle(images)
    for image in images[: a.most]:
        target = a.out / f"{image.stem}.txt"
        if target.exists():
            continue
        read = recogniser.ask(str(image))
        target.with_suffix(".json").write_text(json.dumps(read.get("look")))
        target.write_text(read["text"])


if __name__ == "__main__":
    main()
