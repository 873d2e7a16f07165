"""What an answer looks like that uses a recurrent layer where none is allowed, or those of the checks."""

import pytest

from autograder.core.records import Mention
from autograder.course.forbid import guarded, mentions, reaching, unguarded
from autograder.course.names import parse
from exercises.recurrent import findings


def test_an_answer_that_looks_like_a_recurrent_layer_is_found():
    assert findings(parse("from torch.nn import GRU\nx = getattr(nn, 'LSTM')\ny = torch._VF.lstm(x)")) == [
        Mention("GRU", 1), Mention("getattr", 2), Mention("LSTM", 2), Mention("lstm", 3), Mention("_VF", 3),
    ]  # fmt: skip
    assert findings(parse("def lstm_cell(lstm, x):\n    return lstm.weight_hh_l0 @ x")) == []


@pytest.mark.parametrize("magic", ["%%time", "%%capture said --no-stderr", "%matplotlib inline", "!ls"])
def test_a_recurrent_layer_is_found_beside_magics_too(magic):
    assert findings(parse(f"{magic}\ndef lstm_cell(x):\n    return nn.LSTMCell(2, 3)(x)")) == [
        Mention("LSTMCell", 3)
    ]


def test_an_answer_that_reaches_for_those_of_the_checks_is_found():
    for source in (
        "import exercises.a3_gates as a",
        "from autograder.checks import a3_gates as a",
        "from exercises.a3_gates.gate_values import EXERCISE",
        "m = __import__('autograder.checks')",
    ):
        assert len(reaching(parse(source))) == 1, source
    harmless = "from autograder.checks import check, hint\n'the autograder. says'\nautograder = 3\n"
    assert reaching(parse(f"{harmless}from .autograder import x")) == []


def test_any_name_can_be_forbidden_by_a_tag_and_is_found_where_it_is_used():
    tags = ["forbid-unicodedata", "forbid-recurrent", "forbid-", "raises-exception"]
    assert (unguarded(tags), guarded(tags)) == (["unicodedata"], ["recurrent"])
    for source in (
        "import unicodedata",
        "import os, unicodedata as u",
        "from unicodedata import name",
        "m = __import__('unicodedata').ucd_3_2_0",
        "sys.modules['unicodedata']",
        "x.unicodedata.name('a')",
    ):
        assert mentions(parse(f"pass\n{source}"), "unicodedata") == [Mention("unicodedata", 2)], source
    assert mentions(parse("'not unicodedata'\nmy_unicodedata = 3"), "unicodedata") == []
