"""What programs print: terminals, logs, pipelines."""

from . import ask
from .table import unique
from .vocabulary import (
    SYSTEMS,
    clock,
    duration,
    error_sentence,
    file_name,
    path,
    sentence,
    size,
    version,
    word,
)


def terminal(p):
    """A command and what it printed."""
    r, out = p.r, []
    where = r.choice(["$ ", "~$ ", f"{r.choice(SYSTEMS)}@{word(r)}:~$ ", "> ", f"PS C:\\{word(r)}> ", "% "])

    def line(text, cls=""):
        e = p.t(text, cls, style="white-space:pre")
        out.append(f"<div>{e}</div>")
        return e

    kind = r.choice(["tests", "tests", "git", "build", "ls", "install", "ping"])
    command = {
        "tests": ["npm test", "pytest", "cargo test", "go test ./...", "npx vitest run", "ctest"],
        "git": ["git status", "git log --oneline", "git pull"],
        "build": ["make", "npm run build", "cargo build", "cmake --build ."],
        "ls": ["ls -l", "du -sh *"],
        "install": ["npm install", "pip install -r requirements.txt"],
        "ping": ["ping -c 4 " + word(r) + ".net", "df -h", "kubectl get pods"],
    }[kind]
    command = r.choice(command)
    p.title_of = command
    c = line(where + command)
    p.ask("command", command, (c,))
    if kind == "tests":
        names = unique(
            r,
            lambda r: (
                f"{r.choice(SYSTEMS)} "
                f"{r.choice(['handles', 'rejects', 'returns', 'keeps', 'opens', 'parses', 'saves'])} {word(r)} "
                f"{word(r)}"
            ),
            r.randint(3, 9),
        )
        bad = r.choice([None, r.randrange(len(names)), r.randrange(len(names))])
        for i, name in enumerate(names):
            mark = (
                ("✗ ", "FAIL ", "not ok ", "✕ ")[len(command) % 4]
                if i == bad
                else ("✓ ", "PASS ", "ok ", "√ ")[len(command) % 4]
            )
            e = line(
                f"  {mark}{name}" + (f" ({r.randint(1, 900)} ms)" if p.maybe(0.5) else ""),
                "t-bad" if i == bad else r.choice(["", "t-good"]),
            )
            if i == bad:
                for _ in range(3):
                    p.ask("failed_test", name, (e,))
        if bad is not None:
            e = line(
                "  "
                + r.choice(["AssertionError: ", "Error: ", ""])
                + r.choice([f"expected {r.randint(0, 99)} to equal {r.randint(100, 999)}", error_sentence(r)]),
                "t-bad",
            )
            p.questions.append(
                {"q": ask.pick(r, "error"), "a": e.text.strip(), "kind": "error", "via": "text", "needs": [e.id]}
            )
            at = line(f"    at {word(r)} ({path(r)}:{r.randint(1, 400)}:{r.randint(1, 60)})", "dim")
            p.ask("value", at.text.split("(")[1].rstrip(")"), (at,), l="location of the failure", group="value")
            p.questions[-1]["q"] = r.choice(
                ["Where did it fail?", "At which place did it fail?", "Which file and line does the failure point at?"]
            )
        good, failed, took = len(names) - (bad is not None), int(bad is not None), duration(r)
        e = line(
            r.choice(
                [
                    f"Tests: {failed} failed, {good} passed, {len(names)} total",
                    f"{good} passed, {failed} failed in {took}",
                    f"{failed} failing, {good} passing",
                ]
            )
        )
        for q, a in (
            (r.choice(["How many tests passed?", "How many passed?", "What number of tests passed?"]), good),
            (r.choice(["How many tests failed?", "How many failed?", "Number of failed tests?"]), failed),
            (
                r.choice(["Did all tests pass?", "Did the tests pass?", "Are all tests green?"]),
                "No" if failed else "Yes",
            ),
            (
                r.choice(["Did a test fail?", "Did any test fail?", "Is there a failing test?"]),
                "Yes" if failed else "No",
            ),
        ):
            p.questions.append(
                {
                    "q": q,
                    "a": str(a),
                    "kind": "count" if isinstance(a, int) else "yes_no",
                    "via": "text",
                    "needs": [e.id],
                }
            )
        p.about(
            f"a terminal with the output of {command}: " + (f"{names[bad]} failed" if failed else "all tests passed"),
            "terminal",
            "test",
        )
    elif kind == "git":
        if "status" in command:
            e = line(f"On branch {r.choice(['main', 'develop', 'feature/' + word(r)])}")
            p.ask("value", e.text.split()[-1], (e,), l="branch", group="value")
            line("Changes not staged for commit:")
            made = [line(f"        modified:   {x}", "t-bad") for x in unique(r, path, r.randint(1, 6))]
            p.ask("count", len(made), made, n="modified file")
            p.ask("first", made[0].text.split()[-1], made, n="modified file", group="order")
        else:
            made = [line(f"{r.getrandbits(28):07x} {sentence(r).rstrip('.')}") for _ in range(r.randint(4, 12))]
            e = r.choice(made)
            p.ask(
                "cell",
                e.text.split(" ", 1)[1],
                (e,),
                row=e.text.split()[0],
                c=r.choice(["message", "commit message", "subject"]),
            )
            p.ask("row_of", e.text.split()[0], (e,), n="commit", c="message", v=f'"{e.text.split(" ", 1)[1]}"')
            p.ask("count", len(made), made, n="commit")
        p.about(f"a terminal with the output of {command}", "terminal", command.split()[1])
    elif kind in ("build", "install"):
        for _ in range(r.randint(3, 10)):
            line(
                r.choice(
                    [
                        f"[{r.randint(1, 99)}%] Building {path(r)}",
                        f"Compiling {word(r)} {version(r)}",
                        f"Downloading {word(r)}-{word(r)} ({size(r)})",
                        f"warning: unused variable '{word(r)}'",
                        f"added {r.randint(2, 900)} packages",
                    ]
                ),
                r.choice(["", "", "dim"]),
            )
        if p.maybe(0.6):
            e = line(r.choice(["error: ", "Error: ", "ERROR ", "fatal: "]) + error_sentence(r), "t-bad")
            p.error(e)
            p.ask("shown", "Yes", (e,), l="an error", group="shown")
            p.about(f"a terminal where {command} failed", "terminal", "failed")
        else:
            took = duration(r)
            e = line(f"Done in {took}", "t-good")
            p.ask("value", took, (e,), l="time it took", group="value")
            p.questions[-1]["q"] = r.choice(
                ["How long did it take?", "How long did the build take?", "In what time did it finish?"]
            )
            p.about(f"a terminal where {command} finished", "terminal")
    else:
        made = []
        for name in unique(
            r, file_name if kind == "ls" else lambda r: f"{r.choice(SYSTEMS)}-{word(r)}", r.randint(3, 9)
        ):
            value = size(r).replace(" ", "")
            e = line(f"{value:<10}{name}" if p.maybe(0.5) else f"{name:<34}{value:>9}")
            made.append((name, value, e))
        for name, value, e in r.sample(made, min(3, len(made))):
            p.ask("cell", value, (e,), row=name, c="size" if kind == "ls" else "value")
        p.ask("count", len(made), [e for *_, e in made], n="entry")
        p.about(f"a terminal with the output of {command}", "terminal", command.split()[0])
    if p.maybe(0.6):
        line(where)
    return f'<pre class="pad">{"".join(out)}</pre>'


