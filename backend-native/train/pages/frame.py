"""The frame of an application: header, side bar, tabs, breadcrumbs, notices, dialogs, buttons, forms."""

from .page import BUTTONS
from .vocabulary import (
    DEPARTMENTS,
    LISTS,
    TYPES,
    error_code,
    error_sentence,
    labelled,
    person,
    sentence,
    title_words,
    word,
)

NAV = LISTS["navigation"]


def brand_name(r):
    return r.choice(
        [
            lambda: word(r).capitalize(),
            lambda: (
                word(r).capitalize()
                + r.choice(["Hub", "ly", "Desk", "Flow", "Board", "Pay", "Cloud", "Mail", "Base", "Lab"])
            ),
            lambda: title_words(r, 2),
        ]
    )()


def brand(p):
    p.brand_text = brand_name(p.r)
    e = p.t(p.brand_text, "big" if p.maybe(0.3) else "", "b")
    p.brand(e)
    return e


def choices(p, noun, names, style=None, across=True):
    """Tabs, navigation entries or segments of which one is active."""
    r = p.r
    style = style or r.choice(["on-accent", "on-accent", "accent", "surface"])
    made = [p.t(n, "pad-s") for n in names]
    active = r.randrange(len(names))
    cells = []
    for i, e in enumerate(made):
        line = f"border-bottom:2px solid {p.theme.accent};" if style == "accent" and i == active else ""
        cells.append(
            f'<div class="{style if i == active else ""}" style="padding:5px 12px;white-space:nowrap;{line}">{e}</div>'
        )
    p.selected(
        noun, made[active], [e for i, e in enumerate(made) if i != active], "look" if style == "surface" else "mark"
    )
    p.sequence(noun, made, across)
    return "".join(cells), made[active].text


def header(p):
    r = p.r
    right = []
    if p.maybe(0.5):
        right.append(
            f'<span class="field dim">{p.t(r.choice(["Search", "Search...", "Type to search", "Find anything"]))}'
            f"</span>"
        )
    if p.maybe(0.6):
        user = p.t(person(r))
        p.ask("value", user.text, (user,), sub="person", l=r.choice(["signed in user", "user"]))
        right.append(user)
    if p.maybe(0.4):
        right.append(f'<span class="round on-accent">{r.randint(1, 9)}</span>')
    nav = ""
    if p.maybe(0.45):
        nav = choices(p, r.choice(["tab", "page", "menu item"]), r.sample(NAV, r.randint(3, 6)))[0]
    look = r.choice(["on-accent", "surface", "", "surface"])
    name = brand(p)
    if look == "on-accent":
        p.colour(name, "colour_bar")
    return (
        f'<div class="row between pad {look} line" style="border-radius:0;padding:8px 16px"><div class="row">'
        f'{name}{nav}</div><div class="row">{"".join(right)}</div></div>'
    )


def sidebar(p):
    entries, p.section_name = choices(
        p,
        p.r.choice(["menu item", "section", "item in the side bar", "page"]),
        p.r.sample(NAV, p.r.randint(4, 9)),
        across=False,
    )
    return (
        f'<div class="surface col" style="gap:2px;width:{p.r.randint(11, 16)}em;border-radius:0;flex:none">{entries}'
        f"</div>"
    )


def crumbs(p):
    parts = [p.t(word(p.r).capitalize()) for _ in range(p.r.randint(2, 4))]
    sign = p.r.choice([" / ", " › ", " > "])
    return f'<div class="dim small">{sign.join(parts)}</div>'


def notice(p, tone=None):
    """A banner or toast."""
    r = p.r
    tone = tone or r.choice(["good", "bad", "warn", "info", "bad"])
    text = error_sentence(r) if tone == "bad" else sentence(r)
    prefix = r.choice(["", "", {"bad": "Error: ", "warn": "Warning: ", "good": "Success: ", "info": "Note: "}[tone]])
    e = p.t(prefix + text)
    noun = {"bad": "error", "warn": "warning", "good": "success message", "info": "notice"}[tone]
    p.error(e) if tone == "bad" else p.notice(noun, e)
    if tone != "bad" and p.maybe(0.4):
        p.ask("notice", e.text, (e,), n=r.choice(["banner", "notification", "message"]))
    look = r.choice([f"b-{tone}", f"t-{tone}", f"surface t-{tone}"])
    p.colour(e, r.choice(["colour"])) if p.maybe(0.0) else None
    extra = p.t(r.choice(["Dismiss", "Close", "Undo", "Details"])) if p.maybe(0.3) else ""
    return (
        f'<div class="row between pad {look}" style="border-radius:6px;padding:10px 14px"><span>{e}</span>{extra}</div>'
    )


