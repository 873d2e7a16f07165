"""The river of lesson 13: its weather, its stores, and the layers trained on its flow."""

import torch

from lstmlab.tasks.rivers import (
    COLDER,
    YEAR,
    Weather,
    catchment,
    dealt_again,
    joined,
    seattle,
    train_on_flow,
)


def test_the_weather_is_that_of_four_years_made_colder():
    weather = seattle()
    assert len(weather) == 1461 and (weather.rain >= 0).all() and not weather.temperature.isnan().any()
    assert weather.rain[1] == 10.9  # 2 January 2012
    assert torch.isclose(weather.temperature[1], torch.tensor((10.6 + 2.8) / 2 - COLDER))


def test_no_water_is_lost_or_made():
    weather = seattle()
    river = catchment(weather)
    # What fell is in the snow, in the soil, in the river, or in the air; the air takes what its formula allows at most.
    air = weather.rain.sum() - river.flow.sum() - river.snow[-1] - river.soil[-1]
    most = (0.12 * (weather.temperature + 6)).clamp(min=0).sum()
    assert 0 < air <= most
    assert (river.snow >= 0).all() and (river.soil >= 0).all() and (river.flow >= 0).all()


def test_snow_falls_below_zero_and_melts_above():
    cold, warm = torch.full((5,), -3.0), torch.full((5,), 4.0)
    rain = torch.cat([torch.full((5,), 8.0), torch.zeros(5)])
    river = catchment(Weather(rain, torch.cat([cold, warm])))
    assert river.snow.tolist() == [8, 16, 24, 32, 40, 30, 20, 10, 0, 0]
    assert river.flow[:5].sum() == 0 and river.flow[5] > 0


def test_dealt_again_keeps_each_piece_in_its_season():
    days = torch.arange(3 * YEAR)
    dealt = dealt_again(Weather(days, days % YEAR), years=5, seed=1)
    assert torch.equal(dealt.temperature, torch.arange(YEAR).repeat(5))
    assert len({int(day) // YEAR for day in dealt.rain[:YEAR]}) > 1  # several years in one
    assert torch.equal(dealt.rain, dealt_again(Weather(days, days), years=5, seed=1).rain)


def test_training_makes_each_run_better_and_leaves_them_different():
    weather = dealt_again(seattle(), years=3, seed=0)
    river = catchment(weather)
    errors = []
    for updates in (1, 40):
        pairs = train_on_flow(weather, river.flow, seeds=2, hidden=4, updates=updates)
        with torch.no_grad():
            said = [head(layer(weather.features[:, None])[0])[:, 0, 0] for layer, head in pairs]
        errors.append([(each - river.flow.log1p()).square().mean().item() for each in said])
    assert errors[1][0] < errors[0][0] / 2 and errors[1][1] < errors[0][1] / 2
    assert errors[1][0] != errors[1][1]


def test_joined_is_one_after_the_other():
    weather = seattle()
    assert torch.equal(joined(weather.days(slice(0, 9)), weather.days(slice(9, 20))).rain, weather.rain[:20])
