"""Documents of text beside images: sentences that are passed over, and a few that are asked about."""
from wordlists import ITEMS, LABELS

NAMES = ["Alpha", "Bravo", "Delta", "Gamma", "Omega", "Sigma", "Kappa", "Zeta", *ITEMS[:20], *LABELS[:20]]


def add_documents(row, maker, asker, sentences, most=1, known=()):
    """Add one to `most` documents of up to `sentences` sentences in all, each with facts -> questions about them.

    known: (role, name, (image, cell, slot) of the role's and of the name's characters), persons that an image names by
    their role: the first document tells their codes.  A question is (kind, question, answer, places, named, -1) with
    places in the row.
    """
    rng, asked = maker.rng, []
    row.add(row.t.encode("\n"))
    count = rng.randint(1, most)
    what = rng.choice(["code", "code", "code", "number", "value", "key"])
    shown = {name: (role, of_role, of_name) for role, name, of_role, of_name in known}
    others = [name for name in dict.fromkeys(maker.names(5 * count, NAMES)) if name not in shown]
    for d in range(count):
        facts = [*(shown if d == 0 else ()), *(others.pop() for _ in range(rng.choice([0, 1, 3] if shown else [1, 1, 2, 4]) or not shown))]
        codes = dict(zip(facts, maker.codes(len(facts), 2, 6)))
        text, at = document(maker, codes, what, rng.randint(1, max(1, sentences // count)))
        places = {end: len(row.ids) + token for token, end in enumerate(row.t.ends(text))}
        row.add(row.t.encode(text))
        row.jumps.append(len(row.ids))
        for name, code in codes.items():
            there, here = at[name], at[name] + len(name) + 4
            of_name = [places.get(there + i, -1) for i in range(len(name))]
            of_code = [(places.get(here + i, -1), -1) for i in range(len(code))]
            if of_code[0][0] >= 0:
                row.link[of_code[0][0]] = of_name[-1]
            asked.append(("document", asker.words("document", name, what), code, of_code, [(name, of_name)], -1))
            if name in shown:
                role, of_role, cells = shown[name]
                for place, cell in zip(of_name, cells):
                    if place >= 0:
                        row.name[place] = row.place(*cell)[0]
                named = [(role, [row.place(*cell)[0] for cell in of_role])]
                asked.append(("document and image", asker.words("document and image", role, what), code, of_code, named, -1))
    return asked


def document(maker, codes, what, sentences):
    """`sentences` meaningless sentences with "The code of NAME is CODE." among them -> (text, where each name starts)."""
    rng = maker.rng
    lines = [sentence(maker) for _ in range(sentences)]
    for name, code in codes.items():
        lines.insert(rng.randint(0, len(lines)), f"The {what} of {name} is {code}.")
    title = f"Document {maker.plain_word().lower()}.txt:\n"
    text = title + rng.choice(["\n", " ", " ", " "]).join(lines) + "\n\n"
    return text, {name: text.index(f"The {what} of {name} is {code}.") + len(f"The {what} of ") for name, code in codes.items()}


def sentence(maker):
    words = maker.phrase(6)
    return (words.capitalize() if maker.rng.random() < 0.7 else words) + "."
