"""How a trained model is tried: cases for `script_scores`, and verdicts on what it says about them.

No two students' models agree on numbers, so there is no oracle. What must hold of any model is that padding, company
and order change nothing, and that the scores come from the weights that were handed in: the examiner gives letters
and scripts other numbers, and exchanges the rows of the embedding and of the head accordingly. A model does not
notice; a table in the code, or a model that ignores the file, does. How good the model is, is counted on words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import torch
from torch import Generator, Tensor

from autograder.checking.found import Finding, Observation, said
from autograder.checking.judging.compare import compare
from autograder.checking.language import Case
from autograder.checking.observing.draw import Draw, discriminating, pull
from exercises.a9_capstone.given import (
    ALPHABET,
    SCRIPTS,
    Words,
    held_out_words,
    training_words,
    validation_words,
)
from exercises.a9_capstone.shared import encode_words
from exercises.a9_capstone.weights import HEAD, LETTERS, read_weights

BASELINE, TARGET, STRETCH = 0.73, 0.86, 0.91  # see `credit`
AT_TARGET = 0.75  # of the credit
NUMBERS, CLASSES = len(ALPHABET) + 1, len(SCRIPTS)
OPERATIONS = 20_000  # of any model that fits into the file: letters times units, times two for layers
STAND_IN = {LETTERS: torch.zeros(NUMBERS, 4), HEAD: torch.zeros(CLASSES, 4)}  # where there is no file
UNREAD = "the weights that are handed over are not used"  # a mistake's name
Ask = Callable[[Case], Observation]


@dataclass(frozen=True)
class Note:
    """What a verdict knows of a case. `problem` with the file; `labels` of the words; `columns[k]` is the column of
    script k; the scores' rows should be those that `plain` gets, in the order of `rows`."""

    problem: str = ""
    labels: Tensor | None = None
    columns: Tensor | None = None
    plain: Case | None = None
    rows: Tensor | None = None


# ---------------------------------------------------------------- cases


def relation(change: str, batch: int) -> Draw:
    """Cases of `batch` training words that are a change of a plain case: "padding", "alone", "order", "again",
    "numbers" or "nothing"."""

    def draw(generator: Generator) -> Case:
        words, _ = training_words(batch, pull(generator))
        words = [words[k] for k in torch.randperm(batch, generator=generator)]
        ids, lengths = encode_words(words, ALPHABET)
        weights = read_weights()
        plain = Case(
            {"weights": weights.tensors or STAND_IN, "ids": ids, "lengths": lengths},
            pull=pull(generator),
            operations=OPERATIONS,
        )
        return _CHANGES[change](
            plain, generator, Note(weights.problem, plain=plain, rows=torch.arange(batch))
        )

    # A word that stands first or last may stand there when they are sorted, too.
    return (
        discriminating(draw, lambda case: [0 < int(case.note.rows[0]) < batch - 1])
        if change == "alone"
        else draw
    )


def validation(count: int) -> Draw:
    """The case of the first `count` words for validation."""
    return _counted(lambda: validation_words(count))


def held_out(key: str, count: int) -> Draw:
    """The case of `count` words that only the examiner has."""
    return _counted(cache(lambda: held_out_words(key, count)))


def _counted(words: Callable[[], Words]) -> Draw:
    """Cases that ask for the scripts of words, with other numbers for letters and scripts in each run."""

    def draw(generator: Generator) -> Case:
        texts, labels = words()
        ids, lengths = encode_words(texts, ALPHABET)
        weights = read_weights()
        plain = Case(
            {"weights": weights.tensors or STAND_IN, "ids": ids, "lengths": lengths}, pull=pull(generator)
        )
        return _renumbered(plain, generator, Note(weights.problem, labels=torch.tensor(labels)))

    return draw


def _with(plain: Case, note: Note, **arguments: Any) -> Case:
    return replace(plain, args={**plain.args, **arguments}, note=note)


def _padded(plain: Case, generator: Generator, note: Note) -> Case:
    """The same words with nine columns of zeros behind them, as if a longer word were among them."""
    ids = plain.args["ids"]
    return _with(plain, note, ids=torch.cat([ids, ids.new_zeros(len(ids), 9)], dim=1))


def _alone(plain: Case, generator: Generator, note: Note) -> Case:
    """One of the shorter words by itself, its padding cut off."""
    lengths = plain.args["lengths"]
    row = lengths.argmin().reshape(1)
    ids = plain.args["ids"][row, : int(lengths[row])]
    return _with(plain, replace(note, rows=row), ids=ids, lengths=lengths[row])


def _reordered(plain: Case, generator: Generator, note: Note) -> Case:
    rows = torch.randperm(len(plain.args["ids"]), generator=generator)
    return _with(
        plain, replace(note, rows=rows), ids=plain.args["ids"][rows], lengths=plain.args["lengths"][rows]
    )


def _renumbered(plain: Case, generator: Generator, note: Note) -> Case:
    """Other numbers for letters and scripts, with the rows of the weights that belong to them."""
    letters = torch.cat(
        [torch.zeros(1, dtype=torch.int64), 1 + torch.randperm(NUMBERS - 1, generator=generator)]
    )
    scripts = torch.randperm(CLASSES, generator=generator)
    moved = dict(plain.args["weights"])
    moved[LETTERS] = moved[LETTERS][letters.argsort()]  # row letters[k] is what row k was
    for name in (HEAD, "head.bias"):
        if name in moved:
            moved[name] = moved[name][scripts.argsort()]
    return _with(plain, replace(note, columns=scripts), weights=moved, ids=letters[plain.args["ids"]])


