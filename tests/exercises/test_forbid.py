"""What an answer looks like that uses a recurrent layer where none is allowed, or those of the checks."""

from pathlib import Path

import pytest
from torch import nn

from autograder.auditing.check_run import run_checks
from autograder.auditing.exercise_source import read_source
from autograder.checking.registry import find, names
from autograder.checking.stock.answers import function_in
from autograder.core.guard import find as find_guard
from autograder.core.records import Mention
from autograder.course.forbid import guarded, mentions, reaching, unguarded
from autograder.course.names import parse
from exercises.recurrent import GUARD, findings

ROOT = Path(__file__).parents[2]


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
        "exec('import autograder.checking.registry')",
        "get_ipython().run_cell('from exercises.a3_gates import lstm_cell')",
        "exec(\"eval( 'import exercises.a3_gates as a' )\")",
        "%config\nk = (7\n% 4)\nimport exercises.a3_gates as a",  # IPython takes the third line for Python
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


LIBRARY = {
    "rnn_cell": "lambda x, h, *w: torch.rnn_tanh_cell(x, h, *w)",
    "rnn_forward": "lambda x, h0, *w: torch.rnn_tanh(x, h0, w, True, 1, 0.0, False, False, False)",
    "lstm_cell": "lambda x, h, c, *w: torch.lstm_cell(x, (h, c), *w)",
    "lstm_forward": "lambda x, hx, *w: torch.lstm(x, hx, w, True, 1, 0.0, False, False, False)",
    "lstm_param_count": "lambda i, h, n=1, bias=True, two=False, proj=0: sum(p.numel() for p in nn.LSTM("
    "i, h, n, bias, bidirectional=two, proj_size=proj, device='meta').parameters())",
    "lstm_shapes": "lambda *args: nn.LSTM(3, 4, device='meta')",
}


@pytest.mark.parametrize("name", LIBRARY)
def test_a_check_refuses_what_grading_refuses(name):
    function = function_in(f"import torch\nfrom torch import nn\n{name} = {LIBRARY[name]}", name, "<answer>")
    written = read_source(ROOT, name)
    run = run_checks(name, function, 1, written.properties(), written.points)
    assert run.score == 0
    assert "to be solved without PyTorch's recurrent layers" in run.said


@pytest.mark.parametrize("name", names())
def test_an_exercises_guard_is_that_of_its_cells_tag(name):
    tagged = [find_guard(each) for each in read_source(ROOT, name).guards]
    assert tagged == [guard for guard in [find(name).guard] if guard]


def test_layers_can_be_built_again_after_a_refusal():
    with pytest.raises(RuntimeError, match="without PyTorch's recurrent layers"), GUARD():
        nn.GRU(2, 3)
    assert nn.GRU(2, 3).hidden_size == 3
