"""What both kernels keep equal: mirrored values, seeds, standard streams."""
