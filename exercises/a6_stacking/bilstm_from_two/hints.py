"""Three hints for bilstm_from_two, from a nudge to nearly the answer."""

HINTS = (
    "The forward half is easy, padding and all: which of its steps are right? For the other half, what would bwd have "
    "to be given, so that its first step is each sequence's last real one?",
    "Turn each sequence round at its own end, not the whole row: x[b, :n].flip(0). What bwd returns speaks of the "
    "steps in that order, so turn it back in the same way. Packing, or one sequence at a time, keeps the padding out.",
    "For each b with n = lengths[b]: f, (hf, _) = fwd(x[b:b+1, :n]); r, (hb, _) = bwd(x[b:b+1, :n].flip(1)); the "
    "output's row is torch.cat([f, r.flip(1)], 2) with zeros behind it; h_n gets hf and hb.",
)
