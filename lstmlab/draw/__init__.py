"""Figures of the lessons, each with alt text, and the one style they share."""
