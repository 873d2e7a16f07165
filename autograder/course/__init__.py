"""An nbgrader course on disk: configuration, gradebook, roster, assignments and their notebooks."""
