"""The report as JSON; `report --json` writes it beside the page.

The fields are those of `autograder.report.numbers.Numbers`, where each is explained. The form of the whole has a
number (`schema`), which changes where a field goes or changes its meaning.
"""

import json
from dataclasses import asdict

from autograder.report.numbers import Numbers

FORM = 2


def as_json(numbers: Numbers) -> str:
    """The report as JSON text."""
    return (
        json.dumps({"schema": FORM, **asdict(numbers)}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )
