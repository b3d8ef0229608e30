"""Byte-level tokenizer with whole question words, the same here and in llama.cpp.

The GGUF names the pre-tokenizer `pixtral`: llama.cpp splits text with the regular
expression below and takes a piece as ONE token when the vocabulary has it whole,
otherwise one token per byte (there are no merges).  Question words ("What", " code")
are in vocabulary.txt, so text read from the screen stays one token per character.
"""
import re
from pathlib import Path

SPECIALS = ["<|user|>", "<|assistant|>", "<|system|>", "<|end|>", "[IMG]", "[IMG_BREAK]", "[IMG_END]", "<|pad|>"]

# Jinja template stored in the GGUF: role token, content, end token, no separators.
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)

_PIECES = re.compile(
    r"'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])|(?:[^\r\n\w]|_)?[^\W\d_]+|\d{1,3}"
    r"| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def byte_characters():
    """GPT-2's printable stand-in for each of the 256 bytes: list of 256 strings."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    stand_in, extra = {}, 0
    for value in range(256):
        if value in plain:
            stand_in[value] = chr(value)
        else:
            stand_in[value] = chr(256 + extra)
            extra += 1
    return [stand_in[value] for value in range(256)]


class Tokenizer:
    """ids: 0..255 bytes, then whole words, then SPECIALS."""

    def __init__(self):
        words = (Path(__file__).parent / "vocabulary.txt").read_text().splitlines()
        # a word is stored twice when it may open a sentence: "What" and " what"
        pieces = [w for word in words for w in ((word,) if word[0].isupper() else (" " + word,))]
        stand_in = byte_characters()
        self.tokens = stand_in + ["".join(stand_in[b] for b in p.encode()) for p in pieces] + SPECIALS
        self.word_ids = {piece: 256 + i for i, piece in enumerate(pieces)}
        self.special_ids = {name: 256 + len(pieces) + i for i, name in enumerate(SPECIALS)}
        self.size = len(self.tokens)
        self.user, self.assistant, self.end = (self.special_ids[n] for n in ("<|user|>", "<|assistant|>", "<|end|>"))
        self.img, self.img_break, self.img_end, self.pad = (
            self.special_ids[n] for n in ("[IMG]", "[IMG_BREAK]", "[IMG_END]", "<|pad|>")
        )
        self._names = {i: name for name, i in self.special_ids.items()}
        self._words = {i: piece for piece, i in self.word_ids.items()}

    def encode(self, text):
        """Text without special tokens -> list of ids, as llama.cpp makes them."""
        ids = []
        for piece in _PIECES.findall(text):
            whole = self.word_ids.get(piece)
            ids.extend([whole] if whole is not None else piece.encode())
        return ids

    def ends(self, text):
        """For each token of encode(text): the index in `text` of its last character (text must be ASCII)."""
        at, out = 0, []
        for piece in _PIECES.findall(text):
            out += [at + len(piece) - 1] if piece in self.word_ids else range(at, at + len(piece))
            at += len(piece)
        return out

    def decode(self, ids):
        """List of ids -> text; special tokens by their name."""
        parts = []
        for i in ids:
            if i < 256:
                parts.append(bytes([i]))
            else:
                parts.append((self._words.get(i) or self._names[i]).encode())
        return b"".join(parts).decode("utf-8", "replace")
