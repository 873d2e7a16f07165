# %% [markdown]
# # 12. What it costs that a gate reads h
#
# *About 60 minutes, and 10 more for the common mistakes. You need lessons 3, 7 and 9: the gates, why
# gradients vanish, and attention.*
#
# After this lesson you can
#
# 1. build a layer whose gates read `x` only, and compute all its states without a loop over time;
# 2. say what such a layer gains in time, on which hardware, and measure it fairly;
# 3. say which states it can no longer follow, and read a new layer's paper with that question.
#
# The symbols are those of `nn.LSTM`. A *linear recurrence* is a loop of the form `h_t = a_t * h_{t-1} + b_t`;
# its *decay* is the factor `a_t`. *Parity* asks whether the number of ones so far is odd (lesson 9).
#
# Terms are explained in the [glossary](glossary.md).

# %%
import math
import time

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional as F

import lstmlab
from lstmlab.draw.scans import draw_scan
from lstmlab.tasks.state_tracking import (
    DIAL, PARITY, accuracy, log_scan, scan, train,
)

torch.manual_seed(0)
torch.set_num_threads(1)  # times are those of one thread
lstmlab.use_style()
quiz = lstmlab.Quiz("12_scan")
COLOURS = lstmlab.COLOURS

# %% [markdown]
# ## Predictions
#
# There are four questions. Commit to an answer before you read on; your choices are kept and compared later.

# %% tags=["hide-input"]
quiz.predict("rounds")

# %% tags=["hide-input"]
quiz.predict("work")

# %% tags=["hide-input"]
quiz.predict("parity")

# %% tags=["hide-input"]
quiz.predict("dial")

# %% [markdown]
# ## The idea
#
# Every gate of an LSTM or a GRU reads `x_t` and `h_{t-1}`. So the gates of step 100 cannot be computed before
# step 99 is done. A machine that could work on a thousand steps at once must wait.
#
# What if the gates read `x_t` only? Then the gates of all steps are there at once, in one matrix product. What
# is left of the recurrence is a product and a sum for each unit: `h_t = a_t * h_{t-1} + b_t`.
#
# The cell below changes the input of step 0 and looks at the gate of step 5. In `nn.GRU` the gate moves,
# because it reads what step 0 left in `h`. A gate that reads `x` only stays as it was.

# %% tags=["claim-200"]
gru, gate = nn.GRU(4, 8), nn.Linear(4, 8)


def update_gate(x):
    """z of nn.GRU at the last step of x (time, batch, input)."""
    _, h = gru(x[:-1])  # (1, batch, hidden)
    from_x = x[-1] @ gru.weight_ih_l0.T + gru.bias_ih_l0  # (batch, 3 * hidden): r, z, n
    from_h = h[0] @ gru.weight_hh_l0.T + gru.bias_hh_l0
    return (from_x + from_h)[:, 8:16].sigmoid()  # (batch, hidden)


x = torch.randn(6, 1, 4)  # (time, batch, input)
other = x.clone()
other[0] += 3
reads_h = (update_gate(x) - update_gate(other)).abs().max().item()
reads_x = (gate(x) - gate(other))[5].abs().max().item()
assert reads_h > 1e-5 and reads_x == 0
print(
    f"gate of step 5 moves by {reads_h:.0e} in nn.GRU, by {reads_x:.0f} if it reads x "
    "only"
)

# %% [markdown]
# ## Experiments
#
# ### minGRU by hand
#
# Feng and others (2024) took the reading of `h` out of the GRU and called the rest *minGRU*. The gate `z` and
# the candidate `v` are linear in `x`. The state is a weighted mean of the old state and the candidate:
#
# ```
# z_t = sigmoid(W_z x_t + b_z)
# v_t = W_v x_t + b_v
# h_t = (1 - z_t) * h_{t-1} + z_t * v_t
# ```
#
# So `a_t` is `1 - z_t`, and `b_t` is `z_t * v_t`. There are three differences from `nn.GRU` (lesson 9). Neither
# `z` nor `v` reads `h`, so there is no `W_hh`, and no reset gate. The candidate has no tanh. And here `z` takes
# the *new*, where PyTorch's `z` keeps the old.
#
# How many parameters are left? Both `z` and `v` of all steps come from one linear layer with `2 * D` outputs.
# The *minLSTM* of the next section has one with `3 * D`.

# %% tags=["claim-211"]
D = 64
layers = {
    "minGRU": nn.Linear(D, 2 * D), "minLSTM": nn.Linear(D, 3 * D),
    "nn.GRU": nn.GRU(D, D), "nn.LSTM": nn.LSTM(D, D),
}
count = {
    name: sum(p.numel() for p in layer.parameters()) for name, layer in layers.items()
}
assert (
    3 * count["minGRU"] == count["nn.GRU"] and 4 * count["minGRU"] == count["nn.LSTM"]
)
assert 2 * count["minLSTM"] == count["nn.GRU"]
print(count)

# %% [markdown]
# With 64 features and 64 units minGRU has exactly a third of the parameters of `nn.GRU`, and a quarter of those
# of `nn.LSTM`: two blocks that read `x` only. The GRU has three blocks and the LSTM four, and each block reads
# `h` too.
#
# ### minLSTM by hand
#
# The *minLSTM* of the same paper has a forget gate and an input gate, which both read `x` only. They are divided
# by their sum, so that together they are 1. There is no output gate and no separate `c`. So `h` is a weighted mean
# again, and cannot count without end as the `c` of an LSTM can (lesson 3).
#
# `pairs` computes `a` and `b` of all steps at once. `loop` is the recurrence itself, one step after the other.

