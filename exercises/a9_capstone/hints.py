"""Three hints for each exercise of the capstone, from a nudge to nearly the answer."""

ENCODE_WORDS = (
    "Do one word by hand first: look every letter up in the alphabet, and write down its place counted from 1. What is "
    "left is to write the rows into a tensor that is as wide as the longest.",
    "A dict from letter to number answers each look-up, and its get(letter, default) knows what to do with letters that "
    "are not there. Begin with zeros of the final shape, in int64: then the padding is done before the loop.",
    "for b, word in enumerate(words): ids[b, :len(word)] = torch.tensor([number.get(l, len(alphabet) + 1) for l in "
    "word]); lengths = torch.tensor([len(word) for word in words]). Return both.",
)

READ_WORDS = (
    "You have all parts: assignment 5 packs, assignment 6 finds the last states of both directions. The embedding comes "
    "before the packing.",
    "Pack embedding(ids) as in assignment 5, unsorted lengths and all, and give that to lstm. Of what comes back, h_n "
    "alone is needed: it holds each word's own last state, of every layer and direction. Which rows are the top's?",
    "packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False); _, (h_n, _) = "
    "lstm(packed). Return torch.cat([h_n[-2], h_n[-1]], dim=1), or h_n[-1] where lstm.bidirectional is False.",
)

SCRIPT_SCORES = (
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
