# %% [markdown]
# # Assignment 8: Metrics
#
# *About 105 minutes, {points}. It belongs to lesson 8, `notebooks/08_metrics.ipynb`.*
#
# Three functions that every project needs and that are often a little wrong: the loss of a padded batch, the
# evaluation of a model over all batches, and a report on a yes-or-no classifier. The little errors make no noise. They
# make a number too good.
#
# **How it is graded.** Each function is tried on random inputs that are drawn anew in every run, and compared with
# PyTorch or with the definition. What holds earns its part of the points, so unfinished work counts too. `check(...)`
# is free: run it as often as you like. It tells you which property fails, on which shapes, and often which mistake it
# looks like. The graded cells use the same checks, and further cases of the same kind when your work is graded. Right
# means equal up to rounding, in any order of operations.
#
# Write your code in place of `raise NotImplementedError()`, keep the names of the functions and their arguments, and
# leave the other cells as they are. Before you hand in: *Kernel → Restart Kernel and Run All Cells*.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import math

import torch
from torch import nn

from autograder.checks import check, hint, score


# %% [markdown]
# ## 1. One line of a cell
#
# *{points} · easy · about 5 minutes*
#
# In assignment 5 you put the lines of `lstm_cell` in order. Here they are once more, without the line that makes the new
# cell state. Write this one line, and leave the others as they are.
#
# **By hand.** All weights and biases zero, `c` = 2: the gates are 0.5, the candidate is 0, and `c_next` is 1.

# %% nbgrader={"grade": false, "grade_id": "lstm_cell_again", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["forbid-recurrent"]
def lstm_cell_again(x, h, c, W_ih, W_hh, b_ih, b_hh):
    """One step of an LSTM; returns (h_next, c_next), each (B, H)."""
    sums = x @ W_ih.T + h @ W_hh.T + b_ih + b_hh  # (batch, 4 * hidden)
    i, f, g, o = sums.chunk(4, 1)  # each (batch, hidden)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    ### BEGIN SOLUTION
    c_next = f * c + i * g  # (batch, hidden)
    ### END SOLUTION
    h_next = o * torch.tanh(c_next)
    return h_next, c_next


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(lstm_cell_again)
hint(lstm_cell_again, 0)

# %% nbgrader={"grade": true, "grade_id": "lstm_cell_again-visible", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(lstm_cell_again) tries, on new random numbers.
score(lstm_cell_again)

# %% nbgrader={"grade": true, "grade_id": "lstm_cell_again-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a3_gates import steps

further = [
    Property("It holds for a larger batch and more units.", steps(7, 3, 8)),
    Property("It holds for one feature and one unit.", steps(5, 1, 1)),
    Property(
        "Gradients are right for a batch of one.",
        steps(1, 2, 5, torch.float64),
        watch=("gradients",),
    ),
]
### END HIDDEN TESTS
score(lstm_cell_again, hidden=further)

# %% [markdown]
# ## 2. The loss of a padded batch
#
# *{points} · medium · about 20 minutes*
#
# A tagger gives scores for every class at every step, also at the steps that are only there because a longer sequence
# stands in the same batch. Those must not count. Lesson 8 shows in *Padding counted in the loss* what it costs when
# they do.
#
# | | shape | |
# | --- | --- | --- |
# | `logits` | `(B, T, C)` float | raw scores, before any softmax; they may be hundreds |
# | `targets` | `(B, T)` int64 | the right class, or `pad_id` where there is no token |
# | `pad_id` | int | the number of the padding: any class, or one that is no class, such as -1 |
# | loss (result) | 0-d, dtype of `logits` | the mean cross-entropy of all tokens that are no padding |
#
# - Every token counts once, whatever its sequence: one sum over the batch, one division.
# - What the scores are at the padding does not matter, and their gradient there is zero.
# - If everything is padding the loss is 0, not NaN, and `loss.backward()` works and gives a gradient of zeros.
# - The result can be differentiated; no argument changes. Where it comes in handy, PyTorch's own functions, such as
#   `nn.functional.cross_entropy`, may be used.
#
# **By hand.** Two classes, `pad_id=-1`, and `targets` = [[1, 1], [1, -1]]. At the first place the scores are 0 and
# ln 3, so the right class has the probability 3/4 and the loss there is ln(4/3) ≈ 0.288. At the next two places both
# scores are equal: ln 2 ≈ 0.693 each. The result is (0.288 + 0.693 + 0.693) / 3 ≈ 0.558. The mean over all four
# places would be 0.418, and the mean of the two sequences' means 0.592.
#
# Four classes with equal scores, one token: ln 4.

