# %% [markdown]
# # Assignment 9: the capstone
#
# *About five hours, {points}. Half of the time is for an investigation of your own. It belongs to
# lesson 9, `notebooks/09_beyond.ipynb`, and needs lessons 3 to 8.*
#
# A screen reader spells a word that it cannot pronounce, letter by letter: *HXIT, NBOP, ZZYP.* Those are names of
# letters, as Unicode calls them, without the script they belong to. Which script is it? You build the whole chain
# from text to answer, train it, and hand in code and trained weights. How good it is, is measured on words that only
# the examiner has.
#
# **How it is graded.** As before, each function is tried on random cases, and what holds earns its part of the
# points; `check(...)` is free. The third one also loads your weights, `a9_capstone.safetensors`, from beside this
# notebook. **Hand in both files.** Grading never trains: it takes seconds.
#
# Write your code in place of `raise NotImplementedError()`, keep the names of the functions and their arguments, and
# leave the other cells as they are. Before you hand in: *Kernel → Restart Kernel and Run All Cells*.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import torch
from safetensors.torch import save_file
from torch import nn

from autograder.checks import check, hint, score
from exercises.a9_capstone import ALPHABET, SCRIPTS, training_words, validation_words

# %% [markdown]
# ## The words
#
# Ten scripts. A word is two to five letters of one of them, drawn at random; their names stand one behind the other,
# with spaces between. The label is the number of the script in `SCRIPTS`. The letters come from the table of Unicode
# 3.2 that every Python carries. Some are shared: KA is a letter in eight of the ten scripts. So one letter may not be
# enough, and the order of the signs within it matters.
#
# Both functions below return the pair `(words, scripts)`: a list of strings, and a list of ints, the labels.
#
# - `training_words(count, seed)` draws words of *training letters*, three fifths of each script's. Another seed,
#   other words: as many as you like.
# - `validation_words()` are always the same 2000. Each of their letters is, with a chance of one half, one that no
#   training word has.
# - The examiner's words are made like those for validation, from letters that you are not given.

# %%
[
    f"{SCRIPTS[script]}: {word}"
    for word, script in zip(*training_words(10, seed=1), strict=True)
]


# %% [markdown]
# ## 1. From text to numbers
#
# *{points} · easy · about 15 minutes*
#
# A network reads numbers. Given a list of B words and an alphabet, return the pair `(ids, lengths)`:
#
# - `ids` is `(B, T)`, int64, T the length of the longest word: in row b, from the left, the number of each letter of
#   word b, and zeros behind it.
# - Letter k of `alphabet`, counted from 0, has the number k + 1, because 0 is the padding.
# - A letter that `alphabet` lacks has the number `len(alphabet) + 1`.
# - `lengths` is `(B,)`, int64: how many letters each word has.
#
# Spaces are letters like others, and so are small and capital ones. There is at least one word, and none is empty. The
# rows keep the order of the words.
#
# **By hand.** Alphabet `"ABC"`, words `["CAB", "B", "A?"]`: `ids` is `[[3, 1, 2], [2, 0, 0], [1, 4, 0]]`, `lengths` is
# `[3, 1, 2]`.

# %% nbgrader={"grade": false, "grade_id": "encode_words", "locked": false, "schema_version": 3, "solution": true, "task": false}
def encode_words(words, alphabet):
    """Numbers of letters, (B, T) int64 with zeros behind each word, and the lengths of
    the words, (B,) int64."""
    ### BEGIN SOLUTION
    number = {letter: place for place, letter in enumerate(alphabet, 1)}
    lengths = torch.tensor([len(word) for word in words])  # (batch,)
    # (batch, time)
    ids = torch.zeros(len(words), int(lengths.max()), dtype=torch.int64)
    for row, word in zip(ids, words, strict=True):
        row[: len(word)] = torch.tensor(
            [number.get(letter, len(alphabet) + 1) for letter in word]
        )
    return ids, lengths
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(encode_words)
hint(encode_words, 0)

