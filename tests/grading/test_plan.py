"""What `autograder plan` estimates, from what, and that it leaves the course alone."""

import io
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cluster import running
from tiny_course import TinyCourse

from autograder.commands.plan import Measured, plan, recorded, size, span
from autograder.course.course import open_course
from autograder.engine import costs
from autograder.engine.costs import Run

RUN = Run("2026-02-03 10:00", 101, 2, False, before=10.0, coordinator=4.0, peak=120.0, shared=400.0, own=90.0)
MEASURED = Measured(worker=1.0, longest=3.0, disk=130.0, run=RUN, source="100 submissions")


def planned(course: TinyCourse, *arguments: Any, **options: Any) -> tuple[int, str]:
    out = io.StringIO()
    status = plan(course.root, *arguments, **{"students": 1000, "workers": [2, 8], **options}, out=out)
    return status, out.getvalue()


def test_workers_share_the_work_until_the_coordinator_has_no_more_time() -> None:
    assert MEASURED.seconds(1000, 1) == pytest.approx(10 + 1000)
    assert MEASURED.seconds(1000, 2) == pytest.approx(10 + 500 + 1.5), "the longest one may be the last"
    assert MEASURED.seconds(1000, 100) == pytest.approx(10 + 40 + 3, abs=0.1), (
        "0.04 s of the coordinator for each"
    )
    one_hangs = replace(MEASURED, longest=300.0)
    assert one_hangs.seconds(10, 10) > 270 > MEASURED.seconds(10, 10)


def test_memory_grows_by_each_workers_own() -> None:
    assert (MEASURED.memory(1), MEASURED.memory(3)) == (120 + 400 + 90, 120 + 400 + 3 * 90)


def test_figures_are_printed_as_a_person_says_them() -> None:
    assert [span(seconds) for seconds in (90.2, 600, 9000)] == ["90 s", "10 min", "2.5 h"]
    assert [size(kib) for kib in (12_345, 10**8)] == ["12 MiB", "95.4 GiB"]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """Twelve submissions, of which one sleeps."""
    course = TinyCourse.make(tmp_path_factory.mktemp("graded") / "course")
    for number in range(12):
        pause = "import time\ntime.sleep(1.5)\n" if number == 3 else ""
        course.submit(
            f"student{number:02}", course.answer(last=f"{pause}def last(items):\n    return items[-1]")
        )
    assert course.grade()[0] == 0
    return course


def test_a_run_keeps_what_it_took(graded: TinyCourse) -> None:
    (run,) = costs.remembered(open_course(graded.root), "t1")
    assert (run.submissions, run.workers, run.elsewhere) == (12, 2, False)
    assert run.before > 0 and 0 < run.coordinator < 60
    assert 30 < run.peak < 2000 and run.own > 1 and run.shared > 1, "MiB"


def test_a_plan_from_records_changes_nothing_and_says_where_it_comes_from(graded: TinyCourse) -> None:
    before = contents(graded.root)
    status, said = planned(graded, students=30_000, workers=[1, 64])
    assert status == 0, said
    assert contents(graded.root) == before
    assert said.startswith("30,000 submissions to t1, estimated from 12 submissions that this course graded")
    one, many = (re.search(rf"^ +{n} +(\S+) (h|min) +(\S+) (MiB|GiB)$", said, re.MULTILINE) for n in (1, 64))
    assert one and many and one[2] == "h"
    each = re.search(
        r"Each takes a worker ([\d.]+) s \(the longest ([\d.]+) s\) and the coordinator [\d.]+ s", said
    )
    assert each and 1.5 < float(each[2]) < 30 and 0 < float(each[1]) < float(each[2])
    assert re.search(r"On disk: \d+ MiB|On disk: [\d.]+ GiB", said) and re.search(
        r"keeps \d+ workers busy", said
    )


def test_without_records_a_sample_is_graded_and_nothing_of_it_is_kept(tiny: TinyCourse) -> None:
    for number in range(3):
        tiny.submit(f"student{number}", tiny.answer())
    before = contents(tiny.root)
    status, said = planned(tiny, "t1", sample=2)
    assert status == 0, said
    assert "estimated from 2 of the 3 submissions, graded to measure." in said
    assert contents(tiny.root) == before


def test_where_nobody_has_handed_in_the_reference_solution_stands_in(tiny: TinyCourse) -> None:
    tiny.give_header()  # as a new course of `nbgrader quickstart` has one
    before = contents(tiny.root)
    status, said = planned(tiny, sample=2)
    assert (status, "the reference solution graded 2 times, as nobody has handed in yet" in said) == (
        0,
        True,
    ), said
    assert contents(tiny.root) == before


def test_records_of_another_version_and_of_another_machine_are_passed_over(
    graded: TinyCourse, tmp_path: Path
) -> None:
    course = open_course(Path(shutil.copytree(graded.root, tmp_path / "course")))
    path = course.private / "t1.runs.jsonl"
    assert recorded(course, "t1") is not None
    line = path.read_text()
    path.write_text('{"some": "thing"}\n{half a line\n' + line)
    assert len(costs.remembered(course, "t1")) == 1
    path.write_text(line.replace('"elsewhere":false', '"elsewhere":true'))
    assert recorded(course, "t1") is None, "a cluster's memory is not known here"


def test_a_run_on_a_cluster_is_kept_as_one(tiny: TinyCourse) -> None:
    tiny.submit("student", tiny.answer())
    with running(1) as cluster:
        status, said = tiny.grade(cluster=cluster.address)
    assert status == 0, said
    (run,) = costs.remembered(open_course(tiny.root), "t1")
    assert (run.elsewhere, run.workers, run.own, run.shared) == (True, 1, 0, 0)


@pytest.mark.parametrize(
    ("assignment", "words"),
    [("t2", "Did you mean 't1'?"), ("", "Measuring"), ("nonsense", "There is no assignment 'nonsense'")],
)
def test_an_assignment_that_is_not_there_is_named(tiny: TinyCourse, assignment: str, words: str) -> None:
    if assignment:
        status, said = planned(tiny, assignment)
        assert (status, words in said) == (2, True), said
    else:
        assert words in planned(tiny, assignment, sample=1)[1], "the only one there is"


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a course."""
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
    }
