"""Three hints for stacked_forward, from a nudge to nearly the answer."""

HINTS = (
    "Without dropout it is a loop of three lines. In which place of it does dropout act, so that it meets every output "
    "but the last, and no state?",
    "In the loop: output, (h, c) = layer(input); keep h and c; then, if this is not the last layer, the next input is "
    "the dropped output. nn.functional.dropout has an argument for training, which is True unless you say otherwise.",
    "for k, layer in enumerate(layers): x, (h, c) = layer(x); append h and c; if k < len(layers) - 1: x = "
    "nn.functional.dropout(x, p, training). At the end torch.cat joins the h, each (1, B, H), to (L, B, H).",
)
