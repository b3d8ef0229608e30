"""Draw the sample screenshots under media/samples: fixed content, fonts the generator also knows.

    python samples.py --out media/samples
"""
import argparse
from pathlib import Path

from PIL import Image

import fonts
from screens import Screen

DARK, LIGHT = (24, 26, 31), (250, 250, 250)
EIGHT = ["K7P2", "4821", "MX90", "T3HA", "9055", "QB61", "7DF3", "ZW48"]


def save(screen, path):
    screen.finish()
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(screen.image).save(path, optimize=True)


def terminal(path):
    s, f = Screen(192, 80, DARK), fonts.face("DejaVuSansMono", 15)
    lines = [("$ make server", (220, 220, 220)), ("error E4719", (240, 90, 90)), ("$ done", (220, 220, 220))]
    for i, (text, colour) in enumerate(lines):
        s.text(6, 16 + 24 * i, text, f, colour)
    save(s, path)


def form(path):
    s, f = Screen(192, 96, LIGHT), fonts.face("DejaVuSans", 15)
    for i, (label, value) in enumerate([("Host", "atlas"), ("Port", "8443"), ("User", "marta")]):
        s.text(8, 20 + 28 * i, label + ":", f, (40, 40, 50))
        s.text(76, 20 + 28 * i, value, f, (20, 20, 30))
    save(s, path)


def editor(path):
    s, f = Screen(256, 96, (30, 30, 34)), fonts.face("DejaVuSansMono", 15)
    s.box(0, 0, 256, 26, (62, 62, 70))
    for x, name, on in [(0, "main.py", False), (88, "server.py", True)]:
        if on:
            s.box(x, 0, 102, 26, (30, 30, 34))
            s.box(x, 0, 102, 2, (40, 120, 230))
        s.text(x + 10, 13, name, f, (215, 215, 215), "active tab" if on else "tab")
    for i, line in enumerate(["import socket", "port = 9182", "return port"]):
        s.text(6, 40 + 21 * i, str(i + 1), f, (140, 140, 144), "line number")
        s.text(46, 40 + 21 * i, line, f, (215, 215, 215))
    save(s, path)


def table(path):
    s, f = Screen(192, 96, LIGHT), fonts.face("DejaVuSans", 15)
    s.box(0, 5, 192, 24, (222, 226, 232))
    for i, row in enumerate([("Item", "Price"), ("Lamp", "349"), ("Chair", "75")]):
        for x, cell in zip((8, 100), row):
            s.text(x, 17 + 29 * i, cell, f, (30, 30, 40), "header" if i == 0 else "text")
    save(s, path)


def buttons(path):
    s, f = Screen(160, 80, LIGHT), fonts.face("DejaVuSans", 15)
    s.text(10, 18, "Code: R52K", f, (30, 30, 40))
    for x, name, fill, rgb in [(10, "Save", "green", (40, 160, 60)), (80, "Close", "red", (220, 40, 40))]:
        w = f.width(name) + 20
        s.box(x, 40, w, 26, rgb, fill, border=(90, 90, 90))
        s.text(x + 10, 53, name, f, (255, 255, 255), "button", fill)
    save(s, path)


def eight(folder):
    looks = [(DARK, (225, 225, 225)), (LIGHT, (20, 20, 30))]
    for i, code in enumerate(EIGHT):
        background, ink = looks[i % 2]
        s, f = Screen(128, 64, background), fonts.face("DejaVuSans", 15)
        s.text(8, 18, f"Code: {code}", f, ink)
        s.text(8, 44, ["ready", "waiting", "done", "paused"][i % 4], f, ink)
        save(s, folder / f"{i + 1}.png")


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--out", type=Path, required=True)
    out = p.parse_args().out
    for draw in (terminal, form, editor, table, buttons):
        draw(out / f"{draw.__name__}.png")
    eight(out / "eight")
