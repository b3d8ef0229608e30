"""What programs of a terminal list: tables with aligned columns, files, commits, a monitor."""

from . import ask
from .screen import Screen, day, share, short
from .table import unique
from .vocabulary import (
    SYSTEMS,
    count,
    file_name,
    path,
    person,
    sentence,
    version,
    word,
)

# program: (noun, how a row is named, columns of (heading, maker, question words), where the name stands)
PROGRAMS = {
    "docker ps": (
        "container",
        lambda r: f"{r.choice(SYSTEMS)}-{word(r)}",
        [
            ("CONTAINER ID", lambda r: f"{r.getrandbits(48):012x}", "container ID"),
            ("IMAGE", lambda r: f"{word(r)}:{r.randint(1, 20)}.{r.randint(0, 9)}", "image"),
            ("STATUS", lambda r: f"Up {r.randint(2, 59)} {r.choice(['minutes', 'hours', 'days'])}", "status"),
            ("PORTS", lambda r: f"{r.randint(1024, 9999)}/tcp", "port"),
        ],
        "NAMES",
    ),
    "kubectl get pods": (
        "pod",
        lambda r: f"{r.choice(SYSTEMS)}-{r.getrandbits(36):09x}",
        [
            ("READY", lambda r: f"{r.randint(0, 2)}/{r.randint(1, 2)}", "ready count"),
            (
                "STATUS",
                lambda r: r.choice(["Running", "Running", "Pending", "CrashLoopBackOff", "Completed", "Error"]),
                "status",
            ),
            ("RESTARTS", lambda r: str(r.randint(0, 40)), "number of restarts"),
            ("AGE", lambda r: f"{r.randint(1, 90)}{r.choice(['d', 'h', 'm'])}", "age"),
        ],
        "NAME",
    ),
    "df -h": (
        "file system",
        lambda r: f"/dev/{r.choice(['sda', 'sdb', 'nvme0n1p', 'vda'])}{r.randint(1, 9)}",
        [
            ("Size", short, "size"),
            ("Used", short, "used space"),
            ("Avail", short, "available space"),
            ("Use%", lambda r: f"{r.randint(0, 100)}%", "use in percent"),
            ("Mounted on", lambda r: f"/{word(r)}", "mount point"),
        ],
        "Filesystem",
    ),
    "ps aux": (
        "process",
        lambda r: f"{word(r)}-{r.choice(['server', 'worker', 'agent', 'daemon', 'sync'])}",
        [
            ("PID", lambda r: str(r.randint(2, 99999)), "PID"),
            ("USER", lambda r: r.choice(["root", word(r), "www-data"]), "user"),
            ("%CPU", share, "CPU usage"),
            ("%MEM", share, "memory usage"),
            ("TIME", lambda r: f"{r.randint(0, 90)}:{r.randint(0, 59):02d}", "time"),
        ],
        "COMMAND",
    ),
    "ss -tlnp": (
        "process",
        lambda r: word(r) + r.choice(["d", "-server", "", "-proxy"]),
        [
            ("State", lambda r: r.choice(["LISTEN", "ESTAB", "TIME-WAIT"]), "state"),
            ("Port", lambda r: str(r.randint(20, 65000)), "port"),
            ("PID", lambda r: str(r.randint(2, 99999)), "PID"),
        ],
        "Process",
    ),
    "npm outdated": (
        "package",
        lambda r: f"{word(r)}-{word(r)}",
        [
            ("Current", version, "current version"),
            ("Wanted", version, "wanted version"),
            ("Latest", version, "latest version"),
        ],
        "Package",
    ),
    "apt list --installed": (
        "package",
        lambda r: f"{r.choice(['lib', '', ''])}{word(r)}",
        [
            ("Version", version, "version"),
            ("Architecture", lambda r: r.choice(["amd64", "all", "arm64"]), "architecture"),
            ("Size", short, "size"),
        ],
        "Name",
    ),
    "systemctl list-timers": (
        "unit",
        lambda r: f"{word(r)}.timer",
        [
            ("NEXT", day, "next run"),
            ("LEFT", lambda r: f"{r.randint(1, 59)}min", "time left"),
            ("ACTIVATES", lambda r: f"{word(r)}.service", "service"),
        ],
        "UNIT",
    ),
}


