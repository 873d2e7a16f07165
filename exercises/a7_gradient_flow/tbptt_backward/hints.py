"""Three hints for tbptt_backward: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "It is run_in_chunks with two more lines in the loop: a loss that is pulled back, and a state that loses "
    "its history. Where must the state be detached?",
    "Which share has a chunk in the mean over the whole sequence, and by what is its sum of squares divided "
    "then? When is backward called, and what is added up as a plain number? What about the two parts of an "
    "nn.LSTM's state?",
    "A neighbour: the gradients of a mean over many rows, some rows at a time, no state between them.\n"
    "    def in_parts(model, rows, targets, size):\n"
    "        total = 0.0\n"
    "        for some, wanted in zip(rows.split(size), targets.split(size)):\n"
    "            part = (model(some) - wanted).abs().sum() / targets.numel()\n"
    "            part.backward()\n"
    "            total += part.item()\n"
    "        return total\n"
    "Here a state goes from chunk to chunk as well. What is handed on, and what of it must not be?",
)
