"""Three hints for test_last_valid: two that ask, and a worked example of a neighbouring test."""

HINTS = (
    "Each wrong answer takes some other element. Which batch has a different number at every place, so that "
    "every other choice shows? Which sizes hide a confusion of batch and time?",
    "What may be in the padding, what about its gradient, and which small sizes does the text name? Each of "
    "these is an assertion that most people forget.",
    "A neighbour: a test of a function that picks the largest number of each row.\n"
    "    def test_largest(largest):\n"
    "        x = torch.tensor([[1.0, 7.0, 2.0], [9.0, 3.0, 4.0]], requires_grad=True)\n"
    "        y = largest(x)\n"
    "        assert y.shape == (2,) and y.tolist() == [7.0, 9.0]\n"
    "        y.sum().backward()\n"
    "        assert x.grad.tolist() == [[0, 1, 0], [1, 0, 0]]\n"
    "Which of the promises of last_valid can be tested like this, and which need a NaN?",
)
