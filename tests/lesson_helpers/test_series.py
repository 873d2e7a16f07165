"""What lessons 1 and 8 stand on: the sunspot file, windows, plain forecasts, and the task of two events."""

import pytest
import torch
from torch import nn

from lstmlab.tasks import event_order, series


def test_the_sunspot_file_has_every_year_once_and_known_values():
    data = series.sunspots()
    assert data.years.tolist() == list(range(1700, 2009)) and data.values.shape == (309,)
    assert data.values.dtype == torch.float32 and data.values.min() >= 0
    for year, value in ((1700, 5.0), (1957, 190.2), (2008, 2.9)):
        assert data.values[data.at(year)].item() == pytest.approx(value)
    for year in (1699, 2009):
        with pytest.raises(ValueError, match=f"year {year} is not in the series; pass one from 1700 to 2008"):
            data.at(year)


@pytest.mark.parametrize("length, window, horizon", [(2, 1, 1), (10, 9, 1), (10, 3, 4), (30, 5, 2)])
def test_a_window_is_followed_by_its_target(length, window, horizon):
    values = torch.randn(length)
    before = values.clone()
    X, y = series.windows(values, window, horizon)
    assert len(X) == len(y) == length - window - horizon + 1
    for n in range(len(X)):
        assert torch.equal(X[n], values[n : n + window]) and y[n] == values[n + window - 1 + horizon]
    X.zero_(), y.zero_()
    assert torch.equal(values, before)


@pytest.mark.parametrize("window, horizon", [(10, 1), (5, 6), (0, 1), (3, 0)])
def test_a_series_too_short_for_a_window_is_refused(window, horizon):
    with pytest.raises(ValueError, match=f"a series of 10 steps has no window of {window}"):
        series.windows(torch.zeros(10), window, horizon)


def test_the_linear_forecast_finds_an_exact_rule_and_does_not_care_about_units():
    values = series.random_walk(200, 0)
    X, _ = series.windows(values, 4)
    y = X @ torch.tensor([0.1, -0.2, 0.3, 0.5]) + 7
    torch.testing.assert_close(series.fit_linear(X[:100], y[:100])(X[100:]), y[100:], rtol=0, atol=1e-4)
    scaled = series.fit_linear(X[:100] * 3 + 1, y[:100])(X[100:] * 3 + 1)
    torch.testing.assert_close(scaled, y[100:], rtol=0, atol=1e-4)


def test_errors_of_unlike_shapes_are_refused_and_not_broadcast():
    assert series.mae(torch.tensor([1.0, 2.0]), torch.tensor([0.0, 4.0])) == 1.5
    with pytest.raises(ValueError, match=r"forecast has shape \(3, 1\), truth \(3,\)"):
        series.mae(torch.zeros(3, 1), torch.zeros(3))


def test_a_neighbour_forecast_returns_what_it_remembers():
    X, y = series.windows(series.random_walk(100, 1), 5)
    assert torch.equal(series.nearest(X, y, X, k=1), y)


def test_an_lstm_forecast_never_sees_the_years_after_its_training_part():
    values = series.sunspots().values
    changed = values.clone()
    changed[100:] += 1000
    state = torch.get_rng_state()
    one = series.lstm_forecasts(values, 100, 0, 20)
    other = series.lstm_forecasts(changed, 100, 0, 20)
    assert list(one) == [10, 20] and one[20].shape == (300,)
    assert torch.equal(torch.get_rng_state(), state)
    torch.testing.assert_close(one[20][:91], other[20][:91])  # windows that lie within the first 100 values
    assert not torch.allclose(one[20][150:], other[20][150:])


@pytest.mark.parametrize("steps", [2, 3, 8])
def test_every_sequence_has_one_of_each_event_and_the_label_says_which_came_first(steps):
    x, y = event_order.two_events(50, steps, torch.Generator().manual_seed(0))
    assert x.shape == (50, steps, 4) and torch.equal(x.sum(-1), torch.ones(50, steps))
    assert (x.sum(1)[:, :2] == 1).all() and set(y.tolist()) == {0, 1}
    for one, first in zip(x, y, strict=True):
        text = event_order.spell(one)
        assert (text.index("A") < text.index("B")) == bool(first)


def test_one_step_cannot_hold_two_events():
    with pytest.raises(ValueError, match="found steps=1, pass 2 or more"):
        event_order.two_events(5, 1, torch.Generator())


def test_a_model_that_ignores_order_is_right_exactly_half_of_the_time():
    class Bag(nn.Module):
        def __init__(self):
            super().__init__()
            self.head = nn.Linear(4, 2)

        def forward(self, x):
            return self.head(x.sum(1))

    assert event_order.order_accuracy(event_order.train_on_order(Bag(), 0, updates=5), 0) == 0.5
