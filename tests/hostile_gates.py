"""Hostile submissions to this course's a3_gates, whose checks call a function where the student's code runs.

Three functions with 6, 6 and 4 points. Each attack leaves some of them unwritten or wrong and tries to get their
points by other means; `points` is what an honest answer of the same quality gets.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hostile import CHEATS, SAY, Attack
from hostile_limits import LIMITS

from autograder.course.names import parse
from exercises.recurrent import findings

LAZY = "def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):\n    {}"
CELL = """
    cell = {}(x.shape[1], h.shape[1], device=x.device, dtype=x.dtype)
    with torch.no_grad():
        for name, value in zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), (W_ih, W_hh, b_ih, b_hh)):
            getattr(cell, name).copy_(value)
    return cell(x, (h, c))"""
QUESTIONS = {
    "lstm_cell-visible": 4.0, "lstm_cell-hidden": 2.0, "gate_values-visible": 4.0, "gate_values-hidden": 2.0,
    "set_forget_bias-visible": 3.0, "set_forget_bias-hidden": 1.0,
}  # fmt: skip


@dataclass(frozen=True)
class GatesAttack:
    """`answers` by function, the rest as in examples/answers/right.py; `after`: code of a last cell.

    `most`: points of a function whose questions may get no more than that; all other questions get all.
    """

    name: str
    threat: str
    answers: Mapping[str, str]
    most: Mapping[str, float]
    after: str = ""
    flag: str = ""


LIAR_CELL = """
class Yes:
    def __getattr__(self, name): return lambda *a, **k: self
    def __iter__(self): return iter((self, self))
    def __bool__(self): return True
    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = lambda *a: True
    __hash__ = None
    __len__ = lambda self: 2
"""
PATCHES = """
import autograder.checks as checks
from autograder.checks import examine, judge, observe
from autograder.checking.found import Observation
import torch, sys
checks.score = lambda f, points, **k: points
judge.judge = examine.judge = lambda *a: None
judge.tolerance = lambda *a: 1e9
examine.examine = lambda *a, **k: type("Report", (), {"share": 1.0, "mistakes": (), "outcomes": ()})()
torch.allclose = torch.equal = lambda *a, **k: True
torch.Tensor.any = torch.Tensor.__gt__ = lambda *a, **k: torch.tensor(False)
score = check = lambda *a, **k: 99
"""
OBSERVER = """
import sys
from autograder.checks import observe as module
from autograder.checking.found import Observation
class Agreeable(Observation): pass
class Claims:
    fault = None; hung = wrong_device = False; moved = changed = (); modules = gradients = {}; seconds = 0.0
    def __getattr__(self, name): return Claims()
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = None
module.observe = lambda *a, **k: {claim}
"""
STOLEN = """
import gc, sys, inspect
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    frame = inspect.currentframe()
    while frame:
        for value in list(frame.f_locals.values()):
            if type(value).__name__ in ("Exercise", "Property") and hasattr(value, "oracle"):
                print("STOL" + "EN", value)
                return value.oracle(x, h, c, W_ih, W_hh, b_ih, b_hh)
        frame = frame.f_back
    return h, c
