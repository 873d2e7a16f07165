"""Collects from nbgrader's exchange, by nbgrader's own collector; adds what that does not say."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from nbgrader.auth import Authenticator
from nbgrader.exchange import ExchangeError, ExchangeFactory

from autograder.collecting import course_records as records
from autograder.collecting.submitted_folder import KEPT, NEW, SAME, UPDATED
from autograder.collecting.summary import Row, how_late, table
from autograder.core.errors import WrongUse
from autograder.course.course import Course, nbgrader_log
from autograder.course.roster import Roster

if TYPE_CHECKING:
    from autograder.collecting.collect import Order


def collect_exchange(course: Course, order: "Order", roster: Roster, out: TextIO) -> int:
    """Runs the collector of the configured exchange and lists what it did. Raises WrongUse where it cannot.

    `order.path`: the exchange's root, in place of the configured one.
    """
    if not order.assignment:
        raise WrongUse("Which assignment? autograder collect --from exchange --assignment NAME")
    if order.path:
        course.config.Exchange.root = str(order.path)
    course.config.ExchangeCollect.update = (
        True  # a newer submission of the same student takes the older's place
    )
    if order.due and not order.dry_run:
        records.keep(course, order.assignment, None, records.parse_due(course, order.due))
    due = records.due_of(course, order.assignment, order.due)
    folders = course.coursedir(assignment_id=order.assignment)
    collector = ExchangeFactory(config=course.config).Collect(
        coursedir=folders, authenticator=Authenticator(config=course.config), config=course.config
    )
    rows = []
    with nbgrader_log() as (log, _):
        try:
            collector.set_timestamp()
            collector.init_src()
            for record in collector.src_records:
                rows.append(_row(course, order, record, due))
            if not order.dry_run:
                collector.start()
        except ExchangeError as error:
            raise WrongUse(f"nbgrader's exchange: {log[-1] if log else error}") from error
    missing = records.missing(course, order.assignment, roster, {row.student for row in rows if row.student})
    if not order.dry_run:
        records.keep(course, order.assignment, roster if order.roster else None, None)
    print(table(order.assignment, order, rows, missing, roster.said, due), file=out)
    return 1 if any(row.needs_person for row in rows) else 0


def _row(course: Course, order: "Order", record: dict[str, Any], due: datetime | None) -> Row:
    """What nbgrader's collector is about to do with a record, by its own rule."""
    student, time = record["username"], record["timestamp"]
    place = course.folders.format_path(course.folders.submitted_directory, student, order.assignment)
    what = NEW
    if Path(place).is_dir():
        had = course.folders.get_existing_timestamp(place)
        what = UPDATED if had is None or time > had else SAME if time == had else KEPT
    why = "what is there was handed in later" if what == KEPT else ""
    return Row(student, record["filename"], what, why, late=how_late(time, due))
