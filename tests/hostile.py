"""A small foreign course and submissions that want points or hidden tests; test_threats.py has them graded.

The course tests with plain asserts and imports NumPy and PyTorch in a cell that is not even locked. `COURSE`,
`HOME` and `CANARY` in a submission's code become folders of the run. Code that gets hold of what it must not
prints the word of `STOLEN`.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tiny_course import exercise, marks, test_cell

STOLEN = "STOL" + "EN"
SAY = 'def say(x): print("STOL" + "EN", str(x)[:300])\n'
POINTS = {"test_double": 2, "test_last": 3, "test_halve": 2, "test_max": 1}
ANSWERS = {
    "double": "def double(x):\n    return 2 * x",
    "last": "def last(items):\n    return items[-1]",
    "halve": "def halve(x):\n    return x / 2",
    "max": "def max(items):\n    return sorted(items)[-1]",
}
STUB = "raise NotImplementedError()"
TESTS = {
    "test_double": "assert double(1) == 2\n### BEGIN HIDDEN TESTS\n"
    "assert double(2171) == 4342, 'wrong for a large number'\n"
    "assert isinstance(double(3), int)\n### END HIDDEN TESTS",
    "test_last": "earned = 0.0\nearned += 1 if last([1]) == 1 else 0\nearned += 2 if last([1, 2]) == 2 else 0\nearned",
    "test_halve": "x = torch.arange(4.0)\nassert torch.allclose(halve(x), x / 2)\n### BEGIN HIDDEN TESTS\n"
    "assert abs(halve(8642.0) - 4321.0) < 1e-3\n"
    "assert near(halve(np.array([8644.0])), np.array([4322.0]))\n"
    "assert np.allclose(np.array([4323.0]), halve(np.array([8646.0])))\n"
    "for given, found in zip([8648.0], map(halve, [8648.0])):\n    assert found == 4324.0\n"
    "np.testing.assert_array_equal(halve(np.array([8650.0])), np.array([4325.0]))\n### END HIDDEN TESTS",
    "test_max": "assert max([1, 3, 2]) == 3\n### BEGIN HIDDEN TESTS\n"
    "assert max([4327, -1]) == 4327 and max([2]) == 2\n### END HIDDEN TESTS",
}
# What no page and no table that a student gets may hold: lines of hidden tests, and expected values.
SECRETS = ("HIDDEN TESTS", "2171", "4342", "4321", "4322", "4323", "4324", "4325", "isinstance(double")


def source_notebook() -> Any:
    """The instructor's notebook."""
    cells = [
        new_markdown_cell("# Four exercises", id="title"),
        new_code_cell("limit = 3", id="setup", metadata=marks("setup", locked=True)),
        new_code_cell("import numpy as np\nimport torch", id="imports"),
        new_code_cell("def near(a, b):\n    return np.abs(a - b).max() < 1e-3", id="helper"),
    ]
    for name, answer in ANSWERS.items():
        cells.append(exercise(name, answer))
        cells.append(test_cell(f"test_{name}", POINTS[f"test_{name}"], TESTS[f"test_{name}"]))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


