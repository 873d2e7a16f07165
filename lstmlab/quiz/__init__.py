"""Questions, cards and reviews on the screen, and the bank as a deck for Anki."""
