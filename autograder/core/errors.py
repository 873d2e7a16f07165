"""The two errors that end a run; `autograder.course.runtime` turns them into words and an exit status."""


class WrongUse(Exception):
    """The command cannot start or go on; the message says what was found, expected, and what to type."""


class WorkerLost(Exception):
    """A worker or an examiner's kernel died under a submission: our own fault and never the student's."""
