"""Widgets that compute and draw in the browser, one for each lesson that has one. Lessons import them from here."""

from lstmlab.widgets.gates import GateExplorer
from lstmlab.widgets.gradients import GradientExplorer
from lstmlab.widgets.packing import PackingExplorer
from lstmlab.widgets.shapes import ShapeExplorer
from lstmlab.widgets.stack import StackExplorer
from lstmlab.widgets.stepper import StateStepper
from lstmlab.widgets.training import TrainingExplorer
from lstmlab.widgets.units import UnitExplorer
from lstmlab.widgets.windows import WindowExplorer

__all__ = [
    "GateExplorer",
    "GradientExplorer",
    "PackingExplorer",
    "ShapeExplorer",
    "StackExplorer",
    "StateStepper",
    "TrainingExplorer",
    "UnitExplorer",
    "WindowExplorer",
]
