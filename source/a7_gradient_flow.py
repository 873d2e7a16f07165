# %% [markdown]
# # Assignment 7: Gradient flow
#
# *About 95 minutes, {points}. It belongs to lesson 7, `notebooks/07_gradient_flow.ipynb`.*
#
# You write the three tools with which gradients through time are kept in bounds and looked at: clipping, cutting, and a
# measure of how far back a layer's gradient reaches.
#
# **How it is graded.** Each function is tried on random inputs that are drawn anew in every run, and compared with
# PyTorch. What holds earns its part of the points, so unfinished work counts too. `check(...)` is free: run it as
# often as you like. It tells you which property fails, on which shapes, and often which mistake it looks like. The
# graded cells use the same checks, and further cases of the same kind when your work is graded. Right means equal
# up to rounding, in any order of operations.
#
# Write your code in place of `raise NotImplementedError()`, keep the names of the functions and their arguments, and
# leave the other cells as they are. Before you hand in: *Kernel → Restart Kernel and Run All Cells*.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import torch

from autograder.checks import check, given, hint, me, score

# %% [markdown]
# ## 1. Clip by the norm of all
#
# *{points} · medium · about 20 minutes*
#
# An exploded gradient makes one huge step and ruins the weights. So the step is made shorter, and keeps its direction:
# all gradients are multiplied by one number. Lesson 7 uses PyTorch's function for it in *Clipping the gradient*; here you
# write your own, between `backward()` and `step()`.
#
# - `params` is an iterable of parameters: a list, or a generator such as `model.parameters()`, which can be read only
#   once. Parameters whose `.grad` is None are skipped.
# - `total_norm` is the 2-norm of all gradients taken together, as if they were one long vector: the root of the sum of
#   the squares of all their entries. Return it, as it was *before* clipping: a float, or a tensor without dimensions.
# - If `total_norm > max_norm`, multiply every gradient **in place** by `max_norm / total_norm`. (1e-6 may be added
#   below the line, as PyTorch does.) Otherwise leave the gradients exactly as they are.
# - Nothing but the gradients changes. If there are none return 0.
#
# **By hand.** Two parameters with the gradients [3, 0] and [4]. Their norms are 3 and 4; together it is the root of 9 +
# 16, which is 5. With `max_norm=1` they become [0.6, 0] and [0.8], and 5 is returned. With `max_norm=10` nothing
# changes, and 5 is returned as well. Clipped one by one they would become [1, 0] and [1], another direction:
#
#     before      [3.0, 0.0]  [4.0]     3 : 4
#     together    [0.6, 0.0]  [0.8]     3 : 4
#     one by one  [1.0, 0.0]  [1.0]     1 : 1
#
# Two norms, and the norm of the two:

# %%
torch.tensor([torch.tensor([3.0, 0.0]).norm(), torch.tensor([4.0]).norm()]).norm()


# %% nbgrader={"grade": false, "grade_id": "clip_by_global_norm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def clip_by_global_norm(params, max_norm):
    """Shorten all gradients together to max_norm, in place, where they are longer;
    returns their norm before.

    params: an iterable of parameters, perhaps a generator; those without .grad are
    skipped.
    """
    ### BEGIN SOLUTION
    grads = [parameter.grad for parameter in params if parameter.grad is not None]
    if not grads:
        return 0.0
    total_norm = torch.stack([grad.norm() for grad in grads]).norm()
    if total_norm > max_norm:
        for grad in grads:
            grad.mul_(max_norm / total_norm)
    return total_norm
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(clip_by_global_norm)
hint(clip_by_global_norm, 0)

# %% nbgrader={"grade": true, "grade_id": "clip_by_global_norm-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(clip_by_global_norm) tries, on new random numbers.
score(clip_by_global_norm)

# %% nbgrader={"grade": true, "grade_id": "clip_by_global_norm-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a7_gradient_flow import gradients

