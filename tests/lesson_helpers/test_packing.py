"""What the lesson on padding stands on: a true picture, fair tasks, honest timings."""

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lstmlab.draw import packing
from lstmlab.tasks import padded


def read_last_valid(lstm, x, lengths):
    return lstm(x)[0][torch.arange(len(lengths)), lengths - 1]


def output_packed(lstm, x, lengths):
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(lstm(packed)[0], batch_first=True)[0]


# -- the picture -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lengths", [[2, 5, 3], [1], [4, 4, 4], [1, 12, 1, 7, 3, 2]])
def test_the_alt_text_of_a_packed_batch_says_what_torch_packs(lengths):
    steps = max(lengths)
    cells = torch.arange(len(lengths))[:, None] * 100 + torch.arange(steps)  # sequence, then step
    packed = pack_padded_sequence(cells, lengths, batch_first=True, enforce_sorted=False)
    alt = packing.draw_packing(lengths).alt
    assert f"Sequences of {', '.join(map(str, lengths))} steps" in alt
    assert f" {' '.join(map(str, packed.batch_sizes.tolist()))} of them" in alt
    if len(set(lengths)) == len(lengths):  # among equal lengths torch's sort may choose another order
        names = ["abcdef"[value // 100] + str(value % 100) for value in packed.data.tolist()]
        assert f"{len(names)} rows: {' '.join(names)}." in alt


@pytest.mark.parametrize("lengths", [[], [0, 2], [13], [1] * 7])
def test_lengths_that_cannot_be_drawn_are_refused_with_an_example(lengths):
    with pytest.raises(ValueError, match=r"pass 1 to 6 lengths from 1 to 12, like \[2, 5, 3\]"):
        packing.draw_packing(lengths)


# -- the tasks ---------------------------------------------------------------------------------------------


def batch_of(seed, **sizes):
    return padded.random_batch(torch.Generator().manual_seed(seed), **sizes)


@pytest.mark.parametrize(
    "sizes", [{"longest": 20, "pad_to": 50}, {"longest": 9}, {"longest": 3, "shortest": 3}]
)
def test_a_batch_is_zero_exactly_behind_its_lengths_and_holds_the_longest(sizes):
    batch = batch_of(0, **sizes)
    assert batch.x.shape == (32, sizes.get("pad_to", sizes["longest"]), 1)
    assert torch.equal(batch.x[..., 0] != 0, batch.mask) and torch.equal(batch.mask.sum(1), batch.lengths)
    assert batch.lengths.max() == sizes["longest"] and batch.lengths.min() >= sizes.get("shortest", 2)


def test_sum_tags_follow_the_running_sum_and_are_zero_in_the_padding():
    batch = batch_of(1, longest=8, pad_to=12)
    tags = padded.sum_tags(batch)
    for x, length, row in zip(batch.x[..., 0], batch.lengths, tags, strict=True):
        wanted = [2 if x[: step + 1].sum() > 0 else 1 for step in range(length)]
        assert row.tolist() == wanted + [0] * (12 - int(length))


def test_the_end_is_marked_at_the_last_three_real_steps():
    batch = batch_of(2, longest=10, shortest=3)
    marks = padded.near_end(batch)
    assert (marks.sum(1) == 3).all()
    assert all(row[length - 3 : length].all() for row, length in zip(marks, batch.lengths, strict=True))


def test_86_percent_of_the_taggers_steps_are_padding():
    generator = torch.Generator().manual_seed(0)
    masks = torch.stack([padded.mostly_short(generator).mask for _ in range(20)])
    assert round(1 - masks.float().mean().item(), 2) == 0.86


def test_training_is_the_same_every_time_and_leaves_the_random_state_alone():
    before = torch.get_rng_state()
    scores = []
    for _ in range(2):
        model = padded.train_reader(read_last_valid, seed=3, updates=3)
        scores.append((padded.reader_accuracy(model, read_last_valid), model.head.weight.tolist()))
        padded.train_tagger(lambda z, y: z.square().mean(), seed=0, updates=1)
        padded.train_end_tagger(output_packed, seed=0, updates=1)
        padded.echo_accuracy(lambda z, y: z.square().mean(), seed=0, updates=1)
    assert scores[0] == scores[1]
    assert torch.equal(torch.get_rng_state(), before)


def test_a_model_that_has_learned_nothing_scores_what_guessing_does():
    model = padded.train_reader(read_last_valid, seed=0, updates=0)
    assert 0.4 < padded.reader_accuracy(model, read_last_valid) < 0.6
    assert padded.echo_accuracy(lambda z, y: z.sum(), seed=0, updates=0) < 0.2
    accuracy, common = padded.end_tagger_accuracy(
        padded.train_end_tagger(output_packed, seed=0, updates=0), output_packed
    )
    assert accuracy < 0.88 and round(common, 2) == 0.83


# -- what it costs -----------------------------------------------------------------------------------------


def test_paragraph_lengths_are_the_same_every_time_and_vary():
    lengths = padded.paragraph_lengths()
    assert len(lengths) == 640 and lengths.min() >= 1 and lengths.max() <= 120
    assert lengths.float().std() > 10
    assert torch.equal(lengths, padded.paragraph_lengths())
    assert torch.equal(lengths[:50], padded.paragraph_lengths(50))


def test_timing_reads_every_batch_once_a_round_and_leaves_no_gradient_behind():
    lstm, seen = nn.LSTM(2, 3, batch_first=True), []

    def read(lstm, x, lengths):
        seen.append((tuple(x.shape), lengths.tolist()))
        return lstm(x)[0]

    seconds = padded.training_seconds(read, lstm, [torch.tensor([4, 2]), torch.tensor([3])], repeat=2)
    assert seconds > 0
    assert seen == [((2, 4, 2), [4, 2]), ((1, 3, 2), [3])] * 3
    assert all(parameter.grad is None for parameter in lstm.parameters())
