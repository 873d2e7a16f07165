"""Spaced repetition: what is due, how strong each topic is, its pictures, and the test of ten questions."""
