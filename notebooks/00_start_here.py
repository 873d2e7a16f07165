# %% [markdown]
# # 0. Start here
#
# *About 30 minutes. You need to know some Python, and to have used a PyTorch tensor once.*
#
# An LSTM is a layer that reads a sequence step by step and remembers a part of it. The figure shows one unit of an
# LSTM while it reads 40 numbers. Choose the cell below, press Shift and Enter, and wait a few seconds. Then drag
# *Forget gate, bias* to the right. Does it remember for longer?
#
# Terms are explained in the [glossary](glossary.md).

# %%
import lstmlab

lstmlab.GateExplorer(forget_bias=1.0)

# %% [markdown]
# It does: look at the row `c`, its memory. Lesson 3 explains the other rows. If you see `ModuleNotFoundError`
# instead, go to *When something goes wrong* below.
#
# After this lesson you can
#
# 1. tell whether your copy of the course works, and repair it when it does not;
# 2. use a lesson: predict, compare, turn flash cards, explain;
# 3. find your next lesson, its assignment, and how far you are.

# %% [markdown]
# This page is a *notebook*: text and code in *cells*. Shift and Enter runs the chosen cell, shows its result
# under it, and chooses the next cell. Read every lesson in this way, to the end of the page.
#
# A lesson imports what it needs in one cell and sets a *seed* there, so that random numbers are the same for
# every reader.

# %%
import timeit

import torch
from torch import nn

from lstmlab import start

torch.manual_seed(0)
torch.set_num_threads(1)  # layers as small as these are fastest on one thread
lstmlab.use_style()
quiz = lstmlab.Quiz("00_start_here")

# %% [markdown]
# ## Predictions
#
# Each lesson opens with questions about what you are going to see. Choose an option, then press *Commit*.
# With the keyboard, Tab leads from one button to the next, arrow keys choose, Space presses. You do not see yet
# whether you are right: a wrong guess that you remember teaches more than a right answer that you were given.

# %% tags=["hide-input"]
quiz.predict("time")

# %% tags=["hide-input"]
quiz.predict("twice")

# %% tags=["hide-input"]
quiz.predict("input")

# %% [markdown]
# ## The course
#
# The figure shows the course from top to bottom. A lesson takes an hour or less, and its assignment about as long.
# Lessons 5 to 8 can be read in any order, after the lessons that they need.

# %%
start.course_map()

# %% [markdown]
# ## Experiments
#
# The first cell prints the versions of what the course needs, and whether each fits. When a line says
# *does not fit*, run `make lab` in the folder of the course: it installs what is missing.

# %%
installed = start.versions()
print(*installed, sep="\n")
assert all(version.fits for version in installed), (
    "run `make lab` in the folder of the course"
)

# %% [markdown]
# Next comes the layer itself. LSTM stands for **long short-term memory**. The weights of a network hold what
# it has learned in training; its *state* is its short-term memory: what it holds while it reads. An LSTM is
# built so that this short-term memory can last long.
#
# The cell below computes one step of a layer that reads 10 numbers and has 20 units, for 4 sequences side by
# side. The state of an LSTM has two parts, the *hidden state* `h` and the *cell state* `c`. Look at the shapes: each
# part has 20 numbers for each of the 4 sequences.

# %%
lstm = nn.LSTM(input_size=10, hidden_size=20)
x = torch.randn(1, 4, 10)  # (time, batch, input)
output, (h_n, c_n) = lstm(x)  # (time, batch, hidden), (1, batch, hidden) each
assert output.shape == (1, 4, 20) and h_n.shape == c_n.shape == (1, 4, 20)
assert torch.equal(output[0], h_n[0]) and output.abs().max() < 1
print("x", tuple(x.shape), "-> output", tuple(output.shape))
print("h_n", tuple(h_n.shape), "c_n", tuple(c_n.shape))

# %% [markdown]
# How long does a step take? The cell prints the median of 21 measurements. The matrix products of one step
# multiply 9600 pairs of numbers.

# %%
seconds = sorted(timeit.repeat(lambda: lstm(x), number=5, repeat=21))[10] / 5
multiplications = 4 * (4 * 20) * (10 + 20)  # batch * rows of the weights * columns
assert multiplications == 9600 and seconds < 0.01
print(f"one step: {seconds * 1e6:.0f} microseconds")

# %% [markdown]
# Here is the first thing you predicted. *Compare* puts your choice beside the answer. If you have not
# committed, go up and do so first.

# %% tags=["hide-input"]
quiz.reveal("time")

# %% [markdown]
# Ten thousand products are little work for a processor: a step takes less than a hundredth of a second, without a
# GPU.
#
# ### The page and the kernel

