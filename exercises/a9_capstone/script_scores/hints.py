"""Three hints for script_scores, from a nudge to nearly the answer."""

HINTS = (
    "Write the model as a class with three layers, embedding, lstm and head; train it in the cell below; script_scores "
    "makes such a model, puts the weights in and asks it.",
    "Embedding, read_words and a linear layer are such a model. script_scores loads the weights with load_state_dict, "
    "into the sizes that were trained, and asks without dropout and without gradients: a module has a method for the "
    "one, torch a context for the other.",
    "model = ScriptModel(); model.load_state_dict(weights); model.eval(); with torch.no_grad(): return model(ids, "
    "lengths). For the target: nn.Embedding(29, 16, padding_idx=0), a bidirectional nn.LSTM(16, 32), nn.Linear(64, 10); "
    "Adam with rate 0.005, batches of 64, fresh training words in every epoch, ten epochs. Beyond it: dropout around "
    "0.3 on the embedded letters and before the head, and a rate that falls to zero at the end.",
)
