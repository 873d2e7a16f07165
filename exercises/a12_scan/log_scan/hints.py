"""Three hints for log_scan: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Divide the recurrence by the product of all factors so far: what is left is a running sum. In logarithms, what "
    "becomes of the product, of the division, and of the sum of numbers whose logarithms you have?",
    "Which function of PyTorch gives, for logarithms, the logarithm of the running sum? h_0 is one more number in that "
    "sum: which place has it, and what of the result is left out at the end?",
    "A neighbour: the logarithm of the mean of all numbers so far, from their logarithms.\n"
    "    def log_running_mean(log_x):  # log_x (T, B)\n"
    "        counts = torch.arange(1, len(log_x) + 1, device=log_x.device)\n"
    "        return torch.logcumsumexp(log_x, 0) - counts.log()[:, None].to(log_x.dtype)\n"
    "Here a running sum is divided by a count, after it was taken. What do you subtract before the running sum, and add "
    "after it?",
)
