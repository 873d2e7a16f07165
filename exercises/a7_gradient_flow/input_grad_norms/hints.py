"""Three hints for input_grad_norms: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "You need the derivative of one number with respect to x, and of nothing else. backward() would write "
    ".grad into every parameter; which function of torch.autograd returns gradients instead?",
    "Whose leaf may you differentiate with respect to, if x has to stay as it is? Inside torch.no_grad() "
    "nothing is recorded: which context changes that?",
    "A neighbour: how steep a function is at each of some points.\n"
    "    def steepness(function, points):\n"
    "        with torch.enable_grad():\n"
    "            own = points.detach().clone().requires_grad_()\n"
    "            (slope,) = torch.autograd.grad(function(own).sum(), own)\n"
    "        return slope.abs()\n"
    "Which number is pulled back here, that is which step of which result? A norm takes the place of abs: over "
    "which axes, so that a number is left for each step?",
)