# %% tags=["hide-input"]
quiz.myth("page is state")

# %% [markdown]
# The page shows code. The *kernel* is a program behind the page: it runs the code and keeps the variables. The
# cell below runs `x = 1` once and `x += 1` twice.

# %%
scratch = {}
for cell in ("x = 1", "x += 1", "x += 1"):
    exec(cell, scratch)
assert scratch["x"] == 3
print("x is", scratch["x"], "though the page, read from top to bottom, would say 2")
quiz.reveal("twice")

# %% [markdown]
# The kernel remembers every variable, whatever you change or delete on the page afterwards.
#
# So when numbers look wrong, choose *Kernel → Restart Kernel and Run All Cells*. A fresh kernel knows nothing, and
# all cells run once, in the page's order.
#
# Random numbers depend on what ran before, too. The seed fixes the sequence of numbers, not each draw: the second
# draw differs from the first, and setting the seed again brings the first draw back.

# %%
torch.manual_seed(0)
first, second = torch.randn(3), torch.randn(3)  # (3,) each
torch.manual_seed(0)
assert torch.equal(torch.randn(3), first) and not torch.equal(first, second)
print("first draw ", first.tolist())
print("second draw", second.tolist())

# %% [markdown]
# ## Claims put to the test
#
# Every lesson has a part that tests sentences which are often said. Here are two small claims first. The
# [index of claims](claims.md) lists the claims of the course, with the cells that test them.
#
# ### "A tensor may be called `input`."
#
# Many examples do so. But `input` is also a function of Python: it asks the user for text. The cell below
# gives the name to a tensor and then calls the function.

# %% tags=["claim-57"]
input = torch.zeros(3)  # (3,)
try:
    input("Your name? ")
except TypeError as error:
    message = str(error)
assert "not callable" in message
print("TypeError:", message)
del input  # Python's own function is back
assert "input" not in globals()
quiz.reveal("input")

# %% [markdown]
# Python allows it. The name then means the tensor, in every cell, until it is deleted. Later code that wants
# to ask you something fails, far away from the cause.
#
# ### "Ten ways of learning and a test of ten questions."
#
# A page about LSTMs promised this, and the test was not there. So count. The cell counts what this lesson has. (Six
# of its questions are below; the others come in lesson 10.)

# %%
bank = quiz.bank
predictions = [question for question in bank.questions.values() if not question.level]
found = {
    "predictions": len(predictions),
    "questions": len(bank.questions) - len(predictions),
    "cards": len(bank.cards),
    "things to explain": len(bank.prompts),
}
assert found == {"predictions": 3, "questions": 13, "cards": 8, "things to explain": 1}
print(", ".join(f"{kind}: {count}" for kind, count in found.items()))

# %% [markdown]
# ## Assignments
#
# Assignments are in the folder `release`. The assignment of lesson 3 is
# [`release/a3_gates/a3_gates.ipynb`](../release/a3_gates/a3_gates.ipynb).
#
# 1. **Write.** Put your code in the place of `raise NotImplementedError()`. Keep the names of functions and
#    arguments; leave the other cells as they are.
# 2. **Check.** Run the cell `check(lstm_cell)` below your function, as often as you like. It costs no points.
# 3. **Run from the top.** Choose *Kernel → Restart Kernel and Run All Cells*, and save.
# 4. **Hand in.** In a class, do as your teacher says. Often you choose *Nbgrader → Assignment List* in JupyterLab, or
#    upload this single file.

# %% [markdown]
# A *property* is one thing that a right answer does. A check says of each property whether it holds. Where it fails,
# the check says on which shapes it was tried, and often names the mistake. Here is what it says of an `lstm_cell`
# that reads the gates in a wrong order, shortened:
#
# ```text
# lstm_cell: 2 of 8 properties hold.
#
#       FAILS  The new cell state c_new agrees with nn.LSTMCell.
#              tried on x (3, 4), h (3, 5), c (3, 5), W_ih (20, 4), W_hh (20, 5), ...
#              15 of 15 elements differ, first c_new[0, 0]: expected 0.6744, found 0.6512.
#              This is what one gets when the blocks were read as i, f, o, g.
# not decided  5 more depend on it.
#       holds  The call leaves its arguments, ...
#
# Known mistake: the blocks were read as i, f, o, g.
# Read on: notebooks/03_gates.ipynb#1.-The-blocks-read-in-another-order
#
# Cases are drawn anew each time; check(lstm_cell, seed=1426879600) repeats these.
# ```

