"""Grades the graders: exercises tried on answers known to be right or wrong; and on anybody's plain files."""
