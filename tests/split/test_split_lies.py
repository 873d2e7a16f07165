"""Objects, modules and messages that pretend to be something else, and PyTorch's layers where they are forbidden."""

from dataclasses import replace

import pytest
from sessions import ANSWERS, LOCKED, STUDENT, TEST

from autograder.core.records import IncidentKind


@pytest.mark.parametrize(
    "test",
    [
        "assert anything == 9",
        "assert not anything != 9",
        "assert sly == 9",
        "assert [anything] == [9]",
        "assert hidden_size == 6",
        "boom(3)",
        "undefined",
        "import pickle\nsoftmax(object())",
    ],
)
def test_a_claim_to_equal_everything_and_a_wrong_value_fail(run_cells, test):
    _, outputs = run_cells(("import torch\nfrom torch import nn", LOCKED), (ANSWERS, STUDENT), (test, TEST))
    assert [output.output_type for output in outputs[2]] == ["error"]


@pytest.mark.parametrize(
    "error", ["StopIteration", "StopAsyncIteration", "type('Mine', (StopIteration,), {})"]
)
def test_a_function_that_says_there_is_no_more_ends_no_loop_of_the_test(run_cells, error):
    double = f"def double(x): raise {error}"
    _, outputs = run_cells((double, STUDENT), ("assert all(each == 2 for each in map(double, [1]))", TEST))
    assert [output.output_type for output in outputs[1]] == ["error"]


@pytest.mark.parametrize("kind", ["StopIteration", "StopAsyncIteration"])
def test_nor_does_one_that_a_test_has_raised_itself_and_the_function_has_kept(run_cells, kind):
    keeps = (
        "kept = []\ndef take(call):\n    try: call()\n    except BaseException as error: kept.append(error)\n"
    )
    keeps += "def double(x): raise kept[0]"
    own = f"def end(): raise {kind}\ntake(end)"
    loop = "assert all(each == 2 for each in map(double, [1]))"
    _, outputs = run_cells((keeps, STUDENT), (f"{own}\n{loop}", TEST), (loop, TEST))
    assert [[output.output_type for output in each] for each in outputs[1:]] == [["error"], ["error"]]


def test_an_error_that_an_earlier_cell_raised_is_not_raised_in_a_later_one(run_cells):
    keeps = (
        "kept = []\ndef take(call):\n    try: call()\n    except BaseException as error: kept.append(error)\n"
        "def double(x): raise kept[0]"
    )
    own = "class Expected(Exception): pass\ndef end(): raise Expected\ntake(end)"
    meets = "try:\n    double(1)\nexcept Expected:\n    pass"
    _, outputs = run_cells((keeps, STUDENT), (f"{own}\n{meets}", TEST), (meets, TEST))
    assert outputs[1] == []
    assert [output.output_type for output in outputs[2]] == ["error"]


def test_objects_of_classes_that_nobody_asked_for_neither_compare_nor_calculate(run_cells):
    liar = "class Liar:\n    seen = []\n"
    for method in ("lt", "le", "gt", "ge", "eq", "ne", "contains", "sub", "rsub", "abs", "instancecheck"):
        liar += f"    def __{method}__(self, *given):\n        self.seen.extend(given)\n        return self\n"
    liar += "    __array_priority__ = 1e9\n    __array_interface__ = {'data': (64, True)}\nit, other = Liar(), Liar()"
    claims = ("it < 4711", "4711 > it", "it == 4711", "abs(it - 4711) < 1", "4711 in it", "it < other", "it == other",
              "isinstance(4711, it)", "(torch.ones(2) - it).sum() < 1", "numpy.ones(2) - it < 1")  # fmt: skip
    _, outputs = run_cells(
        ("import numpy, torch", LOCKED),
        (liar, STUDENT),
        *((f"assert {claim}", TEST) for claim in claims),
        ("print(it.seen)", STUDENT),
    )
    assert [found[0].output_type for found in outputs[2:-1]] == ["error"] * len(claims)
    assert outputs[-1][0].text == "[]\n"


