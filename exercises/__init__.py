"""The exercises of this course: one folder for each assignment."""
