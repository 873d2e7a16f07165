"""Messages between the two kernels: the channel, and which values cross it and how."""
