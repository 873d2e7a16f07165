"""Three hints for script_scores: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Write the model as a class with three layers, embedding, lstm and head; train it in the cell below; "
    "script_scores makes such a model, puts the weights in and asks it. Which of these needs the sizes that "
    "were trained?",
    "Embedding, read_words and a linear layer are such a model. Which method puts a dictionary of weights into "
    "a module, which one turns dropout off, and which context keeps gradients away?",
    "A neighbour: a linear model of three classes, read from its weights and asked.\n"
    "    def classes(saved, rows):\n"
    "        net = nn.Linear(rows.shape[1], 3)\n"
    "        net.load_state_dict(saved)\n"
    "        net.eval()\n"
    "        with torch.no_grad():\n"
    "            return net(rows).argmax(dim=1)\n"
    "For the target, ask of a run that falls short: does the loss on training words still fall (then more "
    "epochs, fresh words, another rate), or only that on the others rise (then dropout)? Lesson 7 shows how to "
    "tell a rate that is too large.",
)
