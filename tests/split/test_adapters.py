"""Libraries join the border between the two kernels by entry points, and none of them has to be there."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from autograder.rpc import adapters

PLAIN_PYTHON = """
import os, random, signal, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "numpy"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from autograder.rpc import adapters, shell
from autograder.rpc.wire.channel import Channel, pair
shell.prepare()
assert adapters.ADAPTERS == {} and not {"torch", "numpy"} & sys.modules.keys()
student, examiner = pair()
pids = []
def start(role, link):
    here, there = pair()
    pids.append(os.fork())
    if not pids[-1]:
        os._exit(shell.main({"role": role}, [there.fileno(), link.fileno()], lambda: None))
    return Channel(here)
orders = {"student": start("student", student), "examiner": start("examiner", examiner)}
def run(role, code):
    orders[role].send({"code": code})
    answer, _ = orders[role].receive(60)
    assert answer["succeeded"], answer["outputs"]
    return "".join(output.get("text", "") for output in answer["outputs"])
run("student", '''
import random
table = {"n": [1, 2.5]}
def double(items): return [2 * item for item in items]
def fill(items): items.append(3)
def draw(): return random.random()
def count_all(): return len(table["n"])
class Pile:
    def __init__(self, items): self.items = items
    def push(self, item): self.items.append(item)
''')
print(run("examiner", '''
import random
assert double((1, 2j)) == [2, 4j]
mine = []
fill(mine)
assert mine == [3]
table["n"].append(3)
assert count_all() == 3
pile = Pile(mine)
pile.push("top")
assert mine == [3, "top"] and not isinstance(pile, int)
random.seed(7)
assert draw() == random.Random(7).random()
print("all right")
'''))
for pid in pids:
    os.kill(pid, signal.SIGKILL)
"""


def test_two_kernels_run_plain_python_without_numpy_and_pytorch():
    done = subprocess.run(
        [sys.executable, "-c", PLAIN_PYTHON], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == "all right\n\n" and done.returncode == 0, done.stderr


NEEDS_A_LIBRARY = "import library_that_nobody_has\nclass Adapter: ..."


def test_what_needs_a_library_that_is_not_there_is_left_out_and_what_is_broken_is_not(monkeypatch, tmp_path):
    (tmp_path / "needy.py").write_text(NEEDS_A_LIBRARY)
    monkeypatch.syspath_prepend(tmp_path)

    def installed(*entries: EntryPoint) -> list[str]:
        monkeypatch.setattr(adapters, "entry_points", lambda group: entries)
        return [name for name, _ in adapters._found("any")]

    text = EntryPoint("text", "autograder.core.text:plain", "any")
    assert installed(EntryPoint("needy", "needy:Adapter", "any"), text) == ["text"]
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        installed(text, EntryPoint("broken", "autograder.no_such_module:Adapter", "any"))


def test_a_guard_that_is_not_installed_is_said_before_any_cell_runs():
    assert adapters.guards({"nowhere": []}) == []
    with pytest.raises(LookupError, match="'nowhere' is installed"):
        adapters.guards({"nowhere": ["f"]})
