"""What both kernels keep equal: mirrored values, seeds, gradients, standard streams."""
