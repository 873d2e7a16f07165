"""The mistakes that people make in bucket_batches, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a14_craft.bucket_batches import oracle as q
from exercises.a14_craft.sections import BUCKETS, NEVER_SHUFFLED

MISTAKES = (
    Mistake(
        "nothing was sorted",
        "These are random batches: each is as long as its longest example. Sort the examples of a pool by length before "
        "you cut it into batches.",
        BUCKETS,
        (q.made(sort=lambda lengths, pool: pool),),
    ),
    Mistake(
        "all examples were sorted at once",
        "This gives the least padding, but every epoch has the same batches. Sort only the examples of one pool "
        "together.",
        NEVER_SHUFFLED,
        (q.one_pool,),
    ),
    Mistake(
        "the order was not used",
        "The pools were cut from 0, 1, 2, ... Then each epoch has the same pools. Cut `order`.",
        NEVER_SHUFFLED,
        (q.made(begin=q.natural),),
    ),
    Mistake(
        "places in a pool were taken for examples",
        "argsort gives places within the pool, from 0 on. The examples are what stands in the pool at these places: "
        "pool[places].",
        BUCKETS,
        (q.made(sort=q.places),),
    ),
    Mistake(
        "the lengths were read at places of the order",
        "order[k] is the number of an example, and its length is lengths[order[k]]. lengths[k] is the length of another "
        "example: look the lengths up with the numbers in the pool.",
        BUCKETS,
        (q.of_places,),
    ),
    Mistake(
        "the batches hold lengths",
        "A sampler names examples, by their numbers. The lengths are only what they are sorted by.",
        BUCKETS,
        (q.giving(lambda batches, lengths: [lengths[batch] for batch in batches]),),
    ),
    Mistake(
        "the longest come first",
        "The shortest examples of a pool come first, so that there is one right answer. Sort in ascending order.",
        BUCKETS,
        (q.made(sort=q.descending), q.made(sort=lambda lengths, pool: q.ascending(lengths, pool).flip(0))),
    ),
    Mistake(
        "equal lengths changed their order",
        "Examples of the same length stay as they came in `order`. A stable sort keeps them: argsort(stable=True), or "
        "Python's sorted.",
        BUCKETS,
        (q.made(sort=q.by_number), q.made(sort=q.turned)),
    ),
    Mistake(
        "the last batch was left out",
        "An example that is in no batch is never learned. The last batch of a pool may be smaller.",
        BUCKETS,
        (q.made(cut=q.whole_batches),),
    ),
    Mistake(
        "the last pool was left out",
        "The last pool may hold fewer examples than `pool`; they belong into batches too. Cut "
        "it like the others.",
        BUCKETS,
        (q.whole_pools,),
    ),
    Mistake(
        "a pool was counted in batches",
        "`pool` is a number of examples. Your pools hold pool * batch examples; cut the order every `pool` examples.",
        BUCKETS,
        (q.made(size=lambda batch, pool: batch * pool),),
    ),
    Mistake(
        "a batch takes examples from all over its pool",
        "With every n-th example of the sorted pool each batch has short and long ones, and as much padding as without "
        "sorting. A batch is a run of neighbours.",
        BUCKETS,
        (q.made(cut=q.striped),),
    ),
    Mistake(
        "a pool that is no whole number of batches gave no error",
        "With such a pool, each pool ends with a small batch. Raise ValueError where `pool` is no multiple of `batch`.",
        BUCKETS,
        (q.made(refuses=False),),
    ),
    Mistake(
        "the batches are one tensor, or one list",
        "A list with a tensor for each batch was asked for. In one tensor or one list of numbers nobody can see where a "
        "batch ends.",
        BUCKETS,
        (
            q.giving(lambda batches, lengths: torch.cat(batches)),
            q.giving(lambda batches, lengths: torch.cat(batches).tolist()),
        ),
    ),
)
