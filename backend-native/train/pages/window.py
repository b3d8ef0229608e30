"""Windows of programs: a title bar, menus and what the program shows, such as a calculator or a list of songs."""

from . import frame, sections
from .table import table, unique
from .vocabulary import TYPES, clock, duration, file_name, labelled, person, title_words, version, word

MENUS = "File Edit View Search Tools Help Document Format Insert Window Go Bookmarks Options Playback Run".split()
PROGRAMS = {
    "a text editor": "Notes Editor Pad Writer Text Scribe",
    "a file manager": "Files Folders Commander Explorer Shelf",
    "a spreadsheet": "Sheets Calc Grid Tables Cells",
    "a music player": "Player Tunes Audio Sound Deck",
    "an image viewer": "Viewer Photos Gallery Images",
    "a mail program": "Mail Post Letters Inbox",
    "a calculator": "Calculator Calc Sums",
    "a system monitor": "Monitor Tasks System Watch",
    "a settings window": "Settings Preferences Options Setup",
    "an archive program": "Archiver Packer Unpack",
}


def window(p):
    """A title bar with the name of the program and what is open, menus, a body, a status bar."""
    r = p.r
    kind = r.choice(list(PROGRAMS))
    program = r.choice([word(r).capitalize(), ""]) + r.choice(PROGRAMS[kind].split())
    opened = r.choice([file_name(r), title_words(r, 2), file_name(r)])
    bare = p.maybe(0.2)
    title = p.t(
        program if bare else r.choice(["{o} - {p}", "{o} — {p}", "{p} - {o}", "{p}: {o}"]).format(o=opened, p=program)
    )
    for _ in range(3):
        p.questions.append(
            {
                "q": r.choice(
                    [
                        "Which program is it?",
                        "What program is this?",
                        "Which program is open?",
                        "What is the program called?",
                        "Which application is this?",
                    ]
                ),
                "a": program,
                "kind": "brand",
                "via": "text",
                "needs": [title.id],
            }
        )
    if not bare:
        p.questions.append(
            {
                "q": r.choice(
                    [
                        "What is open in it?",
                        "Which file or document is open?",
                        "What is open?",
                        "Which document is open?",
                    ]
                ),
                "a": opened,
                "kind": "value",
                "via": "text",
                "needs": [title.id],
            }
        )
    menus = [p.t(x) for x in r.sample(MENUS, r.randint(3, 7))]
    p.sequence("menu", menus, True)
    body = BODIES.get(kind, r.choice([any_body, settings]))(p)
    status = ""
    if p.maybe(0.6):
        pairs = []
        for _ in range(r.randint(1, 3)):
            _, label, value = labelled(r, p.labels)
            e = p.t(f"{label}: {value}")
            p.labels.append(label)
            p.ask("value", value, (e,), l=label)
            pairs.append(e)
        status = f'<div class="surface row" style="border-radius:0;padding:3px 10px">{"".join(map(str, pairs))}</div>'
    p.about(f"{kind} called {program}" + ("" if bare else f" with {opened} open"), *kind.split()[1:], program)
    buttons = r.choice(["— □ ✕", "", "_ □ x"])
    bar = r.choice(["on-accent", "surface", "surface"])
    top = f'<div class="{bar} row between" style="border-radius:0;padding:5px 12px">{title}<span>{buttons}</span></div>'
    menu_bar = f'<div class="row" style="gap:14px;padding:4px 10px">{"".join(map(str, menus))}</div>'
    return f'<div class="col" style="gap:0">{top}{menu_bar}<div class="pad">{body}</div>{status}</div>'


def calculator(p):
    r = p.r
    shown = p.t(f"{r.uniform(0, 9999):.{r.choice([0, 1, 2, 4])}f}", "big")
    for _ in range(2):
        p.questions.append(
            {
                "q": r.choice(
                    [
                        "What number is displayed?",
                        "Which number does it show?",
                        "What is the result?",
                        "What does the display show?",
                    ]
                ),
                "a": shown.text,
                "kind": "value",
                "via": "text",
                "needs": [shown.id],
            }
        )
    keys = "".join(
        '<div class="row">' + "".join(f'<span class="btn">{p.t(k)}</span>' for k in row) + "</div>"
        for row in (["7", "8", "9", "÷"], ["4", "5", "6", "×"], ["1", "2", "3", "-"], ["0", ".", "=", "+"])
    )
    return f'<div class="col" style="width:18em"><div class="field">{shown}</div>{keys}</div>'


