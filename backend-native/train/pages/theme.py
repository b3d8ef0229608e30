"""Looks: fonts, sizes, colours. A theme is drawn once a page and reaches the HTML as CSS variables."""

import json
from dataclasses import dataclass
from pathlib import Path

MONO = {
    "jetbrains-mono",
    "fira-code",
    "fira-mono",
    "source-code-pro",
    "roboto-mono",
    "ubuntu-mono",
    "inconsolata",
    "cascadia-code",
    "space-mono",
    "dm-mono",
    "pt-mono",
    "overpass-mono",
    "cousine",
    "ibm-plex-mono",
    "geist-mono",
    "commit-mono",
    "noto-sans-mono",
    "red-hat-mono",
    "azeret-mono",
    "spline-sans-mono",
    "b612-mono",
    "anonymous-pro",
    "share-tech-mono",
    "courier-prime",
}
HELD_OUT_FONTS = {"karla", "lora", "ibm-plex-sans", "b612-mono"}  # seen in evaluation only


@dataclass
class Font:
    family: str
    files: dict  # weight -> path


def fonts(folder):
    """Latin files of every @fontsource package under folder/node_modules -> (text fonts, monospaced fonts)."""
    text, mono = [], []
    for package in sorted(Path(folder, "node_modules", "@fontsource").iterdir()):
        files = {w: package / "files" / f"{package.name}-latin-{w}-normal.woff2" for w in (400, 700)}
        files = {w: f for w, f in files.items() if f.exists()}
        if 400 in files:
            family = json.loads((package / "package.json").read_text()).get("name", package.name).split("/")[-1]
            (mono if package.name in MONO else text).append(Font(family, files))
    return text, mono


def face(font):
    return "".join(
        f"@font-face{{font-family:'{font.family}';font-weight:{w};src:url('{f.as_uri()}')}}"
        for w, f in font.files.items()
    )


LIGHT = [
    ("#ffffff", "#f4f5f7", "#1f2328", "#6b7280", "#d5d9e0"),
    ("#fafafa", "#ffffff", "#222222", "#777777", "#dddddd"),
    ("#f3f4f6", "#ffffff", "#111827", "#6b7280", "#e5e7eb"),
    ("#fffdf7", "#f7f1e3", "#3b2f1e", "#8a7a60", "#e3d9c3"),
    ("#eef3f8", "#ffffff", "#16324f", "#64798f", "#cbd8e4"),
    ("#ffffff", "#ffffff", "#000000", "#757575", "#bdbdbd"),
]
DARK = [
    ("#0d1117", "#161b22", "#e6edf3", "#8b949e", "#30363d"),
    ("#1e1e1e", "#252526", "#d4d4d4", "#858585", "#3c3c3c"),
    ("#282a36", "#303341", "#f8f8f2", "#8a8fa8", "#44475a"),
    ("#121212", "#1d1d1d", "#eeeeee", "#999999", "#333333"),
    ("#0b1f33", "#12304d", "#dbe9f6", "#7f9bb5", "#264a6b"),
    ("#2d2a2e", "#363337", "#fcfcfa", "#939293", "#4a474b"),
]
TINTED = [
    ("#e8f5e9", "#ffffff", "#1b3a1f", "#5d7a61", "#c3dcc5"),
    ("#fdecef", "#ffffff", "#4a1420", "#94626d", "#efc8d0"),
    ("#004b50", "#00626a", "#f0fbfb", "#9cc7c9", "#1f7a80"),
    ("#1a237e", "#283593", "#ffffff", "#a9b0e6", "#3f4bb0"),
]
ACCENTS = {
    "blue": ["#1a73e8", "#2563eb", "#0078d4"],
    "green": ["#16a34a", "#2e7d32", "#1f883d"],
    "red": ["#dc2626", "#c62828"],
    "purple": ["#7c3aed", "#6a1b9a"],
    "orange": ["#ea580c", "#ef6c00"],
    "pink": ["#db2777", "#d81b60"],
    "black": ["#111111"],
    "yellow": ["#facc15", "#ffca28"],
    "cyan": ["#0891b2", "#00acc1"],
    "brown": ["#795548"],
    "grey": ["#6b7280"],
}
TONES = {
    "good": ["#16a34a", "#2e7d32", "#22c55e"],
    "bad": ["#dc2626", "#d32f2f", "#ef4444"],
    "warn": ["#d97706", "#f59e0b", "#eab308"],
    "info": ["#2563eb", "#0284c7", "#7c3aed"],
    "dim": ["#6b7280", "#8b8b8b"],
}


