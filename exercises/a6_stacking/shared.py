"""Layers that copy what they read, so that an output shows what dropout dropped; for `dropping` and its verdict."""

from __future__ import annotations

import torch

from autograder.checking.language import ModuleRecipe

OPEN = 60.0  # sigmoid(60) is 1 in float64, sigmoid(-60) is 1e-26


def copier(recipe: ModuleRecipe) -> ModuleRecipe:
    """The recipe of a layer of as many inputs as units, made to copy what it reads (see the module's docstring)."""
    zero = {name: torch.zeros_like(tensor) for name, tensor in recipe.state.items()}
    hidden = recipe.options["hidden_size"]
    zero["weight_ih_l0"].unflatten(0, (4, hidden))[2] = torch.eye(hidden)
    for gate, bias in ((0, OPEN), (1, -OPEN), (3, OPEN)):
        zero["bias_ih_l0"].unflatten(0, (4, hidden))[gate] = bias
    return ModuleRecipe(recipe.kind, recipe.options, zero, training=recipe.training)
