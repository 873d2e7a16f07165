"""Three hints for set_forget_bias, from a nudge to nearly the answer."""

HINTS = (
    "lstm.named_parameters() gives you every bias of every layer and direction with its name. Which of its rows "
    "are the forget gate's?",
    "Two vectors add up to the bias that counts. Decide what each of the two gets. A parameter may be written "
    "into, under torch.no_grad(), without becoming another object.",
    "With H = lstm.hidden_size: in each parameter whose name begins with bias_ih, assign value to the rows "
    "H to 2 * H; in each bias_hh assign 0 to them. First raise ValueError if not lstm.bias; last return lstm.",
)
