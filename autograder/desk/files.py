"""Shows pages and gives out files that commands have written. Every name is compared with what is there."""

from pathlib import Path
from urllib.parse import quote

from tornado.web import HTTPError

from autograder.course.course import Course
from autograder.desk.handlers import DeskHandler

# A page that holds a student's text: no script runs, and it is of another origin than the desk.
CONFINED = (
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:;"
    " frame-ancestors 'self'"
)
TYPES = {".html": "text/html; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".zip": "application/zip"}


class FileHandler(DeskHandler):
    """Base: `place` names the folder, and a file of it is answered with."""

    @property
    def content_security_policy(self) -> str:
        """What the pages may do."""
        return CONFINED

    async def give(self, folder: Path, name: str) -> None:
        """Answers with a file of the folder, html to be shown and the others to be kept."""
        there = {path.name: path for path in folder.iterdir()} if folder.is_dir() else {}
        path = there.get(name)
        kind = TYPES.get(path.suffix) if path else None
        if path is None or kind is None or path.is_symlink() or not path.is_file():
            raise HTTPError(404, "%s", f"There is no file {name!r} yet.")
        if path.suffix != ".html":
            self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(path.name)}")
        self.set_header("Cache-Control", "no-store")
        content = await self.reading(lambda _: path.read_bytes())
        self.finish(content, set_content_type=kind)


class ReportHandler(FileHandler):
    """Reports, grades and zips of an assignment, or of the term."""

    async def get(self, assignment: str, name: str) -> None:
        """Answers with the file."""

        def folder(course: Course) -> Path:
            known = assignment in (*course.assignments(), "term")
            return course.reports(assignment) if known else course.private / "none"

        await self.give(await self.reading(folder), name)


class StudentTermHandler(FileHandler):
    """A student's page over all assignments."""

    async def get(self, name: str) -> None:
        """Answers with the page."""
        await self.give(await self.reading(lambda course: course.reports("term") / "students"), name)


class FeedbackHandler(FileHandler):
    """A page that a student gets back."""

    async def get(self, assignment: str, student: str, name: str) -> None:
        """Answers with the page."""

        def folder(course: Course) -> Path:
            known = assignment in course.assignments() and student in course.submissions(assignment)
            return course.feedback(student, assignment) if known else course.private / "none"

        await self.give(await self.reading(folder), name)


ROUTES = [
    (r"/reports/term/students/([^/]+)", StudentTermHandler),
    (r"/reports/([^/]+)/([^/]+)", ReportHandler),
    (r"/feedback/([^/]+)/([^/]+)/([^/]+)", FeedbackHandler),
]
