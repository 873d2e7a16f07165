"""The sections of lessons that the mistakes of this assignment lead to."""

CRAFT = "notebooks/14_craft.ipynb#"
COLLATE = CRAFT + "A-Dataset-and-collate_fn"
BUCKETS = CRAFT + "Batches-of-similar-length"
NEVER_SHUFFLED = CRAFT + "4.-Buckets-that-are-never-shuffled"
WRITER = "notebooks/09_beyond.ipynb#Pattern-3:-a-model-that-writes"
