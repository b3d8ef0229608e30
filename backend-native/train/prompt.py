"""What the engine puts before the model, to the letter: chat template, text beside pictures, documents."""

SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
IMAGE = "\0"  # stands for the picture's own tokens; never tokenized
# llama.cpp puts these literal words around the tokens of a picture of this projector, each tokenized on its own.
MEDIA = ("<|media_begin|>", "<|media_end|>")
STOP = ("<|im_end|>", "<|endoftext|>")


def opening():
    return f"<|im_start|>system\n{SYSTEM}<|im_end|>\n"


def turn(content):
    """A user turn, open for the answer."""
    return f"<|im_start|>user\n{content}<|im_end|>\n<|im_start|>assistant\n"


def closing():
    """What follows an answer before the next user turn; its first token is the last one learned."""
    return "<|im_end|>\n"


def content(question, layers=(), documents=(), with_images=True):
    """`layers`: the text layer of each picture, in order; `documents`: (name, text) pairs.

    Without images the pictures' own tokens are left out, and only their text stands there.
    """
    image = f"{IMAGE}\n" if with_images else ""
    parts = []
    if len(layers) == 1:
        parts.append(f"{image}Text in the image:\n{layers[0]}\n\n" if layers[0] else image)
    else:
        for n, layer in enumerate(layers, 1):
            text = f"Text in image {n}:\n{layer}\n\n" if layer else "\n"
            parts.append(f"Image {n}:\n{image}{text}")
    parts += [f"Document {name}:\n{text}\n\n" for name, text in documents]
    return "".join(parts) + question


def asked(question, matching=()):
    """`matching`: the lines of what is attached that share the question's words."""
    return "Matching lines:\n" + "\n".join(matching) + f"\n\n{question}" if matching else question