# %% nbgrader={"grade": true, "grade_id": "encode_words-visible", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(encode_words) tries, on new random words.
score(encode_words)

# %% nbgrader={"grade": true, "grade_id": "encode_words-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a9_capstone import texts

further = [
    Property("Many words of different lengths.", texts(9, 1, 4, 12, 2, 7, 7), weight=2),
    Property("The longest word comes last.", texts(1, 2, 9)),
    Property("A long word alone.", texts(40)),
    Property(
        "Unknown letters in words of all lengths.", texts(1, 5, 2, 6, unknown=True)
    ),
    Property(
        "Unknown letters and spaces together.",
        texts(6, 9, 3, 8, unknown=True, spaces=True),
    ),
    Property("An alphabet of two letters and the space.", texts(3, 5, 4, size=2)),
    Property("A large alphabet.", texts(6, 3, 8, size=52)),
    Property(
        "The call has no side effects.", texts(2, 6, 4, unknown=True),
        watch=("inputs", "globals"),
    ),
]
### END HIDDEN TESTS
score(encode_words, hidden=further)


# %% [markdown]
# ## 2. From numbers to features
#
# *{points} · medium · about 30 minutes*
#
# An embedding turns every number into a vector, an LSTM reads the vectors, and its last states say what it has read.
# Return one row of features for each word: `(B, D * H)`, with D = 1 direction or 2.
#
# | argument | |
# | --- | --- |
# | `embedding` | an `nn.Embedding` |
# | `lstm` | an `nn.LSTM` with `batch_first=True`, of any number of layers, with or without `bidirectional` |
# | `ids` | `(B, T)`, int64; behind a word there may be **any** numbers |
# | `lengths` | `(B,)`, int64, on the CPU, in any order; T may be more than the longest |
#
# A row holds the last states of the **top** layer: the forward direction's after the word's own last letter, and behind
# it, if there is one, the backward direction's after the word's first. It is what one gets when the word is read alone:
# neither the padding nor the other words matter. Gradients reach the layer and the embedding; nothing changes.
#
# **By hand.** One unit, one direction; all weights and biases are 0, but g's bias is so large that g = 1. The gates are
# 0.5, so c is 0.5 after one letter and 0.5 · 0.5 + 0.5 = 0.75 after two. A word of one letter has the feature
# 0.5 · tanh(0.5) ≈ 0.231, one of two letters 0.5 · tanh(0.75) ≈ 0.318. Where the padding of the first is read, it has
# 0.318 too.

# %% nbgrader={"grade": false, "grade_id": "read_words", "locked": false, "schema_version": 3, "solution": true, "task": false}
def read_words(embedding, lstm, ids, lengths):
    """The last states of the top layer for each word, (B, D * H): forward, then
    backward."""
    ### BEGIN SOLUTION
    packed = nn.utils.rnn.pack_padded_sequence(
        embedding(ids), lengths, batch_first=True, enforce_sorted=False
    )
    _, (h_n, _) = lstm(packed)  # (layers * D, batch, hidden), in the order of the words
    if lstm.bidirectional:
        return torch.cat([h_n[-2], h_n[-1]], dim=1)
    return h_n[-1]
    ### END SOLUTION


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(read_words)
hint(read_words, 0)

# %% nbgrader={"grade": true, "grade_id": "read_words-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(read_words) tries, on new random numbers.
score(read_words)

# %% nbgrader={"grade": true, "grade_id": "read_words-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a9_capstone import features

