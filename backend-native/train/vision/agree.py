"""Do PyTorch and llama.cpp see the same?

    python fit.py ... --show shot.png more.png        (writes DIR/shown.npz)
    python agree.py --shown DIR/shown.npz --base BASE.gguf --mmproj M.mmproj.gguf --program AGREE shot.png more.png

AGREE is agree.cpp, compiled against llama.cpp's headers (include, ggml/include, tools/mtmd) and libraries (mtmd, llama,
ggml, ggml-base). Values differ by the rounding of f16 weights and of ggml's table of GELU.
"""
import argparse
import os
import subprocess

import numpy as np


def main():
    p = argparse.ArgumentParser()
    for name in ("shown", "base", "mmproj", "program"):
        p.add_argument(f"--{name}", required=True)
    p.add_argument("images", nargs="+")
    a = p.parse_args()
    done = subprocess.run([a.program, a.base, a.mmproj, *a.images], check=True, capture_output=True, text=True)
    print("tokens around an image:", *dict.fromkeys(done.stderr.strip().splitlines()), sep="\n  ")
    with np.load(a.shown) as shown:
        for path, line in zip(a.images, done.stdout.splitlines(), strict=True):
            count, columns, rows, *values = line.split()
            theirs = np.array(values, np.float32).reshape(int(count), -1)
            ours = shown[os.path.basename(path)]
            if ours.shape != theirs.shape:
                print(f"{path}: {ours.shape[0]} tokens here, {count} there")
                continue
            away = np.abs(ours - theirs)
            print(f"{path}: {count} tokens, {columns}x{rows}; largest value {np.abs(ours).max():.3f}, "
                  f"largest difference {away.max():.5f}, mean {away.mean():.6f}")


if __name__ == "__main__":
    main()
