"""Reading mistakes as the recogniser makes them, put into true text."""

LOOK_ALIKE = {
    "l": "1I|",
    "1": "lI",
    "I": "l1|",
    "O": "0",
    "0": "Oo",
    "o": "0",
    "S": "5",
    "5": "S",
    "B": "8",
    "8": "B",
    "Z": "2",
    "g": "9",
    "q": "g",
    "i": "l",
    ";": ":",
    ",": ".",
    "'": "`",
    "{": "(-",
    "}": ")-",
    "[": "(",
    "]": ")",
    "_": " ",
    "-": "—",
    "“": '"',
    "…": "...",
    "é": "e",
}
DROPPED = ".,:;'-_…·|"
ICON_READ_AS = ["", "", "", "√", "V", "v", "X", "x", "O", "0", "口", "□", "√"]
ICONS = set("✓✗✕√▾•●○☑☐★")


class Noise:
    """level 0 is none, 1 what the recogniser shows on screens of 13 px and above, 3 a bad day."""

    def __init__(self, r, level):
        self.r, self.level = r, level

    def __call__(self, words):
        r, level = self.r, self.level
        out = []
        for word in words:
            if set(word) <= ICONS:
                read = r.choice(ICON_READ_AS)
                if read:
                    out.append(read)
                continue
            out.append(self.word(word))
        text, after = "", None
        for read in out:
            if after is not None:
                text += "" if r.random() < 0.012 * level else " "
            text += read
            after = read
        if level and r.random() < 0.002 * level:
            return ""
        if level and r.random() < 0.012 * level:
            text = r.choice(["O ", "0 ", "口 ", "< ", "> ", "· ", "Q ", "& ", "8 ", "X "]) + text
        return text

    def word(self, word):
        r, level = self.r, self.level
        if not level or r.random() > 0.022 * level:
            return word
        i = r.randrange(len(word))
        c = word[i]
        roll = r.random()
        if "rn" in word and roll < 0.4:
            return word.replace("rn", "m", 1)
        if c in LOOK_ALIKE and roll < 0.55 and not any(ch.isdigit() for ch in word):
            return word[:i] + r.choice(LOOK_ALIKE[c]) + word[i + 1 :]
        if word[-1] in DROPPED and roll < 0.8:
            return word[:-1]
        if roll < 0.9 and len(word) > 5 and word.isalpha():
            return word[:i] + word[i + 1 :]
        return word[:i] + " " + word[i:] if i and not word.isdigit() else word
