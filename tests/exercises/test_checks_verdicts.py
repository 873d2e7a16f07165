"""Right answers in any style are accepted, and the property that fails is the one that was broken."""

import re

import pytest
import torch
from assignment import define
from checking import EXERCISES, examined, failing, returning
from templates_of_answers import batched, bias, cell, loop
from torch import nn

from autograder.checking.language import Property
from autograder.checking.observing.arguments import build
from autograder.checking.registry import find
from autograder.checking.report import as_text
from autograder.checks import examine, score
from examples.make_class import functions_of
from exercises.a3_gates import modules, sequences, steps

RIGHT = ("right", "right_slices", "right_einsum")


@pytest.mark.parametrize("answer", RIGHT)
@pytest.mark.parametrize("name", EXERCISES)
def test_right_answers_in_different_orders_of_operations_are_accepted(name, answer):
    for seed in range(10):
        report = examined(name, functions_of(answer)[name], seed=seed)
        assert report.share == 1, as_text(report)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("answer", RIGHT)
def test_right_answers_are_accepted_on_larger_sizes_in_both_precisions(answer, dtype):
    larger = {
        "lstm_cell": Property("larger", steps(9, 30, 40, dtype), watch=("gradients",)),
        "gate_values": Property("larger", sequences(50, 3, 10, 20, dtype, batch_first=True)),
        "set_forget_bias": Property("larger", modules(5, 30, dtype, num_layers=3, bidirectional=True)),
    }
    for name, prop in larger.items():
        report = examined(name, functions_of(answer)[name], properties=(prop,))
        assert report.share == 1, as_text(report)


def test_the_templates_of_the_wrong_answers_are_right_when_nothing_is_changed():
    for name, source in [("lstm_cell", cell()), ("gate_values", loop()), ("gate_values", batched())]:
        assert examined(name, source).share == 1
    assert examined("set_forget_bias", bias()).share == 1


def test_calling_the_library_is_refused_by_the_check_as_it_is_by_grading():
    report = examined("lstm_cell", returning("torch.lstm_cell(x, (h, c), W_ih, W_hh, b_ih, b_hh)"))
    assert report.share == 0
    assert "to be solved without PyTorch's recurrent layers" in as_text(report)


def test_the_pinned_gates_of_the_oracle_rebuild_what_nn_lstm_returns():
    case = sequences(6, 3, 4, 5, torch.float64)(torch.Generator().manual_seed(1))
    lstm, x = (build(argument) for argument in case.args.values())
    gates = EXERCISES["gate_values"].oracle(lstm, x)
    c = torch.zeros(3, 5, dtype=torch.float64)
    hidden = []
    for t in range(6):
        c = gates["f"][t] * c + gates["i"][t] * gates["g"][t]
        hidden.append(gates["o"][t] * c.tanh())
    output, (_, c_n) = lstm(x)
    assert (torch.stack(hidden) - output).abs().max() < 1e-13
    assert (c - c_n[0]).abs().max() < 1e-13


def test_the_oracle_of_the_cell_is_nn_lstmcell():
    cell = nn.LSTMCell(3, 4)
    x, h, c = torch.randn(2, 3), torch.randn(2, 4), torch.randn(2, 4)
    ours = EXERCISES["lstm_cell"].oracle(x, h, c, cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh)
    assert all(torch.equal(a, b) for a, b in zip(ours, cell(x, (h, c)), strict=True))


