"""`autograder export --to lti`: scores and comments into a platform's gradebook, by LTI's Assignment and Grade Services.

Who has a grade is decided as for the files. What became of each student's is written to a CSV.
"""

from autograder.core.errors import WrongUse
from autograder.course.roster import Roster
from autograder.export.grades import EXCUSED, GRADED, MISSING, PENDING, UNGRADED, Grade, LmsExport
from autograder.lti.client import Client, Refused, client_of
from autograder.lti.services import LineItem, line_item, send_score

HEADING = ["assignment", "student_id", "lti_user", "score", "max_score", "state", "sent", "why_not"]


class LtiExport(LmsExport):
    """Sends grades; the file says what became of them."""

    default_file = "lti.csv"
    platform = "lti"

    def write(self, grades: dict[str, dict[str, Grade]], roster: Roster) -> list[list[str]]:
        """Sends, and gives a row for each student. Raises WrongUse where the platform is not to be reached at all."""
        if self.course is None:
            raise WrongUse("LTI needs the course's folder: autograder export --to lti")
        rows = [HEADING]
        with client_of(self.course) as client:
            if not client.settings.line_items:
                raise WrongUse(
                    "course.toml, lti.line_items: found nothing, expected the address of the line items"
                )
            for name, theirs in grades.items():
                most = max((each.most for each in theirs.values()), default=0.0)
                if not most:  # LTI wants a maximum above 0
                    self.log.warning("%s: left out, it has no points, and nobody's work is graded", name)
                    self.troubles += 1
                    continue
                try:
                    item = line_item(client, name, most)
                except Refused as error:
                    raise WrongUse(f"{name} has no column at the platform: {error}") from error
                rows += self._send_all(client, item, name, theirs)
        return rows

    def _send_all(
        self, client: Client, item: LineItem, name: str, grades: dict[str, Grade]
    ) -> list[list[str]]:
        """Sends an assignment's grades. Where the platform is down, the rest is left: the command can be repeated."""
        rows: list[list[str]] = []
        down = ""
        unknown: list[str] = []
        for student, grade in grades.items():
            user, why = self.platforms.known(student).lti, down
            asked = _asks(grade, self.missing)
            if asked and not user and not down:
                unknown.append(student)
                why = "the roster of LTI does not have them"
            if not why and asked:
                try:
                    self._send(client, item, user, grade)
                except Refused as error:
                    why = str(error)
                    down = why if error.status in (0, 401, 429) or error.status >= 500 else ""
            self.written.add(student)
            self.troubles += bool(why and asked)
            score = self.points(grade)
            sent = "yes" if asked and not why else "no"
            cells = (user, score, f"{grade.most:g}", grade.state, sent, why if asked else "")
            rows.append([name, student, *cells])
        if unknown:
            self.log.warning("%s: %d without an LTI id (autograder roster --from lti)", name, len(unknown))
        if down:
            self.log.warning("%s: stopped, %s. What was sent stays; run the same command again.", name, down)
        return rows

    def _send(self, client: Client, item: LineItem, user: str, grade: Grade) -> None:
        score = grade.score if grade.state == GRADED or self.pending == "score" else None
        if grade.state == MISSING:
            score = 0.0
        send_score(client, item, user, grade.said, score, grade.most, grade.state != PENDING)


def _asks(grade: Grade, missing: str) -> bool:
    """Whether there is anything to send: of the excused and of work that is not graded yet there is not."""
    return grade.state not in (EXCUSED, UNGRADED) and (grade.state != MISSING or missing == "zero")