def player(p):
    """A list of songs of which one plays."""
    r = p.r
    songs = unique(r, lambda r: title_words(r, 2), r.randint(3, 9))
    singers, lengths = [person(r) for _ in songs], [f"{r.randint(1, 9)}:{r.randint(0, 59):02d}" for _ in songs]
    active = r.randrange(len(songs))
    rows, made = [], []
    for i, (song, who, length) in enumerate(zip(songs, singers, lengths)):
        a, b, c = p.t(song), p.t(who, "dim"), p.t(length)
        made.append(a)
        rows.append(
            f'<div class="row line {"on-accent" if i == active else ""}" style="padding:5px 8px">'
            f'<span style="width:14em">{a}</span><span style="width:12em">{b}</span>{c}</div>'
        )
        if p.maybe(0.5):
            for q, answer, e in (
                (r.choice([f"How long is {song}?", f"What is the length of {song}?"]), length, c),
                (r.choice([f"Who sings {song}?", f"Who is {song} by?", f"Which artist plays {song}?"]), who, b),
            ):
                p.questions.append({"q": q, "a": answer, "kind": "cell", "via": "text", "needs": [a.id, e.id]})
    now = p.t(songs[active], "big") if p.maybe(0.6) else None
    for _ in range(2):
        p.questions.append(
            {
                "q": r.choice(
                    ["Which song is playing?", "What is playing?", "Which song is on?", "What song is being played?"]
                ),
                "a": songs[active],
                "kind": "selected",
                "via": "text" if now else "mark",
                "needs": [(now or made[active]).id],
                "row": songs[active],
            }
        )
    p.ask("count", len(songs), made, n="song")
    p.selected("song", made[active], [e for i, e in enumerate(made) if i != active])
    p.contents.append((made[0], "a list of songs"))
    listed = f'<div class="surface col" style="gap:0">{"".join(rows)}</div>'
    return f'<div class="col">{now or ""}{listed}{p.t(duration(r))}</div>'


def settings(p):
    tabs, _ = frame.choices(p, "tab", p.r.sample(frame.NAV, p.r.randint(2, 5)))
    buttons = frame.button_row(p, ["OK", "Cancel", "Apply"])
    return f'<div class="col"><div class="row" style="gap:0">{tabs}</div>{frame.fields(p)}{buttons}</div>'


def sheet(p):
    """A spreadsheet: the cell that is chosen, its formula, columns of letters, tabs of sheets."""
    r = p.r
    cell, formula = (
        f"{r.choice('ABCDEFG')}{r.randint(1, 40)}",
        r.choice(
            [
                f"=SUM({(c := r.choice('ABCDE'))}{r.randint(1, 4)}:{c}{r.randint(5, 30)})",
                f"={r.choice('ABC')}{r.randint(1, 9)}*{r.randint(2, 90)}",
                TYPES["count"][0](r),
            ]
        ),
    )
    a, b = p.t(cell), p.t(formula)
    for q, answer in (
        (r.choice(["Which cell is selected?", "What is the selected cell?"]), cell),
        (
            r.choice(
                [f"What formula is in the cell {cell}?", f"What is in cell {cell}?", f"Which formula does {cell} have?"]
            ),
            formula,
        ),
    ):
        p.questions.append({"q": q, "a": answer, "kind": "value", "via": "text", "needs": [a.id, b.id]})
    sheets, _ = frame.choices(
        p, "sheet", unique(r, lambda r: r.choice([title_words(r, 1), f"Sheet{r.randint(1, 9)}"]), r.randint(2, 4))
    )
    return (
        f'<div class="col"><div class="row"><span class="field">{a}</span><span class="field grow">{b}</span></div>'
        f'{table(p)}<div class="row surface" style="gap:0;padding:0">{sheets}</div></div>'
    )


def any_body(p):
    return p.r.choice([table, sections.files, sections.details, frame.fields])(p)


def about_box(p):
    """What a program says of itself."""
    r = p.r
    name, number, who = title_words(r, 1), version(r), person(r)
    a, b, c = p.t(name, "big"), p.t(f"Version {number}"), p.t(f"© {r.randint(2001, 2026)} {who}")
    for q, answer, e in (
        ("Which version is it?", number, b),
        (f"Which version of {name} is it?", number, b),
        ("Which program is it?", name, a),
        ("Whose copyright is it?", who, c),
    ):
        p.questions.append({"q": q, "a": answer, "kind": "value", "via": "text", "needs": [a.id, e.id]})
    p.contents.append((b, f"version {number}"))
    return f'<div class="col pad" style="align-items:center">{a}{b}{c}{p.t(clock(r), "dim")}</div>'


BODIES = {
    "a calculator": calculator,
    "a music player": player,
    "a spreadsheet": sheet,
    "a file manager": sections.files,
    "an archive program": sections.files,
    "a system monitor": lambda p: table(p, "service"),
    "a settings window": settings,
    "a text editor": lambda p: "".join(
        f"<p>{p.t(s)}</p>" for s in [title_words(p.r, 4) for _ in range(p.r.randint(2, 6))]
    ),
    "an image viewer": about_box,
}
