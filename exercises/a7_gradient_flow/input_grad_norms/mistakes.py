"""The mistakes that people make in input_grad_norms, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a7_gradient_flow.input_grad_norms import oracle as q

LESSON = "notebooks/07_gradient_flow.ipynb#"
REACH = LESSON + "The-idea"
DIRECTIONS = "notebooks/06_stacking.ipynb#A-second-direction-is-a-second-layer-that-reads-from-the-end"

MISTAKES = (
    Mistake(
        "all steps were asked, not the last one",
        "The question is about the output of the last step, output[-1]. The sum over all of output depends on late "
        "inputs through few steps and on early ones through many.",
        REACH,
        (q.reach(lambda output, state: output.sum()),),
    ),
    Mistake(
        "the last sequence was taken for the last step",
        "With batch_first=False time is axis 0, and output[-1] is the last step of every sequence. output[:, -1] is "
        "every step of the last sequence.",
        REACH,
        (q.reach(lambda output, state: output[:, -1].sum()),),
    ),
    Mistake(
        "another number than the sum was differentiated",
        "s is the sum of output[-1]. The mean is smaller by a factor, and a sum of squares or a norm weighs the units "
        "by their values.",
        REACH,
        (
            q.reach(lambda output, state: output[-1].mean()),
            q.reach(lambda output, state: output[-1].square().sum()),
            q.reach(lambda output, state: output[-1].norm()),
            q.reach(lambda output, state: output[-1].abs().sum()),
        ),
    ),
    Mistake(
        "the cell state was differentiated",
        "The second result of an nn.LSTM is a pair (h_n, c_n). c_n is not shown by the output; h_n is its last step.",
        REACH,
        (
            q.reach(lambda output, state: (state[1] if isinstance(state, tuple) else output[-1]).sum()),
            q.reach(
                lambda output, state: (
                    sum(s.sum() for s in state) if isinstance(state, tuple) else output[-1].sum()
                )
            ),
        ),
    ),
    Mistake(
        "one direction of the last state stood for the last step",
        "output[-1] shows both directions of the top layer. h_n[-1] is the last state of the second one alone, which "
        "reads from the end and stands at step 0.",
        DIRECTIONS,
        (q.reach(lambda output, state: q.hidden(state)[-1].sum()),),
    ),
    Mistake(
        "the states of all layers were differentiated",
        "s is the sum of output[-1], which shows the top layer alone. h_n has a row for every layer, and of several its "
        "sum reaches the inputs through the lower ones as well.",
        REACH,
        (q.reach(lambda output, state: q.hidden(state).sum()),),
    ),
    Mistake(
        "the norms of the sequences were averaged or added",
        "One norm for each step, over batch and features together: the root of the sum of all squares of grad[t]. A "
        "mean or a sum of the sequences' norms is another number.",
        REACH,
        (
            q.reach(norms=lambda g: g.norm(dim=2).mean(1)),
            q.reach(norms=lambda g: g.norm(dim=2).sum(1)),
            q.reach(norms=lambda g: g.norm(dim=1).mean(1)),
        ),
    ),
    Mistake(
        "the gradients were added up before the norm",
        "Entries of either sign cancel in a sum. Square first, add up over batch and features, and take the root at "
        "the end.",
        REACH,
        (
            q.reach(norms=lambda g: g.sum(1).norm(dim=1)),
            q.reach(norms=lambda g: g.mean(1).norm(dim=1)),
            q.reach(norms=lambda g: g.sum(2).norm(dim=1)),
            q.reach(norms=lambda g: g.sum((1, 2)).abs()),
        ),
    ),
    Mistake(
        "it is another norm",
        "The 2-norm is the root of the sum of the squares. Without the root it is its square; the sum, the mean or "
        "the largest of the absolute values are other norms.",
        REACH,
        (
            q.reach(norms=lambda g: g.square().sum((1, 2))),
            q.reach(norms=lambda g: g.abs().sum((1, 2))),
            q.reach(norms=lambda g: g.abs().mean((1, 2))),
            q.reach(norms=lambda g: g.abs().amax((1, 2))),
            q.reach(norms=lambda g: g.square().mean((1, 2)).sqrt()),
            q.reach(norms=lambda g: torch.linalg.matrix_norm(g, 2)),
        ),
    ),
    Mistake(
        "batch or features were kept apart",
        "The result has one number for each step, shape (T,). The norm goes over both other axes.",
        REACH,
        (
            q.reach(norms=lambda g: g.norm(dim=2)),
            q.reach(norms=lambda g: g.norm(dim=1)),
            q.reach(norms=lambda g: g.flatten(1).norm(dim=1, keepdim=True)),
            q.reach(norms=lambda g: g.norm()),
        ),
    ),
    Mistake(
        "the norms are in the order of the lag",
        "norms[t] belongs to step t, so the last entry is that of the last step. Counted back from the last step they "
        "would be reversed.",
        REACH,
        (q.reach(norms=lambda g: q.all_in_one(g).flip(0)),),
    ),
    Mistake(
        "the graph was left on the result",
        "create_graph=True records the derivative itself, to differentiate it again. Nobody does here, and the graph "
        "keeps everything in memory: leave it out, or end with .detach().",
        REACH,
        (q.reach(graph=True),),
    ),
    Mistake(
        "the parameters were left with gradients",
        "backward() adds to the .grad of every parameter, and the next optimiser step uses that. "
        "torch.autograd.grad(s, leaf) returns the gradient of the leaf alone.",
        REACH,
        (q.leaving,),
    ),
    Mistake(
        "the caller's gradients were thrown away",
        "zero_grad() clears what backward() left, and also what the caller had in .grad before. With "
        "torch.autograd.grad there is nothing to clear.",
        REACH,
        (q.clearing,),
    ),
    Mistake(
        "x was left in another state",
        "Whether x requires gradients is its owner's affair, before and after. Take a leaf of your own: "
        "x.detach().clone().requires_grad_().",
        REACH,
        (q.asking, q.dropping),
    ),
)
