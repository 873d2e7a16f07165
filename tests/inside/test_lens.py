"""`Lens` gives what torch computes, for every kind of layer, and edits change what follows from a value."""

import itertools
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn.utils import prune
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pack_sequence

from lstmlab.gates import trace_gates
from lstmlab.inside import Lens, ablate, by_ablation, by_gradient, clamp, patch

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
KINDS = {
    "LSTM": lambda **options: nn.LSTM(3, 5, **options),
    "projected": lambda **options: nn.LSTM(3, 5, proj_size=2, **options),
    "GRU": lambda **options: nn.GRU(3, 5, **options),
    "tanh": lambda **options: nn.RNN(3, 5, **options),
    "relu": lambda **options: nn.RNN(3, 5, nonlinearity="relu", **options),
}
LENGTHS = (4, 7, 1, 7)


def made(kind, **options):
    torch.manual_seed(3)
    return KINDS[kind](**options)


def tensors(state):
    return (state,) if isinstance(state, torch.Tensor) else state


def same(run, expected, dtype):
    bounds = {"atol": 1e-12, "rtol": 0} if dtype == torch.float64 else {"atol": 1e-6, "rtol": 1e-5}
    output, state = expected
    if isinstance(output, PackedSequence):
        assert torch.equal(run.output.batch_sizes, output.batch_sizes)
        assert (run.output.sorted_indices is None) == (output.sorted_indices is None)
        torch.testing.assert_close(run.output.data, output.data, **bounds)
    else:
        torch.testing.assert_close(run.output, output, **bounds)
    assert type(run.state) is type(state)
    for mine, theirs in zip(tensors(run.state), tensors(state), strict=True):
        torch.testing.assert_close(mine, theirs, **bounds)


def given(layout, dtype, batch_first):
    draw = torch.Generator().manual_seed(5)
    if layout == "unbatched":
        return torch.randn(6, 3, generator=draw, dtype=dtype)
    if layout == "batch":
        return torch.randn(*((4, 6) if batch_first else (6, 4)), 3, generator=draw, dtype=dtype)
    rows = [torch.randn(n, 3, generator=draw, dtype=dtype) for n in LENGTHS]
    if layout == "packed":
        return pack_sequence(rows, enforce_sorted=False)
    return pack_sequence(sorted(rows, key=len, reverse=True))