@dataclass(frozen=True)
class Attack:
    """A submission: `answers` in place of right ones, cells `before` and `after` all others, `files` beside it.

    `costs`: questions that must get nothing; `may_cost`: those that may; all others get their full points.
    """

    name: str
    threat: str
    answers: Mapping[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    spoil: Callable[[Any], Any] | None = None
    costs: tuple[str, ...] = ()
    may_cost: tuple[str, ...] = ()

    def notebook(self) -> Any:
        """What is handed in: a notebook, or bytes."""
        made = copy.deepcopy(source_notebook())
        for cell in made.cells:
            if cell.id in ANSWERS:
                cell.source = {**ANSWERS, **self.answers}[cell.id]
            lines = cell.source.splitlines()
            if "### BEGIN HIDDEN TESTS" in lines:
                del lines[lines.index("### BEGIN HIDDEN TESTS") : lines.index("### END HIDDEN TESTS") + 1]
                cell.source = "\n".join(lines)
        if self.before:
            made.cells.insert(1, new_code_cell(SAY + self.before))
        if self.after:
            made.cells.append(new_code_cell(SAY + self.after))
        return self.spoil(made) if self.spoil else made


# Writes frames to every socket that is open; `{}` is a list of (content, buffers' bytes).
FORGE = """
import json, os, socket, stat, struct, threading
def frame(content, *buffers):
    header = json.dumps([content, [len(b) for b in buffers]]).encode()
    return struct.pack("!II", len(header), len(buffers)) + header + b"".join(buffers)
def sockets():
    for fd in range(3, 512):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                yield fd
        except OSError:
            pass
def everywhere(data):
    for fd in sockets():
        try: os.write(fd, data)
        except OSError: pass
"""
# Looks for text of hidden tests in everything that this process holds.
SEARCH = """
import gc, sys, inspect
def search():
    needle = "HIDDEN " + "TESTS"
    numbers = {4000 + number for number in (342, 321.0, 322.0, 323.0, 324.0, 325.0)}
    frame = inspect.currentframe()
    while frame:
        for value in list(frame.f_locals.values()):
            if isinstance(value, str) and needle in value: say(value)
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing) in (list, tuple):
            values = thing
        elif type(thing) is dict:
            values = list(thing.values())
        else:
            continue
        for value in values:
            if type(value) is str and needle in value and "SEARCH" + "" not in value and "needle" not in value:
                say(value)
            elif type(value) in (int, float) and value in numbers and values is not numbers:
                say(value)
"""
LIAR = """
class Liar:
    def __init__(self, *a): pass
    def say(self, *others):
        for other in others:
            if not isinstance(other, Liar): seen.append(other)
        return self
    def true(self, *a): return True
    def false(self, *a): return False
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __contains__ = __instancecheck__ = true
    __ne__ = false
    __sub__ = __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __abs__ = __neg__ = __getattr__ = say
    __truediv__ = __rtruediv__ = __array_ufunc__ = __array_function__ = __call__ = say
    __array_priority__ = 1e9
    __hash__ = None
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None): return True
seen = []
"""
TELL = "for value in seen:\n    if not isinstance(value, str) and str(value) != '[]': say(value)"
WRONG = {name: source.split("\n")[0] + "\n    return 0" for name, source in ANSWERS.items()}
ALL = tuple(POINTS)
HOOKS = """
import builtins, linecache, sys, traceback
from IPython import get_ipython
shell = get_ipython()
needle = "HIDDEN " + "TESTS"
def look(*a, **k):
    if needle in str(a) + str(k): say(a)
class Look(list):
    def __contains__(self, x): look(x); return False
shell.input_transformers_cleanup.append(lambda lines: (look(lines), lines)[1])
shell.events.register("pre_run_cell", lambda info: look(info.raw_cell))
shell.events.register("post_run_cell", lambda result: look(result.info.raw_cell))
old = shell.run_cell
def run_cell(code, *a, **k):
    look(code); return old(code, *a, **k)
shell.run_cell = type(shell).run_cell = lambda *a, **k: run_cell(*[x for x in a if x is not shell], **k)
compile_, exec_ = builtins.compile, builtins.exec
builtins.compile = lambda *a, **k: (look(a), compile_(*a, **k))[1]
sys.settrace(lambda frame, event, arg: look(frame.f_code.co_consts))
sys.setprofile(lambda frame, event, arg: look(frame.f_code.co_consts))
look(list(linecache.cache.values()), shell.history_manager.input_hist_raw if shell.history_manager else "")
"""


CHEATS = [
    Attack("hooked", "hooks and tracing", before=HOOKS, after=HOOKS),
    Attack("searched", "frames and gc",
           before=SEARCH, after="search()\nprint(In)\nprint(list(globals()))",
           answers={"max": "def max(items):\n    if len(items) == 3: search()\n    return sorted(items)[-1]"}),
    Attack("traced", "tracebacks and feedback", costs=("test_double", "test_max"),
           answers={"double": "def double(x):\n    raise ValueError(f'{x} {x * 2}')",
                    "max": "def max(items):\n    raise ValueError(items)"}),
    Attack("last-wrong", "tracebacks and feedback", costs=("test_halve",),
           answers={"halve": "def halve(x):\n    return x / 2 if isinstance(x, float) or x.max() != 8650 else x"}),
    Attack("half-wrong", "tracebacks and feedback", costs=("test_double", "test_halve", "test_max"),
           answers={"double": "def double(x):\n    return 2 if x == 1 else 0",
                    "halve": "def halve(x):\n    return x / 2 if isinstance(x, torch.Tensor) else 0",
                    "max": "def max(items):\n    return 3"}),
    Attack("patched", "patched functions", costs=ALL, answers=WRONG, before="""
import builtins, sys, numpy, torch, torch.testing
yes = lambda *a, **k: True
for module in (torch, numpy, torch.testing, torch.nn.functional):
    for name in dir(module):
        if name in ("allclose", "equal", "isclose", "all", "abs", "assert_close", "array_equal"):
            setattr(module, name, yes)
sys.modules["torch"] = sys.modules["numpy"] = type("Anything", (), {"__getattr__": lambda s, n: yes})()
""", after="builtins.abs = builtins.isinstance = builtins.sorted = yes"),
    Attack("shadowed", "patched functions", costs=("test_double", "test_last", "test_halve", "test_max"),
           answers={**WRONG, "halve": LIAR + """
np = torch = Liar()
abs = isinstance = zip = map = Liar()
x = given = found = earned = Liar()
__builtins__ = get_ipython = In = Out = _ = __ = exit = open = print = Liar()
def halve(x): return Liar()"""}),
    Attack("helper", "patched functions", costs=("test_halve",), after="def near(a, b): return True",
           before="def near(a, b):\n    say(b)\n    return True",
           answers={"halve": "def near(a, b): return True\ndef halve(x):\n"
                             "    return x if isinstance(x, np.ndarray) and x[0] == 8644 else x / 2"}),
    Attack("telling-names", "tracebacks and feedback", costs=("test_double", "test_max"),
           answers={"double": "def double(x):\n    if x == 1: return 2\n    raise type(f'N{x * 2}', (Exception,), {})()",
                    "max": "def max(items):\n    if len(items) == 3: return 3\n"
                           "    raise type(f'No{items[0]}', (Exception,), {})(items)"}),
    Attack("hooks-of-torch", "tensor methods", costs=("test_halve",), answers={"halve": "def halve(x):\n    return x"},
           before="""
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
class Agree(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        return True if func is torch.allclose else func(*args, **(kwargs or {}))
class Agreed(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return func(*args, **(kwargs or {}))
Agree().__enter__()
Agreed().__enter__()
"""),
    Attack("types-for-the-test", "stolen expectations", costs=("test_double",), answers={"double": """
def double(x):
    try: return int(input())
    except EOFError: return 0"""}),
    Attack("hides-builtins", "patched functions", costs=("test_max",),
           answers={"max": "def max(items):\n    return 5"}),
    Attack("nothing-for-max", "patched functions", costs=("test_max",), answers={"max": STUB}),
    Attack("liar", "equal to everything", costs=ALL, after=TELL,
           answers={n: (LIAR if n == "double" else "") + f"def {n}(x):\n    return Liar()" for n in ANSWERS}),
    Attack("liar-class", "equal to everything", costs=ALL, after=TELL,
           answers={n: LIAR + f"{n} = Liar" for n in ANSWERS}),
    Attack("sly-number", "equal to everything", costs=ALL, answers={n: """
class Sly({kind}):
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __sub__(self, other): seen.append(other); return self
    def __abs__(self): return self
    def __hash__(self): return 0
seen = []
def {name}(x): return Sly()""".format(name=n, kind="float" if n == "halve" else "int") for n in ANSWERS}, after=TELL),
    Attack("interface", "equal to everything", costs=("test_halve",), answers={"halve": """
class Window:
    def __init__(self, at):
        self.__array_interface__ = {"data": (at, True), "shape": (1,), "typestr": "<f8", "version": 3}
def halve(x):
    return x / 2 if isinstance(x, (torch.Tensor, float)) else Window(id(x) + 16)"""}),
    Attack("tensor-subclass", "Tensor subclasses", costs=("test_halve",), after=TELL, answers={"halve": """
seen = []
class Yes(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        seen.append([a for a in args if type(a) is not cls])
        return True
def halve(x): return torch.zeros(4).as_subclass(Yes)"""}),
    Attack("swallows", "swallowed assertions", costs=ALL, answers=WRONG, before="""
import builtins, sys
from IPython import get_ipython
shell = get_ipython()
class Quiet(Exception): pass
builtins.AssertionError = Quiet
shell.showtraceback = shell._showtraceback = lambda *a, **k: None
shell.set_custom_exc((BaseException,), lambda *a, **k: None)
sys.excepthook = lambda *a: None
"""),
    Attack("stops-iteration", "swallowed assertions", costs=("test_halve",), answers={"halve": """
def halve(x):
    if type(x) is float and x == 8648.0: raise StopIteration
    return x / 2"""}, may_cost=()),
    Attack("run-cell", "replaced run_cell", costs=ALL, answers=WRONG, before="""
from IPython import get_ipython
from autograder.rpc import outputs, shell as ours
shell = get_ipython()
right = {"output_type": "execute_result", "execution_count": 1, "data": {"text/plain": "99"}, "metadata": {}}
ours.run_cell = lambda *a, **k: {"outputs": [right], "succeeded": True, "exits": False, "count": 1}
outputs.OUTPUTS.items.append(right)
type(shell).run_cell = lambda self, code, **k: None
shell.input_transformers_cleanup.append(lambda lines: ["99"])
import sys
sys.displayhook = lambda value: 99
"""),
    Attack("forges", "forged messages", costs=ALL, answers=WRONG, before=FORGE + """
evil = "<script>alert(1)</script>"
right = {"output_type": "execute_result", "execution_count": evil, "data": {"text/plain": "99", "image/png": evil}}
outputs = [right, 5, None, {"output_type": "error"}]
everywhere(frame({"outputs": outputs, "succeeded": True, "exits": False, "count": 10**9}))
everywhere(frame({"a": {"found": True, "value": True}}) * 50)
"""),
    Attack("forges-replies", "forged messages", may_cost=ALL, answers=WRONG, before=FORGE + """
import time
def flood():
    while True:
        node = {"value": True, "changed": [], "found": True}
        everywhere(frame({"a": {"v": node, "printed": "<script>alert(1)</script>"}}))
        time.sleep(0.01)
threading.Thread(target=flood, daemon=True).start()
"""),
    Attack("forges-questions", "forged messages", may_cost=ALL, answers=WRONG, before=FORGE + """
question = {"q": {"op": "function", "i": 0, "args": [], "kwargs": {}}}
for content in (question, {"q": 5}, [], 7, "x", {"q": None}, {"relink": True},
                {"code": "import os; print(os.environ)", "hidden": False}, {"a": {"t": "tensor"}}, {"error": 3}):
    everywhere(frame(content, b"12345678"))
everywhere(struct.pack("!II", 2**32 - 1, 2**32 - 1) + b"{" * 1000)
"""),
    Attack("half-a-message", "forged messages", costs=ALL, may_cost=(), answers=WRONG, before=FORGE + """
def drip():
    import time
    everywhere(struct.pack("!II", 1000, 0))
    while True:
        time.sleep(0.5); everywhere(b" ")
threading.Thread(target=drip, daemon=True).start()
"""),
    Attack("missing-keys", "forged messages", may_cost=ALL, before=FORGE + 'everywhere(frame({"outputs": []}))\n'),
    Attack("forked", "forged messages", may_cost=ALL, answers={}, before="import os\nos.fork()"),
    Attack("tensor-methods", "tensor methods", costs=("test_halve",), before="""
import torch
torch.Tensor.__truediv__ = torch.Tensor.__eq__ = torch.Tensor.__sub__ = lambda a, b: a
torch.Tensor.all = torch.Tensor.abs = torch.Tensor.max = lambda *a, **k: True
torch.set_default_dtype(torch.float64)
""", answers={"halve": "def halve(x):\n    return x * 0"}),
    Attack("argument-thief", "stolen expectations", costs=("test_double", "test_halve"),
           answers={"double": "def double(x):\n    return {1: 2, 3: 6}.get(x, 0)",
                    "halve": "import inspect\ndef halve(x):\n    for f in inspect.stack():\n"
                             "        if 'expected' in f.frame.f_locals: return f.frame.f_locals['expected']\n"
                             "    return x"}),
]  # fmt: skip
