"""Look into trained recurrent layers: `Lens`, interventions, attribution, search for units, probes::

    run = Lens(lstm).run(x, edits=[clamp("c", unit=3, to=0.0)])
    run["f"]  # (time, batch, hidden): the forget gates

Works with any nn.RNN, nn.GRU or nn.LSTM; nothing here needs the lessons.
"""

from lstmlab.inside.attribution import by_ablation, by_gradient
from lstmlab.inside.edits import ablate, clamp, patch
from lstmlab.inside.lens import Lens, Run
from lstmlab.inside.probes import Probe, probe
from lstmlab.inside.search import Search, correlations, on_over, search

__all__ = [
    "Lens",
    "Probe",
    "Run",
    "Search",
    "ablate",
    "by_ablation",
    "by_gradient",
    "clamp",
    "correlations",
    "on_over",
    "patch",
    "probe",
    "search",
]