def listing(p):
    """A program that prints a table with aligned columns."""
    r, screen = p.r, Screen(p)
    command = r.choice(list(PROGRAMS))
    noun, make, columns, heading = PROGRAMS[command]
    names = unique(r, make, r.randint(2, 14))
    columns = list(columns)
    if p.maybe(0.4):
        columns = r.sample(columns, len(columns) - 1) if len(columns) > 2 else columns
    rows = [[c[1](r) for c in columns] for _ in names]
    first = heading in ("Filesystem", "Package", "Name", "NAME")
    widths = [max(len(c[0]), *(len(row[i]) for row in rows)) + r.choice([1, 2, 3]) for i, c in enumerate(columns)]
    name_width = max(len(heading), *map(len, names)) + 2
    right = [p.maybe(0.3) for _ in columns]

    def padded(texts):
        return [t.rjust(w - 1) + " " if side else t.ljust(w) for t, w, side in zip(texts, widths, right)]

    if p.maybe(0.9):
        screen.command(command)
    top = padded([c[0] for c in columns])
    head = screen.line(*([heading.ljust(name_width)] + top if first else top + [heading]))
    lines = []
    for name, row in zip(names, rows):
        cells = padded(row)
        e = screen.line(*([name.ljust(name_width)] + cells if first else cells + [name]))
        lines.append(e[0] if first else e[-1])
    picks = [(i, j) for i in range(len(names)) for j in range(len(columns))]
    for i, j in r.sample(picks, min(7, len(picks))):
        p.ask("cell", rows[i][j], (head[0], lines[i]), row=names[i], c=columns[j][2])
        if sum(row[j] == rows[i][j] for row in rows) == 1 and p.maybe(0.5):
            p.ask("row_of", names[i], lines, n=noun, c=columns[j][2], v=rows[i][j])
    p.ask("count_rows", len(names), lines, n=noun, group="count")
    absent(p, noun, names, [c[2] for c in columns], lines[0], make)
    p.about(f"a terminal with a list of {ask.plural(noun)}", "terminal", noun)
    p.contents += [(e, name) for e, name in zip(lines, names)][:3]
    return screen.html()


def absent(p, noun, names, columns, element, make):
    """What a list does not have: a row, a column; and whether it has a row."""
    r = p.r
    other = next((x for x in (make(r) for _ in range(9)) if x not in names), None)
    for label in r.sample(["owner", "price", "colour", "telephone number", "author", "weight", "licence", "rating"], 2):
        if label not in " ".join(columns).lower():
            p.ask("cell", "not shown", (element,), row=names[0], c=label, group="not_shown")
    if other:
        p.ask("cell", "not shown", (), row=other, c=r.choice(columns), group="not_shown")
        p.ask("is_there", "No", (), n=noun, v=other, group="yes_no")
    p.ask("is_there", "Yes", (element,), n=noun, v=names[0], group="yes_no")


def files(p):
    """ls -l: modes, owners, sizes, dates."""
    r, screen = p.r, Screen(p)
    screen.command(r.choice(["ls -l", "ls -la", "ls -lh", f"ls -l {path(r).rsplit('/', 1)[0]}"]))
    names = unique(r, file_name, r.randint(3, 12))
    one, group = word(r), word(r)
    made = []
    if p.maybe(0.6):
        (total,) = screen.line(f"total {r.randint(8, 9000)}")
        screen.asked("value", total.text.split()[1], (total,), "What is the total?", "Which total is printed?")
    for name in names:
        owner = one if p.maybe(0.85) else "root"
        size, when = r.choice([str(r.randint(10, 99999)), short(r)]), day(r)
        mode = "-" + "".join(r.choice(["rw-", "r--", "rwx", "r-x"]) for _ in range(3))
        e = screen.line(
            f"{mode} {r.randint(1, 4)} {owner:<8} {group:<8} {size:>8} {when} ", (name, r.choice(["", "", "t-info"]))
        )
        made.append((name, owner, size, when, mode, e[1]))
    for name, owner, size, when, mode, e in r.sample(made, min(3, len(made))):
        screen.asked("cell", size, (e,), f"How large is {name}?", f"What is the size of {name}?", f"How big is {name}?")
        screen.asked(
            "cell",
            when,
            (e,),
            f"When was {name} changed?",
            f"What is the date of {name}?",
            f"When was {name} modified?",
        )
        screen.asked(
            "cell", owner, (e,), f"Who owns {name}?", f"Which user owns {name}?", f"What is the owner of {name}?"
        )
        screen.asked("cell", mode, (e,), f"Which permissions does {name} have?", f"What is the mode of {name}?")
    if all(m[1] == one for m in made):
        every = [m[5] for m in made]
        screen.asked("value", one, every, "Who owns the files?", "Which user owns the files?", "Whose files are these?")
        screen.asked("value", group, every, "Which group do the files have?", "What is the group of the files?")
    every = [m[5] for m in made]
    p.ask("count", len(made), every, n="file")
    p.ask("first", names[0], every[:1], n="file", group="order")
    p.ask("last", names[-1], every, n="file", group="order")
    absent(p, "file", names, ["size", "date"], every[0], file_name)
    p.about("a terminal with a list of files", "terminal", "files")
    p.contents += [(m[5], m[0]) for m in made][:3]
    return screen.html()


