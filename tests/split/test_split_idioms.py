"""Objects that lie at random, against the ways people write tests: none passes what a plain value would fail."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sessions import STUDENT, TEST

# Says at each question what the next reading says; its length is another list's.
LIAR = """
class Liar:
    def __init__(self, lengths, readings):
        self.lengths, self.readings, self.asked = lengths, readings, -1
    def next(self, of):
        self.asked += 1
        return of[self.asked % len(of)]
    def __len__(self): return self.next(self.lengths)
    def __iter__(self): return iter(self.next(self.readings))
    def __getitem__(self, place): return self.next(self.readings)[place]
    def __str__(self): return str(self.next(self.readings))
    __repr__ = __str__
    def __format__(self, spec): return str(self)
    def __float__(self): return float(sum(self.next(self.readings)))
    def __int__(self): return sum(self.next(self.readings))
    def __bool__(self): return True
    def __contains__(self, item): return True
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __hash__(self): return self.next(self.lengths)
    def __sub__(self, other): return 0
    __add__ = __mul__ = __rsub__ = __abs__ = __sub__
    def __array__(self, *_, **__):
        import numpy
        return numpy.array([1, 2])
    @property
    def items(self): return self.next(self.readings)
def answer(): return Liar({lengths}, {readings})
"""
# Of `got`, where [1, 2] is right.
IDIOMS = (
    "assert len(got) == 2\nfor a, b in zip(got, [1, 2]): assert a == b",
    "assert len(got) == 2 and all(a == b for a, b in zip(got, [1, 2]))",
    "assert all(a == b for a, b in zip(got, [1, 2], strict=True))",
    "assert got == [1, 2]",
    "assert [1, 2] == got",
    "assert not got != [1, 2]",
    "assert list(got) == [1, 2]",
    "assert len(got) == 2 and set(got) == {{1, 2}}",
    "assert sorted(got) == [1, 2] and len(got) == 2",
    "assert 1 in got and 2 in got and 3 not in got and len(got) == 2",
    "assert got[0] == 1 and got[1] == 2 and len(got) == 2",
    "assert got[-1] == 2 and got[0] == 1 and len(got) == 2",
    "assert got[:1] == [1] and got[1:] == [2]",
    "assert [got[i] for i in range(len(got))] == [1, 2]",
    "a, b = got\nassert a == 1 and b == 2",
    "first, *rest = got\nassert first == 1 and rest == [2] and len(got) == 2",
    "assert sum(got) == 3 and max(got) == 2 and min(got) == 1 and len(got) == 2",
    "assert len(got) == 2\nfor place, each in enumerate(got): assert each == [1, 2][place]",
    "assert list(reversed(got)) == [2, 1]",
    "assert list(map(int, got)) == [1, 2]",
    "assert str(got) == '[1, 2]'",
    "assert f'{{got}}' == '[1, 2]' and repr(got) == '[1, 2]'",
    "assert got and len(got) == 2 and not [each for each in got if each not in (1, 2)] and len(set(got)) == 2",
    "import math\nassert math.isclose(sum(got), 3) and math.isclose(math.prod(got), 2) and len(got) == 2",
    "import numpy as np\nnp.testing.assert_allclose(got, [1, 2])",
    "import numpy as np\nassert np.array_equal(np.array(list(got)), [1, 2])",
    "import numpy as np\nassert np.allclose(got, [1, 2])",
    "import pandas as pd\nassert pd.Series(got).tolist() == [1, 2]",
    "import unittest\nunittest.TestCase().assertEqual(got, [1, 2])",
    "import unittest\nunittest.TestCase().assertCountEqual(got, [1, 2])",
    "import unittest\nunittest.TestCase().assertSequenceEqual(got, [1, 2])",
    "import unittest\nunittest.TestCase().assertListEqual(list(got), [1, 2])",
    "assert got.items[0] == 1 and got.items[1] == 2 and len(got.items) == 2",
    "assert len(got.items) == 2\nfor a, b in zip(got.items, [1, 2]): assert a == b",
    "import math\nassert math.isclose(float(got), 3) and math.isclose(float(got), 3) and int(got) == 3",
    "assert abs(float(got) - 3) < 1e-9 and round(float(got)) == 3 and len(got) == 2 and list(got) == [1, 2]",
)
WRONG = st.lists(st.integers(0, 3), max_size=3).filter(lambda each: sorted(each) != [1, 2])


class Plain(list[int]):
    """A value that is the same however it is looked at."""

    @property
    def items(self) -> list[int]:
        return list(self)

    def __float__(self) -> float:
        return float(sum(self))

    def __int__(self) -> int:
        return sum(self)


def passes(idiom: str, value: list[int]) -> bool:
    try:
        exec(idiom.format(), {"got": value})
    except Exception:
        return False
    return True


@settings(
    max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(
    lengths=st.lists(st.integers(0, 3), min_size=1, max_size=3),
    readings=st.lists(WRONG, min_size=1, max_size=4),
)
def test_no_object_that_lies_passes_what_no_plain_value_of_its_would(run_cells, lengths, readings) -> None:
    source = LIAR.replace("{lengths}", repr(lengths)).replace("{readings}", repr(readings))
    cells = [(f"got = answer()\n{idiom.format()}", TEST) for idiom in IDIOMS]
    session, (_, *outputs) = run_cells((source, STUDENT), *cells)
    assert session.incidents == []
    for idiom, out in zip(IDIOMS, outputs, strict=True):
        honest = any(passes(idiom, Plain(each)) for each in readings)
        failed = any(output.output_type == "error" for output in out)
        assert failed or honest, idiom


@pytest.mark.parametrize("idiom", IDIOMS)
def test_each_way_of_testing_passes_the_right_value(idiom) -> None:
    assert passes(idiom, Plain([1, 2]))
    assert not any(passes(idiom, Plain(each)) for each in ([], [1], [2, 1, 1]))
