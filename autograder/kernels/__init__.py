"""Processes that run notebook code: warm, forked, and locked in before the first line of a student runs."""
