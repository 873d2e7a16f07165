"""Submissions out of nbgrader's exchange, by the collector that the course configures: nbgrader's own or another's.

Students write into nbgrader's own exchange themselves, and may give a folder there any name. So its collector only
chooses the folders; they are read where they lie, without following a link, and whose they are is looked at. The time in
the name is the student's word as well; when the folder was last changed is the file system's. Another
collector fills a scratch folder. From there on submissions go the way of all others, under the students' ids and the
names of files that nbgrader knows, so that nothing has to be recognised.
"""

import contextlib
import os
import pwd
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.auth import Authenticator
from nbgrader.exchange import ExchangeError, ExchangeFactory
from nbgrader.exchange.default import ExchangeCollect

from autograder.collecting.archive import folder_members
from autograder.collecting.model import Batch, Found, Member
from autograder.collecting.source import Request
from autograder.collecting.submitted_folder import STAMP
from autograder.core.errors import WrongUse
from autograder.course.course import nbgrader_log
from autograder.submissions.intake import MAX_FILES

ANOTHERS = (
    "a folder of {owner}, under the name of {student}: not collected. If that is as it should be, set"
    " c.ExchangeCollect.check_owner = False in nbgrader_config.py"
)
NO_TIME = "the exchange calls a submission STUDENT+ASSIGNMENT+TIME, and this has no such time"


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
        kind = ExchangeFactory(config=course.config).collect
        if issubclass(kind, ExchangeCollect):
            kind = type(kind.__name__, (_Wary, kind), {})
        collector = kind(
            coursedir=folders, authenticator=Authenticator(config=course.config), config=course.config
        )
        with nbgrader_log() as (log, _):
            try:
                collector.start()
            except ExchangeError as error:
                raise WrongUse(f"nbgrader's exchange: {log[-1] if log else error}") from error
        if isinstance(collector, _Wary):
            yield Batch(collector.found(), collector.unmatched)
            return
        submitted = folders.submitted_directory
        yield Batch(
            tuple(
                _found(record, Path(folders.format_path(submitted, record["username"], name)))
                for record in collector.src_records
            ),
            {},
        )


class _Wary(ExchangeCollect):
    """nbgrader's collector as it chooses among the folders, without what others could make of it."""

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        self.unmatched: dict[str, str] = {}
        super().init_src()
        self.src_records = [each for each in self.src_records if each["username"]]

    def copy_files(self) -> None:
        """Nothing: its copies would follow links, and read what the student may not."""

    def found(self) -> tuple[Found, ...]:
        """The chosen submissions, where they lie."""
        return tuple(_found(each, self._place(each), self._anothers(each)) for each in self.src_records)

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """A name without a time, which anybody can make, would end the run: it is nobody's."""
        try:
            record: dict[str, Any] = super()._path_to_record(path)
        except (ExchangeError, ValueError, ArithmeticError):
            name = Path(path).name
            self.unmatched[name] = NO_TIME
            return {"username": "", "filename": name, "timestamp": datetime.min}
        return record

    def _sort_by_timestamp(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A student's own alone: another's later folder under their name does not take their place."""
        own = [each for each in records if not self._anothers(each)]
        chosen: list[dict[str, Any]] = super()._sort_by_timestamp(own or records)
        return chosen

    def _anothers(self, record: dict[str, Any]) -> str:
        """The user to whom the folder belongs, where that is neither the student nor who collects; "" where it was taken
        away just now."""
        try:
            owner = self._place(record).lstat().st_uid
        except OSError:
            return ""
        name = _login(owner)
        return name if self.check_owner and owner != os.geteuid() and name != record["username"] else ""

    def _place(self, record: dict[str, Any]) -> Path:
        return Path(self.inbound_path, record["filename"])


def _login(owner: int) -> str:
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return f"user {owner}"


def _found(record: dict[str, Any], folder: Path, owner: str = "") -> Found:
    """A submission. `owner`: the other user whose folder it is."""
    student, fault = record["username"], ""
    if owner:
        fault = ANOTHERS.format(owner=owner, student=student)
    elif folder.is_symlink():
        fault = "a symbolic link in place of the folder"
    elif not folder.is_dir():
        fault = "the exchange did not deliver it"
    members = () if fault else tuple(member for member in folder_members(folder) if member.path != STAMP)
    return Found(
        record["filename"],
        student,
        members=members,
        time=record["timestamp"],
        student=student,
        as_is=True,
        changed=None if fault else _last_change(folder, members),
        fault=fault,
    )


def _last_change(folder: Path, members: Sequence[Member]) -> datetime:
    """When the folder or a file in it was last changed, in UTC: whoever owns it sets every other time as they like."""
    times = [0.0]
    for path in (folder, *(folder / member.path for member in members[:MAX_FILES])):
        with contextlib.suppress(OSError):
            times.append(path.lstat().st_ctime)
    return datetime.fromtimestamp(max(times), UTC).replace(tzinfo=None)
