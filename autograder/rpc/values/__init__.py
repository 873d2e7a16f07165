"""The values of NumPy and PyTorch at the border: adapters that are loaded where those libraries are installed."""