"""
NOTHING = "raise NotImplementedError()"
CELL_0 = {"lstm_cell": 0.0}
GATES = [
    GatesAttack("other-exercise", "forged messages", {
        "lstm_cell": "def lstm_cell(*a): pass", "gate_values": "def gate_values(*a): pass",
        "set_forget_bias": "{right}\nlstm_cell = gate_values = set_forget_bias"}, {"lstm_cell": 0, "gate_values": 0}),
    GatesAttack("renamed", "forged messages", {
        "lstm_cell": LAZY.format("return x"),
        "set_forget_bias": "{right}\nlstm_cell.__name__ = 'set_forget_bias'"}, CELL_0),
    GatesAttack("patched-checks", "patched functions", {
        "lstm_cell": PATCHES + LAZY.format("return h, c")}, {"lstm_cell": 1.0, "gate_values": 6, "set_forget_bias": 4}),
    GatesAttack("agreeable", "forged messages", {
        "lstm_cell": OBSERVER.replace("{claim}", "Agreeable(value=3)") + LAZY.format("return h, c")},
        CELL_0),
    GatesAttack("claims", "forged messages", {
        "lstm_cell": OBSERVER.replace("{claim}", "Claims()") + LAZY.format("return h, c")},
        CELL_0),
    GatesAttack("equals-all", "equal to everything", {
        "lstm_cell": LIAR_CELL + LAZY.format("return Yes(), Yes()"),
        "gate_values": "def gate_values(lstm, x):\n    return {k: Yes() for k in 'ifgo'}"},
        {"lstm_cell": 0, "gate_values": 0}),
    GatesAttack("subclass", "Tensor subclasses", {
        "lstm_cell": "class Sub(torch.Tensor):\n    @classmethod\n    def __torch_function__(cls, f, t, a=(), k=None):\n"
        "        return True\n" + LAZY.format("return h.as_subclass(Sub), c.as_subclass(Sub)")}, CELL_0),
    GatesAttack("nan", "equal to everything", {
        "lstm_cell": LAZY.format("return h * float('nan'), c * float('nan')")}, {"lstm_cell": 0.8}),
    GatesAttack("thief", "stolen expectations", {"lstm_cell": STOLEN}, {"lstm_cell": 0.8}),
    GatesAttack("oracle", "stolen expectations", {
        "gate_values": "from exercises.a3_gates.gate_values import EXERCISE\n"
        "def gate_values(lstm, x):\n    raise OSError(x)"},
        {"gate_values": 0}, flag="uses the inside of the checks"),
    GatesAttack("oracle-by-name", "stolen expectations", {
        "gate_values": "import sys\ndef gate_values(lstm, x):\n"
        "    return sys.modules['exercises.a3_gates.gate_values.oracle'].gate_values(lstm, x)"},
        {"gate_values": 0}, flag="uses the inside of the checks"),
    GatesAttack("library", "forbidden layers", {
        "lstm_cell": "from torch import nn" + "\n" + LAZY.format(CELL.format("nn.LSTMCell").strip())}, CELL_0,
        flag="LSTMCell in line"),
    GatesAttack("library-by-getattr", "forbidden layers", {
        "lstm_cell": LAZY.format(CELL.format("getattr(torch.nn, 'LSTM' + 'Ce' + 'll')").strip())}, CELL_0,
        flag="getattr in line"),
    GatesAttack("library-by-operator", "forbidden layers", {
        "lstm_cell": LAZY.format("return torch._VF.lstm_cell(x, (h, c), W_ih, W_hh, b_ih, b_hh)")}, CELL_0,
        flag="lstm_cell in line"),
    GatesAttack("dies-in-a-check", "crashes", {
        "lstm_cell": "import os\n" + LAZY.format("os._exit(0)")}, CELL_0),
    GatesAttack("hoards", "memory", {
        "lstm_cell": LAZY.format("return [bytearray(b'x') * 2**26 for _ in range(999)]")}, CELL_0),
    GatesAttack("swallows-the-limit", "hangs", {
        "lstm_cell": LAZY.format("while True:\n        try:\n            while True: pass\n        except: pass")},
        CELL_0),
]  # fmt: skip
# What a foreign course's students try in a cell of their own, tried here beside a wrong lstm_cell.
AS_ELSEWHERE = (
    "hooked", "searched", "swallows", "run-cell", "forges", "reader", "memory-reader", "signals", "disk", "output",
    "survivor", "no-folder", "scripts", "sockets", "surrogates",
)  # fmt: skip
ALL_AT_MOST = {"lstm_cell": 0.0, "gate_values": 6.0, "set_forget_bias": 4.0}


def _here(attack: Attack) -> GatesAttack:
    """Those that break their own kernel may lose what the other answers are worth."""
    answer = f"{SAY}{attack.before}\n{LAZY.format('return x')}"
    harms_itself = attack.may_cost or attack.name in ("run-cell", "forges")
    flag = next((f"{each.name} in line {each.line}" for each in findings(parse(answer))), "")
    most = ALL_AT_MOST if harms_itself else CELL_0
    return GatesAttack(f"{attack.name}-here", attack.threat, {"lstm_cell": answer}, most, flag=flag)


GATES += [_here(attack) for attack in (*CHEATS, *LIMITS) if attack.name in AS_ELSEWHERE]
