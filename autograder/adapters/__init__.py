"""What the grader does for a library that a course may have: hooks, found by entry points where it is installed."""