def button_row(p, names=None, where="row"):
    r = p.r
    names = names or r.sample(BUTTONS, r.randint(2, 3))
    off = r.randrange(len(names)) if p.maybe(0.35) else None
    made, html = [], []
    strong = r.randrange(len(names))
    danger = r.choice(["b-bad", "on-accent", "on-accent", "b-good"])
    for i, name in enumerate(names):
        e = p.t(name)
        made.append(e)
        look = "off" if i == off else danger if i == strong else ""
        html.append(f'<span class="btn {look}">{e}</span>')
        p.button(e, i == off, colour=i == strong and i != off)
    if off is not None:
        p.ask("which_disabled", names[off], (made[off],), "mark", group="disabled")
    if off != strong and p.maybe(0.5):
        p.ask("of_colour", names[strong], (made[strong],), "mark", n="button", v="{colour}", group="of_colour")
        p.questions[-1] |= {"colour_of": made[strong].id, "unique": True}
    p.ask("buttons", ", ".join(names), made) if where == "dialog" else None
    p.place("button", made)
    return f'<div class="row">{"".join(html)}</div>'


def dialog(p):
    r = p.r
    thing = r.choice(
        [
            "file",
            "project",
            "account",
            "changes",
            "message",
            "order",
            "branch",
            "item",
            "photo",
            "workspace",
            "invoice",
            "device",
        ]
    )
    named = r.choice([word(r), title_words(r, 2)])
    heading, body, names = r.choice(
        [
            (
                f"Delete {thing}?",
                f"{r.choice(['This cannot be undone.', 'All data will be lost.'])} {named} will be removed.",
                ["Cancel", "Delete"],
            ),
            ("Unsaved changes", f"Do you want to save the changes to {named}?", ["Save", "Don't save", "Cancel"]),
            (f"Rename {thing}", f"Enter a new name for {named}.", ["Cancel", "Rename"]),
            ("Update available", f"Version {TYPES['version'][0](r)} is ready to install.", ["Later", "Install now"]),
            (f"Invite to {named}", f"{person(r)} wants to join {named}.", ["Decline", "Accept"]),
            ("Something went wrong", error_sentence(r), ["Close", "Try again"]),
            ("Sign in again", "Your session has expired.", ["Cancel", "Sign in"]),
            (
                f"Connect to {named}",
                f"Allow {named} to use your {r.choice(['camera', 'location', 'contacts', 'microphone'])}?",
                ["Block", "Allow"],
            ),
            (f"{error_code(r)}", error_sentence(r), ["OK", "Details"]),
            ("Payment", f"Pay {TYPES['money'][0](r)} to {named}?", ["Cancel", "Pay now"]),
            ("Move to folder", f"{r.randint(2, 90)} items will be moved to {named}.", ["Cancel", "Move"]),
        ]
    )
    h, b = p.t(heading, tag="h3"), p.t(body)
    p.ask("dialog_title", heading, (h,))
    p.ask("dialog_title", heading, (h,))
    p.ask("notice", body, (b,), n="dialog")
    if body.startswith(("Could not", "Cannot")) or heading.startswith(("Something", "E", "0x")):
        p.error(b, 2)
    p.about(f"a dialog titled {heading}", *[w for w in heading.split() if len(w) > 2])
    place = r.choice(
        [
            "top:50%;left:50%;transform:translate(-50%,-50%)",
            "top:12%;left:50%;transform:translateX(-50%)",
            f"top:{r.randint(10, 45)}%;left:{r.randint(5, 50)}%",
        ]
    )
    veil = (
        f'<div style="position:fixed;inset:0;background:rgba(0,0,0,{r.choice([0.3, 0.5, 0.7])});'
        f'pointer-events:none"></div>'
        if p.maybe(0.75)
        else ""
    )
    return (
        f'{veil}<div class="surface col" style="position:fixed;{place};min-width:22em;max-width:34em;padding:1.4em;'
        f'box-shadow:0 4px 24px #0006">{h}<div>{b}</div>{button_row(p, names, "dialog")}</div>'
    )


