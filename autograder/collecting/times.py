"""When students handed in, where a download does not say: Canvas's list of an assignment's submissions as JSON.

Whoever is logged in as a teacher gets it in the browser at
`/api/v1/courses/COURSE/assignments/ASSIGNMENT/submissions?per_page=100&page=1` (and further pages), after Canvas's
documentation "Submissions API", "List assignment submissions". Fields used: `user_id`, `submitted_at`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from autograder.core.errors import WrongUse

GUARD = b"while(1);"  # what Canvas puts before JSON that a browser asks for


class _Submission(msgspec.Struct):
    user_id: int
    submitted_at: datetime | None = None


def read_times(paths: Sequence[Path]) -> dict[str, datetime]:
    """Times in UTC by keys such as `canvas:501`. Raises WrongUse where a file is not such a list."""
    found: dict[str, datetime] = {}
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
            if each.submitted_at:
                found[f"canvas:{each.user_id}"] = each.submitted_at.astimezone(UTC).replace(tzinfo=None)
    return found
