"""Answers known to be right or wrong, and exercises whose function under examination is given such answers."""