# %%
to_gates = layers["minLSTM"]


def pairs(x):
    """a and b of minLSTM, each (time, batch, hidden), of x (time, batch, D)."""
    f, i, v = to_gates(x).chunk(3, dim=-1)  # (time, batch, hidden) each
    f, i = f.sigmoid(), i.sigmoid()
    return f / (f + i), i / (f + i) * v


def loop(a, b, h):
    """All states of h_t = a_t * h_{t-1} + b_t, one after the other, from h."""
    states = []
    for a_t, b_t in zip(a, b, strict=True):
        h = a_t * h + b_t
        states.append(h)
    return torch.stack(states)


x, h_0 = torch.randn(100, 8, D), torch.zeros(8, D)  # (time, batch, D), (batch, hidden)
a, b = pairs(x)
by_hand = loop(a, b, h_0)  # (time, batch, hidden)
assert 0 < a.min() < a.max() < 1
print(f"{tuple(by_hand.shape)}, decays from {a.min():.2f} to {a.max():.2f}")


# %% [markdown]
# ### A step is a pair (a, b)
#
# A step takes `h` to `a * h + b`. So a step is a pair of numbers. Two steps, one after the other, are again one
# step: `a2 * (a1 * h + b1) + b2` is `(a2 * a1) * h + (a2 * b1 + b2)`. In code:

# %%
def then(first, second):
    """The one step that does what `first` and then `second` do."""
    (a1, b1), (a2, b2) = first, second
    return a2 * a1, a2 * b1 + b2


p, q, r = torch.randn(3, 2, dtype=torch.float64)  # three steps, each a pair (a, b)
left, right = then(then(p, q), r), then(p, then(q, r))
assert torch.allclose(torch.stack(left), torch.stack(right))
assert not torch.allclose(torch.stack(then(p, q)), torch.stack(then(q, p)))
print("the brackets do not matter:", [f"{value:.4f}" for value in (*left, *right)])

# %% [markdown]
# The brackets may stand anywhere: `then` is *associative*. The order of the steps may not change: it is not
# *commutative*. Because `then` is associative, pieces of the sequence can be put together before it is
# known what came earlier. The rest of this section uses that.
#
# ### The scan in log2(T) rounds
#
# A *scan* computes all partial results: what steps 0 to `t` do together, for every `t`. This scan works by
# doubling (Hillis and Steele 1986). At first every place holds its own step. In round 1 each place takes in
# the place before it, so it stands for 2 steps. In round 2 it takes in the place 2 before it and stands for
# 4 steps, then for 8, and so on.

# %%
drawn = draw_scan(steps=8)
assert "3 rounds" in drawn.alt
drawn


# %% [markdown]
# All places of a round can be computed at once.
#
# The function below keeps a Python list with one entry for each place, and works with any associative operation:
# with `max` it gives the largest number so far, with `then` what all steps so far do.

# %% tags=["claim-201", "claim-202"]
def in_rounds(steps, together):
    """Each entry of `steps` put together with all before it; the number of rounds."""
    shift, rounds = 1, 0
    while shift < len(steps):
        steps = steps[:shift] + [
            together(steps[k - shift], steps[k]) for k in range(shift, len(steps))
        ]
        shift, rounds = 2 * shift, rounds + 1
    return steps, rounds


print("largest so far:", in_rounds([3, 1, 4, 1, 5, 2], max)[0])
assert in_rounds([3, 1, 4, 1, 5, 2], max) == ([3, 3, 4, 4, 5, 5], 3)
for steps in (1, 2, 3, 8, 100, 1000, 1024):
    a, b = torch.rand(steps, 3), torch.randn(steps, 3)  # (time, hidden)
    found, rounds = in_rounds(list(zip(a, b, strict=True)), then)
    states = torch.stack([b_t for _, b_t in found])  # from h = 0: a * 0 + b
    assert torch.allclose(states, loop(a, b, torch.zeros(3)), atol=1e-5)
    assert rounds == math.ceil(math.log2(steps))
print(f"{steps} steps in {rounds} rounds")

# %% tags=["hide-input"]
quiz.reveal("rounds")

# %% [markdown]
# 1024 steps take 10 rounds. Compare with the loop: 1024 products, each of which waits for the one before.
#
# A list in Python still makes its entries one after the other. To compute a round at once, `a` and `b` must stay
# whole tensors, and a round must be a few operations on slices of them. You write that in the assignment. Until then
# `scan(a, b)` of `lstmlab` does it.

# %%
a, b = pairs(x)
error = (scan(a, b) - by_hand).abs().max().item()
assert error < 1e-5
print(f"largest difference from the loop: {error:.0e}")

# %% [markdown]
# The scan is equal to the loop at every length, up to rounding, also where the length is no power of two.
# Autograd goes through a scan as through any other code: the gradients of the loop and of the scan agree.

# %% tags=["hide-input"]
a = torch.rand(50, 3, requires_grad=True)  # (time, hidden)
b = torch.randn(50, 3, requires_grad=True)
weights = torch.randn(50, 3)
of_scan = torch.autograd.grad((weights * scan(a, b)).sum(), (a, b))
of_loop = torch.autograd.grad((weights * loop(a, b, torch.zeros(3))).sum(), (a, b))
assert all(
    torch.allclose(one, two, atol=1e-4)
    for one, two in zip(of_scan, of_loop, strict=True)
)

