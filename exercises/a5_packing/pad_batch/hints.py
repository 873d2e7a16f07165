"""Three hints for pad_batch, from a nudge to nearly the answer."""

HINTS = (
    "You know the lengths before you pad anything. Which of the three results can be made from them alone?",
    "The values say nothing about where a sequence ends, for a real step may hold pad_value: the mask comes from "
    "comparing the number of each step with each length. For padded, torch.nn.utils.rnn has a function; which of its "
    "arguments does it need here?",
    "lengths = torch.tensor([len(s) for s in seqs]); padded = pad_sequence(seqs, batch_first=True, "
    "padding_value=pad_value); mask = torch.arange(T) < lengths[:, None], with T = padded.shape[1].",
)
