"""Three hints for my_unit: two that ask, and a worked example of a neighbouring task."""

HINTS = (
    "What does each of your functions want, and where is it in `network`? Which of them tells whether a unit follows, "
    "and which what happens without it?",
    "If two people find different units, what could one of them have done otherwise: what the unit is held at, whether "
    "it follows at all, or what counts as a change of the output?",
    "A neighbour: by how much the last hidden state changes if one input feature is held at its mean.\n"
    "    x = network.x.clone()\n"
    "    x[..., 1] = x[..., 1].mean()\n"
    "    before, after = network.lstm(network.x)[0], network.lstm(x)[0]\n"
    "    (after[-1] - before[-1]).square().mean()\n"
    "What is held in your question, and what is compared before and after?",
)