@pytest.mark.parametrize("layout", ["batch", "unbatched", "packed", "sorted"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_output_and_states_are_torchs(kind, dtype, layout):
    for layers, both, first, bias in itertools.product((1, 3), (False, True), (False, True), (True, False)):
        module = made(
            kind, num_layers=layers, bidirectional=both, batch_first=first, bias=bias, dtype=dtype
        ).requires_grad_(False)
        x = given(layout, dtype, first)
        zero = tensors(module(x)[1])
        start = [torch.randn_like(tensor) for tensor in zero]
        start = start[0] if len(start) == 1 else tuple(start)
        same(Lens(module).run(x), module(x), dtype)
        same(Lens(module).run(x, start), module(x, start), dtype)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_torchs(kind):
    module = made(kind, num_layers=2, bidirectional=True, dtype=torch.float64)
    x = given("batch", torch.float64, batch_first=False).requires_grad_()
    wanted = [x, *module.parameters()]
    mine = torch.autograd.grad(Lens(module).run(x).output.square().sum(), wanted)
    theirs = torch.autograd.grad(module(x)[0].square().sum(), wanted)
    for one, other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(one, other, atol=1e-10, rtol=0)


def test_the_values_of_one_layer_are_those_of_trace_gates_and_of_its_equations():
    module = made("LSTM", dtype=torch.float64)
    x = given("batch", torch.float64, batch_first=False)
    run, trace = Lens(module).run(x), trace_gates(module, x)
    for name in "ifgoch":
        assert torch.equal(run[name], getattr(trace, name))
    before = torch.cat([torch.zeros_like(run["c"][:1]), run["c"][:-1]])
    torch.testing.assert_close(run["c"], run["f"] * before + run["i"] * run["g"])


def test_a_gru_keeps_the_share_that_its_update_gate_says():
    module = made("GRU", dtype=torch.float64)
    run = Lens(module).run(given("batch", torch.float64, batch_first=False))
    before = torch.cat([torch.zeros_like(run["h"][:1]), run["h"][:-1]])
    torch.testing.assert_close(run["h"], (1 - run["z"]) * run["n"] + run["z"] * before)


def test_values_of_a_packed_batch_are_those_of_each_sequence_alone_and_zero_behind_its_end():
    module = made("LSTM", num_layers=2, bidirectional=True, dtype=torch.float64)
    draw = torch.Generator().manual_seed(5)
    rows = [torch.randn(n, 3, generator=draw, dtype=torch.float64) for n in LENGTHS]
    lens = Lens(module)
    run = lens.run(pack_sequence(rows, enforce_sorted=False))
    assert run.lengths.tolist() == list(LENGTHS)
    for number, row in enumerate(rows):
        alone = lens.run(row)
        for place, value in run.values.items():
            torch.testing.assert_close(value[: len(row), number], alone.values[place][:, 0])
            assert not value[len(row) :, number].any()


def test_pruned_and_parametrised_weights_are_those_that_the_layer_uses():
    module = made("LSTM", dtype=torch.float64)
    prune.random_unstructured(module, "weight_hh_l0", 0.5)
    x = given("batch", torch.float64, batch_first=False)
    module(x)  # a pruned weight is computed when the layer is called
    same(Lens(module).run(x), module(x), torch.float64)


def test_the_layer_and_its_random_numbers_stay_as_they_are():
    module = made("LSTM", num_layers=2, dropout=0.5)
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    x = given("batch", torch.float32, batch_first=False)
    with pytest.raises(ValueError, match="eval"):
        Lens(module).run(x)
    state = torch.get_rng_state()
    same(Lens(module.eval()).run(x), module(x), torch.float32)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(tensor, before[name]) for name, tensor in module.state_dict().items())


def test_a_clamped_gate_changes_the_state_and_a_clamped_state_the_next_step():
    module = made("LSTM", dtype=torch.float64)
    x, lens = given("batch", torch.float64, batch_first=False), Lens(made("LSTM", dtype=torch.float64))
    plain = lens.run(x)
    shut = lens.run(x, edits=[clamp("f", unit=2, to=0.0, steps=3), clamp("i", unit=2, to=0.0, steps=3)])
    assert not shut["c"][3, :, 2].any()
    assert torch.equal(shut["c"][:3], plain["c"][:3])
    assert torch.equal(shut["c"][3, :, [0, 1, 3, 4]], plain["c"][3, :, [0, 1, 3, 4]])
    # A state that is set is the state that torch goes on from.
    held = lens.run(x, edits=[clamp("c", to=0.5, steps=2)])
    _, state = module(x[:3])
    state = (
        plain["o"][2][None] * torch.tanh(torch.full_like(state[1], 0.5)),
        torch.full_like(state[1], 0.5),
    )
    torch.testing.assert_close(held.output[3:], module(x[3:], state)[0])


def test_a_patch_of_all_states_makes_the_rest_of_the_run_that_of_the_other():
    lens = Lens(made("GRU", dtype=torch.float64))
    draw = torch.Generator().manual_seed(1)
    one, other = torch.randn(2, 6, 4, 3, generator=draw, dtype=torch.float64)
    other[3:] = one[3:]
    source = lens.run(other)
    patched = lens.run(one, edits=[patch("h", source, steps=2)])
    assert not torch.equal(lens.run(one).output[3:], source.output[3:])
    assert torch.equal(patched.output[3:], source.output[3:])
    assert torch.equal(patched.output[:2], lens.run(one).output[:2])


def test_edits_of_one_layer_and_direction_leave_the_others_alone():
    lens = Lens(made("LSTM", num_layers=2, bidirectional=True, dtype=torch.float64))
    x = given("batch", torch.float64, batch_first=False)
    plain = lens.run(x)
    run = lens.run(x, edits=[ablate("h", unit=[0, 4], layer=1, reverse=True)])
    assert not run.get("h", 1, True)[..., [0, 4]].any()
    for place, value in run.values.items():
        assert torch.equal(value, plain.values[place]) == (place[1:] != (1, True))
    mean = lens.run(x, edits=[ablate("c", unit=1, run=plain)])
    torch.testing.assert_close(mean["c"][..., 1], plain["c"][..., 1].mean().expand(6, 4))


def test_gradients_flow_through_an_edit():
    lens = Lens(made("LSTM", dtype=torch.float64))
    x = given("batch", torch.float64, batch_first=False)
    to = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    lens.run(x, edits=[clamp("c", unit=0, to=to, steps=1)]).output[-1].sum().backward()
    assert to.grad.abs() > 0


def edited(edit):
    return Lens(made("GRU")).run(torch.zeros(4, 2, 3), edits=[edit])


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda: Lens(nn.Linear(2, 2)), "pass its nn.RNN, nn.GRU or nn.LSTM"),
        (lambda: Lens(made("GRU")).run(torch.zeros(4, 2, 7)), "input = 3"),
        (lambda: Lens(made("GRU")).run(torch.zeros(4, 0, 3)), "no axis empty"),
        (lambda: Lens(made("GRU")).run([1.0]), "x is a list"),
        (lambda: Lens(made("GRU")).run(torch.zeros(4, 2, 3).double()), "torch.float32"),
        (lambda: Lens(made("LSTM")).run(torch.zeros(4, 2, 3), torch.zeros(1, 2, 5)), "takes h_0 and c_0"),
        (lambda: Lens(made("GRU")).run(torch.zeros(4, 2, 3), torch.zeros(2, 5)), r"pass \(1, 2, 5\)"),
        (lambda: Lens(made("GRU")).run(torch.zeros(4, 2, 3))["f"], "names are r, z, n, h"),
        (lambda: Lens(made("GRU")).run(torch.zeros(4, 2, 3)).get("h", 1), "layer=0, reverse=False"),
        (lambda: Lens(made("GRU")).run(torch.zeros(4, 2, 3), edits=[clamp("h", 9)]), "unit 9 of 5"),
        (lambda: edited(clamp("c")), "no 'c' to change; this layer has r, z, n, h"),
        (lambda: edited(clamp("rz")), "no 'rz' to change"),
        (lambda: edited(clamp("h", layer=1)), "no layer=1, reverse=False"),
        (lambda: edited(clamp("h", reverse=True)), "reverse=False"),
        (lambda: edited(clamp("h", steps=4)), "pass steps from 0 to 3"),
        (lambda: edited(clamp("h", steps=-1)), "pass steps from 0 to 3"),
        (lambda: edited(clamp("h", 1.5)), "pass a whole number or several"),
        (lambda: edited(clamp("h", to="0")), "pass a number or a tensor"),
        (lambda: edited(clamp("h", [0, 1], torch.ones(3))), r"\(batch, units\) = \(2, 2\)"),
        (lambda: edited(lambda moment, old: None), "an edit returned a NoneType"),
        (lambda: edited(lambda moment, old: old[:1]), r"return a tensor \(batch, size\) = \(2, 5\)"),
        (lambda: Lens(made("GRU")).run(pack_sequence([torch.zeros(2, 7)])), "input = 3"),
        (lambda: Lens(made("GRU")).run(torch.zeros(4, 2, 3), 3), "has a int"),
        (lambda: Lens(made("GRU")).run(torch.zeros(4, 2, 3), torch.zeros(1, 2, 5).double()), "h_0.to"),
        (lambda: by_gradient(Lens(made("GRU")), [1.0], torch.sum), "x is a list"),
        (
            lambda: by_gradient(Lens(made("GRU")), torch.zeros(4, 2, 3), lambda y: torch.ones(2)),
            "no gradient",
        ),
        (
            lambda: by_ablation(
                Lens(made("GRU")), torch.zeros(4, 2, 3), lambda y: y[-1, :, 0], torch.zeros(2)
            ),
            r"pass \(input,\) = \(3,\)",
        ),
        (
            lambda: Lens(made("GRU")).run(
                torch.zeros(4, 2, 3), edits=[patch("h", Lens(made("GRU")).run(torch.zeros(2, 2, 3)))]
            ),
            "range",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_pass(wrong, words):
    with pytest.raises((TypeError, ValueError, KeyError, IndexError), match=words):
        wrong()


def test_a_packed_batch_that_was_padded_by_hand_is_read_too():
    module = made("GRU", batch_first=True)
    x = torch.randn(3, 5, 3, generator=torch.Generator().manual_seed(2))
    packed = pack_padded_sequence(x, torch.tensor([5, 2, 4]), batch_first=True, enforce_sorted=False)
    same(Lens(module).run(packed), module(packed), torch.float32)


# Recurrent layers as others built them, with random weights: papers' sizes, and fewer layers where they repeat.
PUBLISHED = {
    # Salinas, Flunkert, Gasthaus 2017, DeepAR on electricity: three layers of 40 units.
    "DeepAR": lambda: nn.LSTM(45, 40, num_layers=3, batch_first=True),
    # Amodei and others 2015, Deep Speech 2: bidirectional GRUs of 800 units.
    "Deep Speech 2": lambda: nn.GRU(672, 800, num_layers=2, bidirectional=True, batch_first=True),
    # Shi, Bai, Yao 2015, CRNN for text in images: two bidirectional LSTMs of 256 units over 512 maps.
    "CRNN": lambda: nn.LSTM(512, 256, num_layers=2, bidirectional=True),
    # He and others 2018, a streaming recogniser on a telephone: LSTMs of 2048 units projected to 640.
    "RNN-T prediction network": lambda: nn.LSTM(128, 2048, proj_size=640, batch_first=True),
    # Le, Jaitly, Hinton 2015: a ReLU network of 100 units that reads an image pixel by pixel.
    "IRNN": lambda: nn.RNN(1, 100, nonlinearity="relu", batch_first=True),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_layers_are_seen_as_they_compute(name):
    torch.manual_seed(1)
    module = PUBLISHED[name]().requires_grad_(False)
    rows = [torch.randn(steps, module.input_size) for steps in (9, 5)]
    packed = pack_sequence(rows, enforce_sorted=False)
    run = Lens(module).run(packed)
    same(run, module(packed), torch.float32)
    clamped = Lens(module).run(packed, edits=[clamp("h", unit=3, to=0.0, steps=range(4))])
    assert not clamped["h"][:4, :, 3].any() and not torch.equal(clamped["h"][4:], run["h"][4:])


def test_the_capstones_trained_model_is_seen_as_it_computes_and_a_unit_of_it_can_be_held():
    folder = Path(__file__).parents[2] / "exercises/a9_capstone/answers"
    weights = load_file(folder / "a9_capstone.safetensors")
    embedding = nn.Embedding.from_pretrained(weights["embedding.weight"])
    lstm = nn.LSTM(16, 40, batch_first=True, bidirectional=True).requires_grad_(False)
    part = {name.removeprefix("lstm."): value for name, value in weights.items() if name.startswith("lstm.")}
    lstm.load_state_dict(part)
    words = torch.randint(1, 29, (6, 11), generator=torch.Generator().manual_seed(3))
    x = pack_padded_sequence(
        embedding(words), torch.tensor([4, 11, 7, 2, 9, 5]), batch_first=True, enforce_sorted=False
    )
    lens = Lens(lstm)
    run = lens.run(x)
    same(run, lstm(x), torch.float32)
    held = lens.run(x, edits=[ablate("c", unit, run, reverse=True) for unit in range(40)])
    assert isinstance(held.state, tuple) and isinstance(run.state, tuple)
    assert torch.equal(held.state[0][0], run.state[0][0]), "the forward direction reads nothing of the other"
    scores = [
        torch.cat([*state[0]], dim=1) @ weights["head.weight"].T + weights["head.bias"]
        for state in (run.state, held.state)
    ]
    assert (scores[0] - scores[1]).abs().max() > 0.5, "the scripts' scores rest on both directions"
