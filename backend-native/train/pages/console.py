"""More of what terminals show: compilers, tracebacks, editors; listings are in listings.py."""

from . import ask
from .developer import code_line
from .listings import commits, figures, files, listing
from .screen import Screen
from .vocabulary import (
    error_sentence,
    file_name,
    path,
    sentence,
    word,
)


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


def console(p):
    return p.r.choice([listing, listing, files, files, compiler, compiler, traceback, commits, text_editor, figures])(p)
