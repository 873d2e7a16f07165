"""Processes that run notebook code: warm, forked, and sandboxed before the first line of a student's code runs."""
