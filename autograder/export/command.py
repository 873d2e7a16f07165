"""`autograder export --to canvas|moodle`: nbgrader's exports of this folder, with short names for their options."""

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from nbgrader.apps import ExportApp

from autograder.core.errors import WrongUse
from autograder.course.course import did_you_mean
from autograder.course.runtime import course_lock, report_errors
from autograder.export.canvas import CanvasExport
from autograder.export.grades import LmsExport
from autograder.export.lti import LtiExport
from autograder.export.moodle import MoodleExport

KINDS: Mapping[str, type[LmsExport]] = {"canvas": CanvasExport, "moodle": MoodleExport, "lti": LtiExport}
OWN_FILE = {"canvas": "gradebook_csv", "moodle": "worksheet"}


@dataclass(frozen=True)
class ExportOptions:
    """The command's options. `file`: what the platform exported, to be filled in; `traits`: options of the export that
    were given, which come before those of nbgrader_config.py."""

    platform: str
    assignments: Sequence[str] = ()
    file: Path | None = None
    out: Path | None = None
    traits: Mapping[str, object] = field(default_factory=dict)
    db: str = ""


def export_grades(root: Path, options: ExportOptions, *, out: TextIO = sys.stdout) -> int:
    """Writes the file. Returns 0, 1 where students do not fit together, 2 where it cannot be written."""
    with (
        report_errors(out) as status,
        course_lock(root, options.db) as course,
        course.gradebook() as gradebook,
    ):
        known = [each.name for each in gradebook.assignments]
        if options.platform == "lti" and options.file:
            raise WrongUse("Found --file, which is for Canvas and Moodle; LTI needs no file.")
        if options.platform != "canvas" and set(options.traits) & {"columns", "create"}:
            raise WrongUse(
                "Found --column or --create, which are for Canvas; expected --to canvas with them."
            )
        for name in options.assignments:
            if name not in known:
                command = f"autograder export {{}} --to {options.platform}"
                raise WrongUse(
                    f"The gradebook has no assignment {name!r}."
                    + did_you_mean(name, known, "assignment", command)
                )
        parent = ExportApp(config=course.config)
        parent.coursedir = course.folders
        own = {OWN_FILE[options.platform]: str(options.file)} if options.file else {}
        to = options.out or course.root / f"{options.platform}.csv"
        plugin = KINDS[options.platform](parent=parent, to=str(to), **own, **options.traits)
        if options.assignments:
            plugin.assignment = list(options.assignments)
        status.append(_run(plugin, gradebook, out))
    return status[0]


def _run(plugin: LmsExport, gradebook: object, out: TextIO) -> int:
    """Runs a plugin, with what it logs on `out`."""
    log = logging.getLogger(f"{__name__}.plugin")
    handler = logging.StreamHandler(out)
    log.addHandler(handler)
    log.propagate = False
    log.setLevel(logging.INFO)
    plugin.log = log
    try:
        plugin.export(gradebook)
    except SystemExit:
        return 2
    finally:
        log.removeHandler(handler)
    return 1 if plugin.troubles else 0