further = [
    Property(
        "It holds for many parameters.", gradients(7, 3, 2, 5, 1, 4, 6, 2, once=True),
        weight=2,
    ),
    Property(
        "It holds where one of them has a gradient.",
        gradients(3, 5, 2, none=(0, 2), once=True),
    ),
    Property(
        "Just below max_norm nothing changes.",
        gradients(4, 4, 3, ratio=1.01, exact=True), parts=("gradients",),
    ),
    Property(
        "Just above max_norm they are multiplied.", gradients(4, 4, 3, ratio=0.9),
        weight=2,
    ),
    Property(
        "max_norm may be a whole number.", gradients(6, 5, 4, scale=2.0, whole=True)
    ),
    Property("A generator below max_norm.", gradients(2, 3, ratio=3.0, once=True)),
    Property(
        "It holds in float64 below max_norm.",
        gradients(2, 3, 4, dtype=torch.float64, ratio=2.0),
    ),
    Property("It holds for two parameters of few numbers.", gradients(1, 1, ratio=0.7)),
    Property(
        "The call has no side effects.", gradients(2, 4, none=(0,), once=True),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU with a generator.", gradients(3, 2, 2, once=True),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(clip_by_global_norm, hidden=further)


# %% [markdown]
# ## 2. Truncated backpropagation through time
#
# *{points} · hard · about 30 minutes*
#
# A sequence may be too long to keep the whole graph in memory. So it is read in chunks: the state is carried from chunk
# to chunk, and the gradient stops at each seam. You write the backward pass of one training step; whoever calls you
# does the rest, `zero_grad()` before and `optimizer.step()` after. Lesson 7 shows the cut in *truncated
# backpropagation through time*.
#
# | | | |
# | --- | --- | --- |
# | `rnn` | `nn.RNN`, `nn.GRU` or `nn.LSTM` | `batch_first=False`, any number of layers; it starts from zeros |
# | `head` | module | makes predictions `(., B, O)` of outputs `(., B, H)` |
# | `x`, `y` | `(T, B, I)`, `(T, B, O)` | the inputs, and what should come out at each step |
# | `chunk_len` | int | steps in a chunk; the last one may be shorter |
#
# - The loss of a chunk is the **sum** of its squared errors, divided by `y.numel()`, the number of all elements of `y`.
#   So the chunks' losses add up to the mean squared error over the whole sequence. Return that total, a Python float.
# - Between two chunks the state is carried on and detached; of an `nn.LSTM` both parts.
# - The gradients of all chunks are **added** to the `.grad` of the parameters of `rnn` and `head`, as `backward()` does
#   it. Whatever is in `.grad` before stays in the sum.
# - No optimiser, no `zero_grad()`. Modes, parameters, `x` and `y` stay as they are.
#
# What goes across a seam, with T = 5 and `chunk_len=2`:
#
#     steps       0 1 | 2 3 | 4
#     state       ---->---->--->     the values pass
#     gradient    <---|<----|<--     the gradient does not
#
# **By hand.** T = 3, one sequence, one output, `chunk_len=2`, errors of 1, 2 and 2. The first chunk's loss is (1 + 4) / 3,
# the second's 4 / 3, and 3.0 is returned. The means of the chunks would be 2.5 and 4, and add up to 6.5.

# %% nbgrader={"grade": false, "grade_id": "tbptt_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def tbptt_backward(rnn, head, x, y, chunk_len):
    """Add the gradients of the mean squared error, truncated at chunks, to .grad;
    returns the error as a float.

    rnn: an nn.RNN, nn.GRU or nn.LSTM; head: a module on its outputs; x (T, B, I); y
    (T, B, O).
    """
    ### BEGIN SOLUTION
    total, state = 0.0, None
    for piece, wanted in zip(x.split(chunk_len), y.split(chunk_len), strict=True):
        output, state = rnn(piece, state)  # (at most chunk_len, batch, hidden)
        loss = (head(output) - wanted).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = (
            tuple(part.detach() for part in state)
            if isinstance(state, tuple)
            else state.detach()
        )
    return total
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(tbptt_backward)
hint(tbptt_backward, 0)

# %% nbgrader={"grade": true, "grade_id": "tbptt_backward-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(tbptt_backward) tries, on new random numbers.
score(tbptt_backward)

# %% nbgrader={"grade": true, "grade_id": "tbptt_backward-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a7_gradient_flow import chunks

further = [
    Property(
        "It holds for many chunks of an nn.LSTM.", chunks("LSTM", 13, 2, 3), weight=2
    ),
    Property("It holds for many chunks of an nn.GRU.", chunks("GRU", 12, 2, 4)),
    Property(
        "It holds for one output of one sequence.", chunks("RNN", 7, 1, 3, (3, 2, 1))
    ),
    Property("It holds for one step.", chunks("LSTM", 1, 3, 4)),
    Property(
        "Two calls' gradients add up.", chunks("LSTM", 5, 2, 3, earlier=True), weight=2
    ),
    Property(
        "Frozen parameters get no gradient.",
        chunks("RNN", 5, 2, 2, frozen=("weight_hh_l0",)),
    ),
    Property(
        "It holds for a deep head that has gradients.",
        chunks("LSTM", 6, 2, 4, earlier=True, deep=True),
    ),
    Property(
        "It holds in float64 for two layers.",
        chunks("GRU", 5, 2, 2, dtype=torch.float64, num_layers=2),
    ),
    Property(
        "The call has no side effects.", chunks("GRU", 4, 3, 3, training=False),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU with an nn.RNN.", chunks("RNN", 5, 2, 2, deep=True),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(tbptt_backward, hidden=further)


# %% [markdown]
# ## 3. How far back it reaches
#
# *{points} · medium · about 15 minutes*
#
# How much does the output of the last step depend on each step of the input? This is the measurement with which lesson 7
# begins. Let s be the sum of `output[-1]`, over batch and units. For each step t, `norms[t]` is the 2-norm of the
# derivative of s with respect to `x[t]`, over batch and features together.
#
# - `rnn` is an `nn.RNN`, `nn.GRU` or `nn.LSTM` with `batch_first=False`, perhaps with several layers or in both
#   directions, and starts from zeros; `x` is `(T, B, I)`.
# - The result is `(T,)`, in the dtype of `x`, in the order of time, and has no graph attached.
# - No side effects. The parameters' `.grad` stays as it was, None or not, and frozen ones stay frozen; `x` gets no
#   `.grad`, and requires gradients afterwards only if it did before; the module's mode stays.
# - It works also where the caller is inside `torch.no_grad()`, and leaves that on.
#
# **By hand.** One sequence, two features and two steps. If the derivative of s is [[0, 0.3]] at step 0 and [[3, 4]] at
# step 1, both `(batch, features)`, then `norms` is [0.3, 5.0]. The step far back matters less.

# %% nbgrader={"grade": false, "grade_id": "input_grad_norms", "locked": false, "schema_version": 3, "solution": true, "task": false}
def input_grad_norms(rnn, x):
    """The norm of the derivative of output[-1].sum() with respect to each step of x
    (T, B, I), shape (T,)."""
    ### BEGIN SOLUTION
    leaf = x.detach().clone().requires_grad_()  # (time, batch, input)
    with torch.enable_grad():
        output, _ = rnn(leaf)  # (time, batch, hidden)
        # (time, batch, input)
        (gradient,) = torch.autograd.grad(output[-1].sum(), leaf)
    return gradient.flatten(1).norm(dim=1)
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(input_grad_norms)
hint(input_grad_norms, 0)

# %% nbgrader={"grade": true, "grade_id": "input_grad_norms-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(input_grad_norms) tries, on new random numbers.
score(input_grad_norms)

# %% nbgrader={"grade": true, "grade_id": "input_grad_norms-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a7_gradient_flow import inputs

further = [
    Property("It holds for a longer sequence.", inputs("LSTM", 15, 2), weight=2),
    Property("It holds for one sequence.", inputs("RNN", 5, 1)),
    Property("It holds for many sequences of one step.", inputs("GRU", 1, 6)),
    Property("It holds in both directions.", inputs("LSTM", 4, 3, bidirectional=True)),
    Property(
        "It holds without biases.", inputs("RNN", 5, 2, bias=False, nonlinearity="relu")
    ),
    Property(
        "It holds for frozen parameters in both directions.",
        inputs("LSTM", 4, 2, frozen=True, bidirectional=True), watch=("inputs",),
    ),
    Property(
        "Gradients that are there stay, in two layers.",
        inputs("LSTM", 4, 2, earlier=True, num_layers=2), watch=("inputs",),
    ),
    Property(
        "It works inside torch.no_grad() in float64.",
        inputs("LSTM", 5, 2, dtype=torch.float64, no_grad=True),
        watch=("graph", "globals"), weight=2,
    ),
    Property(
        "The call has no side effects where x requires gradients.", inputs("RNN", 3, 2),
        watch=("gradients", "inputs", "globals"),
    ),
    Property(
        "It would work on a GPU with an nn.GRU.", inputs("GRU", 3, 2), watch=("device",)
    ),
]
### END HIDDEN TESTS
score(input_grad_norms, hidden=further)

# %% [markdown]
# ## 4. A network of your own
#
# *{points} · hard · about 20 minutes*
#
# Here is a small recurrent network that nobody else has, in a state that idle steps leave as it is. How far does a
# gradient reach in it? Find out three things: by measuring with autograd, by its weights, in whatever way you like.
#
# Type your personal code once, between the quotes, and run all cells again. Your network follows from it. Without a
# code you get a network for practice.

# %%
me("")

# %% nbgrader={"grade": false, "grade_id": "my_memory-given", "locked": true, "schema_version": 3, "solution": false, "task": false}
network = given("my_memory")


# %% [markdown]
# | | |
# | --- | --- |
# | `network.rnn` | an `nn.RNN(1, 4)` in float64: time first, one layer, tanh |
# | `network.idle` | the input `(1,)` of a step in which nothing happens |
# | `network.rest` | a state `(1, 1, 4)`; after `network.rnn(network.sequence(n), network.rest)` it is still there |
# | `network.sequence(n)` | `n` idle steps, `(n, 1, 1)` |
#
# The network stays at rest. Let s be the sum of its last state, and g(k) the gradient of s with respect to the state k
# steps earlier, four numbers. Return a dict with three numbers:
#
# - `'factor'`: by what the norm of g(k) is multiplied from one lag to the next, when k is large. Within 0.01.
# - `'lag'`: the smallest k at which the norm of g(k) is below a hundredth of that of g(0).
# - `'unit'`: the unit, 0 to 3, in which g(40) is largest in size.
#
# Numbers that you have found are as good as code that computes them. They hold for your network alone. `check` looks
# at their form only.
#
# **By hand.** One unit at rest in h = 0 with `W_hh` = 0.5: g(k) is 0.5 to the power of k, so the factor is 0.5 and the
# lag is 7, since 0.5 to the power of 7 is about 0.008.

# %% nbgrader={"grade": false, "grade_id": "my_memory", "locked": false, "schema_version": 3, "solution": true, "task": false}
def my_memory():
    """What I found out about my network: {'factor': a number, 'lag': steps,
    'unit': the unit}."""
    ### BEGIN SOLUTION
    states = [network.rest.clone().requires_grad_()]  # (1, 1, units) each
    for _ in range(200):
        states.append(network.rnn(network.sequence(1), states[-1])[1])
    slopes = torch.autograd.grad(states[-1].sum(), states)
    by_lag = torch.cat(slopes).flip(0)[:, 0]  # (201, units)
    norms = by_lag.norm(dim=1)
    return {
        "factor": float(norms[100] / norms[99]),
        "lag": int((norms < norms[0] / 100).nonzero()[0]),
        "unit": int(by_lag[40].abs().argmax()),
    }
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like): `check` says whether all is there. Stuck? Change the 0 in the second
# line to 1 for a hint, to 2 or 3 for more. Hints cost nothing.

# %%
check(my_memory)
hint(my_memory, 0)

# %% nbgrader={"grade": true, "grade_id": "my_memory-hidden", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: what you found is compared with your own network when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from exercises.a7_gradient_flow.my_memory.key import KEY

further = KEY
### END HIDDEN TESTS
score(my_memory, hidden=further)

# %% [markdown]
# ## 5. An addition that is never learned
#
# *{points} · read by a person · about 10 minutes*
#
#
# A colleague trains an `nn.LSTM`, as it comes, on sequences of 400 steps. What is to be known at the end is told at a
# step between 1 and 40. The loss stays where guessing would put it. They have tried: clipping to a norm of 1, chunks of 50
# steps with a detached state, and a learning rate ten times as large.
#
# Say for each of the three why it cannot help here. What would you measure first, with which of the functions above, and
# what do you expect to see? Name one change to the layer that may help, and what it costs where recent steps matter.
# (100 to 150 words, in the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** Clipping makes gradients shorter, never longer; a vanished gradient stays vanished. With chunks of 50 and
# a detached state, the gradient of the loss at the end reaches back 50 steps at most: at the steps 1 to 40 it is exactly 0,
# whatever the layer. A larger learning rate multiplies a gradient that is near 0 (or exactly 0) in the direction that
# matters, and makes all other steps rougher. First I would measure input_grad_norms on sequences of 400 steps, without
# chunks: I expect it to fall by orders of magnitude with every hundred steps, far below the norm at the last step. Change:
# a larger forget bias, about ln(400) = 6 for a half-life of a few hundred steps, with a negative input bias so that the
# cells do not fill with noise, and no cut. The cost: cells that keep hundreds of steps tell the last few apart badly.
#
# **Rubric, {points}.** 1.5 clipping never lengthens, and the learning rate multiplies what is not there; 1.5 the cut at 50
# steps makes the gradient exactly 0; 1.5 the measurement (gradient by step, without chunks) with the expected fall; 1.5 the
# forget bias (or attention, or another short path) with its cost. "Use a GRU" without a reason earns nothing.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit. Lesson 8 asks how good a model
# is, and compared with what.
