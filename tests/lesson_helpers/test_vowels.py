"""The recordings of lesson 5 are those of the data set, in the order and the split of their makers."""

import torch

from lstmlab.tasks.vowels import SPEAKERS, japanese_vowels


def test_the_recordings_have_the_sizes_that_their_makers_state() -> None:
    train, test = japanese_vowels()
    assert torch.bincount(train.speakers).tolist() == [30] * SPEAKERS
    assert torch.bincount(test.speakers).tolist() == [31, 35, 88, 44, 29, 24, 40, 50, 29]
    for recordings, number in ((train, 270), (test, 370)):
        assert len(recordings.sequences) == len(recordings.speakers) == number
        assert all(s.shape[1] == 12 and 7 <= len(s) <= 29 for s in recordings.sequences)


def test_the_first_recording_has_the_values_of_the_original_to_three_decimals() -> None:
    first = japanese_vowels()[0].sequences[0]
    assert first.shape == (20, 12) and first.dtype == torch.float32
    assert torch.allclose(first[:3, 0], torch.tensor([1.860936, 1.891651, 1.939205]), atol=6e-4)
    assert torch.allclose(first[-1, :2], torch.tensor([1.261441, -0.63835]), atol=6e-4)
