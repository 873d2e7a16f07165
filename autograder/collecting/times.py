"""When students handed in and until when they could, where a download does not say: Canvas's list of an assignment's
submissions as JSON.

Whoever is logged in as a teacher gets it in the browser at
`/api/v1/courses/COURSE/assignments/ASSIGNMENT/submissions?per_page=100&page=1` (and further pages), after Canvas's
documentation "Submissions API", "List assignment submissions", and the fields in its `lib/api/v1/submission.rb`. Used
are `user_id`, `submitted_at`, `cached_due_date`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from autograder.core.errors import WrongUse

GUARD = b"while(1);"  # what Canvas puts before JSON that a browser asks for


class _Submission(msgspec.Struct):
    user_id: int
    submitted_at: datetime | None = None
    cached_due_date: datetime | None = None


@dataclass(frozen=True)
class Times:
    """Times in UTC by keys such as `canvas:501`: `handed_in`, and each student's deadline, `due`."""

    handed_in: dict[str, datetime] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)


def read_times(paths: Sequence[Path]) -> Times:
    """What the lists say. Raises WrongUse where a file is not such a list."""
    found = Times()
    for path in paths:
        try:
            listed = msgspec.json.decode(path.read_bytes().removeprefix(GUARD), type=list[_Submission])
        except OSError as error:
            raise WrongUse(f"{path} cannot be read: {error.strerror}") from error
        except msgspec.MsgspecError as error:
            raise WrongUse(
                f"{path} is not Canvas's list of submissions ({error}). Expected what a browser, logged in as a teacher,"
                " shows at\n  https://CANVAS/api/v1/courses/COURSE/assignments/ASSIGNMENT/submissions?per_page=100"
            ) from error
        for each in listed:
            for times, time in ((found.handed_in, each.submitted_at), (found.due, each.cached_due_date)):
                if time:
                    times[f"canvas:{each.user_id}"] = time.astimezone(UTC).replace(tzinfo=None)
    return found