def commits(p):
    """git log, in full."""
    r, screen = p.r, Screen(p)
    screen.command(r.choice(["git log", "git log -n 5", "git log --stat"]))
    made = []
    for _ in range(r.randint(2, 5)):
        number, who, when, subject = (
            f"{r.getrandbits(160):040x}"[: r.choice([7, 10, 40])],
            person(r),
            day(r),
            sentence(r).rstrip("."),
        )
        (a,) = screen.line((f"commit {number}", "t-warn"))
        (b,) = screen.line(f"Author: {who} <{who.split()[0].lower()}@{word(r)}.org>")
        (c,) = screen.line(f"Date:   {when} 2026")
        screen.line("")
        (d,) = screen.line(f"    {subject}")
        screen.line("")
        made.append((number, who, when, subject, (a, b, c, d)))
    for number, who, when, subject, needs in made:
        screen.asked(
            "cell",
            who,
            needs,
            f'Who made the commit "{subject}"?',
            f'Who is the author of "{subject}"?',
            f'Who wrote "{subject}"?',
        )
        screen.asked(
            "cell", f"{when} 2026", needs, f'When was "{subject}" committed?', f'What is the date of "{subject}"?'
        )
        if len(number) < 12:
            screen.asked("cell", number, needs, f'What is the hash of "{subject}"?', f'Which commit says "{subject}"?')
            screen.asked("cell", subject, needs, f"What is the message of {number}?", f"What does commit {number} do?")
    newest = made[0]
    screen.asked(
        "order",
        newest[3],
        newest[4],
        "What is the newest commit about?",
        "What is the message of the latest commit?",
        "What does the last commit do?",
    )
    screen.asked(
        "order", newest[1], newest[4], "Who made the newest commit?", "Who is the author of the latest commit?"
    )
    p.ask("count", len(made), [m[4][3] for m in made], n="commit")
    p.about("a terminal with a log of commits", "terminal", "commits")
    p.contents += [(m[4][3], f'"{m[3]}"') for m in made][:2]
    return screen.html()


def figures(p):
    """A monitor: lines of a name and what it measures, then a list."""
    r, screen = p.r, Screen(p)
    used, total = round(r.uniform(0.1, 9), 2), r.randint(10, 99)
    up = f"{r.randint(0, 90)} days, {r.randint(0, 23)}:{r.randint(0, 59):02d}"
    tasks, load = count(r), f"{r.uniform(0, 9):.2f} {r.uniform(0, 9):.2f} {r.uniform(0, 9):.2f}"
    for name, text, questions in r.sample(
        [
            (
                "Mem",
                f"{used}G/{total}G",
                (("How much memory is used?", f"{used}G"), ("How much memory is there in all?", f"{total}G")),
            ),
            ("Swp", f"{r.randint(1, 900)}M/{r.randint(1, 9)}G", ()),
            ("Tasks", tasks, (("How many tasks are there?", tasks),)),
            ("Load average", load, (("What is the load average?", load),)),
            ("Uptime", up, (("What is the uptime?", up), ("How long has it been running?", up))),
        ],
        r.randint(3, 5),
    ):
        e = screen.line(
            (f"{name}: ", r.choice(["t-info", "b"])),
            ("[" + "|" * r.randint(1, 20) + "  " if p.maybe(0.4) else "", "t-good"),
            text,
        )
        for q, a in questions:
            screen.asked("value", a, (e[0], e[2]), q)
    p.about("a terminal with a monitor of the machine", "terminal", "monitor")
    return f'<pre class="pad">{"".join(screen.out)}</pre>' + listing(p)
