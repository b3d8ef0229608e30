"""Answers from llama.cpp itself: five times cheaper on a CPU than from PyTorch, and what the product gives."""

import subprocess


class Program:
    """answer.cpp, compiled against the llama.cpp that the product builds; one process for many questions."""

    def __init__(self, program, base, adapter=None, limit=48):
        self.process = subprocess.Popen(
            [program, base, adapter or "-", str(limit)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def answer(self, ids):
        """Token ids of the prompt -> token ids of the answer, without the one that ends it."""
        self.process.stdin.write(" ".join(map(str, ids)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"llama.cpp ended with {self.process.wait()}")
        return [int(i) for i in line.split()]
