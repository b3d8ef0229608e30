"""What developers write and read: editors and changes."""

from .frame import choices
from .table import unique
from .vocabulary import (
    error_sentence,
    file_name,
    path,
    person,
    sentence,
    word,
)


def code_line(r, depth=0):
    name, other = word(r), word(r)
    return "    " * depth + r.choice(
        [
            f"const {name} = {r.randint(0, 999)};",
            f"let {name} = await {other}.{r.choice(['get', 'load', 'read'])}('{word(r)}');",
            f"return {name} + {r.randint(1, 99)};",
            f"if ({name} > {r.randint(1, 99)}) {{",
            "}",
            f"def {name}({other}, {word(r)}):",
            f"    return {name}.{other}()",
            f"import {name} from './{other}';",
            f"from {name} import {other}",
            f"function {name}({other}) {{",
            f"// {sentence(r)}",
            f"# {sentence(r)}",
            f"self.{name} = {other}",
            f'print("{name} {other}")',
            f"export class {name.capitalize()} extends {other.capitalize()} {{",
            f"{name}: {r.choice(['number', 'string', 'boolean'])};",
            f"throw new Error('{error_sentence(r)}');".replace("''", "'"),
            f"for (int i = 0; i < {r.randint(2, 99)}; i++) {{",
            f"for {name} in range({r.randint(2, 99)}):",
            f"{name.upper()}_{other.upper()} = {r.randint(1, 9999)}",
            f'{name} = "{other}"',
            f"assert {name} == {r.randint(0, 99)}",
            f"console.log({name}.length);",
            f"case '{name}': return {r.randint(0, 9)};",
            f"{name}.push({{ id: {r.randint(1, 99)}, name: '{other}' }});",
        ]
    )


def editor(p):
    """File tree, tabs, numbered code, status bar."""
    r = p.r
    names = unique(r, file_name, r.randint(2, 4))
    tabs, active = choices(p, r.choice(["tab", "file", "editor tab"]), names)
    p.title_of = active
    start, lines, out = r.choice([1, 1, r.randint(10, 400)]), [], []
    for i in range(r.randint(8, 26)):
        e = p.t(code_line(r, r.choice([0, 1, 1, 2])), tag="span", style="white-space:pre")
        lines.append(e)
        number = p.t(start + i, "dim", style="display:inline-block;width:3em;text-align:right;padding-right:1em")
        out.append(f"<div>{number}{e}</div>")
        if p.maybe(0.16) and len(e.text.strip()) > 2:
            p.ask("line", e.text.strip(), (number, e), o=str(start + i))
    tree = ""
    if p.maybe(0.75):
        entries = [
            p.t(x)
            for x in unique(
                r,
                lambda r: r.choice(
                    [
                        file_name(r),
                        file_name(r),
                        r.choice(["src", "test", "docs", "lib", "media", "node_modules", "scripts", "build"]),
                    ]
                ),
                r.randint(4, 12),
            )
        ]
        tree = (
            f'<div class="surface" style="width:{r.randint(11, 16)}em;border-radius:0;flex:none"><div class="dim '
            f'small">{p.t(r.choice(["EXPLORER", "FILES", "PROJECT", "Explorer"]))}</div>'
            + "".join(f'<div style="padding:2px {r.choice([8, 8, 20])}px">{e}</div>' for e in entries)
            + "</div>"
        )
        p.sequence("file in the tree", entries)
    line, column = r.randint(start, start + 30), r.randint(1, 60)
    spot, language = (
        p.t(f"Ln {line}, Col {column}"),
        p.t(r.choice(["TypeScript", "Python", "C++", "Rust", "Go", "JSON", "Markdown", "YAML", "Java"])),
    )
    branch = p.t(r.choice(["main", "develop", f"feature/{word(r)}", f"fix/{word(r)}"]))
    p.ask("value", str(line), (spot,), l="cursor line", group="value")
    p.questions[-1]["q"] = r.choice(
        ["On which line is the cursor?", "Which line is the cursor on?", "What line is the cursor on?"]
    )
    p.ask("value", language.text, (language,), l="language in the status bar", group="value")
    p.ask("value", branch.text, (branch,), l=r.choice(["branch", "git branch", "current branch"]), group="value")
    problem = ""
    if p.maybe(0.45):
        what, where = (
            p.t(error_sentence(r), "t-bad"),
            p.t(f"{r.choice(names)}:{r.randint(1, 99)}:{r.randint(1, 60)}", "dim"),
        )
        p.error(what)
        p.ask("value", where.text, (what, where), l="location of the error", group="value")
        p.questions[-1]["q"] = r.choice(
            [
                "Where is the error?",
                "In which file and line is the error?",
                "At which position is the error?",
                "Which file has the error?",
            ]
        )
        if "file" in p.questions[-1]["q"] and "line" not in p.questions[-1]["q"]:
            p.questions[-1]["a"] = where.text.split(":")[0]
        problem = (
            f'<div class="surface" style="border-radius:0"><div class="row">{p.t("PROBLEMS")}{p.t("OUTPUT", "dim")}'
            f'{p.t("TERMINAL", "dim")}</div><div class="row">{what}{where}</div></div>'
        )
    p.about(f"a code editor with {active} open", "editor", active)
    return (
        f'<div class="col" style="height:100vh;gap:0"><div class="row" style="align-items:stretch;flex:1;gap:0;'
        f'min-height:0">{tree}<div class="grow"><div class="row surface" style="gap:0;padding:0;border-radius:0">'
        f"{tabs}</div>"
        f'<pre class="pad">{"".join(out)}</pre></div></div>{problem}<div class="row between on-accent" '
        f'style="padding:2px 10px"><span class="row">{branch}{p.t(f"{r.randint(0, 9)} errors")}</span>'
        f'<span class="row">{spot}{p.t("UTF-8")}{language}</span></div></div>'
    )


def diff(p):
    """A change with lines taken out and put in."""
    r = p.r
    name = p.t(path(r), "", "b")
    p.title_of = name.text
    p.ask("value", name.text, (name,), l="changed file", group="value")
    p.questions[-1]["q"] = r.choice(
        ["Which file was changed?", "Which file is shown?", "What file does the diff change?"]
    )
    out, taken, put = [], [], []
    for _ in range(r.randint(6, 18)):
        side = r.choice([" ", " ", "-", "+"])
        e = p.t(f"{side} {code_line(r, r.randint(0, 1))}", style="white-space:pre")
        {"-": taken, "+": put}.get(side, []).append(e)
        tint = {"-": "#f8514933", "+": "#2ea04333"}.get(side, "transparent")
        out.append(f'<div style="background:{tint}">{e}</div>')
    for noun, made in (("removed line", taken), ("added line", put)):
        p.ask("count", len(made), made, n=noun)
        if len(made) == 1:
            p.ask("listing", made[0].text[2:].strip(), made, n=noun, group="line")
            p.questions[-1]["q"] = f"Which line was {noun.split()[0]}?"
    who, note = p.t(person(r), "", "b"), p.t(sentence(r))
    p.ask("says", note.text, (who, note), row=who.text)
    p.ask("value", who.text, (who, note), l="reviewer", sub="person", group="value")
    p.about(f"a code review of a change to {name.text}", "change", name.text)
    return (
        f'<div class="col pad"><div class="surface">{name}<pre>{"".join(out)}</pre></div><div class="surface">{who}'
        f"<div>{note}</div></div></div>"
    )
