"""Files: what a program reads and writes, and what of the grader it finds open; in both modes of the sandbox."""

import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest
from locked_in import error_of, lock_in, run, stop

from autograder.kernels.sandbox import landlock
from autograder.kernels.sandbox import visible_paths as shown


def test_a_program_reads_and_writes_its_scratch_folder(mode: str, uid: int) -> None:
    def student(tell) -> list[str]:
        Path("new.txt").write_text(Path("data.txt").read_text() * 2)
        names = sorted(p.name for p in Path().iterdir() if p.name != ".tmp")
        return [*names, Path("new.txt").read_text()]

    assert run(mode, student, uid, files=["data.txt"]).result == ["data.txt", "new.txt", "data.txtdata.txt"]


def test_nothing_outside_the_scratch_folder_can_be_read(mode: str, uid: int, secret: Path) -> None:
    places = [
        str(secret),
        "/etc/shadow",
        "/etc/hostname",
        "/root/.bashrc",
        "/home",
        "/var/log",
        str(secret.parent),
    ]
    # A folder above the environment is there, with the way to it alone; where that is an ordinary user's, it is /home.
    above = [p for p in places if any(base.startswith(f"{p}/") for base in shown.base_paths())]
    places = [p for p in places if p not in above]

    def student(tell) -> dict:
        link = Path("link")
        link.symlink_to(secret)
        relative = os.path.relpath(secret)
        return {
            p: error_of(lambda p=p: list(Path(p).iterdir()) if Path(p).is_dir() else Path(p).read_bytes())
            for p in (*places, "link", relative)
        }

    result = run(mode, student, uid).result
    assert {"PermissionError", "FileNotFoundError"} >= set(result.values()), result
    if mode == "namespaces":
        seen = run(
            mode, lambda tell: {p: [each.name for each in Path(p).iterdir()] for p in above}, uid
        ).result
        for place, names in seen.items():
            ways = [base.split("/") for base in shown.base_paths() if base.startswith(f"{place}/")]
            assert set(names) <= {way[place.count("/") + 1] for way in ways}, seen


def test_nothing_outside_the_scratch_folder_can_be_written(mode: str, uid: int, secret: Path) -> None:
    site = Path(sys.prefix) / "bin"

    def student(tell) -> list[str]:
        return [
            error_of(lambda: secret.write_text("A+")),
            error_of(lambda: (secret.parent / "new").mkdir()),
            error_of(lambda: secret.unlink()),
            error_of(lambda: (site / "planted").write_text("")),
            error_of(lambda: Path("/usr/planted").write_text("")),
            error_of(lambda: Path("/planted").write_text("")),
            error_of(lambda: os.truncate(secret, 0)),
            error_of(lambda: os.link(secret, "mine")),
            error_of(lambda: Path("../planted").rename("x")),
        ]

    assert all(run(mode, student, uid).result)


def test_in_namespaces_nothing_can_be_written_where_there_is_no_landlock(uid: int, monkeypatch) -> None:
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    folder = Path(tempfile.mkdtemp(prefix="shown-"))
    folder.chmod(0o777)

    def student(tell) -> list[str]:
        names = ("/", folder, "/usr", "/etc", "/dev", "/tmp/..")
        found = [error_of(lambda n=n: Path(n, "planted").write_text("")) for n in names]
        return [*found, error_of(lambda: Path("/etc/passwd").write_text("root::0:0::/:/bin/sh"))]

    assert all(run("namespaces", student, uid, readable=[str(folder)]).result)
    assert list(folder.iterdir()) == []


def test_in_namespaces_landlock_closes_what_the_mounts_leave_open(uid: int) -> None:
    def student(tell) -> list[str]:
        return [
            error_of(lambda n=n: Path(f"/proc/self/{n}").write_text("1")) for n in ("comm", "oom_score_adj")
        ]

    assert run("namespaces", student, uid).result == ["PermissionError"] * 2


