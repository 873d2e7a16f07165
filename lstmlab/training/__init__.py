"""Training: the loop, the progress line, the device, and several small layers at once. Lessons import from here."""

from lstmlab.training.fit import fit
from lstmlab.training.progress import Progress, device, track

__all__ = ["Progress", "device", "fit", "track"]
