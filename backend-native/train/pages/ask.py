"""Wordings of questions; `pick` draws one and fills it in.

{l} is a label, {v} a value, {r} a row, {c} a column, {n} a noun.
"""

import json
import re
from pathlib import Path

from .vocabulary import lower_first

WORDINGS = json.loads((Path(__file__).parent / "wordings.json").read_text())
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]


def plural(noun):
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def pick(r, kind, sub=None, l="", v="", row="", c="", n="", o=""):
    """A question of `kind`; the wordings of `kind.sub` come on top of the general ones."""
    special = WORDINGS.get(f"{kind}.{sub}", [])
    wording = r.choice(special) if special and r.random() < 0.55 else r.choice(WORDINGS[kind])
    text = wording.format(
        l=lower_first(l) if r.random() < 0.7 else l, L=l, v=v, r=row, c=lower_first(c), C=c, n=n, ns=plural(n), o=o
    )
    text = text[:1].upper() + text[1:] if r.random() < 0.93 else text
    text = re.sub(r"\b(a) (?=[aeiouAEIOU])(?!one\b)", "an ", text)
    if r.random() < 0.04:
        text = text.rstrip("?.")
    return text
