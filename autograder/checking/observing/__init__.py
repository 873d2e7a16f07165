"""Calls a function on a case and writes down what it did; knows no expected value."""