# %% [markdown]
# ### The scan in log space
#
# PyTorch has a function that adds up along an axis, `cumsum`. It would be good to use it. Divide the recurrence
# by the product of all decays so far, `A_t`, and it becomes a plain sum: `h_t / A_t = h_{t-1} / A_{t-1} + b_t /
# A_t`. So `A * (b / A).cumsum(0)` gives all states.
#
# In exact arithmetic it does. Look at 1000 steps in float32, with decays around a half:

# %% tags=["claim-208"]
# (time, hidden), all > 0
a, b = 0.8 * torch.rand(1000, 3) + 0.1, torch.rand(1000, 3) + 0.1
truth = loop(a.double(), b.double(), torch.zeros(3))  # (time, hidden)
product = a.cumprod(0)
naive = product * (b / product).cumsum(0)
lost = int(naive[:, 0].isfinite().sum())
assert lost < 500 and (product[-1] == 0).all() and not naive[-1].isfinite().any()
assert torch.allclose(scan(a, b).double(), truth, rtol=1e-5)
print(f"finite states: {lost} of 1000; the scan by doubling has all of them")

# %% [markdown]
# Less than half of the states are finite. The product of the decays has become 0 in float32, which is
# called *underflow*. Then `b / 0` is infinite and `0 * inf` is nan. The doubling scan multiplies the same
# decays and does not divide; there a product of 0 does no harm.
#
# The remedy is to keep logarithms. A product becomes a sum, and after 1000 steps log `A_t` is a number
# below -500, which float32 can hold. A division becomes a difference. For the sum of `b / A` there is
# `logcumsumexp`: it adds up numbers that are given by their logarithms, and gives the logarithm of the result
# (Heinsen 2023). Two numbers that float32 cannot hold:

# %%
logs = torch.tensor([-1000.0, -1000.0])
through_numbers, in_log_space = logs.exp().sum().log(), logs.logcumsumexp(0)[-1]
assert through_numbers == -math.inf
assert torch.isclose(in_log_space, torch.tensor(-1000 + math.log(2)))
print(f"log of their sum: {through_numbers} through the numbers, {in_log_space:.2f}")

# %% [markdown]
# Put together, this is a scan without rounds: two cumulative sums and a few operations on whole tensors. It is
# the last exercise of the assignment. Here `log_scan(log_a, log_b)` of `lstmlab` does it.

# %%
off = ((log_scan(a.log(), b.log()) - truth) / truth).abs().max().item()
assert off < 1e-3 and a.log().sum(0).max() < -500
print(f"largest relative error in log space: {off:.0e}")

# %% [markdown]
# All 1000 states are there, and their relative error is small. But there is a price: only positive numbers have
# a logarithm. Decays between 0 and 1 are positive. For `b` the paper passes the candidate through a
# function whose result is positive: `v + 0.5` where `v` is not negative, and `sigmoid(v)` elsewhere. In log
# space a decay is never computed itself: `log(sigmoid(k))` is `-softplus(-k)`, exact where `sigmoid(k)` is
# 0 in float32.

# %% tags=["claim-207"]
k, v = torch.randn(2, 100, 8, D)  # (time, batch, hidden) each
positive = torch.where(v >= 0, v + 0.5, v.sigmoid())
log_positive = torch.where(v >= 0, (v.relu() + 0.5).log(), -F.softplus(-v))
in_logs = log_scan(-F.softplus(k), log_positive - F.softplus(-k))
plain = loop(1 - k.sigmoid(), k.sigmoid() * positive, h_0)
assert positive.min() > 0 and torch.allclose(in_logs, plain, rtol=1e-3)
deep = torch.tensor(-200.0)
assert deep.sigmoid().log() == -math.inf and -F.softplus(-deep) == -200
assert log_scan(-F.softplus(k), (v * k.sigmoid()).log()).isnan().any()  # both signs

# %% [markdown]
# ### What a training step takes
#
# Now the time of a training step: forward and backward, with 16 sequences, 64 units and one thread.
# *Attention* gets four axes, (batch, heads, time, features), for which PyTorch has its fastest code. Each
# measurement is the best of three, after one call that does not count. Your machine prints its own numbers.
# Look at how each row grows from left to right.

# %%
STEPS = (64, 256, 1024)
lstm, gru, to_qkv = layers["nn.LSTM"], layers["nn.GRU"], nn.Linear(D, 3 * D)


def attend(x):
    # (batch, heads, time, 16)
    qkv = to_qkv(x).unflatten(2, (12, 16)).permute(1, 2, 0, 3)
    return F.scaled_dot_product_attention(*qkv.chunk(3, dim=1), is_causal=True)


def milliseconds(layer, x, repeats=3):
    taken = []
    for _ in range(1 + repeats):
        begun = time.process_time()
        layer(x).square().mean().backward()
        taken.append(1000 * (time.process_time() - begun))
    return min(taken[1:])  # the first call does not count


LAYERS = {
    "nn.LSTM": lambda x: lstm(x)[0],
    "nn.GRU": lambda x: gru(x)[0],
    "minLSTM, loop": lambda x: loop(*pairs(x), torch.zeros(16, D)),
    "minLSTM, scan": lambda x: scan(*pairs(x)),
    "attention": attend,
}
inputs = {steps: torch.randn(steps, 16, D) for steps in STEPS}  # (time, batch, D) each
spent = {}
for name, layer in LAYERS.items():
    spent[name] = [milliseconds(layer, x) for x in inputs.values()]
