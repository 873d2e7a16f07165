"""Submissions out of nbgrader's exchange, by the collector that the course configures: nbgrader's own or another's.

The collector fills a scratch folder; from there its submissions go the way of all others, under the students' ids and
the names of files that nbgrader knows, so that nothing has to be recognised.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.auth import Authenticator
from nbgrader.exchange import ExchangeError, ExchangeFactory

from autograder.collecting.archive import folder_members
from autograder.collecting.model import Batch, Found
from autograder.collecting.source import Request
from autograder.collecting.submitted_folder import STAMP
from autograder.core.errors import WrongUse
from autograder.course.course import nbgrader_log


class Exchange:
    """The exchange that the course configures. A path, if there is one, takes the place of its root."""

    title = "exchange"
    untimed = ""

    def detect(self, path: Path) -> bool:
        """Never: where an exchange lies is configured, and not typed."""
        return False

    @contextlib.contextmanager
    def read(self, request: Request) -> Iterator[Batch]:
        """The last submission of each student. Raises WrongUse where the exchange refuses."""
        course, name = request.course, request.assignment
        if not name:
            raise WrongUse("Which assignment? autograder collect --from exchange --assignment NAME")
        if request.path:
            course.config.Exchange.root = str(request.path)
        # Its results go elsewhere, and the deadline is looked up in the course's gradebook all the same.
        folders = course.coursedir(assignment_id=name, db_url=course.folders.db_url)
        folders.root = str(request.scratch / "exchange")
        collector = ExchangeFactory(config=course.config).Collect(
            coursedir=folders, authenticator=Authenticator(config=course.config), config=course.config
        )
        with nbgrader_log() as (log, _):
            try:
                collector.start()
            except ExchangeError as error:
                raise WrongUse(f"nbgrader's exchange: {log[-1] if log else error}") from error
        submitted = folders.submitted_directory
        yield Batch(
            tuple(
                _found(record, Path(folders.format_path(submitted, record["username"], name)))
                for record in collector.src_records
            ),
            {},
        )


def _found(record: dict[str, Any], folder: Path) -> Found:
    student = record["username"]
    members = tuple(member for member in folder_members(folder) if member.path != STAMP)
    return Found(
        record["filename"],
        student,
        members=members,
        time=record["timestamp"],
        student=student,
        as_is=True,
        fault="" if folder.is_dir() else "the exchange did not deliver it",
    )
