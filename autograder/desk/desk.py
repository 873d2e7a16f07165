"""What the handlers of a desk share: the course, its jobs, and a thread that reads it."""

from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from autograder.course.course import Course, open_course
from autograder.desk.jobs import Jobs


@dataclass(frozen=True)
class Desk:
    """A course's desk. `db`: the gradebook's address, "" where nbgrader's configuration tells; `most`: bytes of a file
    that may be uploaded."""

    root: Path
    db: str
    most: int
    reader: Executor

    def course(self) -> Course:
        """The course as its files say now. Raises WrongUse where there is none."""
        return open_course(self.root, self.db)

    @property
    def private(self) -> Path:
        """Jobs and uploads: below the grader's own private folder."""
        return self.root / ".autograder" / "desk"

    @property
    def jobs(self) -> Jobs:
        """The commands that the desk has started."""
        return Jobs(self.root, self.private / "jobs", self.db)