def test_an_object_of_a_class_that_nobody_asked_for_is_not_asked_for_its_hash(run_cells):
    liar = "class Liar:\n    seen = []\n    def __eq__(self, other): return True\n    def __hash__(self):\n"
    liar += "        self.seen.append(1)\n        return 0\none, other = Liar(), Liar()"
    _, outputs = run_cells(
        (liar, STUDENT), ("assert len({one, other}) == 2", TEST), ("print(Liar.seen)", STUDENT)
    )
    assert outputs[1] == [] and outputs[2][0].text == "[]\n"


WINDOW = """
class Window:
    {0} = {"data": (4096, True), "shape": (1,), "typestr": "<f8", "version": 3}
window = Window()"""


@pytest.mark.parametrize("name", ["__array_interface__", "__cuda_array_interface__"])
def test_no_library_is_told_where_to_read_the_examiners_memory(run_cells, name):
    asked = f"assert not hasattr(window, {name!r})"
    read = "import numpy, torch\nfor make in (numpy.asarray, torch.as_tensor):\n    try:\n        made = make(window)\n"
    read += "    except Exception:\n        continue\n    assert made.dtype == object"
    _, outputs = run_cells((WINDOW.replace("{0}", name), STUDENT), (asked, TEST), (read, TEST))
    assert outputs[1:] == [[], []]


@pytest.mark.parametrize(
    ("answer", "claim"),
    [
        ("import os as np", "np.sep"),
        ("class Liar: sep = 1\nnp = Liar()", "np.sep == 1"),
        ("import os as tool", "tool.sep"),
        ("import pip", "pip"),  # installed, and imported by no test
        ("import types\nown = types.ModuleType('own')", "own"),
    ],
)
def test_a_module_of_the_students_choice_is_none_of_the_examiners(run_cells, answer, claim):
    _, outputs = run_cells((answer, STUDENT), (f"assert {claim}", TEST))
    assert outputs[1][0].ename == "Malformed", outputs[1]


def test_what_the_instructors_cells_import_is_asked_of_no_student(run_cells):
    answer = "def root(x): return 99\nclass Liar:\n    def __getattr__(self, name): return root\nm = Liar()"
    names = {"modules": {"root": "math.sqrt", "m": "math"}, "given": ["root", "m"]}
    _, outputs = run_cells((answer, STUDENT), ("assert root(4) == m.sqrt(4) == 2", TEST), **names)
    assert outputs[1] == []


FORGED_OBSERVATION = """
from autograder.rpc.student.student import Student
honest = Student.answer
def answer(self, question, codec):
    if question["op"] != "observe":
        return honest(self, question, codec)
    reply = self.codec()
    return {"v": reply.encode(({0},)), "printed": [], "mirrored": []}, reply
Student.answer = answer
def f(): pass"""
OBSERVED = """
from autograder.checking.language import Case
from autograder.checking.observing.observe import ELSEWHERE
(seen,) = ELSEWHERE[type(f)](f, [Case({})], 1.0)"""


@pytest.mark.parametrize("claim", ["[1]", "object()", "None", "f"])
def test_what_is_no_observation_of_a_call_is_none(run_cells, claim):
    _, outputs = run_cells((FORGED_OBSERVATION.replace("{0}", claim), STUDENT), (OBSERVED, TEST))
    assert outputs[1][0].ename == "StudentGone", outputs[1]


SWALLOWING = (
    "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)",
    "get_ipython().showtraceback = get_ipython()._showtraceback = lambda *a, **k: None",
    "type(get_ipython()).showtraceback = lambda *a, **k: None",
)


@pytest.mark.parametrize("swallow", SWALLOWING)
def test_a_test_in_the_students_own_kernel_fails_though_nobody_shows_its_error(run_cells, swallow):
    together = replace(TEST, student=True, examiner=False)
    _, outputs = run_cells((swallow, STUDENT), ("assert 1 == 2", together), ("assert 1 == 1", together))
    assert [each.output_type for each in outputs[1]] == ["error"]
    assert outputs[2] == []


CLAIMING = """
from autograder.checking.found import Observation
asked = []
class Vector:
    shape = property(lambda self: asked.append("shape"))
    def dim(self): asked.append("dim")
    def __sub__(self, other): asked.append(other)
    def __iter__(self): return iter((self, self))
    __len__ = lambda self: 2
"""


