"""The lines that the product puts beside a question (server/attachments/matchingLines.ts), found by its own code."""

import product


class Finder:
    def __init__(self):
        self.program = product.Program("matchLines")

    def of(self, conversation):
        """-> for each turn of a conversation the list of its lines."""
        layers = conversation["layers"]
        looks = conversation.get("looks", [None] * len(layers))
        sources = [
            {"name": f"Image {n}", "text": text} | ({"look": look} if look else {})
            for n, (text, look) in enumerate(zip(layers, looks), 1)
        ]
        return self.program.ask(
            {
                "sources": sources + [{"name": name, "text": text} for name, text in conversation["documents"]],
                "questions": [question for question, *_ in conversation["turns"]],
            }
        )
