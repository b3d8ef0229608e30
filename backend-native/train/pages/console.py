"""More of what terminals show: listings in columns, compilers, tracebacks, a log of commits, editors in a terminal."""

from . import ask
from .developer import code_line
from .table import unique
from .vocabulary import (
    SYSTEMS,
    count,
    error_sentence,
    file_name,
    path,
    person,
    sentence,
    version,
    word,
)

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Screen:
    """Lines of a terminal, each of one or several numbered elements."""

    def __init__(self, p):
        r = p.r
        self.p, self.out, self.user, self.host = p, [], word(r), word(r)
        self.prompt = r.choice(
            ["$ ", f"{self.user}@{self.host}:~$ ", f"{self.user}@{self.host}:~/{word(r)}$ ", "% ", "# "]
        )

    def line(self, *parts):
        """Parts are texts, or (text, CSS class); -> their elements."""
        pairs = [part if isinstance(part, tuple) else (part, "") for part in parts]
        made = [self.p.t(text, cls, style="white-space:pre") for text, cls in pairs]
        self.out.append(f"<div>{''.join(made)}</div>")
        return made

    def command(self, text):
        (e,) = self.line(self.prompt + text)
        self.p.title_of = text
        self.p.ask("command", text, (e,))

    def asked(self, kind, answer, needs, *wordings):
        self.p.questions.append(
            {
                "q": self.p.r.choice(wordings),
                "a": str(answer),
                "kind": kind,
                "via": "text",
                "needs": [e.id for e in needs],
            }
        )

    def html(self):
        if self.p.maybe(0.6):
            self.line(self.prompt)
        return f'<pre class="pad">{"".join(self.out)}</pre>'


def short(r):
    return f"{r.choice([r.randint(1, 999), round(r.uniform(0.1, 99), 1)])}{r.choice(['K', 'M', 'G', 'M'])}"


def day(r):
    return f"{r.choice(MONTHS)} {r.randint(1, 28):>2} {r.randint(0, 23):02d}:{r.randint(0, 59):02d}"


def share(r):
    return f"{r.uniform(0, 99):.1f}"


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


def compiler(p):
    """Errors and warnings with their places."""
    r, screen = p.r, Screen(p)
    command = r.choice(
        ["make", "gcc -Wall -c ", "tsc -p .", "cargo build", "npm run build", "go build ./...", "g++ -O2 -c "]
    )
    source = f"src/{word(r)}.{r.choice(['c', 'cpp', 'ts', 'rs', 'go'])}"
    screen.command(command + (source if command.endswith(" ") else ""))
    problems = []
    for _ in range(r.randint(1, 4)):
        tone = r.choice(["error", "error", "warning"])
        name, other = word(r), word(r)
        text, asked = r.choice(
            [
                (f"unused variable '{name}'", (("Which variable is unused?", name),)),
                (
                    f"'{name}' undeclared (first use in this function)",
                    (("Which name is undeclared?", name), ("What is undeclared?", name)),
                ),
                (
                    f"no member named '{name}' in '{other}'; did you mean '{name[:-1]}y'?",
                    (
                        (f"What does the compiler suggest instead of {name}?", f"{name[:-1]}y"),
                        (f"Which member does {other} not have?", name),
                    ),
                ),
                (f"implicit declaration of function '{name}'", (("Which function is declared implicitly?", name),)),
                (
                    f"Cannot find name '{name}'.",
                    (("Which name cannot be found?", name), ("What cannot be found?", name)),
                ),
                (
                    f"Property '{name}' does not exist on type '{other}'.",
                    (("Which property does not exist?", name), (f"Which type has no {name}?", other)),
                ),
                (f"expected ';' before '{name}'", (("Before what is a semicolon missing?", name),)),
                (f"cannot borrow `{name}` as mutable", (("What cannot be borrowed as mutable?", name),)),
                (error_sentence(r).rstrip("."), ()),
            ]
        )
        at, column = r.randint(1, 400), r.randint(1, 60)
        e = screen.line(
            (f"{source}:{at}:{column}: ", "b"), (f"{tone}: ", "t-bad" if tone == "error" else "t-warn"), text
        )
        problems.append((tone, text, at, e))
        for q, a in asked:
            screen.asked("value", a, e, q)
        screen.asked(
            "value",
            at,
            e,
            f"In which line is the {tone} about {text.split(chr(39))[1] if chr(39) in text else text}?",
            f'On which line is "{text}" reported?',
        )
        if p.maybe(0.6):
            screen.line(f"{at:>5} | {code_line(r, 1)}")
            screen.line(("      | " + " " * r.randint(4, 16) + "^" + "~" * r.randint(0, 9), "t-good"))
    errors = [x for x in problems if x[0] == "error"]
    every = [x[3][0] for x in problems]
    screen.asked(
        "value",
        source,
        every,
        "Which file does not compile?" if errors else "Which file has warnings?",
        "Which file is it about?",
    )
    if len(errors) == 1:
        screen.asked("error", errors[0][1], errors[0][3], ask.pick(r, "error"))
        screen.asked(
            "value",
            errors[0][2],
            errors[0][3],
            "In which line is the error?",
            "On which line is the error?",
            "What line number does the error have?",
        )
    screen.asked("yes_no", "Yes" if errors else "No", every, "Is there an error?", "Did it fail?", "Are there errors?")
    warnings = len(problems) - len(errors)
    screen.asked("yes_no", "Yes" if warnings else "No", every, "Is there a warning?", "Are there warnings?")
    screen.asked("count", len(errors), every, "How many errors are there?", "How many errors does it report?")
    if p.maybe(0.6) and errors:
        (e,) = screen.line(
            (
                r.choice(
                    [
                        f"make: *** [Makefile:{r.randint(2, 90)}: all] Error 1",
                        f"Found {len(errors)} errors.",
                        "error: could not compile",
                        "build failed",
                    ]
                ),
                "t-bad",
            )
        )
    p.ask("colour", "", (problems[0][3][1],), "mark", row="the word " + problems[0][0], group="colour")
    p.questions[-1]["colour_of"] = problems[0][3][1].id
    what = "errors" if errors else "warnings"
    p.about(f"a terminal with compiler {what} in {source}", "compiler", what)
    return screen.html()


