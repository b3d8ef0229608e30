"""Put a page together: a kind, its frame, and one to three sections."""

from . import console, developer, frame, office, output, sections, window
from .page import Page
from .table import ROWS, table
from .vocabulary import word

HELD_OUT_KINDS = {"invoice", "board"}  # seen in evaluation only

TITLES = [
    "{n} overview",
    "{w} {n}s",
    "{n} details",
    "All {n}s",
    "{w} dashboard",
    "Manage {n}s",
    "{n} report",
    "{w} {w2}",
    "{n}s of {w}",
    "{w} settings",
    "My {n}s",
    "{w} status",
]


def title(p, noun):
    r = p.r
    text = r.choice(TITLES).format(n=noun, w=word(r).capitalize(), w2=word(r)).replace("ys ", "ies ")
    text = text[:1].upper() + text[1:]
    e = p.t(text, tag=r.choice(["h1", "h1", "h2"]))
    p.title(e)
    return e


def application(p, kind, *blocks):
    """Header and side bar around a title and sections; each block is called in its place."""
    r = p.r
    top = frame.header(p) if r.random() < 0.75 else ""
    side = frame.sidebar(p) if r.random() < 0.45 else ""
    noun = r.choice(list(ROWS))
    head = title(p, noun)
    main = []
    if r.random() < 0.2:
        main.append(frame.crumbs(p))
    main.append(f'<div class="row between">{head}{frame.button_row(p) if r.random() < 0.4 else ""}</div>')
    if r.random() < 0.25:
        main.append(frame.notice(p))
    main += [block(p) for block in blocks]
    while len(main) < p.room and r.random() < 0.75:
        main.append(r.choice(EXTRA)(p))
    while len(main) > 3 and r.random() < (0.6 if p.width > 1200 else 0.2):
        last = main.pop()
        main[-1] = (
            f'<div class="row" style="align-items:flex-start"><div class="grow">{main[-1]}</div><div class="grow">'
            f"{last}</div></div>"
        )
    if r.random() < 0.12:
        main.append(frame.dialog(p))
    name = getattr(p, "brand_text", "")
    p.about(
        f"{kind} titled {head.text}" + (f" in {name}" if name else ""), *[w for w in head.text.split() if len(w) > 2]
    )
    return (
        f'{top}<div class="row" style="align-items:stretch;gap:0">{side}<div class="col grow" '
        f'style="padding:{r.randint(10, 28)}px">{"".join(main)}</div></div>'
    )


def plain(section):
    """A section that is a page of its own, sometimes under a header."""

    def build(p):
        top = frame.header(p) if p.r.random() < 0.3 and section not in (developer.editor,) else ""
        return top + section(p)

    return build


def with_title(kind, *choices):
    def build(p):
        r = p.r
        blocks = r.sample(choices, min(len(choices), r.choice([1, 1, 2])))
        return application(p, kind, *blocks)

    return build


s = sections
EXTRA = [
    s.cards,
    s.bars,
    s.share,
    table,
    table,
    s.feed,
    s.progress,
    s.details,
    s.details,
    s.files,
    frame.fields,
    output.log,
]
KINDS = {
    "dashboard": (
        3,
        lambda p: application(
            p, "a dashboard", s.cards, *p.r.sample([s.bars, s.share, table, s.feed, s.progress, s.details], 1)
        ),
    ),
    "table": (3, with_title("a table", table)),
    "details": (2, with_title("a page of details", s.details, s.details, s.feed)),
    "form": (3, lambda p: application(p, "a form", frame.fields, frame.button_row)),
    "settings": (2, lambda p: application(p, "a settings page", frame.fields)),
    "issues": (
        1.5,
        lambda p: application(
            p, "a list of issues", lambda p: table(p, p.r.choice(["issue", "branch", "package", "test"]))
        ),
    ),
    "pipeline": (2, lambda p: application(p, "a CI page", output.pipeline)),
    "monitoring": (
        1.5,
        lambda p: application(
            p, "a monitoring page", s.cards, lambda p: table(p, p.r.choice(["service", "server", "device"]), None, True)
        ),
    ),
    "charts": (1.5, with_title("a page of charts", s.bars, s.share, s.progress)),
    "mail": (1.5, plain(office.mail)),
    "chat": (1.5, plain(office.chat)),
    "article": (1.5, lambda p: application(p, "a documentation page", office.article)),
    "editor": (2.5, plain(developer.editor)),
    "terminal": (2.5, plain(output.terminal)),
    "console": (4, console.console),
    "window": (3.5, window.window),
    "log": (1.5, plain(output.log)),
    "diff": (1.2, plain(developer.diff)),
    "dialog": (2, lambda p: application(p, "a page", p.r.choice([table, s.details, s.feed])) + frame.dialog(p)),
    "failure": (1.2, plain(office.failure)),
    "sign_in": (1, plain(office.sign_in)),
    "calendar": (1.2, lambda p: application(p, "a calendar", s.agenda)),
    "shop": (1.5, lambda p: application(p, "a shop page", s.goods)),
    "files": (1.2, lambda p: application(p, "a list of files", s.files)),
    "feed": (1, lambda p: application(p, "an activity list", s.feed)),
    "board": (1.5, lambda p: application(p, "a board", s.board)),
    "invoice": (1.5, plain(office.invoice)),
}


def build(seed, theme, kind, width=1280, height=800):
    """`room`: about how many sections the viewport holds at this font size."""
    p = Page(seed, theme)
    p.kind, p.width = kind, width
    p.room = 1 + min(8, int(width * height / (theme.size * theme.size) / 1000))
    body = KINDS[kind][1](p)
    p.finish()
    return (
        p,
        f"<!doctype html><html><head><meta charset=utf-8><style>{theme.css}</style></head><body>{body}</body></html>",
    )
