"""Where submissions come from: folders of clones, nbgrader's exchange, downloads of learning platforms."""
