"""What `autograder plan` reckons, from what, and that it leaves the course alone."""

import io
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cluster import running
from tiny_course import LAST, TinyCourse

from autograder.commands.plan import Measured, forecast, needed, plan, recorded
from autograder.commands.plan_words import size, span, two
from autograder.course.course import open_course
from autograder.course.model import Costs
from autograder.engine import costs
from autograder.engine.costs import Run
from autograder.results.journal import read_journal

RUN = Run("2026-02-03 10:00:00", 101, 2, 4, False, 10.0, 60.0, 5.0, 1.0, 2.0, 1.0, 120.0, 400.0, 90.0)
EACH = Costs(start=0.05, cells=0.5, tests=0.3, worker=0.1, idle=0.0)
MEASURED = Measured((EACH,) * 100, RUN, 130.0, 2.0, "100 submissions")


def planned(course: TinyCourse, *arguments: Any, **options: Any) -> tuple[int, str]:
    out = io.StringIO()
    status = plan(course.root, *arguments, **{"students": 1000, "workers": [2, 8], **options}, out=out)
    return status, out.getvalue()


def test_the_slowest_of_workers_cores_and_coordinator_sets_the_pace() -> None:
    # One second of a worker, 1.04 of processors, 0.04 of the coordinator; ten seconds before the first.
    few = forecast(MEASURED, 1000, 2)
    assert (few.bound, few.cores, few.seconds) == ("workers", 3, pytest.approx(10 + 1000 / 2))
    shared = forecast(MEASURED, 1000, 2, cores=1)
    assert (shared.bound, shared.seconds) == ("cores", pytest.approx(10 + 1040))
    many = forecast(MEASURED, 1000, 100)
    assert (many.bound, many.seconds) == ("coordinator", pytest.approx(10 + 40))


def test_a_cell_that_waits_takes_a_worker_but_no_core() -> None:
    waiting = replace(MEASURED, each=(replace(EACH, idle=9.0),) * 100)
    assert forecast(waiting, 1000, 2).seconds == pytest.approx(10 + 10_000 / 2)
    assert forecast(waiting, 1000, 2, cores=1).bound == "workers"


def test_the_range_is_wider_for_fewer_and_more_unequal_submissions_and_holds_the_longest_one() -> None:
    def doubt(*each: Costs) -> float:
        found = forecast(replace(MEASURED, each=each), 10_000, 4)
        assert found.low <= found.seconds <= found.high
        return (found.high - found.low) / found.seconds

    slow = replace(EACH, cells=2.0)
    assert doubt(*[EACH] * 100) < doubt(*[EACH, slow] * 50) < doubt(*[EACH, slow] * 5) < doubt(EACH)
    one_hangs = replace(MEASURED, each=(*[EACH] * 99, replace(EACH, idle=300.0)))
    assert forecast(one_hangs, 10, 10).high > 0.9 * 300 > forecast(MEASURED, 10, 10).high


@pytest.mark.parametrize(("hours", "students"), [(1, 30_000), (0.5, 30_000), (3, 1000)])
def test_the_workers_for_a_deadline_are_the_fewest_that_meet_it(hours: float, students: int) -> None:
    enough = needed(MEASURED, students, hours)
    assert enough is not None
    assert forecast(MEASURED, students, enough).high <= 3600 * hours
    assert enough == 1 or forecast(MEASURED, students, enough - 1).high > 3600 * hours


def test_a_deadline_that_the_coordinator_alone_misses_has_no_number_of_workers() -> None:
    assert needed(MEASURED, 1_000_000, 1) is None


def test_memory_grows_by_each_workers_own_and_dask_workers_have_all_for_themselves() -> None:
    one, three = forecast(MEASURED, 10, 1), forecast(MEASURED, 10, 3)
    assert (one.memory, three.memory) == (120 + 400 + 90, 120 + 400 + 3 * 90)
    assert (one.elsewhere, three.elsewhere) == (490, 3 * 490)


def test_no_more_than_two_figures_are_printed() -> None:
    assert [two(number) for number in (0.01234, 1.26, 12.6, 126, 12_345)] == [
        "0.012",
        "1.3",
        "13",
        "130",
        "12,000",
    ]
    assert [span(seconds) for seconds in (90, 600, 9000)] == ["90 s", "10 min", "2.5 h"]
    assert [size(kib) for kib in (12, 123_456, 10**8)] == ["12 KiB", "120 MiB", "95 GiB"]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """Twelve submissions, of which one sleeps and one hangs."""
    course = TinyCourse.make(tmp_path_factory.mktemp("graded") / "course")
    for number in range(12):
        busy = "end = __import__('time').process_time() + 0.2\nwhile __import__('time').process_time() < end: pass\n"
        pause = {3: "import time\ntime.sleep(1)\n", 7: "while True: pass\n"}.get(number, "")
        course.submit(f"student{number:02}", course.answer(last=busy + pause + LAST))
    assert course.grade()[0] == 0
    return course


