"""Starts commands, tells how far they are, and stops them."""

from pathlib import Path

from tornado.web import HTTPError

from autograder.core.errors import WrongUse
from autograder.core.json_records import to_values
from autograder.course.course import Course
from autograder.desk import uploads
from autograder.desk.commands import Request, Requests
from autograder.desk.handlers import DeskHandler
from autograder.desk.jobs import Busy


class JobsHandler(DeskHandler):
    """All jobs."""

    async def get(self) -> None:
        """Answers with the states of all jobs, the latest first."""
        self.reply(self.desk.jobs.all())

    async def post(self) -> None:
        """Starts a command; answers with its state, or 409 while another runs."""
        request: Request = self.body(Requests)  # type: ignore[arg-type]  # a union, which msgspec can read

        def file(id: str) -> Path:
            return uploads.path_of(self.desk, id).relative_to(self.desk.root)

        def arguments(course: Course) -> list[str]:
            course.make_private()
            return request.arguments(course, file)

        given = await self.reading(arguments)
        try:
            self.reply(self.desk.jobs.start(to_values(request), given))
        except Busy as error:
            raise HTTPError(409, "%s", error) from error


class JobHandler(DeskHandler):
    """One job."""

    async def get(self, id: str) -> None:
        """Answers with what it has told since `?since=N`."""
        since = self.get_query_argument("since", "0")
        try:
            self.reply(self.desk.jobs.news(id, int(since) if since.isdecimal() else 0))
        except WrongUse as error:
            raise HTTPError(404, "%s", error) from error


class StopHandler(DeskHandler):
    """Stops a job."""

    async def post(self, id: str) -> None:
        """Asks it to stop; what is graded is kept."""
        try:
            self.desk.jobs.stop(id)
            self.reply(self.desk.jobs.state(id))
        except WrongUse as error:
            raise HTTPError(404, "%s", error) from error


ROUTES = [
    (r"/api/jobs", JobsHandler),
    (r"/api/jobs/([\w-]+)", JobHandler),
    (r"/api/jobs/([\w-]+)/stop", StopHandler),
]
