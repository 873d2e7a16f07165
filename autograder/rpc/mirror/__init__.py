"""State that both kernels keep equal: mirrored values, seeds, standard streams."""