@pytest.mark.parametrize(
    "claim", ["value=Vector()", "value=[{'a': Vector()}]", "gradients={'x': Vector()}", "value=f"]
)
def test_an_observation_that_holds_an_object_to_be_asked_is_none(run_cells, claim):
    """Of a class that the assignment knows, it would be asked how far it is from what is expected."""
    forged = CLAIMING + FORGED_OBSERVATION.replace("{0}", f"Observation({claim})")
    _, outputs = run_cells(
        (forged, STUDENT), ("from torch import Tensor\n" + OBSERVED, TEST), ("asked", STUDENT)
    )
    assert outputs[1][0].ename == "StudentGone", outputs[1]
    assert outputs[2][0].data["text/plain"] == "[]"


def test_an_object_of_the_students_is_not_asked_how_to_be_shown(run_cells):
    shown = "class Shown:\n    def _repr_html_(self): return '<b>4711</b>'\n    def _ipython_display_(self): print(4711)"
    _, outputs = run_cells((f"{shown}\nshown = Shown()", STUDENT), ("shown", TEST))
    assert "4711" not in str(outputs[1])


def test_nonsense_on_the_link_costs_the_student_and_never_the_examiner(run_cells):
    nonsense = """
import os, stat
for fd in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode): os.write(fd, {!r})
    except OSError: pass"""
    frames = (b"\0\0\0\4\0\0\0\0[[]]", b"\0\0\0\4\0\0\0\0null", b"\xff" * 64)
    for frame in frames:
        session, outputs = run_cells(
            (nonsense.format(frame), STUDENT), ("assert 1 + 1 == 2", TEST), ("kept = 3", STUDENT)
        )
        assert outputs[1] == []
        assert {each.kind for each in session.incidents} <= {IncidentKind.TAMPERED_CONNECTION}


def test_where_recurrent_layers_are_forbidden_they_work_for_other_functions_only(run_cells):
    answers = "lazy = nn.LSTMCell(2, 3)\ndef lazy_cell(x): return getattr(nn, 'LST' + 'MCell')(2, 3)(x)\n"
    answers += "def free_cell(x): return nn.LSTM(2, 3)(x)[0]"
    _, outputs = run_cells(
        ("import torch\nfrom torch import nn", LOCKED),
        (answers, STUDENT),
        ("assert free_cell(torch.ones(4, 1, 2)).shape == (4, 1, 3)", TEST),
        ("lazy_cell(torch.ones(1, 2))", TEST),
        ("assert free_cell(torch.ones(4, 1, 2)).shape == (4, 1, 3)", TEST),
    )
    assert outputs[2] == outputs[4] == []
    assert "without PyTorch's recurrent layers" in outputs[3][0].evalue


# The right length, then no items; the right items, then others; a text and a number that change.
SHIFTY = """
class Shifty:
    asked = 0
    def __init__(self, *readings): self.readings = readings
    def turn(self):
        self.asked += 1
        return self.readings[min(self.asked, len(self.readings)) - 1]
    def __len__(self): return 2
    def __iter__(self): return iter(self.turn())
    def __getitem__(self, place): return self.turn()[place]
    def __str__(self): return str(self.turn())
    def __float__(self): return float(self.turn()[0])
class Unsized:
    def __init__(self, *readings): self.left = list(readings)
    def __iter__(self): return iter(self.left.pop(0))
class Apart:
    asked = 0
    def __len__(self): return 2
    def __iter__(self): return iter([1, 2])
    def __getitem__(self, place): return [3, 4][place]
    @property
    def held(self):
        self.asked += 1
        return [[1, 2], [3, 4]][self.asked % 2 - 1]
def apart(): return Apart()
def empty(): return Shifty([])
def later(): return Shifty([1, 2], [3, 4])
def unsized(): return Unsized([1, 2], [])
"""


