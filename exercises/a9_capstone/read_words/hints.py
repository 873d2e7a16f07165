"""Three hints for read_words: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "You have all parts: assignment 5 packs, assignment 6 finds the last states of both directions. Where does "
    "the embedding stand?",
    "What of assignment 5 is needed for lengths in any order? Of what comes back, which tensor holds each "
    "word's own last state, of every layer and direction? Which rows are the top's?",
    "A neighbour: the last state of an nn.GRU in one direction on sequences of numbers, time first, longest "
    "first.\n"
    "    def read_numbers(gru, values, counts):\n"
    "        states = gru(pack_padded_sequence(values, counts))[1]\n"
    "        return states[-1]\n"
    "What comes before the packing here, and which of its arguments do you need? In which part of an nn.LSTM's "
    "result do you find states, and what stands beside the last row in two directions?",
)
