"""The sandbox: what a forked process gives up before the first line of a student's code runs."""
