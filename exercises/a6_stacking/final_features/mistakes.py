"""The mistakes that people make in final_features, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a6_stacking.final_features import oracle as q

LESSON = "notebooks/06_stacking.ipynb#"
LAST = LESSON + "2.-h_n[-1]-as-the-summary"
VIEW = LESSON + "3.-Directions-joined-with-view"
MAJOR = LESSON + "4.-h_n-split-as-if-all-forward-rows-came-first"
ROWS = LESSON + "A-second-direction-is-a-second-layer-that-reads-from-the-end"
CHAIN = LESSON + "A-stack-is-a-chain"

MISTAKES = (
    Mistake(
        "only the backward state was taken",
        "In two directions h_n[-1] is the backward state of the top layer alone. The forward one is the row before "
        "it, h_n[-2].",
        LAST,
        (lambda h_n, layers, two: h_n[-1],),
    ),
    Mistake(
        "only the forward state was taken",
        "The top layer has two rows in two directions. The forward state, h_n[-2], has read the sequence in one of "
        "them only.",
        LAST,
        (q.joined(lambda top: top[0]),),
    ),
    Mistake(
        "the directions were joined with view or reshape",
        "A view moves nothing: the rows of h_n are directions, and (2, B, H) seen as (B, 2H) puts states of different "
        "sequences into one row. torch.cat along the features joins them.",
        VIEW,
        (
            q.viewed(lambda h_n, layers, two: h_n[-2 if two else -1 :]),
            q.viewed(lambda h_n, layers, two: h_n),
            q.viewed(lambda h_n, layers, two: h_n[-2:]),
        ),
    ),
    Mistake(
        "h_n was split as if all forward rows came first",
        "The rows go layer by layer, forward before backward in each: view(layers, directions, ...), and not the other "
        "way round. "
        "The other split takes the backward states of two layers.",
        MAJOR,
        (q.direction_major,),
    ),
    Mistake(
        "the bottom layer was taken",
        "Layer 0 comes first in h_n, the top layer last. What a head on top should read are the last rows.",
        CHAIN,
        (q.bottom_layer,),
    ),
    Mistake(
        "backward comes before forward",
        "The features are [forward, backward], as in output. Both halves have the same shape, so the exchange raises "
        "no error.",
        ROWS,
        (q.joined(lambda top: top.flip(0).transpose(0, 1).flatten(1)),),
    ),
    Mistake(
        "all layers were joined",
        "Asked for are the states of the top layer. Those of the layers below are in h_n as well, and stay there.",
        CHAIN,
        (q.all_rows,),
    ),
    Mistake(
        "two rows were taken in one direction too",
        "With one direction a layer has one row of h_n. The one before it belongs to the layer below.",
        LAST,
        (lambda h_n, layers, two: q.all_rows(h_n[-2:], 1, True),),
    ),
    Mistake(
        "the directions were added up or averaged",
        "Both states stand side by side, (B, 2H). In a sum or a mean nobody can tell them apart any more.",
        ROWS,
        (
            q.joined(lambda top: top.sum(0)),
            q.joined(lambda top: top.mean(0)),
            q.joined(lambda top: top.amax(0)),
            q.joined(lambda top: top.prod(0)),
        ),
    ),
    Mistake(
        "the directions were put below each other or stacked",
        "torch.cat joins along the first axis unless it is told another, and torch.stack makes a new one. The result is "
        "(B, 2H): dim=1.",
        VIEW,
        (
            q.joined(lambda top: top.flatten(0, 1)),
            q.joined(lambda top: top.transpose(0, 1)),
            q.joined(lambda top: top.permute(1, 2, 0)),
            q.joined(lambda top: top if len(top) == 2 else top[0]),
        ),
    ),
    Mistake(
        "a dimension of one was kept or lost",
        "The result is (B, features), also where B or H is 1. .squeeze() without a number takes away every axis of "
        "one, and h_n[-1:] keeps the first.",
        LAST,
        (
            lambda *args: q.final_features(*args).squeeze(),
            lambda *args: q.final_features(*args)[None],
            lambda *args: q.final_features(*args) if args[2] else q.final_features(*args).squeeze(),
            lambda *args: q.final_features(*args) if args[2] else q.final_features(*args)[None],
        ),
    ),
    Mistake(
        "the graph was cut",
        "The numbers are right, but .data, .detach(), torch.no_grad() or NumPy took them out of autograd's graph, so "
        "the layers below would never be trained. "
        "Rows and torch.cat keep the graph.",
        LAST,
        (lambda *args: q.final_features(*args).detach(),),
    ),
    Mistake(
        "the caller's h_n was changed",
        "The result is right, but h_n holds other numbers now. Join the rows into a new tensor.",
        LAST,
        (q.emptied,),
    ),
)
