"""Three hints for encode_words, from a nudge to nearly the answer."""

HINTS = (
    "Do one word by hand first: look every letter up in the alphabet, and write down its place counted from 1. What is "
    "left is to write the rows into a tensor that is as wide as the longest.",
    "A dict from letter to number answers each look-up, and its get(letter, default) knows what to do with letters that "
    "are not there. Begin with zeros of the final shape, in int64: then the padding is done before the loop.",
    "for b, word in enumerate(words): ids[b, :len(word)] = torch.tensor([number.get(l, len(alphabet) + 1) for l in "
    "word]); lengths = torch.tensor([len(word) for word in words]). Return both.",
)
