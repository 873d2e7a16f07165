"""Three hints for min_gru: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Neither z nor the candidate reads the state. Which lines can therefore stand before the loop, for all steps at "
    "once, and which line is left for the loop?",
    "A weight is (H, D), as in nn.Linear. What has to be done with it, so that x @ ... gives (T, B, H)? Which factor "
    "belongs to the state before, which to the candidate, and what is their sum?",
    "A neighbour: the level of a tank, which loses a share of what it holds and gains the rain.\n"
    "    def levels(rain, loss, level):  # rain (T, B), loss (T, B), level (B,)\n"
    "        seen = []\n"
    "        for gain, share in zip(rain, loss):\n"
    "            level = level - share * level + gain\n"
    "            seen.append(level)\n"
    "        return torch.stack(seen)  # (T, B)\n"
    "What is the share here? What is gained here, and by how much is it multiplied?",
)