@pytest.mark.parametrize(
    ("source", "title", "words"),
    [
        (cell(z="x @ W_ih + b_ih + h @ W_hh.T + b_hh"), "new cell state", "raised RuntimeError"),
        (cell(h_new="h_new = (o.sigmoid() * c_new.tanh()).squeeze()"), "batch of one", "shape (), expected (1, 1)"),
        (cell(result="h_new.float(), c_new.float()"), "float64", "torch.float32, expected"),
        (cell(z="x @ W_ih.T + b_ih + h @ W_hh.T + b_hh + torch.zeros(1, dtype=x.dtype)"), "GPU", "default device"),
        ("import torch\n" + cell(z="torch.manual_seed(0) and 0 + x @ W_ih.T + b_ih + h @ W_hh.T + b_hh"),
         "random state", "torch's random state"),
        (cell(z="x.mul_(1.5) @ W_ih.T + b_ih + h @ W_hh.T + b_hh"), "its arguments", "modified its argument x"),
        (cell(result="h.copy_(h_new), c_new"), "its arguments", "modified its argument h"),
        (cell(result="torch.set_grad_enabled(False) and None or h_new, c_new"), "random state", "set_grad_enabled"),
        (cell(result="torch.set_default_dtype(torch.float64) or h_new, c_new"), "random state", "default dtype"),
        (cell(result="__import__('random').random() and h_new, c_new"), "random state", "Python's random state"),
        (cell(result="__import__('numpy').random.rand() and h_new, c_new"), "random state", "NumPy's random state"),
    ],
)  # fmt: skip
def test_the_property_that_fails_is_the_one_that_was_broken(source, title, words):
    found = failing(examined("lstm_cell", source))
    broken = [text for name, text in found.items() if title in name]
    assert broken, found
    assert re.search(words.replace("()", r"\(\)").replace("(1, 1)", r"\(1, 1\)"), broken[0])


def test_a_module_without_biases_must_raise_valueerror_and_nothing_else():
    title = "A module without biases raises ValueError."
    silent = bias().replace('raise ValueError("no biases")', "return lstm")
    found = failing(examined("set_forget_bias", silent))
    assert found == {title: "expected ValueError, but the function raised nothing."}
    crash = failing(examined("set_forget_bias", bias().replace("ValueError", "AttributeError")))
    assert crash[title].startswith("expected ValueError, but your function raised AttributeError")


def test_a_tensor_that_crosses_to_the_parameters_by_copying_is_right_on_every_device():
    copied = bias(ih="p[H:2 * H] = torch.full((H,), float(value), dtype=p.dtype)")
    moved = loop().replace("x.new_zeros(xs.shape[1], lstm.hidden_size)",
                           "torch.zeros(xs.shape[1], lstm.hidden_size, dtype=x.dtype).to(x.device)")  # fmt: skip
    scalar = cell(result="h_new * torch.tensor(1.0), c_new")
    for name, source in [("set_forget_bias", copied), ("gate_values", moved), ("lstm_cell", scalar)]:
        assert examined(name, source).share == 1


def test_gate_values_must_leave_the_module_alone():
    source = loop().replace("    h = c =", "    lstm.eval()\n    h = c =")
    assert "modified its argument lstm" in str(failing(examined("gate_values", source)))
    source = batched(before="out.sum().backward(retain_graph=True); before = out.roll(1, axis).detach(); "
                            "before.select(axis, 0).zero_()")  # fmt: skip
    assert "modified its argument lstm" in str(failing(examined("gate_values", source)))


def test_what_a_right_answer_changes_too_is_not_among_what_was_modified():
    source = """def tbptt_backward(rnn, head, x, y, chunk_len):
    head.eval()
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
    head.train()
    return total"""
    (said,) = failing(examine(find("tbptt_backward"), define(source)["tbptt_backward"])).values()
    assert "modified its argument head (head.training is not what it was): put it back at the end" in str(
        said
    )


def test_partial_credit_adds_up_the_weights_of_what_holds(capsys):
    lstm_cell = define(cell(result="h_new.detach(), c_new.detach()"))["lstm_cell"]
    weights = [prop.weight for prop in EXERCISES["lstm_cell"].properties]
    lost = sum(prop.weight for prop in EXERCISES["lstm_cell"].properties if "gradients" in prop.watch)
    assert score(lstm_cell, points=3) == round(3 * (1 - lost / sum(weights)), 2)
    assert "FAILS  Gradients" in capsys.readouterr().out
    assert score(define(cell())["lstm_cell"], points=3) == 3.0
    assert capsys.readouterr().out == ""