@pytest.mark.parametrize("without", ["", "Landlock"])
def test_in_namespaces_no_way_up_leads_to_the_files_of_the_host(
    uid: int, secret: Path, without: str, monkeypatch
) -> None:
    if without:  # which would hide a host's root that is still there
        monkeypatch.setattr(landlock, "abi", lambda: 0)

    def names(way: str) -> list[str]:
        try:
            return sorted(path.name for path in Path(way).iterdir())
        except OSError:  # the first process hides its own, which is as good
            return []

    def student(tell) -> list[str]:
        ways = ("/..", "/../..", "/proc/self/root/..", "/proc/1/cwd", "/tmp/../..")
        seen = [way for way in ways if names(way) not in ([], names("/"))]
        seen += [way for way in ways if not error_of(lambda w=way: Path(f"{w}{secret}").read_text())]
        return seen if names("/..") == names("/") else [*seen, "a root above the root"]

    assert run("namespaces", student, uid).result == []


def test_nothing_outside_changes_its_mode_owner_or_time(mode: str, uid: int, secret: Path) -> None:
    def state() -> tuple:
        status = secret.stat()
        return status.st_mode, status.st_uid, status.st_mtime_ns

    def student(tell) -> str:
        for change in (
            lambda: secret.chmod(0),
            lambda: os.utime(secret, (0, 0)),
            lambda: os.chown(secret, os.getuid(), os.getgid()),
            lambda: os.setxattr(secret, "user.grade", b"1"),
        ):
            error_of(change)
        Path("mine").write_text("copied")
        shutil.copy("mine", "yours")
        return Path("yours").read_text()

    before = state()
    assert run(mode, student, uid).result == "copied"
    assert state() == before
    assert not error_of(lambda: os.listxattr(secret)) and os.listxattr(secret) == []


def test_two_sandboxes_do_not_see_each_other(mode: str, uid: int) -> None:
    def waits(tell) -> None:
        Path("answer.txt").write_text("42")
        tell("written")
        time.sleep(60)

    neighbour = lock_in(mode, waits, uid).wait_ready()
    neighbour.told()
    pids = [neighbour.pid, *neighbour.inner()]

    def student(tell) -> list[str]:
        theirs = neighbour.folder
        return [
            error_of(lambda: list(theirs.iterdir())),
            error_of(lambda: (theirs / "answer.txt").read_text()),
            error_of(lambda: (theirs / "answer.txt").write_text("0")),
            *[error_of(lambda p=p: os.kill(p, signal.SIGKILL)) for p in pids],
        ]

    assert all(run(mode, student, uid).result)
    assert stop(neighbour) == 143


def test_a_deleted_working_directory_ends_nothing(mode: str, uid: int) -> None:
    def student(tell) -> str:
        here = Path.cwd()
        shutil.rmtree(here, ignore_errors=True)
        return "still here"

    assert run(mode, student, uid, files=["data.txt"]).result == "still here"


def test_in_namespaces_the_host_keeps_nothing_that_was_written(uid: int) -> None:
    locked = run("namespaces", lambda tell: Path("data.txt").write_text("changed"), uid, files=["data.txt"])
    assert (locked.folder / "data.txt").read_text() == "data.txt"


@pytest.mark.parametrize("mode", ["namespaces", "off"])  # in mode "landlock" little of /proc is shown
def test_a_program_reads_what_proc_says_of_itself(mode: str, uid: int) -> None:
    assert run(mode, lambda tell: error_of(Path("/proc/self/environ").read_bytes), uid).result == ""


def test_a_link_in_the_scratch_folder_is_not_followed(mode: str, uid: int, secret: Path) -> None:
    scratch = Path(tempfile.mkdtemp(prefix="locked-"))
    for name, place in (("book", secret), ("course", secret.parent)):
        (scratch / name).symlink_to(place)
    if uid:
        os.chown(scratch, uid, uid)

    def student(tell) -> list:
        links = [str(Path(name).readlink()) for name in ("book", "course")]
        return [*links, error_of(Path("book").read_text), error_of(Path("course/gradebook.db").read_text)]

    links = [str(secret), str(secret.parent)]
    found = run(mode, student, folder=scratch).result
    assert found[:2] == links and all(found[2:])


