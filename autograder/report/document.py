"""The report as JSON; `report --json` writes it beside the page.

The fields are those of `autograder.report.numbers.Numbers`, where each is explained. The form of the whole has a
number (`form`), which changes where a field goes or changes its meaning.
"""

from autograder.core.json_records import to_json, to_values
from autograder.report.numbers import Numbers

FORM = 3


def as_json(numbers: Numbers) -> str:
    """The report as JSON text."""
    return to_json({"form": FORM, **to_values(numbers)}, indent=1) + "\n"
