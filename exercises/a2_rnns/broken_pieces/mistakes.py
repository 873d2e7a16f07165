"""The mistakes that people make in broken_pieces."""

from autograder.checking.kinds.hunt import explained

LESSON = "notebooks/02_rnns.ipynb#"

MISTAKES = explained(LESSON + "The-hidden-state-is-the-only-memory")
