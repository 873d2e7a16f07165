"""The base of all handlers, the page itself, and what it reads."""

import inspect
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from jupyter_server.utils import url_path_join
from sqlalchemy.exc import DBAPIError
from tornado.ioloop import IOLoop
from tornado.web import HTTPError

from autograder.core.errors import WrongUse
from autograder.core.json_records import to_json
from autograder.course.course import Course
from autograder.course.gradebook import in_words
from autograder.course.runtime import alone
from autograder.desk import state
from autograder.desk.desk import Desk
from autograder.results.merged import names_of

Result = TypeVar("Result")
Kind = TypeVar("Kind")
STATIC = Path(__file__).parent / "static"
# Everything is the desk's own; no script, style or picture from anywhere else, none within the page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


class DeskHandler(ExtensionHandlerMixin, APIHandler):
    """A request of the page: logged in, allowed by the authorizer, from the page's own origin, with its token."""

    async def prepare(self) -> None:  # type: ignore[override]  # as APIHandler's
        """Refuses who is not logged in or not allowed; Jupyter checks host, origin and XSRF token."""
        await super().prepare()
        await admit(self)

    @property
    def desk(self) -> Desk:
        """The course's desk."""
        return cast(Desk, self.settings["desk"])

    async def reading(self, function: Callable[[Course], Result]) -> Result:
        """What `function` reads of the course, outside of the event loop. What it refuses is answered with 400."""
        try:
            return await IOLoop.current().run_in_executor(
                self.desk.reader, lambda: function(self.desk.course())
            )
        except WrongUse as error:
            raise HTTPError(400, "%s", error) from error
        except DBAPIError as error:
            raise HTTPError(500, "%s", in_words(error)) from error

    async def changing(self, function: Callable[[Course], Result]) -> Result:
        """What `function` does to the course, under its lock. Answered with 409 while a command runs."""

        def locked(course: Course) -> Result:
            with alone(course):
                return function(course)

        if running := self.desk.jobs.running():
            raise HTTPError(409, "%s", f"A command is running: {running.job.command}")
        return await self.reading(locked)

    def body(self, kind: type[Kind]) -> Kind:
        """The request's record. What does not fit is answered with 400."""
        try:
            return msgspec.json.decode(self.request.body, type=kind)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise HTTPError(400, "%s", error) from error

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answers with the message of a refusal, where Jupyter would answer with the form that it is put into."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if not isinstance(error, HTTPError) or not error.get_message():
            super().write_error(status_code, **kwargs)
            return
        self.set_header("Content-Type", "application/json")
        self.finish(to_json({"message": error.get_message(), "reason": error.reason}))

    def reply(self, record: object) -> None:
        """Answers with a record."""
        self.set_header("Cache-Control", "no-store")
        self.finish(to_json(record))


async def admit(handler: JupyterHandler) -> None:
    """Answers with 403 unless somebody is logged in whom the server's authorizer allows this."""
    user = handler.current_user
    action = "read" if handler.request.method in ("GET", "HEAD") else "write"
    allowed: Any = user is not None and handler.authorizer.is_authorized(handler, user, action, "desk")
    if inspect.isawaitable(allowed):
        allowed = await allowed
    if not allowed:
        raise HTTPError(403)


class PageHandler(ExtensionHandlerMixin, JupyterHandler):
    """The page. Whoever is not logged in is led to the login."""

    @property
    def content_security_policy(self) -> str:
        """What the page may load."""
        return POLICY

    async def get(self) -> None:
        """Answers with the page."""
        if self.current_user is None:
            self.redirect(f"{self.get_login_url()}?next={url_path_join(self.base_url, 'desk')}")
            return
        await admit(self)
        desk = cast(Desk, self.settings["desk"])
        static = url_path_join(self.base_url, "static", "desk")
        about = {
            "base": url_path_join(self.base_url, "desk"),
            "jupyter": self.base_url,
            "token": self.xsrf_token.decode(),
            "course": desk.root.name,
            "most": str(desk.most),
        }
        data = " ".join(f'data-{name}="{escape(text)}"' for name, text in about.items())
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "same-origin")
        self.finish(
            f"<!DOCTYPE html><html lang=en {data}><head><meta charset=utf-8>"
            '<meta name=viewport content="width=device-width, initial-scale=1">'
            f"<title>The desk</title><link rel=stylesheet href='{static}/desk.css?{_version('desk.css')}'>"
            f"<script type=module src='{static}/desk.js?{_version('desk.js')}'></script></head>"
            "<body><noscript>The desk needs JavaScript.</noscript></body></html>"
        )


@lru_cache
def _version(name: str) -> str:
    """Another address for another content, so that no browser shows an old one."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


class OverviewHandler(DeskHandler):
    """Where each assignment stands."""

    async def get(self) -> None:
        """Answers with an `Overview`."""
        self.reply(await self.reading(state.overview))


class AssignmentHandler(DeskHandler):
    """One assignment."""

    async def get(self, name: str) -> None:
        """Answers with a `Detail`."""
        self.reply(await self.reading(lambda course: state.detail(course, name)))


class StudentHandler(DeskHandler):
    """A student's work for an assignment."""

    async def get(self, name: str, student: str) -> None:
        """Answers with a `StudentDetail`."""
        self.reply(await self.reading(lambda course: state.student(course, name, student)))


class RequestsHandler(DeskHandler):
    """Regrade requests."""

    async def get(self) -> None:
        """Answers with all requests."""
        self.reply(await self.reading(state.requests))


class NamesHandler(DeskHandler):
    """Students' names."""

    async def get(self) -> None:
        """Answers with the names by id."""
        self.reply(await self.reading(names_of))


class TermHandler(DeskHandler):
    """The gradebook over the term."""

    async def get(self) -> None:
        """Answers with a `TermView`."""
        self.reply(await self.reading(state.term))


ROUTES = [
    (r"/?", PageHandler),
    (r"/api/overview", OverviewHandler),
    (r"/api/assignments/([^/]+)", AssignmentHandler),
    (r"/api/assignments/([^/]+)/students/([^/]+)", StudentHandler),
    (r"/api/requests", RequestsHandler),
    (r"/api/names", NamesHandler),
    (r"/api/term", TermHandler),
]
