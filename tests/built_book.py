"""The command that builds the book, and two of its lessons: with questions, cards, an explanation, and the review."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LESSONS = ("00_start_here", "10_review")


def build(cache: Path, out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "book", "--cache", str(cache), "--out", str(out), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
