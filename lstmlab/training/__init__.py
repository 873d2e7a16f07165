"""Training models: the progress line, the device, and several small layers trained at once. Lessons import from here."""

from lstmlab.training.progress import Progress, device, track

__all__ = ["Progress", "device", "track"]
