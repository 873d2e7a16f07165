"""Random cases for the exercises of a14_craft; their properties and hidden tests draw them."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from autograder.checking.language import Case
from autograder.checking.observing.draw import Draw, discriminating, distinct, lengths

PAD = 0


def lines(batch: int, longest: int, pad_id: int = PAD, equal: bool = False, holding: bool = False) -> Draw:
    """Cases for next_tokens: sequences of token numbers of 2 to `longest` tokens, in no helpful order.

    equal: all are of the longest length. holding: the number of the padding stands among real tokens too, first, inside
    and last. Where the longest is 1 there is a line of one token, which has nothing to be followed by.
    """

    def draw(generator: Generator) -> Case:
        short = longest < 2
        sizes = (
            torch.full((batch,), longest) if equal or short else 1 + lengths(generator, batch, longest - 1)
        )
        numbers = distinct(generator, int(sizes.sum()) + batch)
        examples, first = [], 0
        for size in sizes.tolist():
            tokens = numbers[first : first + size].clone()
            if holding:
                tokens[0] = tokens[size // 2] = tokens[-1] = pad_id
            examples.append(tokens)
            first += size
        if short:
            examples[:-1] = [numbers[k : k + 3].clone() for k in range(batch - 1)]
        return Case({"examples": examples, "pad_id": pad_id}, operations=0)

    return draw


def shuffled(examples: int, batch: int, pool: int, longest: int = 9) -> Draw:
    """Cases for bucket_batches: lengths of which many are equal, and an order that is not its own inverse."""

    def draw(generator: Generator) -> Case:
        sizes = torch.randint(1, longest + 1, (examples,), generator=generator)
        order = torch.randperm(examples, generator=generator)
        return Case({"lengths": sizes, "order": order, "batch": batch, "pool": pool}, operations=0)

    return discriminating(draw, _tells)


def _tells(case: Case) -> list[bool]:
    """Whether the order is not its own inverse, and equal lengths stand in it the wrong way round."""
    order, sizes = case.args["order"], case.args["lengths"]
    if len(order) < 4:
        return []
    pool = order[: case.args["pool"]]
    return [
        not torch.equal(order[order], torch.arange(len(order))),
        _ties_turn(sizes[pool], pool),
    ]


def _ties_turn(sizes: Tensor, pool: Tensor) -> bool:
    by_order = pool[sizes.argsort(stable=True)]
    by_number = pool.sort().values
    by_number = by_number[torch.argsort(sizes[pool.argsort()], stable=True)]
    return not torch.equal(by_order, by_number)
