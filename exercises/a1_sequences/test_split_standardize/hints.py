"""Three hints for test_split_standardize: two that ask, and a worked example of a neighbouring test."""

HINTS = (
    "You need a series whose training part and whole differ, and numbers that you can work out by hand. Which "
    "two rows of two features would do for training, and what are their mean and their standard deviation?",
    "Which promises in the text are not about the numbers of one ordinary series? Make a list: a feature that "
    "never changes, the dtype, the series itself. One assertion for each.",
    "A neighbour: a test of a function that sorts.\n"
    "    def test_sort(sort):\n"
    "        values = torch.tensor([3.0, 1.0, 2.0])\n"
    "        kept = values.clone()\n"
    "        assert sort(values).tolist() == [1.0, 2.0, 3.0]\n"
    "        assert torch.equal(values, kept)  # it was not changed\n"
    "        assert sort(values.double()).dtype == torch.float64\n"
    "Which wrong ways to sort does each line find, and which wrong way would pass all three?",
)