# %%
nn.functional.cross_entropy(torch.zeros(1, 4), torch.tensor([2]))


# %% nbgrader={"grade": false, "grade_id": "sequence_ce", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sequence_ce(logits, targets, pad_id):
    """The mean cross-entropy over the tokens of a batch that are no padding, as a 0-d
    tensor.

    logits (B, T, C) raw scores; targets (B, T) int64 with pad_id at the padding.
    """
    ### BEGIN SOLUTION
    scores = logits.transpose(1, 2)  # (batch, class, time)
    total = nn.functional.cross_entropy(
        scores, targets, ignore_index=pad_id, reduction="sum"
    )
    return total / (targets != pad_id).sum().clamp(min=1)
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(sequence_ce)
hint(sequence_ce, 0)

# %% nbgrader={"grade": true, "grade_id": "sequence_ce-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(sequence_ce) tries, on new random numbers.
score(sequence_ce)

# %% nbgrader={"grade": true, "grade_id": "sequence_ce-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a8_metrics import scores

further = [
    Property("It holds for long sequences.", scores(3, 200, 6), weight=2),
    Property("It holds for one sequence.", scores(1, 7, 3, 2)),
    Property(
        "It holds for many sequences of one step.", scores(8, 1, 3, -100, padded=False)
    ),
    Property("It holds where time and classes are equally many.", scores(2, 5, 5, -1)),
    Property("It holds for two classes.", scores(3, 6, 2, 1)),
    Property(
        "It holds in float64 when padding is class 1.",
        scores(2, 6, 4, 1, torch.float64),
    ),
    Property(
        "One place that is padding: 0, and a gradient.",
        scores(1, 1, 3, -1, empty=True), watch=("gradients",),
    ),
    Property(
        "Gradients are right when padding is no class.",
        scores(3, 4, 4, -1, torch.float64), watch=("gradients",),
    ),
    Property(
        "The call has no side effects.", scores(2, 5, 3, 1), watch=("inputs", "globals")
    ),
    Property(
        "It would work on a GPU with another pad_id.", scores(2, 4, 3, -1),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(sequence_ce, hidden=further)


# %% [markdown]
# ## 3. A whole evaluation
#
# *{points} · hard · about 30 minutes*
#
# `model(x)` gives scores `(B, T, C)` for a batch. Say how good the model is on all batches together, as a dict:
#
# | key | | |
# | --- | --- | --- |
# | `'loss'` | float | cross-entropy per token |
# | `'accuracy'` | float | share of the tokens whose highest score is that of the right class |
# | `'perplexity'` | float | exp(loss): as if the model were choosing among so many equally likely classes |
# | `'tokens'` | int | how many tokens there were |
#
# - `batches` gives pairs `(x, y)` with `y` `(B, T)` int64, `pad_id` at the padding. B and T differ from batch to batch.
#   It may be a generator, which can be read only once.
# - Only tokens that are no padding count, and each counts once, whatever its batch. The last batch is often smaller:
#   the mean of the batches' means is another number (*The mean of batch means* in lesson 8).
# - Call the model in evaluation mode, and without recording gradients. These are two different things, see *eval()
#   forgotten*. Afterwards `model.training` is what it was before.
# - If there is no token at all, or no batch: loss 0.0, accuracy 0.0, perplexity 1.0, tokens 0.
#
# **By hand.** One batch has a single token, which is said wrong with a loss of 2. Another has 9 tokens, all right, with
# losses that add up to 9. Together: loss (2 + 9) / 10 = 1.1, accuracy 9/10, perplexity exp(1.1) ≈ 3.0, tokens 10. The
# means of the batch means would be 1.5 and 0.5.

# %% nbgrader={"grade": false, "grade_id": "evaluate_tokens", "locked": false, "schema_version": 3, "solution": true, "task": false}
def evaluate_tokens(model, batches, pad_id):
    """Loss, accuracy, perplexity and number of the tokens of all batches, as a dict of
    Python numbers.

    model(x) gives logits (B, T, C); batches is an iterable of (x, y), y (B, T) int64
    with pad_id at the padding.
    """
    ### BEGIN SOLUTION
    was = model.training
    model.eval()
    total, right, tokens = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            logits = model(x)  # (batch, time, class)
            real = y != pad_id  # (batch, time)
            scores = logits.transpose(1, 2)  # (batch, class, time)
            total += nn.functional.cross_entropy(
                scores, y, ignore_index=pad_id, reduction="sum"
            ).item()
            right += ((logits.argmax(dim=-1) == y) & real).sum().item()
            tokens += real.sum().item()
    model.train(was)
    loss = total / tokens if tokens else 0.0
    return {
        "loss": loss,
        "accuracy": right / tokens if tokens else 0.0,
        "perplexity": math.exp(loss),
        "tokens": tokens,
    }
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(evaluate_tokens)
hint(evaluate_tokens, 0)

# %% nbgrader={"grade": true, "grade_id": "evaluate_tokens-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(evaluate_tokens) tries, on new random numbers.
score(evaluate_tokens)

# %% nbgrader={"grade": true, "grade_id": "evaluate_tokens-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a8_metrics import evaluation

further = [
    Property(
        "It holds for many batches, read once.",
        evaluation(3, 4, 1, 6, 2, 2, 4, 3, 1, 1, once=True), weight=2,
    ),
    Property(
        "It holds where time, batch and classes are equally many.",
        evaluation(4, 4, 4, 4, classes=4),
    ),
    Property(
        "It holds when padding is the last class.", evaluation(3, 5, 2, 2, pad_id=4),
        weight=2,
    ),
    Property("It holds with pad_id -100.", evaluation(2, 5, 3, 3, pad_id=-100)),
    Property(
        "The last batch is all padding.", evaluation(2, 5, 1, 3, once=True, empty=(1,))
    ),
    Property(
        "It holds in float64 for a model in evaluation mode.",
        evaluation(2, 6, 3, 2, dtype=torch.float64, training=False),
    ),
    Property(
        "The model is called as one evaluates.", evaluation(2, 4, 3, 3, once=True),
        watch=("evaluation",), weight=2,
    ),
    Property(
        "The call has no side effects.", evaluation(3, 3, 1, 2, training=False),
        watch=("inputs", "globals"),
    ),
    Property(
        "Without a batch the mode comes back.", evaluation(),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU, batches read once.",
        evaluation(2, 3, 1, 2, pad_id=-1, once=True), watch=("device",),
    ),
]
### END HIDDEN TESTS
score(evaluate_tokens, hidden=further)


# %% [markdown]
# ## 4. A report on yes and no
#
# *{points} · easy · about 15 minutes*
#
# `y_true` says what is, `y_pred` what was said; both hold only zeros and ones, and 1 is the positive class. Count the
# four cells of the confusion matrix, and make the four ratios of them.
#
# | key | | |
# | --- | --- | --- |
# | `'tp'`, `'fp'` | int | called 1, and it is 1 (`tp`), or 0 (`fp`) |
# | `'fn'`, `'tn'` | int | called 0, and it is 1 (`fn`), or 0 (`tn`) |
# | `'accuracy'` | float | share of all answers that are right |
# | `'precision'` | float | of what was called 1, the share that is 1 |
# | `'recall'` | float | of what is 1, the share that was found |
# | `'f1'` | float | harmonic mean of the last two |
#
# - Both tensors have the same shape, of any number of dimensions, and at least one element. Their dtypes may be bool,
#   any integers (also uint8, in which 0 - 1 is 255) or floats, not always the same for both.
# - A ratio whose denominator is 0 is 0.0.
# - If the shapes differ raise `ValueError`. PyTorch would not: it would broadcast (4, 1) and (4,) to (4, 4).
# - Python ints and floats, no tensors. The arguments do not change.
#
# **By hand.** `y_true` = [1, 1, 1, 0, 0] and `y_pred` = [1, 0, 0, 1, 0] give tp 1, fp 1, fn 2, tn 1. Accuracy is 2/5,
# precision 1/2, recall 1/3, and f1 = 2 · 1/2 · 1/3 / (1/2 + 1/3) = 0.4.

# %% nbgrader={"grade": false, "grade_id": "binary_report", "locked": false, "schema_version": 3, "solution": true, "task": false}
def binary_report(y_true, y_pred):
    """The four cells of the confusion matrix (ints) and accuracy, precision, recall, f1
    (floats), as a dict.

    y_true and y_pred hold zeros and ones, of one shape; raises ValueError where the
    shapes differ.
    """
    ### BEGIN SOLUTION
    if y_true.shape != y_pred.shape:
        raise ValueError(
            f"y_true is {tuple(y_true.shape)}, y_pred {tuple(y_pred.shape)}; expected "
            "the same shape"
        )

    def ratio(part, whole):
        return part / whole if whole else 0.0

    true, said = y_true.bool(), y_pred.bool()
    tp, fp = int((true & said).sum()), int((~true & said).sum())
    fn, tn = int((true & ~said).sum()), int((~true & ~said).sum())
    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "tn": tn,
        "accuracy": (tp + tn) / true.numel(),
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
    }
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(binary_report)
hint(binary_report, 0)

# %% nbgrader={"grade": true, "grade_id": "binary_report-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(binary_report) tries, on new random numbers.
score(binary_report)

# %% nbgrader={"grade": true, "grade_id": "binary_report-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a8_metrics import answers, unequal

further = [
    Property("It holds for many elements.", answers(99, true=torch.uint8), weight=2),
    Property(
        "It holds for int8 against float.",
        answers(6, 7, true=torch.int8, pred=torch.float32),
    ),
    Property("It holds for a tensor without dimensions.", answers()),
    Property("Everything is right.", answers(2, 15, without="errors")),
    Property(
        "Nothing is called 1, in floats.",
        answers(2, 3, true=torch.float64, without="pred"),
    ),
    Property("Nothing is 1, in bool.", answers(11, true=torch.bool, without="true")),
    Property("There is no 1, in uint8.", answers(7, true=torch.uint8, without="both")),
    Property(
        "It holds for int32 against bool.",
        answers(3, 7, 2, true=torch.int32, pred=torch.bool),
    ),
    Property(
        "One element against many raises ValueError.", unequal((1,), (6,)), weight=2
    ),
    Property("So does a number against a vector of one.", unequal((), (1,))),
    Property(
        "The call has no side effects on bool.", answers(12, true=torch.bool),
        watch=("inputs", "globals"),
    ),
]
### END HIDDEN TESTS
score(binary_report, hidden=further)


# %% [markdown]
# ## 5. A test for binary_report
#
# *{points} · hard · about 25 minutes*
#
# A report that is a little wrong makes no noise. Write the test that does: a function that gets some `binary_report`, calls
# it with labels of your choice, and raises where it is wrong, for instance with `assert`.
#
# - What counts is how many wrong functions your test finds. If it raises on a right one, it earns nothing: somebody
#   would look for a fault that is not there.
# - A right function may calculate in another order, so that its last digit differs: compare with
#   `torch.testing.assert_close`, not digit by digit.
# - Whatever the text of the exercise promises may be broken. Read it once more, line by line.
# - The function gets copies of what you pass. What it changes in them comes back to you, and so do gradients. It may be
#   called 300 times, and its code cannot be seen.
#
# **By hand.** `y_true` = 1, 1, 0 and `y_pred` = 1, 0, 1: one true positive, one false negative, one false positive, so that
# precision and recall are both 0.5. This case would not find it if the two were exchanged.
#
# `check` calls your test with a right function and with some wrong ones, and says which it finds. When your work is
# graded it is called with many more, right and wrong in a random order; how many it finds is counted.

# %% nbgrader={"grade": false, "grade_id": "test_binary_report", "locked": false, "schema_version": 3, "solution": true, "task": false}
def test_binary_report(binary_report):
    """Raise an error if binary_report is wrong; return nothing if it is right."""

    ### BEGIN SOLUTION
    def expect(y_true, y_pred, **right):
        kept = y_true.clone(), y_pred.clone()
        found = binary_report(y_true, y_pred)
        assert torch.equal(y_true, kept[0]) and torch.equal(y_pred, kept[1])
        assert set(found) == set(right)
        for key, value in right.items():
            assert type(found[key]) is type(value)
            assert abs(found[key] - value) < 1e-6

    def counts(tp, fp, fn, tn, dtype, shape):
        y_true = torch.tensor([1] * tp + [0] * fp + [1] * fn + [0] * tn).to(dtype)
        y_pred = torch.tensor([1] * tp + [1] * fp + [0] * fn + [0] * tn).to(dtype)
        expect(
            y_true.view(shape), y_pred.view(shape), tp=tp, fp=fp, fn=fn, tn=tn,
            accuracy=(tp + tn) / (tp + fp + fn + tn),
            precision=tp / (tp + fp) if tp + fp else 0.0,
            recall=tp / (tp + fn) if tp + fn else 0.0,
            f1=2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0,
        )

    for dtype in (torch.int64, torch.bool, torch.uint8, torch.float32):
        counts(4, 3, 2, 1, dtype, (10,))
        counts(4, 3, 2, 1, dtype, (2, 5))
        for only in range(4):
            counts(*(300 * (k == only) for k in range(4)), dtype, (300,))
    shapes = (((3,), (1,)), ((2, 3), (2, 2)), ((4,), (2, 2)), ((2, 1), (2, 4)))
    for one, other in shapes:
        try:
            binary_report(torch.ones(one), torch.ones(other))
        except ValueError:
            continue
        raise AssertionError(f"shapes {one} and {other} were accepted")
    ### END SOLUTION


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(test_binary_report)
hint(test_binary_report, 0)

# %% nbgrader={"grade": true, "grade_id": "test_binary_report-visible", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the functions that check(test_binary_report) tries, in another order.
score(test_binary_report)

# %% nbgrader={"grade": true, "grade_id": "test_binary_report-hidden", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further functions, right and wrong, which come in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from exercises.a8_metrics.test_binary_report import candidates

further = candidates()
### END HIDDEN TESTS
score(test_binary_report, hidden=further)

# %% [markdown]
# ## 6. Better than last week
#
# *{points} · read by a person · about 10 minutes*
#
#
# A colleague trains a tagger that marks the faulty steps of a machine, 3 % of all steps. Every week they report
# accuracy, computed with `(logits.argmax(-1) == y).float().mean()` for each padded batch and then averaged over the
# batches. Last week it was 96.8 %. Since then they sort the sequences by length before they make batches, and nothing
# else has changed. Now it is 97.9 %: "better than last week".
#
# Name three reasons why this number does not show a better tagger, and say of each in which direction, or how, it moves
# the number. What would you report in its place, and beside which number would you put it? (100 to 150 words, in
# the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 7, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** First, padding counts: whether the tagger says the padding's number there decides about those
# places, so the number moves up or down with the share of padding, which sorting by length has changed. Second,
# the mean of batch means gives each batch the same weight; after sorting, batches of short (perhaps easier)
# sequences count as much as those of long ones, which again moves the number without any change of the model.
# Third, 97 % is what one gets by never marking anything: with 3 % faulty steps, accuracy hardly sees the class
# that matters, and both weeks may be no better than "never". In its place: sum true positives, false positives and
# false negatives over all real tokens of all batches, then divide once: precision and recall (or F1) of the faulty
# steps, beside those of a baseline such as "never" or a simple threshold, and over several seeds.
#
# **Rubric, {points}.** 2 padding counted, with how it moves the number; 2 mean of batch means, with the change of
# weights by sorting; 1.5 the majority share of 97 % as the number to beat; 1.5 precision and recall (or F1) over real
# tokens, summed over all batches, beside a baseline. "Accuracy is a bad metric" without a reason earns nothing.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit. Lesson 9 compares
# architectures, with numbers like these.
