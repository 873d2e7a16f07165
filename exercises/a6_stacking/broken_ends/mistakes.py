"""The mistakes that people make in broken_ends."""

from autograder.checking.kinds.hunt import explained

LESSON = "notebooks/06_stacking.ipynb#"

MISTAKES = explained(LESSON + "A-second-direction-is-a-second-layer-that-reads-from-the-end")
