"""The gates end the process that asks for them."""


def gate_values(lstm, x):
    import os

    os._exit(1)
