"""The language that checks of exercises are written in, and how a function is tried and judged by them."""
