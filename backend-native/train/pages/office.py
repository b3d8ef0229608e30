"""What people read and write: mail, chat, articles, invoices, failures."""

from .frame import button_row
from .table import table, unique
from .vocabulary import (
    CITY,
    TYPES,
    clock,
    code,
    date,
    email,
    error_code,
    error_sentence,
    file_name,
    labelled,
    money,
    person,
    sentence,
    title_words,
    version,
    word,
)


def mail(p):
    r, out, made = p.r, [], []
    for who in unique(r, person, r.randint(3, 7)):
        subject = r.choice(
            [
                f"{title_words(r, 1)} "
                f"{r.choice(['report', 'invoice', 'meeting', 'update', 'question', 'offer', 'invitation'])}",
                sentence(r).rstrip("."),
                f"Re: {title_words(r, 2)}",
                f"{code(r)} {r.choice(['shipped', 'received', 'cancelled'])}",
            ]
        )
        w, s, d = p.t(who, "", "b"), p.t(subject), p.t(r.choice([clock(r), date(r), "Yesterday"]), "dim small")
        made.append((w, s, d))
        p.ask("cell", s.text, (w, s), row=who, c="subject")
        p.questions[-1]["q"] = r.choice(
            [
                f"What is the subject of the mail from {who}?",
                f"What did {who} write about?",
                f"What is {who}'s message about?",
                f"Subject of {who}'s mail?",
            ]
        )
        p.ask("row_of", who, (w, s), n="sender", c="subject", v=f'"{subject}"')
        p.questions[-1]["q"] = r.choice(
            [f'Who sent "{subject}"?', f'Who is "{subject}" from?', f'Who wrote the mail "{subject}"?']
        )
        p.ask("cell", d.text, (w, d), row=who, c="time", group="value")
        p.questions[-1]["q"] = r.choice([f"When did {who} write?", f"When did the mail from {who} arrive?"])
    chosen = r.randrange(len(made)) if p.maybe(0.6) else None
    for i, (w, s, d) in enumerate(made):
        out.append(
            f'<div class="{"on-accent" if i == chosen else ""} line" style="padding:8px"><div class="row between">'
            f"{w}{d}</div><div>{s}</div></div>"
        )
    if chosen is not None:
        p.selected("mail", made[chosen][1], [s for i, (_, s, _) in enumerate(made) if i != chosen])
    p.ask("count", len(made), [w for w, _, _ in made], n=r.choice(["mail", "message"]))
    reading = ""
    if p.maybe(0.7):
        w, s, _ = made[chosen or 0]
        to, body = p.t(f"To: {email(r)}", "dim small"), [p.t(sentence(r)) for _ in range(r.randint(2, 4))]
        p.ask("value", to.text[4:], (to,), l="recipient", sub="email", group="value")
        reading = (
            f'<div class="col grow pad"><h2>{p.t(s.text)}</h2><div>{p.t(w.text)}</div>{to}'
            + "".join(f"<p>{b}</p>" for b in body)
            + button_row(p, r.choice([["Reply", "Forward"], ["Reply", "Reply all", "Archive"]]))
            + "</div>"
        )
    p.about(f"a mail inbox with messages from {made[0][0].text} and others", "mail", made[0][0].text.split()[0])
    return (
        f'<div class="row" style="align-items:flex-start;gap:0"><div class="surface" '
        f'style="width:{r.randint(20, 30)}em;border-radius:0;padding:0">{"".join(out)}</div>{reading}</div>'
    )