@pytest.mark.parametrize(
    "test",
    [
        "got = empty()\nassert len(got) == 2 and all(a == b for a, b in zip(got, [1, 2]))",
        "got = empty()\nassert len(got) == 2\nfor each in got: assert each == 9",
        "got = later()\nassert list(got) == [1, 2]\nassert sorted(got) == [3, 4]",
        "got = later()\nassert got[0] == 1 and got[0] == 3",
        "got = later()\nassert str(got) == '[1, 2]' and f'{got}' != '[1, 2]'",
        "import math\ngot = later()\nassert math.isclose(float(got), 1) and math.isclose(float(got), 3)",
        "got = later()\na, b = got\nassert (a, b) == (1, 2) and 3 in got",
        "got = apart()\nassert got[0] in (1, 3)",
        "got = apart()\nassert got.held == [1, 2] and got.held == [3, 4]",
        "got = unsized()\nassert set(got) == {1, 2} and list(got) == []",
    ],
)
def test_what_an_object_says_of_itself_is_read_once(run_cells, test):
    _, outputs = run_cells((SHIFTY, STUDENT), (test, TEST))
    assert [output.output_type for output in outputs[1]] == ["error"]


# Whatever it is asked, it answers otherwise each time: first what is right, then nothing.
FICKLE = """
import torch
class Fickle{bases}:
    def turn(self):
        self.__dict__["asked"] = self.__dict__.get("asked", 0) + 1
        return [1, 2] if self.__dict__["asked"] == 1 else []
    def __len__(self): return len(self.turn())
    def __iter__(self): return iter(self.turn())
    def __reversed__(self): return iter(self.turn()[::-1])
    def __getitem__(self, place): return self.turn() if isinstance(place, (slice, tuple)) else self.turn()[place]
    def __str__(self): return str(self.turn())
    def __getattribute__(self, name): return self.turn() if name == "held" else super().__getattribute__(name)
fickle = Fickle()
"""
READINGS = (  # a list of it is an error: it has fewer items than its length says
    "len(fickle)",
    "list(reversed(fickle))",
    "fickle[:]",
    "fickle[0:2]",
    "fickle[0, 1]",
    "str(fickle)",
    "fickle.held",
)


@pytest.mark.parametrize("bases", ["", "(torch.nn.Module)", "(torch.utils.data.Dataset)"])
def test_what_a_name_stands_for_is_read_once_too(run_cells, bases):
    """Each use of the name in a test asks for it: `len(answer) == 2` and `zip(answer, expected)` are two."""
    anew = "fickle = Fickle()"
    cells = [(FICKLE.replace("{bases}", bases), STUDENT)]
    for reading in READINGS if not bases else READINGS[1:]:  # these have their own length
        cells += [(anew, STUDENT), (f"assert str({reading}) == str({reading})", TEST)]
    _, outputs = run_cells(("import torch", LOCKED), *cells)
    assert [found for found in outputs[3::2] if found] == []


def test_a_list_that_changes_while_nobody_calls_is_read_once(run_cells):
    """A process that lies may give another value each time it is asked for a name."""
    lies = """
from autograder.rpc.student import student
class Names(dict):
    asked = 0
    def __getitem__(self, name):
        if name != "answer": return super().__getitem__(name)
        Names.asked += 1
        return [1, 2] if Names.asked == 1 else []
import gc
peer = next(each for each in gc.get_objects() if type(each) is student.Student)
peer.namespace = Names(peer.namespace, answer=[])
"""
    test = "assert len(answer) == 2\nfor found, expected in zip(answer, [3, 4]): assert found == expected"
    _, outputs = run_cells((lies, STUDENT), (test, TEST))
    assert outputs[1][0].ename == "AssertionError"


def test_what_the_answer_changes_is_read_anew(run_cells):
    """By a call, by a property, by an item, by a step of an iterator, from within a call, and by a later answer."""
    answer = """
log = []
class Notes:
    @property
    def item(self):
        log.append("item")
        return 1
    def __getitem__(self, place):
        log.append(place)
        return place
    def __len__(self): return 5
notes = Notes()
def note(word): log.append(word)
def steps():
    log.append("step")
    yield 1
def within(look):
    log.append("before")
    look()
    log.append("after")
"""
    test = """
assert log == []
note("call"); assert log == ["call"]
notes.item; assert log == ["call", "item"]
notes[3]; assert log[2:] == [3]
next(steps()); assert log[3:] == ["step"]
seen = []
within(lambda: seen.append(list(log)))
assert seen[0][4:] == ["before"] and log[4:] == ["before", "after"]
log.append("by the test"); assert log[-1] == "by the test"
kept = notes
"""
    later = "log.clear()\nclass Other: item = 2\nnotes = Other()"
    _, outputs = run_cells(
        (answer, STUDENT), (test, TEST), (later, STUDENT), ("assert log == [] and notes.item == 2", TEST)
    )
    assert outputs[1] == outputs[3] == []


