"""Kinds of exercises whose answer is what a student has found out, each about something that they alone were given."""
