"""Runs submissions: one of them, many on this machine, many on a cluster."""
