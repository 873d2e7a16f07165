# %% [markdown]
# # Assignment 14: What stands around a layer
#
# *About 60 minutes, {points}. It needs lesson 14: batches of different lengths, and what they cost.*
#
# You write two functions that stand between a data set and an LSTM: the one that makes a batch for a model that guesses the
# next token, and the one that decides which examples share a batch.
#
# **How it is graded.** Each function is tried on random inputs that are drawn anew in every run, and compared with
# the definition. What holds earns its part of the points, so unfinished work counts too. `check(...)` is free: run it as
# often as you like. It tells you which property fails, on which shapes, and often which mistake it looks like. The
# graded cells use the same checks, and further cases of the same kind when your work is graded.
#
# Write your code in place of `raise NotImplementedError()`, keep the names of the functions and their arguments, and
# leave the other cells as they are. Before you hand in: *Kernel → Restart Kernel and Run All Cells*.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import torch

from autograder.checks import check, hint, score

# %% [markdown]
# ## 1. The next token
#
# *{points} · medium · about 20 minutes*
#
# A model that writes reads a token and guesses the next one. Its `collate_fn` gets some lines of token numbers and makes a
# batch of inputs and targets.
#
# | argument | | result | shape |
# | --- | --- | --- | --- |
# | `examples` | a list of B tensors `(T_n,)`, int64 | `inputs` | `(T, B)`, int64 |
# | `pad_id` | the number that stands for padding | `targets` | `(T, B)`, int64 |
# | | | `lengths` | `(B,)`, int64 |
#
# - Column n of `inputs` holds all tokens of `examples[n]` but the last one. Column n of `targets` holds the token that
#   follows each. T is the largest number of inputs.
# - Behind its end an input is `pad_id`. A target there is -100, the class that `nn.functional.cross_entropy` leaves out.
# - `lengths` are the numbers of inputs of each line. A real token may have the number `pad_id`; it counts as any other.
# - Raise `ValueError` if a line has fewer than two tokens. `examples` stays as it is. All of this is on the CPU.
#
# **By hand.** `examples` = [5, 8, 6] and [7, 9], `pad_id` = 0:
#
#      inputs    5  7        targets    8     9        lengths   2  1
#                8  0                   6  -100
#
# What `cross_entropy` does with -100:

# %%
logits = torch.zeros(3, 10)  # three places, ten classes: each guess costs log(10)
torch.nn.functional.cross_entropy(logits, torch.tensor([8, -100, 6]), reduction="none")


# %% nbgrader={"grade": false, "grade_id": "next_tokens", "locked": false, "schema_version": 3, "solution": true, "task": false}
def next_tokens(examples, pad_id):
    """Inputs (T, B), targets (T, B) and lengths (B,) of a batch of lines of tokens.

    Inputs are padded with pad_id, targets with -100. Raises ValueError where a line has
    fewer than two tokens.
    """
    ### BEGIN SOLUTION
    lengths = torch.tensor([len(tokens) - 1 for tokens in examples])  # (B,)
    if lengths.min() < 1:
        raise ValueError(f"lines have {(lengths + 1).tolist()} tokens; two are needed")
    inputs = torch.full((int(lengths.max()), len(examples)), pad_id)  # (T, B)
    targets = torch.full_like(inputs, -100)
    for column, tokens in enumerate(examples):
        inputs[: len(tokens) - 1, column] = tokens[:-1]
        targets[: len(tokens) - 1, column] = tokens[1:]
    return inputs, targets, lengths
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(next_tokens)
hint(next_tokens, 0)

# %% nbgrader={"grade": true, "grade_id": "next_tokens-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(next_tokens) tries, on new random numbers.
score(next_tokens)

# %% nbgrader={"grade": true, "grade_id": "next_tokens-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a14_craft import lines

further = [
    Property("It holds for many lines.", lines(12, 15), weight=3),
    Property("Two lines with a padding below zero.", lines(2, 6, pad_id=-1)),
    Property(
        "Real tokens that look like padding.", lines(6, 9, 3, holding=True), weight=2
    ),
    Property("One long line.", lines(1, 11)),
    Property("Lines of two tokens.", lines(4, 2, equal=True)),
    Property("A short line among longer ones raises ValueError.", lines(4, 1)),
    Property("The call has no side effects.", lines(2, 4), watch=("inputs", "globals")),
]
### END HIDDEN TESTS
score(next_tokens, hidden=further)