_CHANGES: Mapping[str, Callable[[Case, Generator, Note], Case]] = {
    "nothing": lambda plain, generator, note: _with(plain, replace(note, plain=None)),
    "again": lambda plain, generator, note: replace(_with(plain, note), pull=plain.pull + 1),
    "padding": _padded,
    "alone": _alone,
    "order": _reordered,
    "numbers": _renumbered,
}

# ---------------------------------------------------------------- verdicts


def scored(case: Case, found: Observation, ask: Ask) -> Finding | None:
    """The file can be used, and each word has ten scores, which are others where all weights are zero."""
    if (finding := _odd(case, found)) or found.fault:
        return finding
    nothing = {name: torch.zeros_like(tensor) for name, tensor in case.args["weights"].items()}
    zeros = ask(_with(case, case.note, weights=nothing))
    if zeros.fault or compare(zeros.value, found.value, OPERATIONS, "", ""):
        return None
    return said("the scores are the same where all weights are zero: read weights.", mistake=UNREAD)


def same(case: Case, found: Observation, ask: Ask) -> Finding | None:
    """The scores are those of the plain case, in the rows and columns of the note."""
    note: Note = case.note
    if finding := _odd(case, found):
        return finding
    assert note.plain is not None and note.rows is not None
    if found.fault or (plain := ask(note.plain)).fault:
        return None if found.fault else said("your function works on this case, and not on a plainer one.")
    if finding := scored(note.plain, plain, ask):  # a word alone says less of a batch's scores
        return finding
    expected = plain.value[note.rows]
    if note.columns is not None:
        expected = expected[:, note.columns.argsort()]
    finding = compare(
        found.value, expected, case.operations, "the result", "your own function on the plain case"
    )
    return replace(finding, mistake=_mistake(note.plain, plain, ask)) if finding else None


def right(case: Case, found: Observation, ask: Ask) -> Finding | None:
    """How many words are right; a part of the property is held from the baseline on."""
    note: Note = case.note
    if (finding := _odd(case, found)) or found.fault:
        return finding
    assert note.columns is not None and note.labels is not None
    hits = found.value[:, note.columns].argmax(dim=1) == note.labels  # column columns[k] is script k
    share = float(hits.double().mean())
    if share >= STRETCH:
        return None
    recall = {name: float(hits[note.labels == k].double().mean()) for k, name in enumerate(SCRIPTS)}
    least = sorted(recall, key=recall.__getitem__)[:3]
    return said(
        f"{share:.1%} of {len(hits)} words are right, which earns {credit(share):.0%} of this part (nothing up to "
        f"{BASELINE:.0%}, {AT_TARGET:.0%} at the target of {TARGET:.0%}, all from {STRETCH:.0%} on).",
        "Found least: " + ", ".join(f"{name} {recall[name]:.0%}" for name in least) + ".",
        held=credit(share),
    )


def credit(share: float) -> float:
    """The part of the credit for a share of right words: 0 up to BASELINE, AT_TARGET at TARGET, 1 from STRETCH on,
    linear between."""
    low = (share - BASELINE) / (TARGET - BASELINE) * AT_TARGET
    high = AT_TARGET + (share - TARGET) / (STRETCH - TARGET) * (1 - AT_TARGET)
    return min(max(low, 0.0), 1.0) if share < TARGET else min(high, 1.0)


def _odd(case: Case, found: Observation) -> Finding | None:
    """Why there is no file, or the returned value is no table of scores."""
    if case.note and case.note.problem:
        return said(case.note.problem)
    if found.fault:
        return None
    value, shape = found.value, (len(case.args["ids"]), CLASSES)
    wanted = torch.zeros(shape, dtype=value.dtype if isinstance(value, Tensor) else torch.float32)
    if isinstance(value, Tensor) and value.shape == shape:
        if not value.is_floating_point():
            return said(f"the result has the dtype {value.dtype}; scores are floating-point numbers.")
        if not bool(value.isfinite().all()):
            return said("the result holds NaN or infinite numbers.")
        return None
    return compare(value, wanted, 1, "the result", "")


def _mistake(plain: Case, before: Observation, ask: Ask) -> str:
    """Which known mistake makes scores change where they should not: the first that shows in further cases."""
    rows = torch.arange(len(plain.args["ids"]))
    note, generator = Note(plain=plain, rows=rows), Generator().manual_seed(plain.pull)
    for change, name in (
        ("again", "chance has a part in the scores"),
        ("padding", "the padding is read"),
        ("order", "the scores are not in the order of the words"),
        ("alone", "the words of a batch have a part in each other's scores"),
        ("numbers", "the numbers of letters or scripts stand in the code"),
    ):
        case = _CHANGES[change](plain, generator, note)
        found = ask(case)
        expected = before.value[case.note.rows]
        if case.note.columns is not None:
            expected = expected[:, case.note.columns.argsort()]
        if found.fault or compare(found.value, expected, plain.operations, "", ""):
            return name
    return ""