@dataclass
class Theme:
    css: str
    dark: bool
    accent: str
    tones: dict
    size: int


def ink_on(colour):
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#ffffff" if 0.3 * red + 0.59 * green + 0.11 * blue < 150 else "#111111"


def draw(r, text_fonts, mono_fonts):
    dark = r.random() < 0.4
    ground, surface, ink, dim, border = r.choice(TINTED if r.random() < 0.12 else DARK if dark else LIGHT)
    accent = r.choice(ACCENTS[r.choice(list(ACCENTS))])
    tones = {tone: r.choice(choices) for tone, choices in TONES.items()}
    body, head, mono = r.choice(text_fonts), r.choice(text_fonts), r.choice(mono_fonts)
    if r.random() < 0.7:
        head = body
    size = r.choice([11, 12, 13, 13, 14, 14, 14, 15, 16, 16, 18, 20])
    radius, gap = r.choice([0, 3, 6, 10, 14]), r.choice([8, 12, 16, 22])
    upper = r.random() < 0.12
    css = (
        "".join(face(f) for f in {f.family: f for f in (body, head, mono)}.values())
        + f"""
*{{box-sizing:border-box;margin:0}}
body{{background:{ground};color:{ink};font:{size}px/{r.choice([1.3, 1.4, 1.5, 1.6])} '{body.family}',sans-serif;
overflow:hidden}}
h1,h2,h3{{font-family:'{head.family}',sans-serif;line-height:1.25}} h1{{font-size:{r.uniform(1.4, 2.1):.2f}em}}
h2{{font-size:{r.uniform(1.1, 1.4):.2f}em}} h3{{font-size:1.05em}}
code,pre,.mono{{font-family:'{mono.family}',monospace;font-size:{r.uniform(0.88, 1):.2f}em}} pre{{white-space:pre;
overflow:hidden;line-height:1.45}}
.surface{{background:{surface};border:1px solid {border};border-radius:{radius}px;padding:{gap}px}}
.line{{border-bottom:1px solid {border}}}
.dim{{color:{dim}}} .off{{color:{dim};opacity:.55}} .accent{{color:{accent}}} .on-accent{{background:{accent};
color:{ink_on(accent)}}}
.row{{display:flex;gap:{gap}px;align-items:center}} .col{{display:flex;flex-direction:column;gap:{gap}px}}
.wrap{{flex-wrap:wrap}} .between{{justify-content:space-between}}
.grow{{flex:1;min-width:0}} .pad{{padding:{gap}px}} .small{{font-size:.88em}} .big{{font-size:1.7em;font-weight:700}}
b,th{{font-weight:700}}
.btn{{display:inline-block;padding:{r.randint(3, 8)}px {r.randint(10, 20)}px;border-radius:{radius}px;
border:1px solid {border};{"text-transform:uppercase;" if upper else ""}white-space:nowrap}}
.field{{border:1px solid {border};border-radius:{min(radius, 6)}px;padding:5px 9px;min-width:8em;
background:{surface};display:inline-block}}
.badge{{padding:1px 8px;border-radius:{r.choice([3, 10])}px;font-size:.9em;white-space:nowrap}}
table{{border-collapse:collapse;{r.choice(["width:100%", "min-width:50%"])}}} td,th{{text-align:left;
padding:{r.randint(3, 9)}px {r.randint(8, 18)}px;border-bottom:1px solid {border};white-space:nowrap}}
.bar{{height:.9em;border-radius:3px}} .track{{background:{border};border-radius:6px;height:8px}}
.box{{width:1em;height:1em;border:1px solid {dim};display:inline-block;text-align:center;line-height:.95em;
border-radius:3px;font-size:1em;flex:none}}
.switch{{width:2.2em;height:1.2em;border-radius:1em;display:inline-block;background:{border};position:relative;
flex:none}} .switch::after{{content:'';position:absolute;width:1em;height:1em;
border-radius:1em;background:#fff;top:.1em;left:.1em}} .switch.yes{{background:{accent}}}
.switch.yes::after{{left:1.1em}}
.round{{width:2em;height:2em;border-radius:2em;display:inline-block;text-align:center;line-height:2em;flex:none}}
"""
        + "".join(f".t-{t}{{color:{c}}} .b-{t}{{background:{c};color:{ink_on(c)}}}\n" for t, c in tones.items())
    )
    return Theme(css, dark, accent, tones, size)
