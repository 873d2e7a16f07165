"""The course's training loop does what the same lines written out do."""

import torch
from torch import nn

from lstmlab.training import fit


def _numbers():
    generator = torch.Generator().manual_seed(1)
    return [
        (torch.randn(8, 3, generator=generator), torch.randn(8, 1, generator=generator)) for _ in range(5)
    ]


def _model():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nn.Linear(3, 1)
    return model, torch.optim.Adam(model.parameters(), lr=0.1)


def test_the_weights_and_losses_are_those_of_a_loop_written_out():
    model, optimizer = _model()
    wanted = []
    for x, y in _numbers():
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()
        wanted.append(loss.item())
    other, optimizer = _model()
    parameters = list(other.parameters())
    losses = fit(
        lambda x, y: nn.functional.mse_loss(other(x), y),
        _numbers(),
        optimizer,
        lambda: nn.utils.clip_grad_norm_(parameters, 0.1),
    )
    assert losses == wanted and all(map(torch.equal, parameters, model.parameters()))


def test_a_generator_of_batches_is_asked_after_each_update():
    model, optimizer = _model()
    seen = []

    def batches():
        for batch in _numbers():
            seen.append(model.bias.item())
            yield batch

    fit(lambda x, y: nn.functional.mse_loss(model(x), y), batches(), optimizer)
    assert len(set(seen)) == 5
