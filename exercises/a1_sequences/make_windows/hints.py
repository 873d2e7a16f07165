"""Three hints for make_windows, from a nudge to nearly the answer."""

HINTS = (
    "Take T = 5, window = 3, horizon = 1 and write down by hand which steps are in each window, and which step is "
    "its target. How many windows have both?",
    "First compute N and raise ValueError if it is below 1. Then a list of N slices series[n : n + window] becomes "
    "X with torch.stack, which also copies.",
    "X = torch.stack([series[n : n + window] for n in range(N)]). The targets lie side by side in the series: "
    "they begin at window - 1 + horizon, and there are N of them. Take that slice, and clone() it.",
)