growth = {name: times[-1] / times[0] for name, times in spent.items()}
for name, times in spent.items():
    shown = " ".join(f"{value:7.1f} ms" for value in times)
    print(f"{name:13} {shown}   times {growth[name]:.0f}")

# %% tags=["hide-input", "claim-112", "claim-203"]
# products of a scan, for each unit
work = [steps * math.ceil(math.log2(steps)) for steps in STEPS]
# on one thread the rounds are extra work
assert growth["minLSTM, scan"] > growth["minLSTM, loop"]
assert growth["attention"] > growth["nn.LSTM"] and 26 < work[-1] / work[0] < 27
assert [steps - 1 for steps in STEPS] == [63, 255, 1023] and work[-1] == 10 * 1024
fig, ax = plt.subplots(figsize=(7.6, 3.6), layout="constrained")
shades = dict(zip(spent, "cghio", strict=True))
names = sorted(spent, key=lambda name: spent[name][-1])
places, lowest = {}, 0.0
for name in names:  # labels apart by at least a third
    places[name] = max(spent[name][-1], 1.35 * lowest)
    lowest = places[name]
for name, times in spent.items():
    ax.loglog(STEPS, times, "o-", color=COLOURS[shades[name]])
    ax.text(
        1130, places[name], name, color=COLOURS[shades[name]], fontweight="bold",
        va="center",
    )
ax.set(xlabel="steps", ylabel="milliseconds", xlim=(58, 3200))
ax.set_xticks(STEPS, [str(steps) for steps in STEPS])
ax.minorticks_off()
lstmlab.picture(
    fig,
    "Time of a training step against the number of steps, log scales, one thread of "
    "this machine. From 64 to 1024 steps: "
    + ", ".join(f"{name} times {factor:.0f}" for name, factor in growth.items()),
)

# %% tags=["hide-input"]
quiz.reveal("work")

# %% [markdown]
# On one thread the scan does not help: from 64 to 1024 steps its time grows more than that of the loop. The
# reason is its work. Sixteen times the steps are sixteen times the work for the loop. The scan needs 10
# rounds at 1024 steps and 6 at 64, so its work grows nearly 27-fold.
#
# What the scan shortens is the *waiting*: 10 rounds instead of 1024 steps. One thread gains nothing by that. A
# graphics card, which does thousands of products at once, can gain much. The first version of the paper reports
# training 175 times faster at 512 steps on such a card. This lesson did not measure on one.
# Good implementations also use a scan with less work (Blelloch 1990), or cut the sequence into chunks.

# %% [markdown]
# ### Parity: what it costs
#
# The input is bits. After each bit, is the number of ones so far odd? First we train nothing and let all
# bits be ones. If the gates read `x` only, `a` and `b` are then the same at every step. Look at the last
# four states: for which `a` can an odd step be told from an even one?

# %%
ones = torch.ones(200, dtype=torch.float64)  # (time,)
for decay in (0.5, 0.9, -1.0):
    states = scan(decay * ones, ones)
    print(f"decay {decay:4}: last states", [f"{value:.6f}" for value in states[-4:]])
    gap = (states[-1] - states[-2]).abs()
    assert (gap < 1e-8) if decay > 0 else (gap == 1)

# %% [markdown]
# Now three layers of 32 units are trained on 20 bits, with ten seeds each. The first is an LSTM. In the
# second the gates read `x` only, with decays between 0 and 1, as in minGRU. In the third the decays lie
# between -1 and 1: `2 * sigmoid - 1` takes the place of `sigmoid`. `train` trains the ten seeds side by
# side, and computes the two linear layers by `scan`. The test is on 20, 40 and 200 bits.

# %%
KINDS = ("LSTM", "decay in (0, 1)", "decay in (-1, 1)")
LENGTHS = (20, 40, 200)


def learn(task, kinds):
    right = {}
    for kind in kinds:
        trained = train(kind, task, range(10), updates=250, sequences=16)
        right[kind] = [accuracy(trained, task, n) for n in LENGTHS]  # (runs,) each
        spread = (f"{a.min():.2f} to {a.max():.2f}" for a in right[kind])
        print(f"{kind:18}", "    ".join(spread))
    return right


parity = learn(PARITY, KINDS)

# %% tags=["hide-input", "claim-204", "claim-205"]
for kind in ("LSTM", "decay in (-1, 1)"):
    assert (parity[kind][2] > 0.9).sum() >= 8 and parity[kind][2].median() > 0.95
assert (
    parity["decay in (0, 1)"][0].max() < 0.8
    and parity["decay in (0, 1)"][2].max() < 0.56
)
quiz.reveal("parity")

# %% [markdown]
# The layer of the middle row guesses at 200 bits, on all ten seeds. It has not even learned the 20 bits
# that it was trained on. The states above show the reason: if `a` lies between 0 and 1, they come to rest, and after
# many ones an odd step looks like an even one. With `a = -1` they alternate for ever.
#
# More training cannot mend the last column: Grazzi and others (2025) prove that no linear recurrence in finite
# precision can follow parity at every length if all its factors are positive. Mamba is such a recurrence. With
# factors below zero parity can be followed. The LSTM never had the problem: its gates read `h`, so the same bit can
# do different things in different states.
#
# ### A dial of three positions: tracking a state
#
# Is a negative decay enough for other tasks too? Take a dial with three positions. A 1 turns it to the next
# position, a 0 leaves it. The model says at each step where it stands. *State tracking* is the name for
# such tasks: the input changes a state by a rule, and the answer is the state. A guess is right a third of
# the time.

