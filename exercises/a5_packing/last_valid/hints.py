"""Three hints for last_valid: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "In a row of n real steps, which number has the last one? Then: how do you take another step from each "
    "row, without a loop?",
    "Two index tensors side by side pick pairs: which pairs do you want, and which two tensors name them? Why "
    "would it not do to multiply the padding by zero?",
    "A neighbour: the score that each row gives to its own class.\n"
    "    def own_scores(scores, classes):  # (B, C) and (B,)\n"
    "        numbers = torch.arange(len(classes), device=scores.device)\n"
    "        return scores[numbers, classes]\n"
    "What stands in the place of classes, if lengths count steps? Is it a new tensor, or would the caller's be "
    "changed?",
)