JUDGE = """
class Judge:
    shape, kept = (2, 1), 0
    def equals(self, other): return True
    def allclose(self, other, **more): return True
    equal = issubset = startswith = equals
    def plus(self, other): return other + 1
def judge(): return Judge()
"""


@pytest.mark.parametrize(
    "asked",
    [
        "got.equals(pandas.DataFrame({'a': [1, 2]}))",
        "got.allclose(torch.ones(2), atol=1e-6)",
        "got.equal(torch.ones(2))",
        "got.issubset({1})",
        "got.startswith('a')",
        "(same := got.equals)(pandas.Series([1]))",
        "got.allclose(other=torch.ones(2))",
    ],
)
def test_no_object_is_asked_for_a_verdict_in_the_place_of_a_librarys(run_cells, asked):
    imports = "import pandas, torch"
    _, outputs = run_cells((imports, LOCKED), (JUDGE, STUDENT), (f"got = judge()\nassert {asked}", TEST))
    assert "expected a" in outputs[2][0].evalue


def test_an_object_of_a_class_that_is_asked_for_compares_as_it_likes(run_cells):
    own = "class Vector:\n    def __init__(self, x): self.x = x\n    def equals(self, other): return self.x == other"
    test = "assert Vector({1}).equals({1}) and not Vector({1}).equals({2})"
    _, outputs = run_cells(
        (own.replace("equals", "issubset"), STUDENT), (test.replace("equals", "issubset"), TEST)
    )
    assert outputs[1] == []
    _, outputs = run_cells(
        (JUDGE, STUDENT), ("got = judge()\nassert got.plus(1) == 2 and got.equals(got)", TEST)
    )
    assert outputs[1] == []


@pytest.mark.parametrize(
    ("claimed", "kind"),
    [
        ("torch.optim.sgd:Tensor", "torch.Tensor"),
        ("torch.utils.data.dataloader:_SingleProcessDataLoaderIter", "torch.Tensor"),
        ("enum:DynamicClassAttribute", "property"),
    ],
)
def test_no_object_is_of_a_class_that_a_librarys_module_has_only_imported(run_cells, claimed, kind):
    claims = "import autograder.rpc.student.codec as codec\nclass Claims:\n    shape = (2,)\n"
    claims += "refer = codec.StudentCodec.refer\ndef of(self, value):\n    node = refer(self, value)\n"
    claims += f"    return node | {{'bases': [{claimed!r}]}} if isinstance(value, Claims) else node\n"
    claims += "codec.StudentCodec.refer = of\nclaims = Claims()"
    loaded = "import torch, torch.optim.sgd, torch.utils.data.dataloader, enum"
    test = f"assert claims.shape == (2,) and not isinstance(claims, {kind})"
    _, outputs = run_cells((loaded, LOCKED), (claims, STUDENT), (test, TEST))
    assert outputs[2] == []


def test_what_is_read_once_is_true_and_read_anew_after_a_call(run_cells):
    honest = """
class Bag:
    def __init__(self): self.held = [1, 2]
    def __len__(self): return len(self.held)
    def __iter__(self): return iter(self.held)
    def add(self, item): self.held.append(item)
def bag(): return Bag()
def count():
    number = 0
    while True:
        yield number
        number += 1
"""
    test = (
        "got = bag()\nassert len(got) == 2 and list(got) == list(got) == [1, 2] and 2 in got\n"
        "both = [(a, b) for a in got for b in got]\nassert len(both) == 4\n"
        "got.add(3)\nassert len(got) == 3 and set(got) == {1, 2, 3}\n"
        "numbers = count()\nassert [next(numbers), next(numbers)] == [0, 1] and next(iter(numbers)) == 2"
    )
    _, outputs = run_cells((honest, STUDENT), (test, TEST))
    assert outputs[1] == []
