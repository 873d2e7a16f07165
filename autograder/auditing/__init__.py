"""Grades the graders: tries exercises on answers known to be right or wrong, and on functions in plain files."""
