"""Prompts of several images that belong together, and what can be asked about all of them."""
from collections import Counter

from documents import add_documents
from layouts import Content
from questions import NOWHERE
from sequences import IMAGE, Row
from wordlists import ITEMS, LABELS

SCENES = {"needle": 36, "coded": 26, "alike": 11, "errors": 9, "change": 10, "difference": 8}
HOLDERS = ["card", "card", "card", "card", "lines", "form"]


def scene(maker, count, size, pixels, kind=None):
    """Screens of one scene; `size` is in pixels, or a function that gives it."""
    kind = kind or maker.rng.choices(list(SCENES), list(SCENES.values()))[0]
    maker.keeps_look = False
    try:
        return globals()[kind](maker, count, lambda how, content: drawn(maker, size, pixels, how, content), size()[0])
    finally:
        maker.keeps_look = False


def drawn(maker, size, pixels, how, content):
    """A screen that shows the content, when a few tries can make room for it."""
    for left in (3, 2, 1, 0):
        screen = maker.make(*size(), pixels, how if left else "card", content)
        if maker.keeps_look or len(screen.facts["fields"]) >= len(content.entries):
            return screen
    return screen


def keep_look(maker):
    """All screens of the scene look alike from now on, with letters that fit on small ones."""
    maker.choose_look(48, maker.rng.random() < 0.5)
    maker.keeps_look = True


