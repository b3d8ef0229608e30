"""The lines that the product puts beside a question (server/attachments/matchingLines.ts), found by its own code."""

import json
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ESBUILD = HERE.parents[1] / "node_modules" / ".bin" / "esbuild"


class Finder:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        program = str(Path(self.folder.name) / "matching.mjs")
        options = ("--bundle", "--platform=node", "--format=esm", "--log-level=warning")
        subprocess.run([ESBUILD, HERE.parent / "cli" / "matchLines.ts", *options, f"--outfile={program}"], check=True)
        self.node = subprocess.Popen(["node", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def of(self, conversation):
        """-> for each turn of a conversation the list of its lines."""
        layers, documents = conversation["layers"], conversation["documents"]
        sources = [(f"Image {n}", text) for n, text in enumerate(layers, 1)] + list(documents)
        request = {
            "sources": [{"name": name, "text": text} for name, text in sources],
            "questions": [question for question, *_ in conversation["turns"]],
        }
        self.node.stdin.write(json.dumps(request) + "\n")
        self.node.stdin.flush()
        return json.loads(self.node.stdout.readline())