def traceback(p):
    """An exception with the places it went through."""
    r, screen = p.r, Screen(p)
    kind = r.choice(
        [
            "ValueError",
            "KeyError",
            "TypeError",
            "FileNotFoundError",
            "ConnectionError",
            "ZeroDivisionError",
            "RuntimeError",
            "TimeoutError",
        ]
    )
    program = f"{word(r)}.py"
    screen.command(f"python {program}")
    for _ in range(r.randint(0, 4)):
        screen.line(sentence(r))
    screen.line("Traceback (most recent call last):")
    places = []
    for _ in range(r.randint(1, 4)):
        file, at, function = (
            r.choice([program, path(r).rsplit(".", 1)[0] + ".py"]),
            r.randint(1, 400),
            r.choice(["<module>", word(r)]),
        )
        (e,) = screen.line(f'  File "{file}", line {at}, in {function}')
        screen.line(f"    {code_line(r)}")
        places.append((file, at, function, e))
    message = r.choice(
        [error_sentence(r).rstrip("."), f"'{word(r)}'", f"invalid {word(r)}: {word(r)!r}", "division by zero"]
    )
    (e,) = screen.line((f"{kind}: {message}", r.choice(["", "t-bad"])))
    screen.asked(
        "value",
        kind,
        (e,),
        "Which exception was raised?",
        "What kind of error is it?",
        "Which exception is it?",
        "What type of exception occurred?",
    )
    screen.asked("error", message, (e,), "What is the message of the exception?", "What does the exception say?")
    screen.asked("error", e.text, (e,), ask.pick(r, "error"))
    file, at, function, last = places[-1]
    screen.asked(
        "value", at, (last,), "In which line was it raised?", "Which line failed?", "At which line did it fail?"
    )
    if len(places) == 1 or len({x[0] for x in places}) == 1:
        screen.asked("value", file, (last,), "In which file was it raised?", "Which file failed?", "Which file is it?")
    screen.asked("value", program, (last,), "Which program was run?", "Which script was run?")
    screen.asked("yes_no", "Yes", (e,), "Did the program crash?", "Was an exception raised?", "Is there an error?")
    p.about(f"a terminal with a Python traceback that ends in a {kind}", "traceback", kind)
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


def text_editor(p):
    """nano or vim with a file open."""
    r = p.r
    screen = Screen(p)
    name = r.choice([file_name(r), f"/etc/{word(r)}.conf", f"{word(r)}.py"])
    nano = p.maybe(0.5)
    if nano:
        screen.line(
            ("  GNU nano " + f"{r.randint(5, 8)}.{r.randint(0, 9)}".ljust(20), "on-accent"),
            (name.ljust(40), "on-accent"),
        )
    keys = []
    for _ in range(r.randint(6, 20)):
        roll = r.random()
        if roll < 0.35:
            key, value = (
                word(r) + r.choice(["", "_" + word(r)]),
                r.choice([str(r.randint(1, 9999)), word(r), path(r), "yes", "no"]),
            )
            sign = r.choice([" = ", "=", ": ", " "])
            keys.append((key, value, screen.line(key + sign, (value, r.choice(["", "t-info"])))))
        elif roll < 0.5:
            screen.line((f"# {sentence(r)}", r.choice(["dim", "t-info"])))
        elif roll < 0.6:
            screen.line("")
        else:
            screen.line(code_line(r, r.choice([0, 1, 2])))
    for key, value, needs in keys[:5]:
        screen.asked(
            "value",
            value,
            needs,
            f"What is {key} set to?",
            f"What is the value of {key}?",
            f"{key}?",
            f"Which value does {key} have?",
        )
    at, column, lines = r.randint(1, 90), r.randint(1, 60), r.randint(90, 400)
    if nano:
        (e,) = screen.line((f"[ Read {lines} lines ]", "on-accent"))
        screen.asked("value", lines, (e,), "How many lines were read?", "How many lines does the file have?")
        screen.line(("^G", "on-accent"), " Help   ", ("^O", "on-accent"), " Write Out   ", ("^X", "on-accent"), " Exit")
        p.ask("brand", "GNU nano", (e,))
    else:
        (e,) = screen.line(f'"{name}" {lines}L, {r.randint(900, 9000)}B' + " " * 20 + f"{at},{column}")
        screen.asked("value", at, (e,), "In which line is the cursor?", "On which line is the cursor?")
        screen.asked("value", lines, (e,), "How many lines does the file have?")
        screen.asked(
            "value",
            e.text.split("L, ")[1].split("B")[0],
            (e,),
            "How many bytes does the file have?",
            "How large is the file in bytes?",
        )
    screen.asked("value", name, (e,), "Which file is open?", "What file is being edited?", "Which file is it?")
    p.about(f"a text editor in a terminal with {name} open", "editor", name)
    return f'<pre class="pad">{"".join(screen.out)}</pre>'


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


def console(p):
    return p.r.choice([listing, listing, files, files, compiler, compiler, traceback, commits, text_editor, figures])(p)