def short(width):
    """Letters of a label that leave room for a value."""
    return max(4, min(9, width // 9 - 7))


def needle(maker, count, draw, width):
    """Labels that all differ, one of them mostly "Code"."""
    rng = maker.rng
    labels = maker.names(count, LABELS, short(width))
    if rng.random() < 0.85:
        labels[rng.randrange(count)] = rng.choice(["Code", "Code", "Code", "code"])
    titles, codes = maker.names(count, ITEMS, width // 10), maker.codes(count)
    return [draw(rng.choice(HOLDERS), Content(*of)) for of in zip(titles, (((label, code),) for label, code in zip(labels, codes)))]


def coded(maker, count, draw, width):
    """A code each; half of the time one is the same as in image 1, else frames of one title in their order."""
    rng, codes, titles = maker.rng, maker.codes(count), maker.names(count, ITEMS, width // 10)
    if rng.random() < 0.5:
        codes[rng.randrange(1, count)] = codes[0]
    elif rng.random() < 0.6:
        titles = titles[:1] * count
        keep_look(maker)
    how, states = rng.choice(HOLDERS), maker.names(count, (), 6)
    extra = maker.names(count, LABELS, short(width)) if rng.random() < 0.4 else None
    return [draw(how if maker.keeps_look else rng.choice(HOLDERS),
                 Content(titles[k], (("Code", codes[k]), *(((extra[k], states[k]),) if extra else ())))) for k in range(count)]


def alike(maker, count, draw, width):
    """The same labels in every image, other values."""
    rng, rows = maker.rng, maker.rng.randint(1, 4)
    labels = maker.names(rows, LABELS, short(width))
    codes = maker.codes(rows * count)
    return [draw("form" if rows > 2 else rng.choice(HOLDERS), Content(None, tuple(zip(labels, codes[k * rows:]))))
            for k in range(count)]


def errors(maker, count, draw, width):
    """Logs; some of them with an error."""
    rng, codes = maker.rng, maker.codes(count)
    bad = rng.sample(range(count), rng.randint(0 if rng.random() < 0.1 else 1, count))
    return [draw("log", Content(error=codes[k] if k in bad else "")) for k in range(count)]


def change(maker, count, draw, width):
    """A value changes once."""
    rng, first = maker.rng, maker.rng.randrange(1, count)
    label, before, after = maker.names(3, (), short(width))
    title, how = maker.names(1, ITEMS, width // 10)[0], rng.choice(HOLDERS)
    keep_look(maker)
    before, after = (w.lower() for w in (before, after)) if rng.random() < 0.6 else maker.codes(2)
    return [draw(how, Content(title, ((label, before if k < first else after),))) for k in range(count)]


def difference(maker, count, draw, width):
    """Two forms that differ in one value."""
    rng, rows = maker.rng, maker.rng.randint(1, 7)
    labels, codes = maker.names(rows, LABELS, short(width)), maker.codes(rows + 1)
    at = rng.randrange(rows)
    keep_look(maker)
    state = rng.getstate()
    first = draw("form", Content(None, tuple(zip(labels, codes))))
    if rng.random() < 0.7:
        rng.setstate(state)  # everything else stays at its place
    codes[at] = codes[rows]
    return [first, draw("form", Content(None, tuple(zip(labels, codes))))]


def about_all(asker, maker, screens):
    """Questions about all images: [(kind, question, answer, places, named, image or -1)], places are (image, cell, slot)."""
    asked, rng = [], asker.rng
    shown = [" ".join(run.text for run in s.runs).lower() for s in screens]

    def add(kind, question, answer, places, named=(), image=-1):
        asked.append((kind, question, answer, places or [(-1, *NOWHERE)] * len(answer), list(named), image))

    def at(k, cells):
        return [(k, *cell) for cell in cells]

    def number(k, run):
        answer = f"Image {k + 1}"
        return answer, [(k, run.cells[0][0], -1)] * len(answer)

    def named_by(word, k, part):
        return [(word, [(-1, *NOWHERE)] * (len(word) - 1) + at(k, part.cells[-1:]))]

    codes = [(k, *s.facts["code"]) for k, s in enumerate(screens) if "code" in s.facts]
    errors_at = [(k, *s.facts["error"]) for k, s in enumerate(screens) if s.facts.get("error")]
    if len(codes) == 1 and not errors_at:
        k, value, name = codes[0]
        for _ in range(2):
            add("needle", asker.words("code"), value.text, at(k, value.cells), named_by("code", k, name), k)
    texts = [value.text.lower() for _, value, _ in codes]
    twins = [c for c, text in zip(codes[1:], texts[1:]) if codes[0][0] == 0 and text == texts[0]]
    if len(twins) == 1:
        for _ in range(2):
            add("same code", asker.words("same code"), *number(twins[0][0], twins[0][1]), (), 0)
    if len(codes) == len(screens):
        for (_, value, _), (k, after, _) in zip(codes, codes[1:]):
            if texts.count(value.text.lower()) == 1:
                add("code after", asker.words("code after", value.text), after.text, at(k, after.cells), [(value.text, at(k - 1, value.cells))])
            if texts.count(after.text.lower()) == 1 and rng.random() < 0.3:
                add("code before", asker.words("code before", after.text), value.text, at(k - 1, value.cells), [(after.text, at(k, after.cells))])
    fields = [(k, *field) for k, s in enumerate(screens) for field in s.facts["fields"] if field[0].lower() != "code"]
    labels = [label.lower() for _, label, _, _ in fields]
    for k, label, value, name in fields:
        if labels.count(label.lower()) == 1:
            add("label", asker.words("value", asker.spelled(label)), value.text, at(k, value.cells), [(label, at(k, name.cells))])
    changes(asker, screens, fields, add, at, number)
    if all("error" in s.facts for s in screens):
        if rng.random() < 0.5 or len(errors_at) != 1:
            for _ in range(2):
                add("count errors", asker.words("count errors"), str(len(errors_at)), None)
        if len(errors_at) == 1:
            k, value, name = errors_at[0]
            add("error image", asker.words("error image"), *number(k, value), named_by("error", k, name))
            add("error code", asker.words("error code"), value.text, at(k, value.cells), named_by("error", k, name))
    for k, s in enumerate(screens):
        runs = [run for run in s.runs if 3 <= len(run.text) <= 16]
        if s.facts.get("title") and rng.random() < 0.6:
            runs = [s.facts["title"]]
        parts = [run for run in runs if sum(run.text.lower() in text for text in shown) == 1]
        words = [part for run in s.runs for part in words_of(run) if sum(part.text.lower() in text for text in shown) == 1]
        for some in ([part for part in (parts, words) if part] or [[]])[:2]:
            if some:
                part = rng.choice(some)
                add("which image", asker.words("which image", part.text), *number(k, part), [(part.text, at(k, part.cells))], -1)
    for k, s in rng.sample(list(enumerate(screens)), min(3, len(screens))):
        values = [value for _, value, _ in s.facts["fields"]] or [part for run in s.runs for part in words_of(run)]
        if values and rng.random() < 0.5:
            part = rng.choice(values)
            add("shown in any", asker.words("shown in any", part.text), "yes", [(k, part.cells[0][0], -1)] * 3, [(part.text, at(k, part.cells))])
        else:
            other = absent(asker, maker, values, shown)
            add("shown in any", asker.words("shown in any", other), "no", None, [(other, [(-1, *NOWHERE)] * len(other))])
    return asked


def words_of(run):
    """Whole words of at least three letters within a run."""
    first = 0
    for word in run.text.split(" "):
        if len(word) >= 3 and word[0].isalnum() and word[-1].isalnum():
            yield run.part(first, first + len(word))
        first += len(word) + 1


def absent(asker, maker, values, shown):
    """A code or word that no image shows; sometimes a shown one with another character in it."""
    rng = asker.rng
    while True:
        text = maker.code(3, 6) if rng.random() < 0.75 else asker.absent(shown)
        near = [v.text for v in values if 2 < len(v.text) < 9]
        if near and rng.random() < 0.3:
            text = rng.choice(near)
            i = rng.randrange(len(text))
            text = text[:i] + rng.choice("ABCDEFGHJKLMNPRTUVWXY" if text[i].isalpha() else "23456789") + text[i + 1:]
        if not any(text.lower() in s for s in shown):
            return text


def changes(asker, screens, fields, add, at, number):
    """A value that changes once over all images, and the one value by which two forms differ."""
    n = len(screens)
    for label in dict.fromkeys(label for _, label, _, _ in fields):
        of = [(k, value) for k, other, value, _ in fields if other == label]
        texts = [value.text for _, value in of]
        if [k for k, _ in of] != list(range(n)) or len(set(texts)) != 2:
            continue
        first = texts.index(texts[-1])
        if len(set(texts[:first])) == 1 and len(set(texts[first:])) == 1 and n > 2 and len(screens[0].facts["fields"]) == 1:
            for k, kind in ((first, "first image"), (first, "first image"), (first - 1, "last image")):
                add(kind, asker.words(kind, texts[k]), *number(*of[k]), [(texts[k], at(k, of[k][1].cells))])
    if n == 2 and [f[0] for f in screens[0].facts["fields"]] == [f[0] for f in screens[1].facts["fields"]]:
        pairs = zip(screens[0].facts["fields"], screens[1].facts["fields"])
        apart = [value for (_, before, _), (_, value, _) in pairs if before.text != value.text]
        if len(apart) == 1:
            for _ in range(2):
                add("difference", asker.words("difference"), apart[0].text, at(1, apart[0].cells), (), 1)


def about_each(asker, screens, each):
    """Questions about single images by their numbers, up to `each` per image."""
    rng, asked = asker.rng, []
    names = [field[0].lower() for s in screens for field in s.facts["fields"]]
    for k, screen in enumerate(screens):
        about = [a for a in asker.about(screen) if a[0] != "read" and IMAGE not in a[1]]
        first = [a for a in about if a[0] in ("code", "title", "error code")]
        chosen = [rng.choice(first)] if first and rng.random() < 0.7 else []
        for kind, question, answer, cells, named in chosen + rng.sample(about, min(each - len(chosen), len(about))):
            question = asker.in_image(question, k + 1)
            # a word that several images show can be found at once only when the number of the image comes before it
            early = question.startswith(("Image", "In image"))
            known = [(word, [(k, *c) for c in where] if early or names.count(word.lower()) == 1 else [(-1, *NOWHERE)] * len(where))
                     for word, where in named]
            asked.append((f"{kind} in image", question, answer, [(k, *c) for c in cells], known, k))
    return asked


def chat_about_several(tokenizer, asker, screens, turns, maker, sentences=0):
    """Several images, and a document or two when `sentences` is not 0 -> Row or None when nothing can be asked."""
    rng = asker.rng
    over, each = about_all(asker, maker, screens), about_each(asker, screens, max(2, turns // len(screens)))
    row = Row(tokenizer)
    row.add([tokenizer.user])
    for k, screen in enumerate(screens):
        row.add(tokenizer.encode(("\n" if k else "") + f"Image {k + 1}:\n"))
        row.numeral()
        row.image(screen)
        row.jumps.append(len(row.ids))
    opening = len(row.ids)
    facts = add_documents(row, maker, asker, sentences, 2) if sentences else []
    asked = once(chosen(rng, over, turns), max(1, turns * 2 // 3))
    asked = once(asked + rng.sample(each, len(each)), turns) + facts
    # the question that only one image answers comes first, before anything was said, as often as not
    early = rng.random() < 0.5
    asked = once(sorted(rng.sample(asked, len(asked)), key=lambda one: early and one[0] != "needle"), len(asked))
    if not asked:
        return None
    for i, (kind, question, answer, places, named, k) in enumerate(asked):
        named = [(word, [p if isinstance(p, int) else row.place(*p)[0] for p in where]) for word, where in named]
        digits = f"{IMAGE}{k + 1}"
        if k >= 0 and digits in question:
            named.append((digits, [-1] * len(IMAGE) + [row.numerals[k] - j for j in range(len(str(k + 1)))][::-1]))
        if i == 0:
            row.asking(("\n" if opening == len(row.ids) else "") + question, named)
        else:
            row.question(question, named)
        row.answer(answer, [p if len(p) == 2 else row.place(*p) for p in places], kind)
    return row


def chosen(rng, over, turns):
    """Questions over all images in random order, the rarer kinds first and none of the others too often."""
    asked, of = rng.sample(over, len(over)), Counter()
    often = {"which image": max(1, turns // 7), "shown in any": max(1, turns // 9), "code after": max(2, turns // 4), "code before": 1, "label": max(1, turns // 2)}
    for one in asked[:]:
        of[one[0]] += 1
        if of[one[0]] > often.get(one[0], turns):
            asked.remove(one)
    return sorted(asked, key=lambda one: one[0] in ("which image", "shown in any", "label"))


def once(asked, most):
    """Up to `most` questions, no long answer twice: nothing is to be copied from earlier answers."""
    out = {}
    for i, one in enumerate(asked):
        long = len(one[2]) > 3 and not one[2].startswith("Image ")
        out.setdefault(one[2] if long else one[1] if one[2] in ("yes", "no") else i, one)
    return list(out.values())[:most]


def chat_about_document(tokenizer, asker, screen, maker, sentences, turns=8):
    """One image and a document or two; the document may tell of someone whom the image names -> Row."""
    row, rng = Row(tokenizer), maker.rng
    row.add([tokenizer.user])
    row.image(screen)
    row.jumps.append(len(row.ids))
    known = [(label, value.text, [(0, *c) for c in name.cells], [(0, *c) for c in value.cells])
             for label, value, name in screen.facts["fields"] if value.text.isalpha() and label.isalpha() and label.lower() != "code"]
    known = list({name: one for one in known if (name := one[1])}.values())[:2]
    asked = add_documents(row, maker, asker, sentences, 2, known)
    rng.shuffle(asked)
    asked = once(sorted(asked, key=lambda a: a[0] != "document and image"), turns)
    rng.shuffle(asked)
    for i, (kind, question, answer, places, named, _) in enumerate(asked):
        if i == 0:
            row.asking(question, named)
        else:
            row.question(question, named)
        row.answer(answer, places, kind)
    return row


def role_card(maker, size, pixels):
    """A card or form that names one or two persons by their roles."""
    roles, names = maker.names(2, LABELS, short(size[0])), maker.names(2, ITEMS, short(size[0]))
    entries = tuple(zip(roles, names))[:maker.rng.choice([1, 1, 2])]
    title = maker.names(1, ITEMS, size[0] // 10)[0] if maker.rng.random() < 0.8 else None
    return maker.make(*size, pixels, maker.rng.choice(HOLDERS), Content(title, entries))