def fields(p, n=None):
    """A form: text fields, lists to choose from, boxes, switches, radio buttons."""
    r = p.r
    out, labels = [], []
    beside = p.maybe(0.5)
    for _ in range(n or r.randint(3, 7)):
        roll = r.random()
        if roll < 0.55:
            kind, label, value = labelled(r, p.labels + labels)
            if len(label) > 26:
                continue
            le = p.t(label, "dim" if p.maybe(0.3) else "")
            sign = r.choice(["", "", ":", " *"])
            if p.maybe(0.12):
                hint = p.t(r.choice(["Required", "Enter a value", f"Enter {label.lower()}", "Not set"]), "dim")
                p.ask("value", hint.text if hint.text == "Not set" else "empty", (le, hint), l=label, group="empty")
                out.append((f"{le}{sign}", f'<span class="field">{hint}</span>'))
            else:
                ve = p.t(value)
                p.value(kind, le, ve)
                out.append((f"{le}{sign}", f'<span class="field">{ve}{" ▾" if p.maybe(0.15) else ""}</span>'))
            labels.append(label)
        elif roll < 0.85:
            label = option(r)
            le, on = p.t(label), p.maybe(0.5)
            if p.maybe(0.5):
                p.ask("checked", "Yes" if on else "No", (le,), "look", l=label, group="checked")
                box = f'<span class="box{" on-accent" if on and p.maybe(0.7) else ""}">{"✓" if on else ""}</span>'
                out.append(("", f'<span class="row" style="gap:8px">{box}{le}</span>'))
            else:
                worded = p.maybe(0.4)
                p.ask(
                    "toggled",
                    "Yes" if on else "No",
                    (le,),
                    "text" if worded else "look",
                    l=label,
                    group="toggled" if worded else "checked",
                )
                if worded:
                    p.ask("on_off", "On" if on else "Off", (le,), l=label, group="toggled")
                switch = f'<span class="switch{" yes" if on else ""}"></span>' if not worded or p.maybe(0.5) else ""
                out.append((f"{le}", f"{switch} {('On' if on else 'Off') if worded else ''}"))
        else:
            noun = r.choice(["size", "plan", "theme", "priority", "delivery", "view", "language"])
            pool = {
                "size": ["Small", "Medium", "Large"],
                "plan": ["Free", "Pro", "Team", "Business"],
                "theme": ["Light", "Dark", "System"],
                "priority": ["Low", "Normal", "High"],
                "delivery": ["Standard", "Express", "Pickup"],
                "view": ["Day", "Week", "Month"],
                "language": ["English", "German", "French", "Spanish"],
            }[noun]
            if p.maybe(0.5):
                html, _ = choices(p, noun, pool, "on-accent")
                out.append(
                    (
                        p.t(noun.capitalize()),
                        f'<span class="row surface" style="gap:0;padding:0;display:inline-flex">{html}</span>',
                    )
                )
            else:
                active, les = r.randrange(len(pool)), [p.t(x) for x in pool]
                p.ask("selected", pool[active], les, "look", n=noun, group="checked")
                dot = f"box-shadow:inset 0 0 0 .25em {p.theme.accent};"
                out.append(
                    (
                        p.t(noun.capitalize()),
                        '<span class="row">'
                        + "".join(
                            f'<span class="row" style="gap:6px"><span class="box" style="border-radius:1em;'
                            f'{dot if i == active else ""}"></span>{e}</span>'
                            for i, e in enumerate(les)
                        )
                        + "</span>",
                    )
                )
    if p.maybe(0.25):
        message = p.t(error_sentence(r), "t-bad small")
        p.error(message)
        out.append(("", message))
    if beside:
        width = r.randint(10, 15)
        return (
            '<div class="col">'
            + "".join(f'<div class="row"><span style="width:{width}em;flex:none">{a}</span>{b}</div>' for a, b in out)
            + "</div>"
        )
    return '<div class="col">' + "".join(f"<div><div>{a}</div>{b}</div>" for a, b in out) + "</div>"


EXTRAS = [
    "email notifications",
    "dark mode",
    "line numbers",
    "automatic updates",
    "crash reports",
    "two-factor sign-in",
    "sounds",
    "hidden files",
    "location",
    "autosave",
    "word wrap",
    "minimap",
    "spell check",
    "weekly summary",
    "read receipts",
    "backups",
    "proxy",
    "GPU acceleration",
]
OPTIONS = [
    "Remember me",
    "Gift wrap",
    "Subscribe to newsletter",
    "I accept the terms",
    "Private repository",
    "Billing same as shipping",
    "Always on top",
    "Do not disturb",
    "Wi-Fi",
    "Bluetooth",
    "Airplane mode",
    "Dark mode",
    "Format on save",
    "Public profile",
]


def option(r):
    return r.choice(
        [
            lambda: f"{r.choice(['Enable', 'Show', 'Use', 'Allow', 'Send', 'Keep', 'Sync'])} {r.choice(EXTRAS)}",
            lambda: f"{r.choice(OPTIONS)}",
            lambda: f"{r.choice(['Enable', 'Show', 'Include'])} {word(r)} {word(r)}",
            lambda: f"Notify {r.choice(DEPARTMENTS)}",
        ]
    )()