# %% [markdown]
# ## 2. Which examples share a batch
#
# *{points} · medium · about 25 minutes*
#
# A bucket sampler puts examples of like length together, and still gives other batches in each epoch. It gets an order, drawn
# anew for each epoch, and cuts it into pools; within a pool it sorts by length.
#
# | argument | |
# | --- | --- |
# | `lengths` | `(N,)`, int64: the length of each example |
# | `order` | `(N,)`, int64: the numbers of all examples, in random order |
# | `batch` | examples in a batch |
# | `pool` | examples in a pool, a multiple of `batch` |
#
# - Cut `order` into pools of `pool` examples, from its beginning. The last pool may be smaller.
# - Sort the examples of each pool by their length, the shortest first. Examples of the same length stay as they came.
# - Cut each pool into batches of `batch` examples. The last batch of a pool may be smaller.
# - Return a list of int64 tensors, one for each batch: pool after pool, the batches of a pool from its shortest to its
#   longest examples. Raise `ValueError` if `pool` is no multiple of `batch`. `order` stays as it is.
#
# **By hand.** `lengths` = 5, 2, 9, 2, 7, 4 and `order` = 4, 0, 3, 2, 5, 1, with `batch=2` and `pool=4`. The first pool is 4, 0, 3,
# 2, with the lengths 7, 5, 2, 9. Sorted it is 3, 0, 4, 2. The second pool is 5, 1, with the lengths 4 and 2. So the batches are
# [3, 0], [4, 2] and [1, 5].
#
# A stable sort keeps what is equal as it came:

# %%
torch.tensor([7, 5, 2, 9, 5]).argsort(stable=True)


# %% nbgrader={"grade": false, "grade_id": "bucket_batches", "locked": false, "schema_version": 3, "solution": true, "task": false}
def bucket_batches(lengths, order, batch, pool):
    """A list of batches, int64 tensors of examples' numbers: pools of the order, sorted
    by length and cut.

    lengths (N,); order (N,). Raises ValueError where pool is no multiple of batch.
    """
    ### BEGIN SOLUTION
    if pool % batch:
        raise ValueError(f"a pool of {pool} is no multiple of a batch of {batch}")
    batches = []
    for examples in order.split(pool):
        by_length = examples[lengths[examples].argsort(stable=True)]
        batches += by_length.split(batch)
    return batches
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(bucket_batches)
hint(bucket_batches, 0)

# %% nbgrader={"grade": true, "grade_id": "bucket_batches-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(bucket_batches) tries, on new random numbers.
score(bucket_batches)

# %% nbgrader={"grade": true, "grade_id": "bucket_batches-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a14_craft import shuffled

further = [
    Property("It holds for many examples.", shuffled(200, 8, 40, longest=60), weight=3),
    Property("Many equal lengths.", shuffled(60, 4, 20, longest=3), weight=2),
    Property("Two pools, the second of one example.", shuffled(13, 4, 12)),
    Property("Fewer examples than a batch.", shuffled(3, 8, 16)),
    Property("Batches of three.", shuffled(20, 3, 6), weight=2),
    Property("One example more than a pool raises ValueError.", shuffled(12, 3, 7)),
    Property(
        "The call has no side effects.", shuffled(10, 2, 4), watch=("inputs", "globals")
    ),
]
### END HIDDEN TESTS
score(bucket_batches, hidden=further)

# %% [markdown]
# ## 3. "It is better now"
#
# *{points} · read by a person · about 15 minutes*
#
# A colleague writes: *"I added a bucket sampler, orthogonal weights and locked dropout to our LSTM. After each of 40 epochs I looked
# at the test set and kept the best epoch. Before, the accuracy was 0.861, now it is 0.874, so all three help. Training is three times
# faster too, so orthogonal weights make it fast."*
#
# Name two reasons why 0.874 may be no better than 0.861. Say which of the three changes can have made training faster and why,
# and describe the runs that would show what each change is worth. (100 to 150 words, in the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** The best of 40 looks at the test set is chosen by the test set: some of the gain is luck that was picked out.
# Validation data should choose the epoch, and the test be read once. And there is one run each: without the spread over
# seeds nobody knows whether 0.013 is more than two seeds differ by. Three things were changed at once, so even a real
# gain cannot be given to one of them. The bucket sampler made training faster: batches of like length hold less padding, so
# there are fewer steps to compute. Orthogonal weights and dropout change no amount of work. I would train ten seeds of four
# models: as before, and with each change alone, the same epochs, chosen by validation; then compare means with the spread
# of the seeds, and say "a tie" where they overlap. Time is measured apart, for the sampler with and without.
#
# **Rubric, {points}.** 1 the best epoch was chosen on the test set, with what should choose it; 1 one run each, or a gain without
# a spread; 1 the sampler is what saves time, because there is less padding; 1 each change alone, over several seeds. "More
# epochs" or "a larger test set" alone earns nothing.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit.