def test_a_run_keeps_what_each_submission_cost_and_what_all_did(graded: TinyCourse) -> None:
    opened = open_course(graded.root)
    kept = {student: each.costs for student, each in read_journal(opened.journal("t1")).items()}
    assert all(each and each.cells > 0.15 for each in kept.values()), kept
    sleeper, hanging = kept["student03"], kept["student07"]
    assert sleeper is not None and hanging is not None
    assert sleeper.idle > 0.5 > sleeper.cells
    assert hanging.seconds > 2.5
    (run,) = costs.remembered(opened, "t1")
    assert (run.submissions, run.workers, run.elsewhere) == (12, 2, False)
    assert 0 < run.gradebook < run.seconds and 0 < run.pages < run.seconds and 0 < run.before < run.seconds
    assert 30 < run.coordinator < 2000 and run.own > 1 and run.shared > 1, "MiB"


def test_a_plan_from_records_changes_nothing_and_says_where_it_comes_from(graded: TinyCourse) -> None:
    before = contents(graded.root)
    status, said = planned(graded, students=30_000, workers=[1, 64], hours=1000, price=0.1)
    assert status == 0, said
    assert contents(graded.root) == before
    assert "12 submissions that this course graded" in said
    assert re.search(r"student's cells +\d\.\d+ s +\d+ %", said)
    assert re.search(r"^ +64 +65 ", said, re.MULTILINE)
    assert "of waiting (cells that sleep" in said
    assert re.search(r"core-hours of work whoever does it: [\d.,]+ at 0.1", said)
    assert "To be done within 1000 h, have 1 worker or more" in said
    assert planned(graded, students=30_000, hours=0.01)[0] == 1, "a deadline that cannot be met is a finding"


def test_without_records_a_sample_is_graded_in_a_copy_that_is_gone_afterwards(tiny: TinyCourse) -> None:
    for number in range(3):
        tiny.submit(f"student{number}", tiny.answer())
    before = contents(tiny.root)
    status, said = planned(tiny, "t1", sample=2)
    assert status == 0, said
    assert "Grading 2 of the 3 submissions in a copy of the course" in said
    assert "With 2 measured, expect to be further off than the range says." in said
    assert contents(tiny.root) == before


def test_where_nobody_has_handed_in_the_reference_solution_stands_in(tiny: TinyCourse) -> None:
    tiny.give_header()  # as a new course of `nbgrader quickstart` has one
    status, said = planned(tiny, sample=2)
    assert (status, "the reference solution 2 times, as nobody has handed in yet" in said) == (0, True), said


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
    assert recorded(course, "t1") is None, "a cluster's memory and forks are not known here"


def test_a_cluster_keeps_what_its_workers_say(tiny: TinyCourse) -> None:
    for number in range(2):
        tiny.submit(f"student{number}", tiny.answer())
    with running(1) as cluster:
        status, said = tiny.grade(cluster=cluster.address)
    assert status == 0, said
    opened = open_course(tiny.root)
    (run,) = costs.remembered(opened, "t1")
    assert (run.elsewhere, run.workers, run.own, run.shared) == (True, 1, 0, 0)
    assert all(each.costs and each.costs.seconds > 0 for each in read_journal(opened.journal("t1")).values())


@pytest.mark.parametrize(
    ("assignment", "words"),
    [("t2", "Did you mean 't1'?"), ("", "Grading"), ("nonsense", "There is no assignment 'nonsense'")],
)
def test_an_assignment_that_is_not_there_is_named(tiny: TinyCourse, assignment: str, words: str) -> None:
    if assignment:
        status, said = planned(tiny, assignment)
        assert (status, words in said) == (2, True), said
    else:
        assert words in planned(tiny, assignment, sample=1)[1], "the only one there is"


def test_a_course_that_fixes_where_its_files_are_is_not_sampled(tiny: TinyCourse, tmp_path: Path) -> None:
    with (tiny.root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.submitted_directory = {str(tmp_path / 'elsewhere')!r}\n")
    status, said = planned(tiny, "t1")
    assert (status, "whatever the course's folder is" in said) == (2, True), said


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a course."""
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
    }