# %%
dial = learn(DIAL, KINDS)

# %% tags=["hide-input", "claim-206"]
assert (dial["LSTM"][2] > 0.9).sum() >= 8 and dial["LSTM"][2].median() > 0.95
for kind in ("decay in (0, 1)", "decay in (-1, 1)"):
    assert dial[kind][0].max() < 0.95 and dial[kind][2].max() < 0.5
fig, axes = plt.subplots(1, 2, figsize=(7.6, 3.4), layout="constrained", sharey=True)
spots = {
    "LSTM": (-0.16, "c"), "decay in (0, 1)": (0.0, "o"),
    "decay in (-1, 1)": (0.16, "f"),
}
for ax, right, chance, title in zip(
    axes, (parity, dial), (1 / 2, 1 / 3), ("parity", "dial of three"), strict=True
):
    for kind, (shift, key) in spots.items():
        for place, scores in enumerate(right[kind]):
            ax.plot(
                [place + shift] * 10, scores, "o", ms=6, alpha=0.5, color=COLOURS[key]
            )
    ax.axhline(chance, color=COLOURS["x"], ls="--", lw=1.2)
    ax.text(0.28, chance - 0.02, "guessing", color=COLOURS["x"], va="top")
    ax.set(
        title=title, xlim=(-0.5, 2.5), ylim=(0.2, 1.06), xlabel="length; trained on 20"
    )
    ax.set_xticks(range(3), [str(n) for n in LENGTHS])
axes[0].set_ylabel("test accuracy")
for kind, height in zip(spots, (0.92, 0.82, 0.72), strict=True):
    axes[1].text(
        2.45, height, kind, color=COLOURS[spots[kind][1]], fontweight="bold", ha="right"
    )
lstmlab.picture(
    fig,
    "Test accuracy of ten seeds at 20, 40 and 200 steps. Median at 200: parity "
    + ", ".join(f"{kind} {parity[kind][2].median():.2f}" for kind in KINDS)
    + "; dial of three "
    + ", ".join(f"{kind} {dial[kind][2].median():.2f}" for kind in KINDS),
)  # fmt: skip

# %% tags=["hide-input"]
quiz.reveal("dial")

# %% [markdown]
# Now both linear layers guess at 200 steps, on all ten seeds. The LSTM follows the dial on at least eight
# of ten seeds; on the others, if any, it has not found the rule after 250 updates. A real factor from -1 to
# 1 can leave a number as it is, shrink it or turn its sign. It can go in a circle of two, but never in a circle
# of three. Grazzi and others prove this too: with real numbers, a step that counts modulo 3 must be a matrix
# that mixes units.
#
# Which matrix? A *reflection*, `I - 2 k kᵀ` with `k` of length 1: it turns the sign along `k` and leaves the
# rest. Its eigenvalues are 1 and -1. Two reflections, one after the other, turn in a circle of three:

# %%
k_1 = torch.tensor([1.0, -1.0, 0.0]) / math.sqrt(2)  # (hidden,)
k_2 = torch.tensor([0.0, 1.0, -1.0]) / math.sqrt(2)
one, two = (torch.eye(3) - 2 * torch.outer(k, k) for k in (k_1, k_2))  # matrices
turn = two @ one
assert torch.allclose(turn @ turn @ turn, torch.eye(3), atol=1e-6)
assert torch.linalg.eigvalsh(one).round(decimals=4).tolist() == [-1, 1, 1]
print(
    "where the dial stands:",
    *((torch.linalg.matrix_power(turn, n)[0] + 0.01).argmax().item() for n in range(7)),
)


# %% [markdown]
# Such steps can be put together in any brackets too: `then` is associative for matrices as well. DeltaNet and RWKV-7
# have steps of this kind, and are trained in parallel, chunk by chunk.
#
# ### An sLSTM cell
#
# xLSTM (Beck and others 2024) has two kinds of cells. Its *mLSTM* does not read `h` and can be computed in
# parallel. Its *sLSTM* keeps reading `h`, and changes the gates: `i` and `f` are exponentials, without
# an upper bound. (For `f` the paper allows a sigmoid too.) So a new value can outweigh all that was stored.
# These gates need two more numbers for each unit:
#
# - the *normaliser* `n` adds up the gates as `c` adds up the values; the output is `o * c / n`, a weighted mean;
# - the *stabiliser* `m` keeps the exponentials small. `c` and `n` are both kept divided by `exp(m)`, which cancels
#   in `c / n`.

