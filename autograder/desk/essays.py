"""Reading essays at the desk: boards, marks, rubrics, and who reads what.

`autograder.essays` does it, and takes the course's lock itself. A refusal is an answer like any other: the page shows
what is there instead.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider
from tornado.web import HTTPError

from autograder.core.errors import WrongUse
from autograder.course.course import Course
from autograder.desk.handlers import DeskHandler
from autograder.essays.answers import Question, questions_of
from autograder.essays.board import open_board
from autograder.essays.claims import Claim, claim, release
from autograder.essays.marking import Hindrance, Order, Refusal, Result, mark, set_rubric
from autograder.essays.records import Item, Start
from autograder.essays.shown import Listed, Pulse, Shown, listed, pulse, show

STRANGERS = (IdentityProvider, PasswordIdentityProvider)  # they know a token or a password, and nobody's name


@dataclass(frozen=True)
class Waiting:
    """The questions of an assignment."""

    assignment: str
    questions: tuple[Listed, ...]


@dataclass(frozen=True)
class Reader:
    """`name`: who reads, as the server knows it, "" where it asks for a token only and the page has to ask."""

    name: str


@dataclass(frozen=True)
class MarkRequest:
    """See `marking.mark`; `who` counts only where the server does not know."""

    orders: dict[str, Order]
    who: str
    over: bool = False
    take: bool = False


@dataclass(frozen=True)
class RubricRequest:
    """See `marking.set_rubric`."""

    start: Start
    items: tuple[Item, ...]
    seen: int
    who: str


@dataclass(frozen=True)
class ClaimRequest:
    """Takes a group, or with "" gives back what the reader has."""

    group: str
    who: str
    take: bool = False


@dataclass(frozen=True)
class Answered:
    """What became of a change: `done` or `refused`."""

    done: bool
    result: Result


class EssaysHandler(DeskHandler):
    """Base: the reader, and the question that an address names."""

    @property
    def known(self) -> str:
        """The reader's name as a hub or another identity provider tells it."""
        if type(self.identity_provider) in STRANGERS or self.current_user is None:
            return ""
        return str(self.current_user.name or self.current_user.username)

    async def about(self, assignment: str, notebook: str, cell: str) -> Question:
        """The question. Answered with 404 where there is none."""
        for each in await self.reading(lambda course: _questions(course, assignment)):
            if each.key == (notebook, cell):
                return each
        raise HTTPError(404, "%s", f"{assignment} has no question {notebook}/{cell} that people read.")

    async def answer(self, change: Callable[[Course], Result]) -> None:
        """Makes a change and answers with what became of it."""
        if self.desk.jobs.running():
            result: Result = Refusal(Hindrance.BUSY)
        else:
            result = await self.reading(change)
        self.reply(Answered(not isinstance(result, Refusal), result))


class ReaderHandler(EssaysHandler):
    """Who reads."""

    async def get(self) -> None:
        """Answers with a `Reader`."""
        self.reply(Reader(self.known))


class ListHandler(EssaysHandler):
    """What there is to read."""

    async def get(self, assignment: str) -> None:
        """Answers with a `Waiting`."""

        def look(course: Course) -> Waiting:
            found = _questions(course, assignment)
            with course.gradebook() as gradebook:
                lines = [listed(open_board(course, gradebook, assignment, each)) for each in found]
            return Waiting(assignment, tuple(lines))

        self.reply(await self.reading(look))


class BoardHandler(EssaysHandler):
    """All answers to a question."""

    async def get(self, assignment: str, notebook: str, cell: str) -> None:
        """Answers with a `Shown`."""
        question = await self.about(assignment, notebook, cell)

        def look(course: Course) -> Shown:
            with course.gradebook() as gradebook:
                return show(course, gradebook, assignment, question)

        self.reply(await self.reading(look))


class PulseHandler(EssaysHandler):
    """What is other since the last look."""

    async def get(self, assignment: str, notebook: str, cell: str) -> None:
        """Answers with a `Pulse`, or null where its version is `?version=`."""
        question = await self.about(assignment, notebook, cell)

        def look(course: Course) -> Pulse:
            with course.gradebook() as gradebook:
                return pulse(open_board(course, gradebook, assignment, question))

        found = await self.reading(look)
        self.reply(found if found.version != self.get_query_argument("version", "") else None)


class MarksHandler(EssaysHandler):
    """Gives answers their points, or takes them back."""

    async def post(self, assignment: str, notebook: str, cell: str) -> None:
        """Answers with an `Answered`."""
        question, asked = await self.about(assignment, notebook, cell), self.body(MarkRequest)
        who = self.known or asked.who
        how = {"over": asked.over, "take": asked.take}
        await self.answer(lambda course: mark(course, assignment, question, asked.orders, who, **how))


class RubricHandler(EssaysHandler):
    """Changes the rubric."""

    async def post(self, assignment: str, notebook: str, cell: str) -> None:
        """Answers with an `Answered`."""
        question, asked = await self.about(assignment, notebook, cell), self.body(RubricRequest)
        who = self.known or asked.who
        await self.answer(
            lambda course: set_rubric(course, assignment, question, asked.start, asked.items, asked.seen, who)
        )


class ClaimHandler(EssaysHandler):
    """Takes a group of answers for a reader."""

    async def post(self, assignment: str, notebook: str, cell: str) -> None:
        """Answers with the claim that holds, which may be another reader's; null where one was given back."""
        question, asked = await self.about(assignment, notebook, cell), self.body(ClaimRequest)
        who = self.known or asked.who

        def take(course: Course) -> Claim | None:
            if asked.group:
                return claim(course, assignment, question.key, asked.group, who, asked.take)
            release(course, assignment, question.key, who)
            return None

        self.reply(await self.reading(take))


def _questions(course: Course, assignment: str) -> list[Question]:
    if assignment not in course.assignments():
        raise WrongUse(f"There is no assignment {assignment!r}.")
    with course.gradebook() as gradebook:
        return questions_of(course, gradebook, assignment)


QUESTION = r"/api/essays/([^/]+)/([^/]+)/([^/]+)"
ROUTES = [
    (r"/api/reader", ReaderHandler),
    (r"/api/essays/([^/]+)", ListHandler),
    (QUESTION, BoardHandler),
    (rf"{QUESTION}/pulse", PulseHandler),
    (rf"{QUESTION}/marks", MarksHandler),
    (rf"{QUESTION}/rubric", RubricHandler),
    (rf"{QUESTION}/claim", ClaimHandler),
]
