"""Three hints for test_lstm_cell: two that ask, and a worked example of a neighbouring test."""

HINTS = (
    "A right answer may add in another order than yours, so its last digit may differ. How do you compare "
    "numbers then? And which weights make sure that the four blocks, the two biases, h and c each show in the "
    "result?",
    "Which promises in the text are not about the numbers? Look at what it says about gradients and about the "
    "arguments. How would you see that one of them was broken?",
    "A neighbour: a test of a function that scales a tensor to length 1.\n"
    "    def test_unit(unit):\n"
    "        x = torch.randn(5, dtype=torch.float64, requires_grad=True)\n"
    "        kept = x.detach().clone()\n"
    "        y = unit(x)\n"
    "        torch.testing.assert_close(y, kept / kept.norm())\n"
    "        assert y.requires_grad\n"
    "        assert torch.equal(x.detach(), kept)\n"
    "What would this test miss if x were all ones?",
)