# %%
class SLSTM(nn.Module):
    """x (time, batch, input) to states (time, batch, hidden); blocks i, f, z, o."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.from_x = nn.Linear(input_size, 4 * hidden_size)
        self.from_h = nn.Linear(hidden_size, 4 * hidden_size, bias=False)

    def stable_step(self, i, f, z, c, n, m):
        m_new = torch.maximum(f + m, i)  # the larger of the two exponents
        keep, write = (f + m - m_new).exp(), (i - m_new).exp()  # at most 1 each
        return keep * c + write * z, keep * n + write, m_new

    def plain_step(self, i, f, z, c, n, m):
        keep, write = f.exp(), i.exp()  # no bound
        return keep * c + write * z, keep * n + write, m

    def forward(self, x, stable=True):
        step = self.stable_step if stable else self.plain_step
        h = c = n = m = x.new_zeros(x.shape[1], self.hidden_size)  # (batch, hidden)
        states = []
        for x_t in x:
            i, f, z, o = (self.from_x(x_t) + self.from_h(h)).chunk(4, dim=-1)
            c, n, m = step(i, f, z.tanh(), c, n, m)
            h = o.sigmoid() * c / n
            states.append(h)
        return torch.stack(states)


# %% [markdown]
# The test has 200 steps and a forget gate of about e, so the true `c` grows like e to the power of 200. The
# largest float32 number is about e to the power of 88; for float64 the power is 709. The reference is the
# plain formula in float64.

# %% tags=["claim-209"]
cell = SLSTM(4, 16)
with torch.no_grad():
    cell.from_x.bias[16:32] = 1.0
    x = torch.randn(200, 2, 4)  # (time, batch, input)
    plain, stable = cell(x, stable=False), cell(x)  # (time, batch, hidden) each
    reference = cell.double()(x.double(), stable=False)
error = (stable - reference).abs().max().item()
assert reference.isfinite().all() and error < 1e-4 and not plain[-1].isfinite().any()
print(f"plain in float32 ends at {plain[-1, 0, 0]:.0f}; stabilised, error {error:.0e}")
followed = learn(PARITY, ["sLSTM"])["sLSTM"]
assert (followed[2] > 0.9).sum() >= 8 and followed[2].median() > 0.95

# %% [markdown]
# Without the stabiliser the last states are nan in float32. With it they agree with the reference. And as its
# gates read `h`, the sLSTM follows parity at 200 bits, on at least eight of ten seeds. It needs its loop, like the
# LSTM.
#
# TiRex (Auer and others 2025), a forecaster of 35 million parameters, is built of sLSTM cells. Its authors chose
# them because they track states, and report the best zero-shot results at that time on the benchmarks GiftEval and
# Chronos-ZS.
#
# ### What each layer keeps and gives up
#
# | layer | its gates read | what a step does to the state | parallel over time | gives up |
# | --- | --- | --- | --- | --- |
# | LSTM, GRU | x and h | a function that is not linear | no | training in parallel |
# | S4 | nothing: they are fixed | the same linear map at every step | yes | choosing by what is read |
# | minGRU, minLSTM | x | a factor in (0, 1) for each unit | yes | parity |
# | Mamba-2 | x | one factor in (0, 1) for each head of a large state | yes | parity |
# | mLSTM | x | one factor for each head, adds a product of value and key | yes | parity |
# | sLSTM | x and h | exponential gates and a normaliser | no | training in parallel |
# | DeltaNet | x | takes away along a key, then writes there | yes | parity, unless the factor may reach -1 |
# | RWKV-7 | x | a factor for each unit, and a change along a key | yes | reading h |
#
# The papers of S4 (Gu and others 2022), Mamba (Gu and Dao 2023) and Mamba-2 (Dao and Gu 2024) are about
# long memory and speed. Merrill and others (2024) then showed that such a state is in part an illusion: in
# a fixed number of layers these models can compute no more than Transformers can, in a well-defined sense.
# The authors of RWKV-7 (Peng and others 2025) show that theirs goes beyond that and still trains in
# parallel.
#
# ## Claims put to the test
#
# Here are five sentences that are often read. Decide on each before you read on.
#
# ### "A recurrent layer cannot be computed in parallel."

# %% tags=["hide-input"]
quiz.myth("parallel")

# %% [markdown]
# <details><summary>What holds</summary>
#
# A layer whose step is linear in the state can be: see *The scan in log2(T) rounds*. A step that is not
# linear is no such pair: the tanh of an RNN stands between two steps and cannot be taken out. The cell shows
# this. If a step were a pair `(a, b)`, the middle of two states would go to the middle of their results.
#
# </details>

# %% tags=["claim-201"]
rnn = nn.RNNCell(3, 1)
with torch.no_grad():
    rnn.weight_hh.fill_(2.0)
    x_t = torch.zeros(1, 3)  # (batch, input)
    low, middle, high = (rnn(x_t, torch.tensor([[h]])).item() for h in (-2.0, 0.0, 3.0))
    mean = rnn(x_t, torch.tensor([[0.5]])).item()  # the state in the middle of -2 and 3
assert abs(mean - (low + high) / 2) > 0.05
print(f"from the middle: {mean:.2f}; the middle of the results: {(low + high) / 2:.2f}")

# %% [markdown]
# ### "The parallel scan is faster than the loop."
#
# The scan waits less and computes more. On one thread its time grew faster with the length than that of the
# loop; see *What a training step takes*. Whether it is faster depends on the hardware.
#
# ### "minGRU does what a GRU does, only faster."
#
# A minGRU cannot follow parity, and a GRU can (lesson 9). Some tasks ask what has been seen, and not which
# state the inputs lead to. For these a minGRU may be enough.
#
# ### "Mamba has a state, so it can track states."

# %% tags=["hide-input"]
quiz.myth("mamba")

# %% [markdown]
# <details><summary>What holds</summary>
#
# The decays of Mamba lie between 0 and 1, as in the middle row of the tables above. This course does not
# run Mamba itself, but the same kind of recurrence. Grazzi and others prove that this kind is too weak for
# parity, and they measured Mamba too.
#
# </details>
#
# ### "Exponential gates overflow."
#
# They overflow if the formula is computed as it is written: the sLSTM above ended at nan. With the
# stabiliser no exponential is above 1.
#
# ## Common mistakes
#
# There are six mistakes, and none of them raises an error.
#
# Find two of them yourself first.

# %% tags=["hide-input"]
quiz.pitfall("order")

# %% tags=["hide-input"]
quiz.pitfall("start")


# %% [markdown]
# ### 1. The scan in the wrong order
#
# `then` is not commutative. **Wrong:** the earlier step's `a` in place of the later one's.

# %% tags=["mistake-x15"]
def swapped(first, second):
    (a1, b1), (a2, b2) = first, second
    return a1 * a2, a1 * b2 + b1


a, b = torch.rand(100, 3), torch.randn(100, 3)  # (time, hidden)
right = loop(a, b, torch.zeros(3))
wrong, _ = in_rounds(list(zip(a, b, strict=True)), swapped)
wrong = torch.stack([b_t for _, b_t in wrong])
far = (wrong - right).abs().max().item()
assert far > 0.5 and torch.equal(wrong[0], right[0])
print(f"off by {far:.1f}; the first step is right")

# %% [markdown]
# **Cost:** wrong states without an error. Shapes agree, and the first step is right. **Right:** the later
# `a` times the earlier `b`, plus the later `b`. Compare once with a loop, on 100 random steps.
#
# ### 2. The logarithm of a negative number
#
# **Wrong:** `log_scan` on candidates of both signs.

# %% tags=["mistake-x16"]
broken = log_scan(a.log(), b.log())
assert broken[-1].isnan().all()
print("share of nan:", round(broken.isnan().float().mean().item(), 2))

# %% [markdown]
# **Cost:** nan from the first negative number on, because each later sum contains it. **Right:** make `b`
# positive, as in *The scan in log space*, or use the doubling scan, which takes any sign.
#
# ### 3. The product of the decays, then a division
#
# **Wrong:** `A * (b / A).cumsum(0)`. It passes a test on 20 steps. **Cost:** nan where the
# product underflows, somewhere in a long sequence. **Right:** test at the longest length you will use.

# %% tags=["hide-input", "mistake-x17"]
short = a[:20] * 0.5 + 0.4  # (time, hidden)
product = short.cumprod(0)
naive = product * (b[:20] / product).cumsum(0)
assert torch.allclose(naive, loop(short, b[:20], torch.zeros(3)), atol=1e-3)
product = a.repeat(10, 1).cumprod(0)
long = product * (b.repeat(10, 1) / product).cumsum(0)  # (time, hidden)
assert not long[-1].isfinite().any()
print(f"1000 steps: {long.isfinite().float().mean():.0%} of the states are finite")

# %% [markdown]
# ### 4. Times without a warm-up
#
# **Wrong:** the time of a single call. The first call of a layer takes longer: memory is allocated, the
# library makes its plans, and the caches of the processor are empty.

# %% tags=["mistake-x18"]
firsts, bests = [], []
for size in (40, 56, 72, 88, 104):
    fresh, x = nn.LSTM(size, size), torch.randn(60, 8, size)  # (time, batch, input)
    taken = []
    for _ in range(6):
        begun = time.perf_counter()
        fresh(x)[0].sum().backward()
        taken.append(time.perf_counter() - begun)
    firsts.append(taken[0])
    bests.append(min(taken[1:]))
assert sum(firsts) > sum(bests)
ratios = (one / two for one, two in zip(firsts, bests, strict=True))
print("first call / best of five:", " ".join(f"{ratio:.1f}" for ratio in ratios))


# %% [markdown]
# **Cost:** whatever is measured first looks slow. **Right:** first a call that does not count, then several
# calls that do, with all candidates in the same run. On a graphics card call `torch.cuda.synchronize()` before
# the clock is read: calls return before the work is done.
#
# ### 5. Attention without an axis of heads
#
# **Wrong:** queries, keys and values of three axes, (batch, time, features), in a comparison of times.

# %% tags=["mistake-x19"]
def one_head(qkv, axis):
    # three of (batch, time, D), or (batch, 1, time, D)
    qkv = qkv.unsqueeze(2) if axis else qkv
    return F.scaled_dot_product_attention(*qkv, is_causal=True)


qkv = torch.randn(3, 2, 2048, D, requires_grad=True)  # (three, batch, time, features)
# (batch, time, D)
three, four = one_head(qkv, axis=False), one_head(qkv, axis=True)[:, 0]
assert torch.allclose(three, four, atol=1e-5)
slow, fast = (milliseconds(lambda x, a=a: one_head(x, a), qkv) for a in (False, True))
assert slow > 1.5 * fast
print(f"2048 steps: three axes take {slow / fast:.1f} times as long as four")

# %% [markdown]
# **Cost:** the result is the same, so nothing shows that attention was measured too slow. **Right:**
# (batch, heads, time, features), also with a single head, as here.
#
# ### 6. The start state forgotten
#
# The loop begins with `h_0`. **Wrong:** the scan of `a` and `b` alone, where a long text comes in chunks.

# %% tags=["mistake-x20"]
whole = loop(a, b, torch.zeros(3))
first, forgotten = scan(a[:50], b[:50]), scan(a[50:], b[50:])
carried = loop(a[50:], b[50:], first[-1])
assert torch.allclose(carried, whole[50:], atol=1e-5)
assert not torch.allclose(forgotten, whole[50:], atol=1e-3)
print(f"off at the seam by {(forgotten[0] - whole[50]).abs().max():.2f}")

# %% [markdown]
# **Cost:** each chunk begins as if nothing had been read, and no error says so. **Right:** `a_0 * h_0` is
# added to the first `b`.
#
# ## Questions
#
# Six questions, two easy, two medium, two hard. More of them come in the review.

# %% tags=["hide-input"]
quiz.choice("reads")

# %% tags=["hide-input"]
quiz.choice("pair")

# %% tags=["hide-input"]
quiz.choice("positive")

# %% tags=["hide-input"]
quiz.choice("depth")

# %% tags=["hide-input"]
quiz.choice("which task")

# %% tags=["hide-input"]
quiz.choice("stabiliser")

# %% [markdown]
# The folded cell computes numbers of the text.

# %% tags=["hide-input"]
assert [
    int(math.log(torch.finfo(kind).max)) for kind in (torch.float32, torch.float64)
] == [88, 709]
assert math.log2(1024) == 10 and 3 * (2 * 4 + 1) + 5 == 6 * 4 + 8
assert torch.equal(
    torch.tensor(-1.0) ** torch.arange(4), torch.tensor([1.0, -1.0, 1.0, -1.0])
)

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card. Put away what you knew; the rest comes again.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then compare: tick the concepts your text has.

# %% tags=["hide-input"]
quiz.explain("price")

# %% tags=["hide-input"]
quiz.explain("benchmark")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **The assignment** is [`a12_scan`](../release/a12_scan/a12_scan.ipynb): `min_gru`, `scan` and
# `log_scan`.
#
# **When not to take a layer without `h` in its gates:** where the answer is a state that every input may change, and
# sequences get longer than those trained on.
#
# **Where it leads:** to data of your own. Train an LSTM and a minGRU on the same batches, ten seeds each, and test
# both beyond the trained length. [Lesson 13](13_rivers.ipynb) is about rivers, where the LSTM is the state of practice.
# Lesson 10 brings back the cards of this lesson too.

# %% [markdown]
# ### Sources
#
# - L. Feng, F. Tung, M. O. Ahmed, Y. Bengio, H. Hajimirsadeghi: [*Were RNNs All We
#   Needed?*](https://arxiv.org/abs/2410.01201) 2024. minGRU, minLSTM; the factor 175 is in the abstract of the first
#   versions.
# - W. D. Hillis, G. L. Steele: [*Data Parallel Algorithms*](https://doi.org/10.1145/7902.7903). Communications of the
#   ACM 29(12), 1986. The scan by doubling. G. E. Blelloch: *Prefix Sums and Their Applications*. 1990.
# - E. Martin, C. Cundy: [*Parallelizing Linear Recurrent Neural Nets Over Sequence
#   Length*](https://arxiv.org/abs/1709.04057). ICLR 2018.
# - F. A. Heinsen: [*Efficient Parallelization of a Ubiquitous Sequential
#   Computation*](https://arxiv.org/abs/2311.06281). 2023. The scan in log space.
# - A. Gu, K. Goel, C. Ré: [*Efficiently Modeling Long Sequences with Structured State
#   Spaces*](https://arxiv.org/abs/2111.00396). ICLR 2022. S4.
# - A. Gu, T. Dao: [*Mamba*](https://arxiv.org/abs/2312.00752). 2023. T. Dao, A. Gu: [*Transformers are
#   SSMs*](https://arxiv.org/abs/2405.21060). ICML 2024. Mamba-2.
# - M. Beck and others: [*xLSTM: Extended Long Short-Term Memory*](https://arxiv.org/abs/2405.04517). NeurIPS 2024.
# - W. Merrill, J. Petty, A. Sabharwal: [*The Illusion of State in State-Space
#   Models*](https://arxiv.org/abs/2404.08819). ICML 2024.
# - R. Grazzi and others: [*Unlocking State-Tracking in Linear RNNs Through Negative
#   Eigenvalues*](https://arxiv.org/abs/2411.12537). ICLR 2025. Parity, counting modulo 3, products of reflections.
# - S. Yang and others: [*Parallelizing Linear Transformers with the Delta Rule over Sequence
#   Length*](https://arxiv.org/abs/2406.06484). NeurIPS 2024. DeltaNet.
# - B. Peng and others: [*RWKV-7 "Goose" with Expressive Dynamic State
#   Evolution*](https://arxiv.org/abs/2503.14456). 2025.
# - A. Auer and others: [*TiRex: Zero-Shot Forecasting Across Long and Short Horizons with Enhanced In-Context
#   Learning*](https://arxiv.org/abs/2505.23719). 2025.

# %% [markdown]
# ### What to remember
#
# 1. If gates read `x` only, the recurrence is `h_t = a_t * h_{t-1} + b_t`. A step is a pair, pairs can be put
#    together in any brackets, and a scan gives all states in log2(T) rounds. In log space everything must be positive.
# 2. The scan shortens the waiting, not the work. It pays where many products are done at once; on one
#    thread it does not. Measure after a warm-up, with all candidates in one run, and attention with its
#    axis of heads.
# 3. Decays between 0 and 1 cannot follow parity, real decays cannot follow a dial of three; a layer that reads `h`, or
#    whose step mixes units, can. Ask of each new layer what its gates read and which factors its step may have.
