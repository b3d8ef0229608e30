"""The product's own code, so that training sees what it will give the model: a program of cli/ in a process."""

import json
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"


class Program:
    """A program that answers each line of JSON with a line of JSON.

    name: of the file in cli/. beside: parts that are found beside the built program, which must have been built
    (npm run setup); without it the program needs nothing but its source.
    """

    def __init__(self, name, beside=()):
        self.folder = tempfile.TemporaryDirectory()
        folder = ROOT / "dist" if beside else Path(self.folder.name)
        ending, form = (".cjs", "cjs") if beside else (".mjs", "esm")
        program = folder / (name + ending)
        options = ["--bundle", "--platform=node", f"--format={form}", "--log-level=warning", f"--outfile={program}"]
        source = ROOT / "backend-native" / "cli" / f"{name}.ts"
        subprocess.run([ESBUILD, source, *options, *(f"--external:{part}" for part in beside)], check=True)
        self.node = subprocess.Popen(["node", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, request):
        self.node.stdin.write(json.dumps(request) + "\n")
        self.node.stdin.flush()
        return json.loads(self.node.stdout.readline())