further = [
    Property(
        "Many words of different lengths.",
        features(3, 4, 5, 1, 8, 3, 2, 7, 4),
        weight=2,
    ),
    Property(
        "Three layers in one direction.",
        features(2, 8, 3, 5, 1, layers=3, bidirectional=False),
    ),
    Property(
        "Three layers in two directions.", features(3, 2, 2, 6, 4, layers=3), weight=2
    ),
    Property(
        "Words as many as layers and directions.", features(4, 4, 4, 2, 3, 1, layers=2)
    ),
    Property("Two words with much padding.", features(3, 3, 2, 4, padding=11)),
    Property("A word of one letter alone.", features(3, 2, 1)),
    Property(
        "The longest word comes last, in one direction.",
        features(2, 5, 1, 2, 7, bidirectional=False),
    ),
    Property(
        "Gradients are right in two layers.",
        features(2, 3, 3, 1, 4, layers=2, dtype=torch.float64, padding=2),
        watch=("gradients",),
        weight=2,
    ),
    Property(
        "The call has no side effects.",
        features(2, 8, 3, 2, layers=2),
        watch=("inputs", "globals"),
    ),
]
### END HIDDEN TESTS
score(read_words, hidden=further)


# %% [markdown]
# ## 3. A model, and its weights
#
# *{points} · hard · about 80 minutes*
#
# Now make it good. The model is yours: any layers, any size, anything that the file can hold. Three things are fixed.
#
# 1. The first layer is called `embedding`, an `nn.Embedding` with a row for every number, 0 included: 29 rows. The last
#    is called `head`, an `nn.Linear` with a row for every script, in the order of `SCRIPTS`. What lies between them is
#    free.
# 2. The trained weights are in **`a9_capstone.safetensors`**, beside this notebook, at most 256 kB (about 65,000
#    numbers in float32): `save_file(model.state_dict(), "a9_capstone.safetensors")`. A safetensors file holds names,
#    shapes and numbers and no code, so anybody may open it; what `torch.save` writes is not read.
# 3. `script_scores(weights, ids, lengths)` returns a score for every word and script, `(B, 10)`: the larger, the more
#    likely. `weights` is the content of the file, a dict of tensors by name. `ids` and `lengths` are those of
#    `encode_words(words, ALPHABET)`, with zeros in the padding.
#
# **What is tried.** The scores of a word depend neither on the padding, nor on the other words or their order, nor on
# chance. And they come from the weights: the examiner gives letters and scripts other numbers in every run, and
# exchanges the rows of `embedding.weight`, `head.weight` and `head.bias` with them. A model does not notice. A table of
# names in the code, or weights that nobody reads, come to nothing. This earns about a quarter of the points.
#
# **How good it is** earns the rest: a fifth of that on the words for validation, which you can see, the rest on the
# examiner's.
#
# | | words that are right | |
# | --- | ---: | --- |
# | always the same script | 10 % | |
# | from the length alone | 20 % | |
# | from how often each letter occurs, a linear layer | 73 % | **baseline**: nothing up to here |
# | a plain LSTM, trained for ten seconds | 86 % | **target**: three quarters |
# | your best idea | 91 % | **stretch**: all |
#
# Between these the points grow evenly, so every word more counts.
#
# **The rule.** Train on the words of this notebook. Every Python has the examiner's letters too, and a model that has
# seen them would say nothing about new ones; it would also gain little, for 91 % can be reached without. When you have
# chosen your model, you may train it once more on the words for validation as well.
#
# **By hand.** All weights are 0, and `head.bias` is 1 for Yi and 0 otherwise. Every word gets the scores
# (0, ..., 0, 1), the answer is always Yi, and of ten scripts that is right for one word in ten.

# %% nbgrader={"grade": false, "grade_id": "script_scores", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["forbid-unicodedata"]
class ScriptModel(nn.Module):
    """Scores of the ten scripts for words; begins with the layer `embedding` and ends
    with the layer `head`."""

    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION
        self.embedding = nn.Embedding(29, 16, padding_idx=0)
        self.lstm = nn.LSTM(16, 40, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.4)
        self.head = nn.Linear(80, 10)
        ### END SOLUTION

    def forward(self, ids, lengths):
        """ids (B, T), lengths (B,); returns scores (B, 10)."""
        ### BEGIN SOLUTION
        letters = self.dropout(self.embedding(ids))  # (batch, time, features)
        packed = nn.utils.rnn.pack_padded_sequence(
            letters, lengths, batch_first=True, enforce_sorted=False
        )
        _, (h_n, _) = self.lstm(packed)
        return self.head(self.dropout(torch.cat([h_n[0], h_n[1]], dim=1)))
        ### END SOLUTION


