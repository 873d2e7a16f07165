"""The sources that come with the grader: Moodle, Canvas, folders and clones, nbgrader's exchange."""
