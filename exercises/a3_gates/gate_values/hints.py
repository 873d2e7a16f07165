"""Three hints for gate_values: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Write down what the gates at time t read. One of the two is x[t]. Who can tell you the other for all t?",
    "output of lstm(x) holds the state after each step. Which state did step t start from, and which one the "
    "first step? Which axis is time, and who knows that?",
    "A neighbour: how much each step differs from the one before it, the first from zero.\n"
    "    def changes(values):  # (T, F)\n"
    "        earlier = torch.cat([torch.zeros_like(values[:1]), values[:-1]])\n"
    "        return values - earlier\n"
    "The states before all steps are found like `earlier`, along the axis of time. Then no loop is left: which "
    "axis of the two products holds the four blocks, and which one of them is no sigmoid?",
)