def script_scores(weights, ids, lengths):
    """The scores (B, 10) of a model with these weights for the words of ids (B, T) and
    lengths (B,)."""
    ### BEGIN SOLUTION
    model = ScriptModel()
    model.load_state_dict(weights)
    model.eval()
    with torch.no_grad():
        return model(ids, lengths)
    ### END SOLUTION


# %% [markdown]
# Write your training into the next cell, and set `TRAIN` to `True` in the one after it when you want it to run. Save
# the weights at its end. Set it back before you hand in: nobody trains again.

# %% nbgrader={"grade": false, "grade_id": "train", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train(seed=0, epochs=15, count=6000, batch=64, rate=0.01):
    """Train a ScriptModel on fresh words in each epoch, say how many words for
    validation are right, and save it."""
    ### BEGIN SOLUTION
    torch.manual_seed(seed)
    model = ScriptModel()
    optimizer = torch.optim.AdamW(model.parameters(), rate)
    steps = epochs * -(-count // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    test, labels = validation_words()
    test, labels = encode_words(test, ALPHABET), torch.tensor(labels)
    for epoch in range(epochs):
        model.train()
        words, scripts = training_words(count, seed=1000 * seed + epoch)
        (ids, lengths), y = encode_words(words, ALPHABET), torch.tensor(scripts)
        for chosen in torch.randperm(count).split(batch):
            scores = model(ids[chosen], lengths[chosen])  # (batch, scripts)
            optimizer.zero_grad()
            nn.functional.cross_entropy(scores, y[chosen]).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            right = (model.eval()(*test).argmax(dim=1) == labels).double().mean()
        print(f"epoch {epoch}: {right:.1%} of the words for validation are right")
    save_file(model.state_dict(), "a9_capstone.safetensors")
    ### END SOLUTION


# %%
TRAIN = False
if TRAIN:
    train()

# %% [markdown]
# With the file there, `check` says what holds, how many words for validation are right, and which scripts are found
# least.

# %%
check(script_scores)
hint(script_scores, 0)

# %% nbgrader={"grade": true, "grade_id": "script_scores-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(script_scores) tries, with your weights.
score(script_scores)

# %% nbgrader={"grade": true, "grade_id": "script_scores-hidden", "locked": true, "points": 7, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases and the examiner's words.
# They are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a9_capstone import held_out, relation, right, same

KEY = "seven lanterns over a slow river"
further = [
    Property(
        "More padding changes nothing for many words.", relation("padding", 14),
        weight=0.5, verdict=same,
    ),
    Property(
        "One of many words alone has the same scores.", relation("alone", 12),
        weight=0.5, verdict=same,
    ),
    Property(
        "Many words keep their scores in another order.", relation("order", 20),
        weight=0.5, verdict=same,
    ),
    Property(
        "Asked twice about many words, it says the same.", relation("again", 11),
        weight=0.5, verdict=same,
    ),
    Property(
        "Other numbers for letters and scripts, many words.", relation("numbers", 13),
        weight=0.5, verdict=same,
    ),
    Property(
        "The examiner's words are read.", held_out(KEY, 2000), weight=14, verdict=right
    ),
]
### END HIDDEN TESTS
score(script_scores, hidden=further)

# %% [markdown]
# ## 4. What the number says
#
# *{points} · read by a person · about 15 minutes*
#
# A fellow student reports 99 % for a similar model. They drew 8,000 words with `training_words`, kept 2,000 of these
# for testing, and trained on the rest. You get 90 % on `validation_words()`.
#
# Why are the two numbers no answer to the same question, though no word is in both of their parts? What would you
# expect of their model on the examiner's words, and how would you find out with the words of this notebook? Which of
# the ten scripts does **your** model find least, and why these? (100 to 150 words, in the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** Their test words are new, but not one of their letters is: all are spelled with training letters, so
# a model that has learned letters by heart does well. It leaks what is to be tested, reading unknown letters. My words
# for validation take half of their letters from a part that no training word shows, and so do the examiner's. On those
# I expect their model near mine, or below it if it was tuned to remember; whether it is, `validation_words()` tells
# without any new training. My model finds Devanagari, Cyrillic and Katakana least. They have few training letters, so
# there is little to learn what their letters sound like, and the letters look like those of larger scripts: KA, GA, HA
# are in Devanagari, Katakana, Ethiopic and Cherokee, and a short word of such letters has no right answer that could be
# known.
#
# **Rubric, {points}.** 0.5 their test shares letters with the training, mine does not; 0.5 an expectation well below
# 99 %, with `validation_words()` as the way to find out; 0.5 scripts named from their own check, plausibly; 0.5 a
# reason: few training letters, or letters shared with other scripts. "Overfitting" without saying what is shared earns
# nothing of the first half point.
# <!-- END SOLUTION -->

# %% [markdown]
# ## 5. An investigation of your own
#
# *{points} · read by a person · about two and a half hours, and up to half an hour in which the machine trains*
#
# One number from one run says little. Find out what yours is worth, as the lessons did with theirs. Everything is measured
# on `validation_words()`; the examiner's words are nobody's to investigate. Put code and pictures into cells of your own
# above, and the findings, with all numbers, into the next cell (400 to 600 words). What trains stands below `if TRAIN:` there
# too, for all cells run once more when your work is graded.
#
# 1. **A baseline of your own** (lesson 8). Train something without recurrence that you expect to be hard to beat. What does it
#    reach, and what does it not see?
# 2. **Ten seeds** (lessons 4 and 8). Train one model that has an `nn.LSTM` ten times, with ten seeds that you fixed before.
#    Give all ten numbers, their mean and standard deviation s, and the interval mean ± 2.26 · s / √10, which has Student's t
#    for nine degrees of freedom in it. The weights that you hand in are those of one of them: of which, and why?
# 3. **Its gates** (lesson 3). Follow one gate through ten words. Say what you expected, what you saw, and what the same gate
#    does in an untrained layer.
# 4. **Its reach** (lesson 7). How far back does a letter count? Exchange one letter at a time, or take gradients, by the
#    distance from the end of the word.
# 5. **One ablation** (lessons 6 and 9). Change one thing and nothing else, with the same ten seeds. Give the ten differences,
#    seed by seed, with their mean and its interval. What would you have believed after one seed?
# 6. **What would make you distrust your number?** Name two ways in which it could be too good or beside the question, how each
#    would show, and which of the two you have looked for.
#
# Plan for this: a run of a model of this size takes ten seconds to a minute on two cores, and there are twenty runs and the
# baseline. Together with the exercises above, plan two afternoons.

# %% [markdown] nbgrader={"grade": true, "grade_id": "report", "locked": false, "points": 9, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **What a full answer has.** Numbers that can be recomputed from what stands beside them, and sentences that would be other
# ones if the numbers were others. Which model is better does not matter; a careful finding that nothing helped is a full
# answer.
#
# **Rubric, {points}.** 1.5 a baseline without recurrence that was trained and is not weak on purpose, with its number and what it
# cannot see; 1.5 ten numbers, fixed seeds, mean and interval rightly computed, and a reason for the weights handed in that is
# not "the best one" unless the bias of choosing is named; 1.5 a gate followed by letter and step, an expectation stated before,
# and the untrained layer beside it; 1.5 the effect of a letter by its distance, measured, with the lengths of the words kept
# apart; 1.5 one change only, ten paired differences with their interval, and a conclusion that follows from it; 1.5 two ways to
# be misled that are specific to this task (letters shared between scripts, words for validation used for choosing, one lucky
# seed, labels that no model could know), each with how it would show, and one of them looked for. Numbers without the code or
# the words that they come from earn half of their part.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Set `TRAIN` to `False`, restart the kernel, run all cells, read what the checks say once more, save, and submit
# **both** files: this notebook and `a9_capstone.safetensors`.
