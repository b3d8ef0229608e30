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
    s, f = Screen(320, 160, DARK), fonts.face("DejaVuSansMono", 15)
    lines = [("$ build release", (220, 220, 220)), ("compile main.cpp", (220, 220, 220)), ("link server", (220, 220, 220)),
             ("error E4719: missing library", (240, 90, 90)), ("build stopped", (220, 220, 220)), ("$", (220, 220, 220))]
    for i, (text, colour) in enumerate(lines):
        s.text(8, 18 + 24 * i, text, f, colour)
    save(s, path)


def form(path):
    s, f = Screen(320, 176, LIGHT), fonts.face("DejaVuSans", 15)
    s.box(0, 0, 320, 28, (214, 218, 226))
    s.text(10, 14, "Server settings", fonts.face("DejaVuSans-Bold", 15), (30, 30, 40), "title")
    for i, (label, value) in enumerate([("Host", "atlas"), ("Port", "8443"), ("User", "marta"), ("Timeout", "30")]):
        y = 48 + 26 * i
        s.box(116, y - 11, 196, 22, (255, 255, 255), border=(160, 160, 170))
        s.text(12, y, label + ":", f, (40, 40, 50))
        s.text(122, y, value, f, (20, 20, 30), "field")
    for x, name, fill, rgb in [(12, "Save", "green", (40, 160, 60)), (84, "Cancel", "red", (220, 40, 40))]:
        w = f.width(name) + 24
        s.box(x, 146, w, 24, rgb, fill, border=(90, 90, 90))
        s.text(x + 12, 158, name, f, (255, 255, 255), "button", fill)
    save(s, path)


def editor(path):
    s, f = Screen(384, 176, (30, 30, 34)), fonts.face("DejaVuSansMono", 14)
    s.box(0, 0, 384, 26, (62, 62, 70))
    for x, name, on in [(0, "main.py", False), (92, "server.py", True), (202, "notes.md", False)]:
        if on:
            s.box(x, 0, 108, 26, (30, 30, 34))
            s.box(x, 0, 108, 2, (40, 120, 230))
        s.text(x + 12, 13, name, f, (215, 215, 215), "active tab" if on else "tab")
    code = ["import socket", "", "port = 9182", 'token = "QX71"', "return port", "# listen here"]
    for i, line in enumerate(code):
        y = 42 + 22 * i
        s.text(8, y, str(i + 1), f, (140, 140, 144), "line number")
        if line:
            s.text(44, y, line, f, (215, 215, 215))
    save(s, path)


def table(path):
    s, f = Screen(256, 144, LIGHT), fonts.face("Roboto-Regular", 16)
    s.box(0, 4, 256, 24, (222, 226, 232))
    for i, row in enumerate([("Item", "Price"), ("Lamp", "349"), ("Chair", "1250"), ("Paper", "12"), ("Coffee", "87")]):
        for x, cell in zip((10, 138), row):
            s.text(x, 16 + 27 * i, cell, f, (30, 30, 40), "header" if i == 0 else "text")
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
    for draw in (terminal, form, editor, table):
        draw(out / f"{draw.__name__}.png")
    eight(out / "eight")