def log(p):
    r = p.r
    levels = {"INFO": "t-info", "WARN": "t-warn", "ERROR": "t-bad", "DEBUG": "dim"}
    stamp = r.choice(
        [
            lambda: f"2026-{r.randint(1, 12):02d}-{r.randint(1, 28):02d} {clock(r)}",
            lambda: f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}.{r.randint(0, 999):03d}",
        ]
    )
    chosen, made = [], []
    for _ in range(r.randint(6, 22)):
        level = r.choice(["INFO", "INFO", "INFO", "WARN", "ERROR", "DEBUG"])
        time, source, text = (
            stamp(),
            r.choice(SYSTEMS),
            error_sentence(r) if level in ("ERROR", "WARN") else sentence(r),
        )
        te, le, me = (
            p.t(time, "dim"),
            p.t(r.choice([level, level, f"[{level}]"]), levels[level]),
            p.t(f"{source}: {text}"),
        )
        made.append((time, level, source, text, me))
        chosen.append(f"<div>{te} {le} {me}</div>")
        if p.maybe(0.15):
            p.ask("cell", f"{source}: {text}", (te, me), row=time, c="message")
            p.questions[-1]["q"] = r.choice(
                [f"What happened at {time}?", f"What was logged at {time}?", f"What does the line at {time} say?"]
            )
        if p.maybe(0.12):
            p.ask("row_of", time, (te, me), n="time", c="message", v=f'"{text}"')
            p.questions[-1]["q"] = r.choice([f'When was "{text}" logged?', f'At what time did it log "{text}"?'])
    errors = [m for m in made if m[1] == "ERROR"]
    every = [m[4] for m in made]
    if len(errors) == 1:
        p.error(errors[0][4])
        p.ask("row_of", errors[0][2], every, n="service", c="level", v="ERROR")
        p.questions[-1]["q"] = r.choice(
            ["Which service logged the error?", "Which component reported an error?", "Where does the error come from?"]
        )
    for level in ("ERROR", "WARN"):
        p.ask("count", sum(m[1] == level for m in made), every, n=f"{level} line")
    p.ask("shown", "Yes" if errors else "No", every, l="an error", group="shown")
    p.about("a log of services with their messages", "log")
    return f'<pre class="pad" style="white-space:pre-wrap">{"".join(chosen)}</pre>'