def chat(p):
    r, out = p.r, []
    people = unique(r, lambda r: person(r).split()[0], r.randint(2, 3))
    said = []
    for i in range(r.randint(3, 9)):
        who, text = (
            r.choice(people),
            r.choice(
                [
                    sentence(r),
                    sentence(r),
                    f"Can you send me {file_name(r)}?",
                    f"The code is {code(r)}.",
                    f"Let's meet at {clock(r)} in {r.choice(CITY)}.",
                    f"It costs {money(r)}.",
                    f"My number is {TYPES['phone'][0](r)}.",
                ]
            ),
        )
        w, t, d = p.t(who, "", "b"), p.t(text), p.t(clock(r), "dim small")
        said.append((who, w, t))
        side = "margin-left:auto" if who == people[0] and p.maybe(0.6) else ""
        out.append(
            f'<div class="surface {"on-accent" if side else ""}" style="max-width:30em;{side}"><div class="row">{w}'
            f"{d}</div><div>{t}</div></div>"
        )
        p.ask("who_said", who, (w, t), v=t.text)
        p.ask("cell", d.text, (w, t, d), row="it", c="time", group="value")
        p.questions[-1]["q"] = f'When was "{text}" sent?'
    for who in people:
        mine = [(w, t) for name, w, t in said if name == who]
        if len(mine) == 1:
            p.ask("says", mine[0][1].text, mine[0], row=who)
        p.ask("count", len(mine), [t for *_, t in said], n="message")
        p.questions[-1]["q"] = f"How many messages did {who} send?"
    p.ask("last", said[-1][2].text, [t for *_, t in said], n="message", group="order")
    p.ask("who_said", said[-1][0], [t for *_, t in said], v="")
    p.questions[-1]["q"] = r.choice(
        ["Who wrote the last message?", "Who spoke last?", "Who sent the most recent message?"]
    )
    p.about(f"a chat between {' and '.join(people)}", "chat", *people)
    return f'<div class="col pad" style="max-width:{r.randint(38, 60)}em">{"".join(out)}</div>'


def article(p):
    """Documentation: headings, paragraphs, a list, a command."""
    r, out, heads = p.r, [], []
    tool = p.brand_text if hasattr(p, "brand_text") else word(r).capitalize()
    for _ in range(r.randint(2, 4)):
        topic = r.choice(
            [
                "Installation",
                "Configuration",
                "Usage",
                "Troubleshooting",
                "Requirements",
                "Getting started",
                "API reference",
                "Limits",
                "Upgrading",
                "Security",
                "Examples",
                f"Using {word(r)}",
            ]
        )
        if topic in [h.text for h in heads]:
            continue
        h = p.t(topic, tag="h2")
        heads.append(h)
        kind, label, value = labelled(r, p.labels)
        fact = p.t(
            r.choice(
                [
                    f"The default {label.lower()} is {value}.",
                    f"Set {label.lower()} to {value} before you start.",
                    f"{tool} needs {label.lower()} {value}.",
                ]
            )
        )
        p.labels.append(label)
        p.ask(
            "value",
            value,
            (fact,),
            l=r.choice([f"default {label.lower()}", label.lower()]) if "default" in fact.text else label.lower(),
            group="prose",
        )
        p.ask("value", value, (fact,), l=label.lower(), group="prose")
        out.append(f"{h}<p>{p.t(sentence(r))} {fact} {p.t(sentence(r))}</p>")
        if p.maybe(0.4):
            command = p.t(
                r.choice(
                    [
                        f"npm install {word(r)}-{word(r)}",
                        f"pip install {word(r)}",
                        f"docker run {word(r)}:{version(r)}",
                        f"{word(r)} --{word(r)} {word(r)}",
                        f"export {word(r).upper()}={word(r)}",
                    ]
                ),
                "mono",
            )
            p.ask("command", command.text, (h, command), group="command")
            p.questions[-1]["q"] = r.choice(
                [f"Which command is given under {topic}?", f"What command does the {topic} section show?"]
            )
            out.append(f'<pre class="surface">{command}</pre>')
        if p.maybe(0.35):
            items = [
                p.t(x)
                for x in unique(
                    r, lambda r: r.choice([sentence(r), title_words(r, 2), f"{word(r)} {word(r)}"]), r.randint(3, 5)
                )
            ]
            p.ask("count", len(items), items, n="bullet point")
            out.append("<ul>" + "".join(f"<li>{e}</li>" for e in items) + "</ul>")
    p.sequence(r.choice(["section", "heading"]), heads)
    p.about(f"documentation of {tool}: {', '.join(h.text.lower() for h in heads)}", tool, heads[0].text)
    return f'<div class="col" style="max-width:{r.randint(38, 64)}em">{"".join(out)}</div>'


