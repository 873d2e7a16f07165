"""What each command that works on a whole assignment does; `autograder.cli` calls it."""