def pipeline(p):
    """Steps of a run, each with its result and time."""
    r, out, steps = p.r, [], []
    outcome = r.choice(["good", "bad", "bad"])
    names = unique(
        r,
        lambda r: r.choice(
            [
                "Checkout",
                "Install dependencies",
                "Lint",
                "Type check",
                "Unit tests",
                "Integration tests",
                "Build",
                "Package",
                "Upload artifacts",
                "Deploy to staging",
                "Smoke tests",
                "Docker build",
                "Publish",
                f"Scan {word(r)}",
                f"Test {word(r)}",
                f"Build {word(r)}",
            ]
        ),
        r.randint(4, 9),
    )
    stop = r.randrange(1, len(names)) if outcome == "bad" else None
    words = r.choice(
        [
            ("Passed", "Failed", "Skipped"),
            ("Success", "Failure", "Skipped"),
            ("succeeded", "failed", "skipped"),
            ("OK", "ERROR", "-"),
        ]
    )
    for i, name in enumerate(names):
        state = 0 if stop is None or i < stop else 1 if i == stop else 2
        n, s, d = (
            p.t(name),
            p.t(
                words[state],
                ["t-good", "t-bad", "dim"][state]
                if p.maybe(0.6)
                else ["badge b-good", "badge b-bad", "badge b-dim"][state],
            ),
            p.t(duration(r) if state < 2 else "-", "dim"),
        )
        steps.append(n)
        p.ask("cell", s.text, (n, s), sub="status", row=name, c="status") if p.maybe(0.5) and words[2] != "-" else None
        p.ask("cell", d.text, (n, d), row=name, c="duration") if state < 2 and p.maybe(0.4) else None
        out.append(
            f'<div class="row line" style="padding:6px"><span style="width:14em">{n}</span><span style="width:7em">'
            f"{s}</span>{d}</div>"
        )
        if i == stop:
            for q in r.sample(
                [
                    "Which step failed?",
                    "What failed?",
                    "Which job failed?",
                    "Where did the pipeline fail?",
                    "Which step did not succeed?",
                    "What step broke?",
                ],
                3,
            ):
                p.questions.append({"q": q, "a": name, "kind": "failed", "via": "text", "needs": [n.id, s.id]})
    for q, a in (
        (
            r.choice(
                ["Did the pipeline pass?", "Did everything pass?", "Was the run successful?", "Is the build green?"]
            ),
            stop is None,
        ),
        (r.choice(["Did the build fail?", "Did a step fail?", "Is there a failed step?"]), stop is not None),
    ):
        p.questions.append(
            {"q": q, "a": "Yes" if a else "No", "kind": "yes_no", "via": "text", "needs": [e.id for e in steps]}
        )
    p.sequence("step", steps)
    message = ""
    if stop is not None:
        e = p.t(error_sentence(r), "t-bad mono")
        p.error(e)
        message = f'<div class="surface">{e}</div>'
    p.about(
        "a pipeline run " + (f"in which {names[stop]} failed" if stop is not None else "in which every step passed"),
        "pipeline",
        *(names[stop].split()[:1] if stop is not None else ["passed"]),
    )
    return f'<div class="surface col" style="gap:0">{"".join(out)}</div>{message}'
