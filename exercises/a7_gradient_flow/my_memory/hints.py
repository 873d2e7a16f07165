"""Three hints for my_memory: two that ask, and a worked example of a neighbouring task."""

HINTS = (
    "How do you get the gradient of the last state with respect to an earlier one? What has to require a gradient, and "
    "what do you differentiate?",
    "What becomes of the ratio of two gradients whose lags differ by one, when the lag grows? In which of its entries "
    "is the gradient largest then?",
    "A neighbour: the gradient with respect to the input three steps back.\n"
    "    x = network.sequence(10).requires_grad_()\n"
    "    output, _ = network.rnn(x, network.rest)\n"
    "    (slope,) = torch.autograd.grad(output[-1].sum(), x)\n"
    "    slope[-4].norm()\n"
    "Your question is about states. How do you get at the state of every step, so that autograd knows it?",
)
