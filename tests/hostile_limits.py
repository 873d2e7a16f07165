"""Submissions that reach for files, processes, memory, time and the reader's browser; more of hostile.py."""

import copy
from typing import Any

import nbformat
from hostile import ALL, ANSWERS, STUB, Attack
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

EVERYWHERE = """
import os
for top in ("COURSE", "HOME", "CANARY"):
    try:
        say(os.listdir(top))
    except OSError: pass
    for name in ("gradebook.db", "secret.txt", "source/t1/two.ipynb", "submitted/neighbour/t1/two.ipynb"):
        try:
            with open(os.path.join(top, name), "rb") as file: say(file.read(99))
        except OSError: pass
        for mode in ("ab", "wb", "r+b"):
            try:
                with open(os.path.join(top, name), mode) as file: file.write(b"x"); say(name)
            except OSError: pass
        for act in (os.remove, lambda p: os.chmod(p, 0o777) if 0 else os.truncate(p, 0), os.rmdir):
            try: act(os.path.join(top, name)); say(name)
            except OSError: pass
    try: os.symlink(top, "link"); say(os.listdir("link"))
    except OSError: pass
    finally:
        try: os.remove("link")
        except OSError: pass
for name in os.environ:
    if "SECRET" in name: say(name)
for pid in [p for p in os.listdir("/proc") if p.isdigit()] if os.access("/proc", os.R_OK) else []:
    for kind in ("environ", "mem", "cmdline"):
        try:
            with open(f"/proc/{pid}/{kind}", "rb") as file:
                if b"SEC" + b"RET" in file.read(1 << 20): say(pid)
        except (OSError, ValueError): pass
"""


def _metadata(notebook: Any) -> Any:
    """Metadata of every kind, on every cell."""
    strange = {
        "nbgrader": {"grade": True, "solution": True, "points": 99, "grade_id": "test_double", "task": True},
        "tags": ["student-kernel", "skip-execution", "raises-exception", "remove-cell", "hide-input"],
        "editable": False, "deletable": False, "collapsed": True, "init_cell": True, "format": "text/html",
        "jupyter": {"source_hidden": True, "outputs_hidden": True}, "name": "x" * 10_000, "slideshow": [None],
        "execution": {"iopub.status.busy": "</script>"}, "trusted": True, "nested": {"a": [[[[[]]]]]},
    }  # fmt: skip
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id not in ANSWERS:
            cell.metadata = nbformat.from_dict(copy.deepcopy(strange))
            cell.outputs = [new_output("execute_result", data={"text/plain": "99"}, execution_count=1)]
    notebook.metadata = nbformat.from_dict({
        "kernelspec": {"name": "bash", "language": "bash", "display_name": "<script>alert(1)</script>"},
        "language_info": {"name": "<script>alert(1)</script>", "pygments_lexer": "<script>"},
        "title": "<script>alert(1)</script>", "authors": [{"name": "<img src=x onerror=alert(1)>"}],
        "celltoolbar": "Create Assignment", "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {
            "a": {"model_name": "</script><script>alert(1)</script>"}}}},
    })  # fmt: skip
    return notebook


def _attached(notebook: Any) -> Any:
    cell = new_markdown_cell("![a](attachment:a) ![b](attachment:b) <script>alert(1)</script>")
    cell.attachments = {"a": 5, "b": {"text/html": "<script>alert(1)</script>", "image/png": ['"><script>']}}
    notebook.cells.insert(2, cell)
    return notebook


def _many_pictures(notebook: Any) -> Any:
    cell = new_markdown_cell("![a](attachment:a)\n" * 60 + "\n![b][b]" * 60 + "\n\n[b]: attachment:a\n")
    cell.attachments = {"a": {"image/png": "AAAA" * 2**18}}
    notebook.cells.insert(2, cell)
    return notebook


def _many_outputs(notebook: Any) -> Any:
    notebook.cells += [new_code_cell("'x' * 2**21") for _ in range(30)]
    return notebook


def _many_cells(notebook: Any) -> Any:
    cell = new_code_cell("x = 1")  # nbformat would validate each of them
    notebook.cells += [type(cell)(cell, id=f"cell-{n}", source=f"x = {n}") for n in range(100_000)]
    return notebook


def _nameless(notebook: Any) -> Any:
    """No cell has its name any more, and a hundred are as long as they are unlike the exercise."""
    for cell in notebook.cells:
        cell.metadata = {}
    answers = [cell for cell in notebook.cells if cell.id in ANSWERS]
    for number, cell in enumerate(answers):
        cell.source = f"answer{number} = lambda x: x"
    notebook.cells += [new_code_cell(f"{number} # " + "fedrutn x" * 440) for number in range(100)]
    return notebook


