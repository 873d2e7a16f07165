"""A command that is killed in the middle of writing; tests of what it leaves use it."""

import signal
import subprocess
import sys
from pathlib import Path

# Counts calls of a method of a class; the one that is wanted is the program's last.
CODE = """
import os, pathlib, signal, sys, zipfile
from autograder.cli import main
place, name, count = {"Path": pathlib.Path, "ZipFile": zipfile.ZipFile}[sys.argv[1]], sys.argv[2], int(sys.argv[3])
original, calls = getattr(place, name), 0
def counted(self, *arguments, **options):
    global calls
    calls += 1
    if calls == count:
        if name == "write_text":  # half of it is there
            original(self, arguments[0][: len(arguments[0]) // 2], **options)
        os.kill(os.getpid(), signal.SIGKILL)
    return original(self, *arguments, **options)
setattr(place, name, counted)
main(sys.argv[4:])
"""


def run_killed(root: Path, method: str, call: int, *command: str) -> None:
    """Runs `autograder COMMAND`, which is killed when it calls `method` ("Path.write_text") for the `call`-th time."""
    start = [sys.executable, "-c", CODE, *method.split("."), str(call), "--course", str(root), *command]
    done = subprocess.run(start, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, (done.returncode, done.stdout, done.stderr)
