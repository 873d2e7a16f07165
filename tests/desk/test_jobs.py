"""Commands that the desk starts: names from the page, processes that are stopped, killed or outlive their server."""

import contextlib
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import psutil
import pytest
from tiny_course import TinyCourse

from autograder.core.errors import WrongUse
from autograder.course.course import Course, open_course
from autograder.desk import jobs as jobs_module
from autograder.desk.commands import Requests
from autograder.desk.jobs import Busy, Jobs, wait

SLOW = "def double(x):\n    import time; time.sleep(2); return 2 * x"


def asked(text: str) -> object:
    return msgspec.json.decode(text, type=Requests)


def typed(course: Course, text: str) -> list[str]:
    return asked(text).arguments(course, lambda id: Path(f"uploads/{id}"))  # type: ignore[attr-defined]


@pytest.fixture
def course(tiny: TinyCourse) -> Course:
    tiny.submit("ada", tiny.answer())
    tiny.submit("-x", tiny.answer())
    return open_course(tiny.root)


@pytest.fixture
def jobs(tiny: TinyCourse) -> Jobs:
    return Jobs(tiny.root, tiny.root / ".autograder/desk/jobs")


@pytest.mark.parametrize(
    ("request_", "command"),
    [
        ({"do": "grade", "assignment": "t1"}, ["grade", "t1"]),
        ({"do": "grade", "assignment": "t1", "students": ["-x"]}, ["grade", "--student=-x", "t1"]),
        ({"do": "regrade", "assignment": "t1"}, ["regrade", "--dry-run", "t1"]),
        (
            {"do": "collect", "upload": "u.zip", "roster": "r.csv", "times": ["1.json", "2.json"]},
            ["collect", "--roster=uploads/r.csv", "--times=uploads/1.json", "--times=uploads/2.json", "--dry-run",
             "uploads/u.zip"],
        ),
        (
            {"do": "extend", "assignment": "t1", "student": "-x", "when": "2026-03-01 12:00"},
            ["extend", "--", "t1", "-x", "2026-03-01 12:00"],
        ),
        (
            {"do": "decide", "number": 3, "points": 1.5, "why": "--refuse"},
            ["decide", "--points=1.5", "--why=--refuse", "3"],
        ),
        (
            {"do": "export", "assignment": "t1", "to": "canvas", "column": "Task (47)"},
            ["export", "--to=canvas", "--out=reports/t1/grades-canvas.csv", "--column=t1=Task (47)", "t1"],
        ),
    ],
)  # fmt: skip
def test_a_request_is_the_command_that_a_person_would_type(
    course: Course, request_: dict[str, object], command: list[str]
) -> None:
    assert typed(course, json.dumps(request_)) == command


@pytest.mark.parametrize(
    "request_",
    [
        {"do": "grade", "assignment": "../t1"},
        {"do": "grade", "assignment": "--force"},
        {"do": "grade", "assignment": "t1", "students": ["eve"]},
        {"do": "extend", "assignment": "t1", "student": "ada", "when": "now\u0000"},
        {"do": "extend", "assignment": "t1", "student": "ada", "when": " "},
        {"do": "request", "assignment": "t1", "student": "ada", "cell": "c", "text": "x" * 3000},
    ],
)
def test_what_the_course_does_not_know_and_no_line_of_text_is_refused(
    course: Course, request_: dict[str, object]
) -> None:
    with pytest.raises(WrongUse):
        typed(course, json.dumps(request_))