# %% [markdown]
# **How it is graded.** Your answers are graded by the same checks, on new random cases, and by further
# checks of the same kind. Each property that holds earns its part of the points, so unfinished work
# counts. Only your answers are taken from the file; a test cell that you deleted by accident costs nothing.
# You get back a page that says which properties hold.
#
# **Without a class** you can grade yourself, in a terminal (Linux or macOS) in the folder of the course:
#
# ```sh
# mkdir -p submitted/me/a3_gates
# cp release/a3_gates/a3_gates.ipynb submitted/me/a3_gates/
# .venv/bin/autograder grade a3_gates
# ```
#
# The page is then `feedback/me/a3_gates/a3_gates.html`. Solutions are in the folder `source`; you learn most from
# them after trying.

# %% [markdown]
# ## Your progress
#
# Your progress is in your own notebooks, as you saved them. Nothing is sent anywhere. The cell below reads how many
# cells of each lesson you have run, and how many answers of each assignment you have written. Whether the answers
# are right, only `check` says. Save (Ctrl and S, on a Mac Cmd and S) and run it again: the number of this
# lesson has grown.

# %%
done = start.progress()
print(*done, sep="\n")
assert done and all(0 <= work.done <= work.total for work in done)

# %% [markdown]
# ## When something goes wrong
#
# | what you see | what to do |
# | --- | --- |
# | `[*]` beside a cell, for minutes | *Kernel → Interrupt Kernel*. All variables stay. |
# | *The kernel appears to have died* | It starts again, empty. Choose your cell, then *Run → Run All Above Selected Cell*. If it dies again, the cell needs more memory than there is. |
# | `No module named 'lstmlab'` | The kernel belongs to another Python. *Kernel → Change Kernel*, or close JupyterLab and start it with `make lab`. |
# | a version that does not fit | `make lab` in the folder of the course. |
# | *The kernel was started anew* | Choose that cell, *Run → Run All Above Selected Cell*, then run it again. |
# | text where a slider should be | Run the cell again. If it stays, open the page in JupyterLab by `make lab`. |
# | *The file has changed on disk* | The course was updated while the page was open. *Revert* takes the new page; *Overwrite* keeps yours. |
# | a lesson that you want back as it was | First, to keep your notes, *File → Save Notebook As*. Then `git checkout notebooks/03_gates.*` brings back the original of lesson 3. |
# | other numbers than in the text | *Kernel → Restart Kernel and Run All Cells*. Random numbers depend on what ran before. |

# %% [markdown]
# ## Questions
#
# A lesson ends with six questions: two easy, two medium, two hard. Each says at once whether you are right,
# and has a hint and a worked solution.

# %% tags=["hide-input"]
quiz.choice("name")

# %% tags=["hide-input"]
quiz.choice("restart")

# %% tags=["hide-input"]
quiz.choice("all hold")

# %% tags=["hide-input"]
quiz.choice("deleted")

# %% tags=["hide-input"]
quiz.choice("gone")

# %% tags=["hide-input"]
quiz.choice("seed")

# %% [markdown]
# **Find the mistake.** Say what goes wrong before you look at the answer.

# %% tags=["hide-input"]
quiz.pitfall("input")

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card. *I knew it* puts it away; *Again* brings it back
# at the end.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then press *Compare* and tick the concepts that your text has. Nobody
# else reads it.

# %% tags=["hide-input"]
quiz.explain("odd numbers")

# %% [markdown]
# The kernel keeps your answers to questions: they stay when a cell is run again, and are lost at a restart.
# Predictions that you committed, and what you explain in your own words, are kept on this computer, also
# over a restart. So is your first answer to each question with a *Check* button: it counts as its first
# review, and lesson 10 asks it again when it is due. The summary says which questions to look at again.

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **Next:** lesson 1, [`01_sequences.ipynb`](01_sequences.ipynb). If you know windows, baselines and leaks of
# forecasts, and have written a recurrent step by hand, begin with lesson 3, [`03_gates.ipynb`](03_gates.ipynb).
#
# ### Source
#
# - S. Hochreiter, J. Schmidhuber: [*Long Short-Term Memory*](https://doi.org/10.1162/neco.1997.9.8.1735).
#   Neural Computation 9(8), 1735-1780, 1997. The name, and the layer.

# %% [markdown]
# ### What to remember
#
# 1. The copy works when the versions fit and the step of an LSTM ran. `make lab` installs versions that fit;
#    *Restart Kernel and Run All Cells* repairs wrong numbers.
# 2. Commit before you read, compare when the numbers are there, turn the flash cards, explain before you look.
# 3. The map shows what a lesson needs and which assignment follows. `check` costs nothing, and grading uses the
#    same checks. Your progress is in your saved notebooks.
