"""Three hints for each exercise on stacking and directions, from a nudge to nearly the answer."""

FINAL_FEATURES = (
    "Write down which layer and direction each row of h_n belongs to, for two layers in two directions. Where are the "
    "rows of the top layer, for any number of layers?",
    "The top layer is the last, so its rows are the last ones: h_n[-1], or h_n[-2] and h_n[-1], forward first. Each "
    "is (B, H). Which function joins two of them along the features?",
    "If bidirectional, torch.cat([h_n[-2], h_n[-1]], dim=1), else h_n[-1]. A view or reshape of h_n would put "
    "numbers of different sequences into one row.",
)

BILSTM_FROM_TWO = (
    "The forward half is easy, padding and all: which of its steps are right? For the other half, what would bwd have "
    "to be given, so that its first step is each sequence's last real one?",
    "Turn each sequence round at its own end, not the whole row: x[b, :n].flip(0). What bwd returns speaks of the "
    "steps in that order, so turn it back in the same way. Packing, or one sequence at a time, keeps the padding out.",
    "For each b with n = lengths[b]: f, (hf, _) = fwd(x[b:b+1, :n]); r, (hb, _) = bwd(x[b:b+1, :n].flip(1)); the "
    "output's row is torch.cat([f, r.flip(1)], 2) with zeros behind it; h_n gets hf and hb.",
)

STACKED_FORWARD = (
    "Without dropout it is a loop of three lines. In which place of it does dropout act, so that it meets every output "
    "but the last, and no state?",
    "In the loop: output, (h, c) = layer(input); keep h and c; then, if this is not the last layer, the next input is "
    "the dropped output. nn.functional.dropout has an argument for training, which is True unless you say otherwise.",
    "for k, layer in enumerate(layers): x, (h, c) = layer(x); append h and c; if k < len(layers) - 1: x = "
    "nn.functional.dropout(x, p, training). At the end torch.cat joins the h, each (1, B, H), to (L, B, H).",
)