def test_the_open_files_of_the_grader_are_closed(mode: str, uid: int, secret: Path) -> None:
    with secret.open("r+") as book:
        os.set_inheritable(book.fileno(), True)

        def student(tell) -> dict:
            numbers = [n for n in range(256) if not error_of(lambda n=n: os.fstat(n))]
            return {n: str(Path(f"/proc/self/fd/{n}").readlink()) for n in numbers}

        found = run(mode, student, uid).result
    assert {"0", "1", "2"} < set(found) and len(found) == 4, found
    assert [found[n] for n in "012"] == ["/dev/null"] * 3


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user can always search his own folders")
def test_python_below_a_closed_folder_is_shown_and_nothing_beside_it(mode: str, tmp_path: Path) -> None:
    package = tmp_path / "closed" / "environment"
    package.mkdir(parents=True)
    (package / "deep.py").write_text("VALUE = 7")
    (tmp_path / "closed" / "gradebook.db").write_text("grades")
    (tmp_path / "closed").chmod(0o700)

    def student(tell) -> list:
        sys.path.insert(0, str(package))
        import deep  # made by this test

        beside = package.parent / "gradebook.db"
        return [deep.VALUE, error_of(beside.read_text), error_of(lambda: (package / "x.py").write_text(""))]

    value, *errors = run(mode, student, readable=[str(package)]).result
    assert value == 7 and all(errors)


def test_a_folder_that_would_show_everything_is_refused(mode: str, uid: int) -> None:
    for path in ("/", "/home", "/tmp"):
        locked = lock_in(mode, lambda tell: None, uid, readable=[path])
        assert locked.wait() == 71
        assert f"{path} would be shown" in locked.report["error"]


def test_the_home_of_the_grader_is_not_shown(mode: str, uid: int, monkeypatch) -> None:
    home = tempfile.mkdtemp(prefix="home-")
    monkeypatch.setattr(shown, "home", lambda: home)
    locked = lock_in(mode, lambda tell: None, uid, readable=[home])
    assert locked.wait() == 71
    assert f"{home} would be shown" in locked.report["error"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_hard_link_in_the_scratch_folder_is_not_given_away(mode: str, tmp_path: Path) -> None:
    scratch = Path(tempfile.mkdtemp(prefix="locked-"))
    outside = Path(tempfile.mkdtemp(prefix="course-")) / "gradebook.db"
    outside.write_text("grades")
    os.link(outside, scratch / "data.db")
    locked = lock_in(mode, lambda tell: None, folder=scratch)
    assert locked.wait() == 71
    assert "hard link" in locked.report["error"]
    assert outside.stat().st_uid == 0


def test_of_a_folder_that_is_withheld_nothing_can_be_read_but_what_is_named(mode: str, uid: int) -> None:
    top = Path(
        tempfile.mkdtemp(prefix="withheld-", dir="/var/tmp")
    )  # not below /tmp, where a link would be covered
    top.chmod(0o755)
    site = top / "environment" / "lib" / "packages"
    course = site / "course"
    files = (
        "__init__.py",
        "shared.py",
        "given.py",
        "part/oracle.py",
        "part/given.py",
        "__pycache__/shared.pyc",
    )
    for name in (*(f"course/{each}" for each in files), "other/module.py", "single.py"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("RIGHT = 1")
    (top / "environment" / "lib64").symlink_to("lib")
    (top / "link").symlink_to(top / "environment")
    ways = [str(top / each / "packages") for each in ("environment/lib", "environment/lib64", "link/lib")]

    def student(tell) -> list[str]:
        found = set()
        for way in (*ways, *(f"/proc/self/root{way}" for way in ways)):
            for path in (*(f"course/{each}" for each in files), "other/module.py", "single.py"):
                if not error_of(Path(way, path).read_text):
                    found.add(path)
        return sorted(
            {*found, *filter(None, (not error_of(lambda: course.rename(f"{course}2")) and "renamed",))}
        )

    given = [str(course / "given.py"), str(course / "part/given.py")]
    everything = [str(top / "environment"), str(top / "link")]
    beside = ["other/module.py", "single.py"]
    try:
        for withheld in (course, top / "link/lib64/packages/course"):
            asked = {"withheld": [str(withheld)], "readable": everything}
            assert run(mode, student, uid, **asked).result == beside
            asked["readable"] = [*everything, *given]
            assert run(mode, student, uid, **asked).result == [
                "course/given.py",
                "course/part/given.py",
                *beside,
            ]
            asked["readable"] = given
            assert run(mode, student, uid, **asked).result == ["course/given.py", "course/part/given.py"]
    finally:
        shutil.rmtree(top)