def invoice(p):
    r = p.r
    kind = r.choice(["Invoice", "Receipt", "Order confirmation", "Quote"])
    number, day, who = p.t(code(r)), p.t(date(r)), p.t(person(r))
    labels = [p.t(x) for x in (f"{kind} number", "Date", r.choice(["Bill to", "Customer", "Sold to"]))]
    for k, l, v in zip(("code", "date", "person"), labels, (number, day, who)):
        p.value(k, l, v)
    rows = table(p, "product", r.randint(2, 5), False)
    sums = []
    for name in r.choice(
        [["Subtotal", "Tax", "Total"], ["Net", "VAT", "Amount due"], ["Subtotal", "Shipping", "Total"]]
    ):
        a, b = p.t(name), p.t(money(r))
        p.value("money", a, b)
        sums.append(f'<div class="row between"><span>{a}</span>{b}</div>')
    p.about(f"{'an' if kind[0] in 'IO' else 'a'} {kind.lower()} for {who.text}", kind, who.text.split()[1])
    return (
        '<div class="surface col" style="max-width:46em">'
        + f"<h2>{p.t(kind)}</h2>"
        + "".join(f"<div>{l}: {v}</div>" for l, v in zip(labels, (number, day, who)))
        + rows
        + f'<div style="margin-left:auto;width:16em">{"".join(sums)}</div></div>'
    )


def failure(p):
    """A page that is nothing but an error."""
    r = p.r
    number = r.choice(["404", "500", "403", "502", "503", error_code(r)])
    words = {
        "404": "Page not found",
        "500": "Internal server error",
        "403": "Access denied",
        "502": "Bad gateway",
        "503": "Service unavailable",
    }.get(number, r.choice(["Something went wrong", "Unexpected error", "We hit a problem"]))
    n, w, t = p.t(number, "big"), p.t(words, tag="h1"), p.t(error_sentence(r))
    p.error(t, 2)
    for q in (
        r.choice(["What is the error code?", "Which error code is shown?", "What status code is it?"]),
        "Error code?",
    ):
        p.questions.append({"q": q, "a": number, "kind": "value", "via": "text", "needs": [n.id]})
    p.title(w)
    p.about(f"an error page: {words}", number, words.split()[0])
    extra = ""
    if p.maybe(0.6):
        a, b = (
            p.t(r.choice(["Request ID", "Trace ID", "Reference", "Incident"])),
            p.t(r.choice([code(r), f"{r.getrandbits(48):x}"])),
        )
        p.value("code", a, b)
        extra = f'<div class="dim">{a}: {b}</div>'
    return (
        f'<div class="col pad" style="align-items:{r.choice(["center", "flex-start"])};padding-top:{r.randint(3, 9)}'
        f'em">{n}{w}{t}{extra}{button_row(p)}</div>'
    )


def sign_in(p):
    r = p.r
    title = p.t(
        r.choice(["Sign in", "Log in to your account", "Welcome back", "Create an account", "Reset your password"]),
        tag="h1",
    )
    p.title(title)
    a, b = p.t(r.choice(["Email", "Username", "E-mail address"])), p.t(email(r))
    p.value("email", a, b)
    c = p.t("Password")
    bad = ""
    if p.maybe(0.5):
        e = p.t(
            r.choice(
                [
                    "Wrong email or password.",
                    "This account is locked.",
                    "Too many attempts. Try again in 5 minutes.",
                    "The password is too short.",
                    error_sentence(r),
                ]
            ),
            "t-bad",
        )
        p.error(e)
        bad = f"<div>{e}</div>"
    p.about(f"a page to {title.text.lower()}", *title.text.split()[:2])
    return (
        f'<div class="surface col" style="width:24em;margin:{r.randint(2, 8)}em auto;padding:2em">{title}<div>{a}'
        f'</div><span class="field">{b}</span><div>{c}</div><span class="field">••••••••</span>{bad}'
        f"{button_row(p, r.choice([['Sign in', 'Cancel'], ['Continue', 'Forgot password?'], ['Log in']]))}</div>"
    )
