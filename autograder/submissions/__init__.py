"""One submission read and understood: intake, which notebook it is, its answers put into the assignment's own."""
