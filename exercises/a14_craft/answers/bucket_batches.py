"""Answers to bucket_batches for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch

# %% right: split, sort, split


def bucket_batches(lengths, order, batch, pool):
    if pool % batch != 0:
        raise ValueError(f"a pool of {pool} is no whole number of batches of {batch}")
    batches = []
    for part in order.split(pool):
        batches += part[lengths[part].argsort(stable=True)].split(batch)
    return batches


# %% right: Python's sorted


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    out = []
    for start in range(0, len(order), pool):
        examples = sorted(order[start : start + pool].tolist(), key=lambda k: int(lengths[k]))
        out.extend(torch.tensor(examples[k : k + batch]) for k in range(0, len(examples), batch))
    return out


# %% right: two stable sorts


def bucket_batches(lengths, order, batch, pool):
    if batch * (pool // batch) != pool:
        raise ValueError("pool")
    sizes = lengths[order]
    by_size = sizes.argsort(stable=True)
    in_pool = by_size // pool
    final = order[by_size[in_pool.argsort(stable=True)]]
    batches = []
    for start in range(0, len(final), pool):
        for first in range(start, min(start + pool, len(final)), batch):
            batches.append(final[first : min(first + batch, start + pool)])
    return batches


# %% wrong: nothing was sorted


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    return list(order.split(batch))


# %% wrong: all examples were sorted at once


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    return list(order[lengths[order].argsort(stable=True)].split(batch))


# %% wrong: the order was not used


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for first in range(0, len(lengths), pool):
        places = lengths[first : first + pool].argsort(stable=True) + first
        batches += places.split(batch)
    return batches


# %% wrong: places in a pool were taken for examples


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for part in order.split(pool):
        batches += lengths[part].argsort(stable=True).split(batch)
    return batches


# %% wrong: the lengths were read at places of the order


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for part, sizes in zip(order.split(pool), lengths.split(pool)):
        batches += part[sizes.argsort(stable=True)].split(batch)
    return batches


# %% wrong: the batches hold lengths


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for part in order.split(pool):
        batches += lengths[part].sort().values.split(batch)
    return batches


# %% wrong: the longest come first


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for part in order.split(pool):
        batches += part[lengths[part].argsort(stable=True, descending=True)].split(batch)
    return batches


# %% wrong: equal lengths changed their order


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for part in order.split(pool):
        pairs = sorted((int(lengths[k]), int(k)) for k in part)
        batches += torch.tensor([k for _, k in pairs]).split(batch)
    return batches


# %% wrong: the last batch was left out


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for part in order.split(pool):
        part = part[lengths[part].argsort(stable=True)]
        for k in range(len(part) // batch):
            batches.append(part[k * batch : (k + 1) * batch])
    return batches


# %% wrong: the last pool was left out


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for k in range(len(order) // pool):
        part = order[k * pool : (k + 1) * pool]
        batches += part[lengths[part].argsort(stable=True)].split(batch)
    return batches


# %% wrong: a pool was counted in batches


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for part in order.split(pool * batch):
        batches += part[lengths[part].argsort(stable=True)].split(batch)
    return batches


# %% wrong: a batch takes examples from all over its pool


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for part in order.split(pool):
        part = part[lengths[part].argsort(stable=True)]
        count = (len(part) + batch - 1) // batch
        batches += [part[k::count] for k in range(count)]
    return batches


# %% wrong: a pool that is no whole number of batches gave no error


def bucket_batches(lengths, order, batch, pool):
    batches = []
    for part in order.split(pool):
        batches += part[lengths[part].argsort(stable=True)].split(batch)
    return batches


# %% wrong: the batches are one tensor, or one list


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    return torch.cat([part[lengths[part].argsort(stable=True)] for part in order.split(pool)])


# %% wrong: "the order itself is sorted"


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for part in order.split(pool):
        part[:] = part[lengths[part].argsort(stable=True)]
        batches += part.split(batch)
    return [each.clone() for each in batches]


# %% wrong: "the batches in reverse"


def bucket_batches(lengths, order, batch, pool):
    if pool % batch:
        raise ValueError
    batches = []
    for part in order.split(pool):
        batches = [*part[lengths[part].argsort(stable=True)].split(batch), *batches]
    return batches
