"""The mistakes that people make in next_tokens, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a14_craft.next_tokens import oracle as q
from exercises.a14_craft.sections import COLLATE, WRITER

MISTAKES = (
    Mistake(
        "the targets are the inputs",
        "The model would learn to repeat the token that it has just read. The target of step t is the token of step "
        "t + 1 of the line.",
        WRITER,
        (q.made(asked=lambda tokens: tokens[:-1]),),
    ),
    Mistake(
        "inputs and targets are exchanged",
        "With these, the model would guess the token before. It reads all but the last, and is asked for all "
        "but the first.",
        WRITER,
        (q.made(read=lambda tokens: tokens[1:], asked=lambda tokens: tokens[:-1]),),
    ),
    Mistake(
        "the last token is read too",
        "Nothing follows the last token, so there is nothing to ask after it. The inputs are the tokens without the "
        "last one, and the lengths are one less than those of the lines.",
        WRITER,
        (q.all_tokens_read,),
    ),
    Mistake(
        "padded targets have the number of the padding",
        "cross_entropy would count them: the model is graded for guessing padding. It leaves out the class -100, so the "
        "targets are padded with that.",
        COLLATE,
        (
            q.made(asked_filler=lambda pad_id: pad_id),
            q.made(asked_filler=lambda pad_id: 0),
            q.shifted_after_padding(lambda pad_id: pad_id),
        ),
    ),
    Mistake(
        "padded inputs have the number -100",
        "An nn.Embedding has no row -100 and raises IndexError. -100 is for targets only; inputs are padded with "
        "pad_id.",
        COLLATE,
        (q.made(read_filler=lambda pad_id: q.IGNORED),),
    ),
    Mistake(
        "the number of the padding is not pad_id",
        "The argument pad_id says which number stands for padding, and it need not be 0. Fill the inputs with pad_id.",
        COLLATE,
        (q.made(read_filler=lambda pad_id: 0), q.made(read_filler=lambda pad_id: -1)),
    ),
    Mistake(
        "targets were left out by their value",
        "A real token may have the same number as the padding, and then it counts. What is padding is known by the "
        "lengths, not by the value.",
        COLLATE,
        (q.by_value, q.by_input),
    ),
    Mistake(
        "the axes are batch first",
        "Time is the first axis here, as nn.LSTM reads it unless it is built with batch_first=True. "
        "Return inputs and targets as (T, B).",
        COLLATE,
        (q.giving(lambda inputs, targets, steps: (inputs.T, targets.T, steps)),),
    ),
    Mistake(
        "the lengths are those of whole lines",
        "A line of five tokens gives four inputs. pack_padded_sequence would read one step of padding, or refuse the "
        "longest.",
        COLLATE,
        (q.giving(lambda inputs, targets, steps: (inputs, targets, steps + 1)),),
    ),
    Mistake(
        "all lengths are the longest",
        "After padding all columns are equally long. `lengths` are the numbers of inputs before padding.",
        COLLATE,
        (
            q.giving(
                lambda inputs, targets, steps: (inputs, targets, steps.new_full(steps.shape, len(inputs)))
            ),
        ),
    ),
    Mistake(
        "the padding stands in front",
        "With padding in front the layer reads it first, and a length no longer says where a line ends. Put the padding "
        "behind the tokens.",
        COLLATE,
        (q.made(pad=q.in_front),),
    ),
    Mistake(
        "the lines were sorted by length",
        "Column n belongs to examples[n]. pack_padded_sequence sorts by itself with enforce_sorted=False.",
        COLLATE,
        (q.longest_first,),
    ),
    Mistake(
        "the lines were cut to the shortest",
        "No token may be lost. Short lines are padded up to the longest one.",
        COLLATE,
        (q.cut_to_the_shortest,),
    ),
    Mistake(
        "the shift is two steps",
        "The target is the very next token. With tokens[2:] each step is asked for the one after that.",
        WRITER,
        (q.made(read=lambda tokens: tokens[:-2], asked=lambda tokens: tokens[2:]),),
    ),
    Mistake(
        "a line of one token gave no error",
        "It has no next token, so its column would be all padding, and a length of 0 makes pack_padded_sequence fail "
        "much later. Raise ValueError.",
        COLLATE,
        (q.made(refuses=False),),
    ),
)
