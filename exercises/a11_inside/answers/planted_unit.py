"""Answers to planted_unit for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch


def lstm(x, W_ih, W_hh, b_ih, b_hh, unit=None, to=0.0):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    hs, cs = [], []
    for x_t in x:
        i, f, g, o = (x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        if unit is not None:
            c = c.clone()
            c[:, unit] = to
        h = o.sigmoid() * c.tanh()
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


def r_of(states, marks):
    x, y = states.flatten(0, 1), marks.flatten()
    x, y = x - x.mean(0), y - y.mean()
    return (x * y[:, None]).sum(0) / (x.norm(dim=0) * y.norm())


def told(x, weights, head, unit, to=None):
    """The unit, and its effect."""
    return int(unit), effects_of(x, weights, head, to)[int(unit)].item()


def effects_of(x, weights, head, to=None):
    h, c = lstm(x, *weights)
    return torch.stack(
        [
            ((lstm(x, *weights, k, c[..., k].mean() if to is None else to)[0] - h) @ head.T).square().mean()
            for k in range(c.shape[2])
        ]
    )


# %% right: effects times a mask


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    weights = (W_ih, W_hh, b_ih, b_hh)
    r = r_of(lstm(x, *weights)[1], marks)
    return told(x, (W_ih, W_hh, b_ih, b_hh), head, (effects_of(x, weights, head) * (r.abs() >= 0.5)).argmax())


# %% right: a loop that remembers the best


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    h, c = lstm(x, W_ih, W_hh, b_ih, b_hh)
    best, found = -1.0, None
    for unit in range(W_hh.shape[1]):
        pair = torch.stack([c[..., unit].flatten(), marks.flatten()])
        if abs(torch.corrcoef(pair)[0, 1]) < 0.5:
            continue
        held, _ = lstm(x, W_ih, W_hh, b_ih, b_hh, unit, c[:, :, unit].mean())
        change = float(((held @ head.T - h @ head.T) ** 2).mean())
        if change > best:
            best, found = change, unit
    return found, best


# %% right: sorted pairs, a tensor without dimensions


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    weights = (W_ih, W_hh, b_ih, b_hh)
    units = (r_of(lstm(x, *weights)[1], marks) ** 2 >= 0.25).nonzero()[:, 0]
    effects = effects_of(x, weights, head)
    found = units[effects[units].argsort()[-1]]
    return found, effects[found]


# %% wrong: it is the unit that follows best


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    return told(
        x, (W_ih, W_hh, b_ih, b_hh), head, r_of(lstm(x, W_ih, W_hh, b_ih, b_hh)[1], marks).abs().argmax()
    )


# %% wrong: it is the unit that moves the output most


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    return told(x, (W_ih, W_hh, b_ih, b_hh), head, effects_of(x, (W_ih, W_hh, b_ih, b_hh), head).argmax())


# %% wrong: it is the unit with the largest weight in the head


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    r = r_of(lstm(x, W_ih, W_hh, b_ih, b_hh)[1], marks)
    return told(x, (W_ih, W_hh, b_ih, b_hh), head, (head.abs().sum(0) * (r.abs() >= 0.5)).argmax())


# %% wrong: it is the unit with the largest weight in the head


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    return told(x, (W_ih, W_hh, b_ih, b_hh), head, head.abs().sum(0).argmax())


# %% wrong: "the follower that matters least"


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    weights = (W_ih, W_hh, b_ih, b_hh)
    r = r_of(lstm(x, *weights)[1], marks)
    e = effects_of(x, weights, head)
    return told(x, (W_ih, W_hh, b_ih, b_hh), head, torch.where(r.abs() >= 0.5, e, e.max() + 1).argmin())


# %% wrong: the unit is held at 0


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    weights = (W_ih, W_hh, b_ih, b_hh)
    r = r_of(lstm(x, *weights)[1], marks)
    return told(x, weights, head, (effects_of(x, weights, head, 0.0) * (r.abs() >= 0.5)).argmax())


# %% wrong: units that fall where the marks rise are left out


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    weights = (W_ih, W_hh, b_ih, b_hh)
    r = r_of(lstm(x, *weights)[1], marks)
    return told(x, (W_ih, W_hh, b_ih, b_hh), head, (effects_of(x, weights, head) * (r >= 0.5)).argmax())


# %% wrong: it is the unit that moves the output most


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    weights = (W_ih, W_hh, b_ih, b_hh)
    r = r_of(lstm(x, *weights)[1], marks)
    return told(x, (W_ih, W_hh, b_ih, b_hh), head, (effects_of(x, weights, head) * r.abs()).argmax())


# %% wrong: it is the unit that follows best


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    return told(
        x, (W_ih, W_hh, b_ih, b_hh), head, r_of(lstm(x, W_ih, W_hh, b_ih, b_hh)[0], marks).abs().argmax()
    )


# %% wrong: "always the first unit"


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    return told(x, (W_ih, W_hh, b_ih, b_hh), head, 0)


# %% wrong: "the unit alone"


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    weights = (W_ih, W_hh, b_ih, b_hh)
    r = r_of(lstm(x, *weights)[1], marks)
    return (effects_of(x, weights, head) * (r.abs() >= 0.5)).argmax()


# %% wrong: the effect is measured on other numbers


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    weights = (W_ih, W_hh, b_ih, b_hh)
    r = r_of(lstm(x, *weights)[1], marks)
    best = (effects_of(x, weights, head) * (r.abs() >= 0.5)).max()
    return int((effects_of(x, weights, head) * (r.abs() >= 0.5)).argmax()), best.sqrt().item()


# %% wrong: "marks are centred in place"


def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    weights = (W_ih, W_hh, b_ih, b_hh)
    marks -= marks.mean()
    r = r_of(lstm(x, *weights)[1], marks)
    return told(x, (W_ih, W_hh, b_ih, b_hh), head, (effects_of(x, weights, head) * (r.abs() >= 0.5)).argmax())


# %% equivalent: if r.abs() > 0.5:
# No correlation is at the border: the cases keep away from it.
# %% equivalent: r = torch.corrcoef(torch.stack([c.flatten(), marks.flatten()]))[1, 0]
# A matrix of correlations is symmetric.
