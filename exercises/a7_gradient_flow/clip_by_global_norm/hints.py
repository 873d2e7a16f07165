"""Three hints for clip_by_global_norm: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "The parameters are needed twice: to measure, and to multiply. What happens to a generator when it is read "
    "for the second time? And which parameters have nothing to measure?",
    "The norm of all gradients together is the norm of their norms: why? When is there anything to multiply, "
    "and by which factor? What is there to return where there is no gradient?",
    "A neighbour: numbers in several tensors made so small that none is above 1.\n"
    "    def shrink(tensors):\n"
    "        tensors = list(tensors)  # a generator is read once\n"
    "        if not tensors:\n"
    "            return 0.0\n"
    "        largest = torch.stack([each.abs().max() for each in tensors]).max()\n"
    "        if largest > 1:\n"
    "            for each in tensors:\n"
    "                each.div_(largest)\n"
    "        return float(largest)\n"
    "What is measured here, of which tensors, and what is the limit?",
)
