"""Three hints for nash_sutcliffe: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "A comparison with NaN is always false, and a sum with one NaN is NaN. Which function tells the gaps, and how do "
    "you keep the other days of both tensors before anything is summed?",
    "The score compares two forecasts: the simulation, and one number for all days. Which number is it, and of which "
    "days? When is there nothing to compare with, so that the denominator is 0?",
    "A neighbour: how much smaller the mean absolute error is than that of yesterday's flow.\n"
    "    def gain_over_yesterday(simulated, observed):\n"
    "        known = ~(observed[1:].isnan() | observed[:-1].isnan())\n"
    "        today, yesterday = observed[1:][known], observed[:-1][known]\n"
    "        error = (simulated[1:][known] - today).abs().mean()\n"
    "        return float(1 - error / (yesterday - today).abs().mean())\n"
    "Which forecast takes yesterday's place? Squares or absolute values, and which days are known?",
)