@pytest.mark.parametrize(
    "request_",
    [
        {"do": "shell", "assignment": "t1"},
        {"do": "grade", "assignment": "t1", "sandbox": "off"},
        {"do": "return", "assignment": "t1", "to": "/etc"},
        {"do": "collect", "source": "evil:Source"},
    ],
)
def test_the_page_can_ask_for_nothing_else(request_: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        asked(json.dumps(request_))


def test_a_stopped_command_keeps_what_is_graded_and_goes_on(tiny: TinyCourse, jobs: Jobs) -> None:
    for student in ("ada", "bob", "cyd", "dan", "eva"):
        tiny.submit(student, tiny.answer(double=SLOW))
    first = jobs.start({"do": "grade", "assignment": "t1"}, ["grade", "t1"])
    with pytest.raises(Busy, match="autograder grade t1"):
        jobs.start({"do": "term"}, ["term"])
    until = time.monotonic() + 100
    while not any(e["kind"] == "Recorded" for e in jobs.news(first.job.id, 0).events):
        assert time.monotonic() < until and jobs.state(first.job.id).running
        time.sleep(0.05)
    jobs.stop(first.job.id)
    ended = wait(jobs, first.job.id, 60)
    assert not ended.running and ended.status == 128 + signal.SIGTERM
    kept = {each["student"] for each in tiny.journal()}
    assert kept and len(kept) < 5
    for process in jobs_module.OURS.values():
        process.wait(10)
    jobs_module.OURS.clear()  # another server: it knows only what is on the disk
    again = jobs.start(first.job.request, ["grade", "t1"])
    ended = wait(jobs, again.job.id, 100)
    assert ended.status == 0, jobs.news(again.job.id, 0).output
    done = [e["record"] for e in jobs.news(again.job.id, 0).events if e["kind"] == "Recorded"]
    assert {each["student"] for each in done} == {"ada", "bob", "cyd", "dan", "eva"} - kept
    assert (done[-1]["count"], done[-1]["total"]) == (5 - len(kept),) * 2
    assert [each.job.id for each in jobs.all()] == [again.job.id, first.job.id]


def test_a_killed_command_is_broken_off_and_half_a_line_is_none(tiny: TinyCourse, jobs: Jobs) -> None:
    tiny.submit("ada", tiny.answer(double=SLOW))
    started = jobs.start({"do": "grade", "assignment": "t1"}, ["grade", "t1"]).job
    os.kill(started.process, signal.SIGKILL)
    state = wait(jobs, started.id, 20)
    assert (state.running, state.status) == (False, None)
    lines = jobs.folder / started.id / "events.jsonl"
    lines.write_text('{"kind":"Refused","record":{"text":"no"}}\n{"kind":"End')
    assert [each["kind"] for each in jobs.news(started.id, 0).events] == ["Refused"]
    assert jobs.news(started.id, 1).events == ()


def test_a_command_that_cannot_start_says_why_as_a_record(tiny: TinyCourse, jobs: Jobs) -> None:
    started = jobs.start({"do": "grade", "assignment": "t1"}, ["grade", "t1"])
    assert wait(jobs, started.job.id, 60).status == 2
    refused, ended = jobs.news(started.job.id, 0).events
    assert "Nobody has handed in 't1'" in refused["record"]["text"]
    assert ended == {"kind": "Ended", "record": {"status": 2}}


def test_a_job_that_is_none_is_refused(jobs: Jobs) -> None:
    with pytest.raises(WrongUse):
        jobs.news("../../etc", 0)


def test_a_password_is_neither_shown_nor_among_a_process_arguments_and_reaches_the_command(
    tiny: TinyCourse,
) -> None:
    address = "postgresql+psycopg://ann:open%20sesame@127.0.0.1:1/course"
    jobs = Jobs(tiny.root, tiny.root / ".autograder/desk/jobs", address)
    job = jobs.start({"do": "term"}, ["term"]).job
    with contextlib.suppress(psutil.NoSuchProcess):
        assert "sesame" not in " ".join(psutil.Process(job.process).cmdline())
    assert job.command == "autograder term '--db=postgresql+psycopg://ann:***@127.0.0.1:1/course'"
    assert wait(jobs, job.id, 60).status == 2
    assert "check the address" in jobs.news(job.id, 0).output, "it went to that server, where nobody is"
    for file in jobs.folder.rglob("*"):
        assert file.is_dir() or "sesame" not in file.read_text()


def test_two_desks_of_a_course_start_one_command_at_a_time_and_both_see_it(tiny: TinyCourse) -> None:
    desks = [Jobs(tiny.root, tiny.root / ".autograder/desk/jobs") for _ in range(4)]

    def start(jobs: Jobs) -> str:
        try:
            return jobs.start({"do": "term"}, ["term"]).job.id
        except Busy as error:
            return str(error)

    with ThreadPoolExecutor(len(desks)) as threads:
        first, *others = sorted(threads.map(start, desks))
    assert all("Another command is running: autograder term" in each for each in others), others
    assert [each.job.id for each in desks[-1].all()] == [first]
    wait(desks[0], first, 60)


def test_what_is_kept_of_students_is_nobody_elses(tiny: TinyCourse) -> None:
    mode = open_course(tiny.root).make_private().stat().st_mode
    assert mode & 0o777 == 0o700
    with (tiny.root / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.groupshared = True\n")
    (tiny.root / ".autograder").rmdir()
    assert open_course(tiny.root).make_private().stat().st_mode & 0o707 == 0o700
