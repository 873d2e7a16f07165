"""Three hints for each exercise of the capstone, from a nudge to nearly the answer."""

ENCODE_WORDS = (
    "Do one word by hand first: look every letter up in the alphabet, and write down its place counted from 1. What is "
    "left is to write the rows into a tensor that is as wide as the longest.",
    "number = {letter: k for k, letter in enumerate(alphabet, 1)}; number.get(letter, len(alphabet) + 1) knows what to "
    "do with the others. Make ids = torch.zeros(len(words), longest, dtype=torch.int64) before the loop.",
    "for b, word in enumerate(words): ids[b, :len(word)] = torch.tensor([number.get(l, len(alphabet) + 1) for l in "
    "word]); lengths = torch.tensor([len(word) for word in words]). Return both.",
)

READ_WORDS = (
    "You have all parts: assignment 5 packs, assignment 6 finds the last states of both directions. The embedding comes "
    "before the packing.",
    "pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False), and give that to lstm. "
    "Of what comes back, h_n alone is needed: it holds the last state of every layer and direction, padding or not.",
    "The top layer's entries are the last D of h_n, D = 2 if lstm.bidirectional else 1. Return torch.cat([h_n[-2], "
    "h_n[-1]], dim=1), or h_n[-1] for one direction.",
)

SCRIPT_SCORES = (
    "Write the model as a class with three layers, embedding, lstm and head; train it in the cell below; script_scores "
    "makes such a model, puts the weights in and asks it.",
    "model = ScriptModel(); model.load_state_dict(weights); model.eval(); with torch.no_grad(): return model(ids, "
    "lengths). The sizes in ScriptModel() must be those that you trained with.",
    "For the target: nn.Embedding(29, 16, padding_idx=0), a bidirectional nn.LSTM(16, 32), nn.Linear(64, 10); Adam with "
    "rate 0.005, batches of 64, fresh training words in every epoch, ten epochs. Beyond it: dropout around 0.3 on the "
    "embedded letters and before the head, and a rate that falls to zero at the end.",
)