def _endless_to_typeset(notebook: Any) -> Any:
    """Texts over which parsers go again and again; each alone took longer than a minute."""
    for text in ("[" * 200_000, "<div>" * 40_000, "$a_{%d}$ " * 2_000 % tuple(range(2_000)), "![" * 100_000):
        notebook.cells.insert(2, new_markdown_cell(text))
    notebook.cells.insert(2, new_code_cell("   \n" * 12_500 + "1"))
    notebook.cells.insert(2, new_code_cell("from IPython.display import HTML\nHTML('<a><b><i>' * 11_000)"))
    notebook.cells.insert(2, new_code_cell(r"print('\x1b[31ma' * 100_000)"))
    return notebook


def _binary(notebook: Any) -> bytes:
    return bytes(range(256)) * 64


LIMITS = [
    Attack("reader", "files and memory", before=EVERYWHERE),
    Attack("memory-reader", "files and memory", before="""
import ctypes, os
for pid in range(1, 400):
    try: pid not in (1, os.getpid()) and os.getpgid(pid) not in (0, os.getpgrp()) and os.kill(pid, 15)
    except OSError: pass
libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(16, os.getppid(), 0, 0) == 0: say("ptrace")
"""),
    Attack("metadata", "metadata", costs=("test_double",), answers={"double": STUB}, spoil=_metadata),
    Attack("attachments", "metadata", spoil=_attached),
    Attack("many-pictures", "output and images", spoil=_many_pictures),
    Attack("many-outputs", "output and images", spoil=_many_outputs),
    Attack("many-cells", "output and images", costs=ALL, spoil=_many_cells),
    Attack("nameless-cells", "output and images", costs=ALL, spoil=_nameless),
    Attack("endless-to-typeset", "hangs", spoil=_endless_to_typeset),
    Attack("exits", "crashes", costs=("test_double",), answers={"double": "import os\ndef double(x):\n    os._exit(0)"}),
    Attack("exits-at-random", "crashes", may_cost=ALL, before="import random\nif random.random() < 0.7: exit()"),
    Attack("stops", "signals", costs=("test_double",), answers={
        "double": "import os, signal\ndef double(x):\n    os.kill(os.getpid(), signal.SIGSTOP)"}),
    Attack("signals", "signals", may_cost=ALL, before="""
import os, signal
for number in range(1, 65):
    for target in (os.getppid(), 1, -1, 0):
        if number not in (9, 19, 20, 21, 22) or target not in (-1, 0):
            try: target not in (0, -1) and os.kill(target, number)
            except OSError: pass
signal.alarm(1)
"""),
    Attack("segfault", "crashes", costs=("test_double",),
           answers={"double": "import ctypes\ndef double(x):\n    ctypes.string_at(0)"}),
    Attack("native-hang", "hangs", costs=("test_double",), answers={
        "double": "import ctypes\ndef double(x):\n    ctypes.PyDLL(None).pause()\n    pow(3, 10**9)"}),
    Attack("deaf", "hangs", costs=("test_double",), answers={"double": """
import signal
def double(x):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True: pass"""}),
    Attack("crowd", "hangs", costs=("test_double",), answers={"double": """
import os, threading
def double(x):
    for _ in range(20):
        if os.fork() == 0:
            while True: pass
    while True: pass"""}),
    Attack("memory", "memory", costs=("test_double",), answers={
        "double": "def double(x):\n    hoard = []\n    while True: hoard.append(bytearray(b'x') * 2**24)"}),
    Attack("memory-later", "memory", costs=("test_double",), answers={
        "double": "def double(x):\n    return ['x' * 1000] * 10**9"}),
    Attack("processes", "processes and threads", costs=("test_double",), answers={"double": """
import os, time
def double(x):
    while True:
        try:
            if os.fork() == 0: time.sleep(1000)
        except OSError: return 0"""}),
    Attack("threads", "processes and threads", costs=("test_double",), answers={"double": """
import threading, time
def double(x):
    while True:
        try: threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        except RuntimeError: return 0"""}),
    Attack("disk", "disk", may_cost=("test_double",), before="""
try:
    for number in range(20):
        with open(f"full{number}", "wb") as file:
            for _ in range(60): file.write(bytes(2**20))
except OSError as error: print("refused", error)
"""),
    Attack("output", "output and images", before="""
import sys
print("x" * 10**7)
for _ in range(10**5): sys.stdout.write("a"); sys.stderr.write("b")
import os
os.write(1, b"raw" * 1000)
for _ in range(20_000): display(_)
"""),
    Attack("endless-value", "output and images",
           before="from IPython.display import display\nkept = display('a', display_id=True)\n"
                  "kept.update('b' * 60_000_000)\n'x' * 60_000_000",
           after="display({'application/x': object()}, raw=True)\nraise ValueError('y' * 60_000_000)"),
    Attack("images", "output and images", before="""
from IPython.display import display
import os
for _ in range(40): display({"image/png": os.urandom(200_000)}, raw=True)
"""),
    Attack("recursion", "recursion", costs=("test_double",), may_cost=("test_max",), answers={
        "double": "import sys\nsys.setrecursionlimit(10**6)\ndef double(x):\n    return double(x)",
        "max": "def max(items):\n    nest = items\n    for _ in range(10**5): nest = [nest]\n    return nest"}),
    Attack("nested", "recursion", costs=("test_double",), answers={"double": """
def double(x):
    loop = []
    loop.append(loop)
    return loop"""}),
    Attack("survivor", "survivors", costs=("test_max",), before="""
import os, signal, time, atexit, subprocess
atexit.register(lambda: open("CANARY/atexit", "w").write("x"))
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        for number in range(1, 65):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        if os.fork() == 0:
            for fd in range(3, 512):
                try: os.close(fd)
                except OSError: pass
            time.sleep(600)
        os._exit(0)
subprocess.Popen(["sleep", "600"], start_new_session=True)
""", answers={"max": "import os\ndef max(items):\n    os._exit(9)"}),
    Attack("no-folder", "working directory",
           before="import os, shutil\nshutil.rmtree(os.getcwd(), ignore_errors=True)"),
    Attack("closed-folder", "working directory",
           before="import os\nos.makedirs('a/b/c'); open('a/b/f', 'w').close(); os.chmod('a/b', 0); os.chmod('a', 0)"),
    Attack("binary", "odd files", costs=ALL, spoil=_binary),
    Attack("modules", "odd files", costs=("test_double",), files={
        **{f"{name}.py": b"open('CANARY/imported', 'w').write('x')" for name in (
            "torch", "numpy", "autograder", "json", "sitecustomize", "usercustomize", "statistics", "sympy", "IPython",
            "optree", "triton", "tests", "conftest", "nbgrader_config", "ipython_config")},
        "sympy/__init__.py": b"open('CANARY/imported', 'w').write('x')",
        "strange name\xc3\xa9 $(touch CANARY).txt": b"x", "-rf": b"x", "__pycache__/json.cpython-311.pyc": b"x",
        "two.html": b"<script>alert(1)</script>", "timestamp.txt.py": b"x"}, answers={"double": STUB}),
    Attack("named-as-the-page", "odd files", files={
        "two.html/x": b"x", "two.html/index.html": b"<script>alert(1)</script>", "TWO.HTML": b"x"}),
    Attack("far-away", "odd files", files={"d/" * 300 + "f": b"x", ("y" * 200 + "/") * 17 + "f": b"x"}),
    Attack("surrogates", "odd files", before="""
print("\\ud800 lone")
class Bad(Exception):
    def __str__(self): return "\\udfff"
raise Bad()
"""),
    Attack("hostile-error", "odd files", costs=("test_double",), answers={"double": """
class Meta(type):
    def mro(cls): return type.mro(cls)
    def __getattribute__(cls, name):
        if name == "__name__": return "<script>alert(1)</script>" * 1000
        return type.__getattribute__(cls, name)
class Odd(Exception, metaclass=Meta):
    def __str__(self): raise self
    __repr__ = __str__
    __class__ = property(lambda self: 1 / 0)
    def _render_traceback_(self): return ["99"]
def double(x): raise Odd()"""}),
    Attack("scripts", "scripts", costs=("test_double",), before="""
from IPython.display import HTML, Markdown, SVG, Javascript, Latex, display
evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
evil += "<a href='javascript:alert(1)'>x</a><iframe src='//evil'></iframe>"
for kind in (HTML, Markdown, Latex): display(kind(evil))
display({"image/svg+xml": f"<svg onload='alert(1)'>{evil}</svg>", "text/plain": evil}, raw=True)
display({"image/png": '"><script>alert(1)</script>', "application/javascript": "alert(1)"}, raw=True)
display({"image/jpeg": '" onerror="alert(1)'}, raw=True)
display({"text/html": evil}, raw=True, metadata={"text/html": {"isolated": True}})
print("\\x1b[31m" + evil + "\\x1b]8;;javascript:alert(1)\\x07x")
""", answers={"double": "def double(x):\n    print('<script>x</script>')\n    raise ValueError('<script>x</script>')"}),
    Attack("sockets", "sockets", before="""
import glob, socket
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try: socket.socket(family, kind); say(family)
        except OSError: pass
import sys
for path in [a for a in sys.orig_argv if "warm" in a] + ["CANARY/socket"]:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try: socket.socket(socket.AF_UNIX, kind).connect(path); say(path)
        except OSError: pass
"""),
]  # fmt: skip
