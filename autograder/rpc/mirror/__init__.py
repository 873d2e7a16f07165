"""What both kernels keep equal: values that a test lends or fetches, seeds, gradients, standard streams."""
