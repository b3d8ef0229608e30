"""Conversations as token ids with the places that are learned, packed into batches of similar length."""

import torch

import prompt

IGNORED = -100


class Encoder:
    def __init__(self, tokenizer, with_images=False):
        self.tokenizer, self.with_images = tokenizer, with_images

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def conversation(self, c, longest=None):
        """-> (ids, targets, kinds): an id of -1-k stands for the tokens of the conversation's k-th picture."""
        ids, targets, image = [], [], 0
        first = True
        for question, answer, _ in c["turns"]:
            content = prompt.content(question, c["layers"], c["documents"], self.with_images) if first else question
            text = (prompt.opening() if first else "\n") + prompt.turn(content)
            for k, piece in enumerate(text.split(prompt.IMAGE)):
                if k:
                    ids.append(-1 - image)
                    targets.append(IGNORED)
                    image += 1
                more = self.ids(piece)
                ids += more
                targets += [IGNORED] * len(more)
            learned = self.ids(answer + "<|im_end|>")
            if longest and len(ids) + len(learned) > longest and not first:
                break
            ids += learned
            targets += learned
            first = False
        return ids, targets


def batch(sequences, pad):
    """[(ids, targets)] -> padded (batch, time) tensors; targets are shifted to the position that predicts them."""
    longest = max(len(ids) for ids, _ in sequences)
    ids = torch.full((len(sequences), longest), pad)
    targets = torch.full((len(sequences), longest), IGNORED)
    for row, (i, t) in enumerate(sequences):
        ids[row, : len(i)] = torch.tensor(i)
        targets[row, : len(t) - 1] = torch.tensor(t[1:])
    return ids, targets
