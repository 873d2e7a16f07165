"""The mistakes that people make in script_scores, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake

PACKING = "notebooks/05_packing.ipynb#"
METRICS = "notebooks/08_metrics.ipynb#"
BEYOND = "notebooks/09_beyond.ipynb#"
PATTERN = BEYOND + "Pattern-1:-embedding,-LSTM,-head"
END = PACKING + "1.-output[:,--1]-on-a-padded-batch"

MISTAKES = (
    Mistake(
        "the weights that are handed over are not used",
        "With all weights zero the scores are the same as before, so they come from somewhere else. Put the weights "
        "into the model: model.load_state_dict(weights).",
        BEYOND + "Saving-and-export",
        (),
    ),
    Mistake(
        "chance has a part in the scores",
        "Asked twice, the model says two things. Either model.eval() is missing and dropout is on, or a part of the "
        "model keeps its random start, because load_state_dict(..., strict=False) did not find its weights.",
        METRICS + "4.-model.eval()-forgotten",
        (),
    ),
    Mistake(
        "the padding is read",
        "More padding behind the same words changes their scores. Pack the batch with its lengths, or leave the "
        "padding out of every mean and every maximum.",
        END,
        (),
    ),
    Mistake(
        "the scores are not in the order of the words",
        "Row b belongs to word b. Words that were sorted for the packing have to be put back, with the inverse of the "
        "order.",
        PACKING + "6.-Sorted-by-hand,-and-not-put-back",
        (),
    ),
    Mistake(
        "the words of a batch have a part in each other's scores",
        "A word alone has other scores than in company. Look for a softmax, a norm or a mean over the batch, and for "
        "a layer that takes the batch for time.",
        BEYOND + "Pattern-1:-embedding,-LSTM,-head",
        (),
    ),
    Mistake(
        "the numbers of letters or scripts stand in the code",
        "The examiner gives letters and scripts other numbers and exchanges the rows of embedding.weight and "
        "head.weight with them, which no model notices. Code that knows what number 12 means does: leave that to the "
        "weights.",
        PATTERN,
        (),
    ),
)
