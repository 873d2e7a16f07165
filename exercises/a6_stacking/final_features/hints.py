"""Three hints for final_features, from a nudge to nearly the answer."""

HINTS = (
    "Write down which layer and direction each row of h_n belongs to, for two layers in two directions. Where are the "
    "rows of the top layer, for any number of layers?",
    "The top layer is the last, so its rows are the last ones: h_n[-1], or h_n[-2] and h_n[-1], forward first. Each "
    "is (B, H). Which function joins two of them along the features?",
    "If bidirectional, torch.cat([h_n[-2], h_n[-1]], dim=1), else h_n[-1]. A view or reshape of h_n would put "
    "numbers of different sequences into one row.",
)
