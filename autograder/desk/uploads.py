"""Files that somebody drops on the page: kept under a name of ours, as large as the desk allows, the latest few."""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tornado.web import HTTPError, stream_request_body

from autograder.core.errors import WrongUse
from autograder.course.course import Course
from autograder.desk.desk import Desk
from autograder.desk.handlers import DeskHandler

ID = re.compile(r"[0-9a-f]{8}\.(zip|csv|json)")
KEPT = 12  # uploads


@dataclass(frozen=True)
class Upload:
    """A file that is there now. `id`: how requests name it."""

    id: str
    size: int


def path_of(desk: Desk, id: str) -> Path:
    """Where an upload is. Raises WrongUse where there is none."""
    path = desk.private / "uploads" / id
    if not ID.fullmatch(id) or not path.is_file():
        raise WrongUse("That file is not here any more. Drop it again.")
    return path


@stream_request_body
class UploadHandler(DeskHandler):
    """Takes a file in, bounded, straight to the disk."""

    path: Path
    file: BinaryIO | None = None
    size = 0
    refusal: HTTPError | None = None  # told by `post`: who is refused in the midst of sending cannot read why

    def check_xsrf_cookie(self) -> None:
        """Asks for the page's token."""
        try:
            super().check_xsrf_cookie()
        except HTTPError as error:
            self.refusal = error

    async def prepare(self) -> None:  # type: ignore[override]  # as APIHandler's
        """Admits the request before any of the file is kept."""
        try:
            await super().prepare()
        except HTTPError as error:
            self.refusal = self.refusal or error
        if self.refusal:
            return
        suffix = self.get_query_argument("kind", "")
        self.request.connection.set_max_body_size(self.desk.most)  # type: ignore[union-attr]
        self._bound(int(self.request.headers.get("Content-Length", "0")))
        if suffix not in ("zip", "csv", "json"):
            self.refusal = HTTPError(400, "%s", "Found no .zip, .csv or .json; expected one of them.")
            return
        folder = await self.reading(Course.make_private) / "desk" / "uploads"
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{secrets.token_hex(4)}.{suffix}"
        self.file = self.path.open("xb")

    def data_received(self, chunk: bytes) -> None:
        """Writes a part."""
        if self.file:
            self.size += len(chunk)
            self._bound(self.size)
            self.file.write(chunk)

    async def post(self) -> None:
        """Answers with the upload."""
        if self.refusal or not self.file:
            raise self.refusal or HTTPError(400)
        self.file.close()
        for old in sorted(self.path.parent.iterdir(), key=os.path.getmtime)[:-KEPT]:
            old.unlink(missing_ok=True)
        self.reply(Upload(self.path.name, self.size))

    def on_connection_close(self) -> None:
        """Half a file is none."""
        super().on_connection_close()
        self._drop()

    def _drop(self) -> None:
        if self.file and not self.file.closed:
            self.file.close()
            self.path.unlink(missing_ok=True)

    def _bound(self, size: int) -> None:
        if size > self.desk.most:
            self._drop()
            raise HTTPError(
                413,
                "%s",
                f"The file is larger than {self.desk.most // 1_000_000} MB. c.DeskApp.max_upload_mb",
            )


ROUTES = [(r"/api/uploads", UploadHandler)]
