"""The sandbox that a forked process enters before the first line of a student's code runs."""
