"""The extension of the Jupyter server, and the server of `autograder desk`."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Integer, Unicode

from autograder.core.environment import DB
from autograder.core.errors import WrongUse
from autograder.course.course import open_course
from autograder.desk import essays, files, handlers, job_handlers, uploads
from autograder.desk.desk import Desk

STATIC = Path(__file__).parent / "static"
PAGES: Sequence[Any] = (handlers, job_handlers, uploads, files, essays)  # modules with ROUTES


class DeskApp(ExtensionApp):
    """Serves `/desk`. `c.DeskApp.course` names the course's folder, else it is the folder that the server shows."""

    name = "desk"
    app_name = "autograder desk"
    description = "A whole term of an nbgrader course, in the browser."
    extension_url = "/desk"
    default_url = "/desk"
    load_other_extensions = True
    static_paths = [str(STATIC)]  # noqa: RUF012 - a trait's default

    course = Unicode("", help="The course's folder (default: the folder that the server shows).").tag(
        config=True
    )
    db = Unicode("", help="The gradebook's address (default: nbgrader's configuration).").tag(config=True)
    max_upload_mb = Integer(2048, help="The largest file that may be dropped, in MB.").tag(config=True)

    @classmethod
    def get_extension_package(cls) -> str:
        """Where Jupyter finds the extension."""
        return "autograder.desk"

    def initialize_settings(self) -> None:
        """Gives handlers what they share."""
        shown = self.serverapp.root_dir  # type: ignore[union-attr]  # there by now
        root = Path(self.course or shown).expanduser().absolute()
        readers = ThreadPoolExecutor(1, "desk")  # one at a time: a reload asks for the same again
        db = self.db or os.environ.get(DB, "")
        self.settings["desk"] = Desk(root, db, self.max_upload_mb * 1_000_000, readers)

    def initialize_handlers(self) -> None:
        """Adds the pages."""
        self.handlers += [(rf"/desk{path}", handler) for module in PAGES for path, handler in module.ROUTES]


def serve(root: Path, db: str, arguments: Sequence[str]) -> int:
    """Serves the course in `root` and opens a browser. `arguments`: of the Jupyter server. Returns at its end.

    Raises WrongUse where there is no course.
    """
    course = open_course(root, db)
    os.chdir(course.root)
    own = [f"--DeskApp.course={course.root}", *([f"--DeskApp.db={db}"] if db else [])]
    if not any(each.startswith("--ServerApp.root_dir=") for each in arguments):  # Jupyter takes one only
        own.append(f"--ServerApp.root_dir={course.root}")
    try:
        DeskApp.launch_instance([*own, *arguments])  # type: ignore[no-untyped-call]
    except SystemExit as end:
        if end.code:
            raise WrongUse(f"The Jupyter server did not start (exit status {end.code}).") from end
    return 0
