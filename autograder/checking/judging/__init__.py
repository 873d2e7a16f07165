"""What was observed of a function, held against what should be: what differs, what that decides, and its name."""
