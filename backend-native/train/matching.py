"""The lines that the product puts beside a question (server/attachments/matchingLines.ts), found by its own code."""

import product


class Finder:
    def __init__(self):
        self.program = product.Program("matchLines")

    def of(self, conversation):
        """-> for each turn of a conversation the list of its lines."""
        layers, documents = conversation["layers"], conversation["documents"]
        sources = [(f"Image {n}", text) for n, text in enumerate(layers, 1)] + list(documents)
        return self.program.ask(
            {
                "sources": [{"name": name, "text": text} for name, text in sources],
                "questions": [question for question, *_ in conversation["turns"]],
            }
        )
