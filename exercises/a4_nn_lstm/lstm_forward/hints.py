"""Three hints for lstm_forward: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "You wrote the step in assignment 3. What is left is a loop, a start, and the two layouts. Can you bring "
    "one layout to the other, so that the loop need not know?",
    "What has to be turned at the beginning, what turned back at the end, and what never? hx holds two tensors "
    "(1, B, H) and a step wants (B, H): what lies between? What is the start where hx is None?",
    "A neighbour: a level that follows its input, in either layout.\n"
    "    def follow(values, level, keep, batch_first=False):  # level (1, B, F)\n"
    "        steps = values.movedim(1, 0) if batch_first else values\n"
    "        now, levels = level[0], []\n"
    "        for value in steps:\n"
    "            now = keep * now + (1 - keep) * value\n"
    "            levels.append(now)\n"
    "        result = torch.stack(levels)\n"
    "        return (result.movedim(0, 1) if batch_first else result), now[None]\n"
    "Here two things are carried on instead of one, and both come back. What takes the place of the line in "
    "the middle?",
)
