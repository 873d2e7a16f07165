"""What the lessons import: gate values, the lens, figures with alt text, the gate explorer and the quiz."""

from lstmlab.draw.cell_diagram import draw_cell
from lstmlab.draw.display import picture
from lstmlab.draw.gate_strips import plot_gates
from lstmlab.draw.style import COLOURS, use_style
from lstmlab.gates import story_lstm, trace_gates
from lstmlab.inputs import pulses
from lstmlab.inside import Lens
from lstmlab.quiz.quiz import Quiz
from lstmlab.widgets import GateExplorer

__all__ = [
    "COLOURS",
    "GateExplorer",
    "Lens",
    "Quiz",
    "draw_cell",
    "picture",
    "plot_gates",
    "pulses",
    "story_lstm",
    "trace_gates",
    "use_style",
]
