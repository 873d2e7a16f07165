"""What a process leaves in the temporary folder when it is killed, and who clears it away."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from test_reliability import COMMAND, GONE
from tiny_course import TinyCourse

from autograder.core.scratch import PREFIX, remove, scratch_root
from autograder.kernels.sandbox.processes import folder_bytes

MAKES = "import os, sys; from autograder.core.scratch import new_folder, scratch_root; "
# Says where its root is, and stays until its standard input ends.
STAYS = (
    MAKES + "(new_folder('kept-') / 'file').touch(); print(scratch_root().path, flush=True); sys.stdin.read()"
)
# Fails where somebody took what it has made.
RACES = MAKES + "p = new_folder('x-') / 'mine'; p.touch(); sys.stdin.read(); sys.exit(not p.exists())"
NOBODY = "import os, autograder.core.scratch; os.setgid(65534); os.setuid(65534); "  # the Python may be root's alone
HANGS = "import time\nopen('secret-of-ada.txt', 'w').write('hers')\ndef double(x):\n    time.sleep(100)"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder for this test's processes alone, its path short enough for sockets."""
    folder = Path("/tmp") / f"roots-{os.getpid()}-{time.monotonic_ns() % 10**6}"
    folder.mkdir(mode=0o777)
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    remove(folder)


def start(program: str = STAYS, **more: Any) -> tuple[subprocess.Popen[str], Path]:
    """A process with a root, and what it says: where that is."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-c", program], text=True, **pipes, **more)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def end(process: subprocess.Popen[str]) -> int:
    process.communicate("")
    return process.returncode


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def lives(process: psutil.Process) -> bool:
    """Whether it has not ended; a zombie has, and where nobody reaps it, it stays one."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def roots(place: Path) -> list[Path]:
    return sorted(place.glob(f"{PREFIX}*"))


def test_a_process_takes_its_scratch_root_along_when_it_ends(place: Path) -> None:
    process, root = start()
    assert roots(place) == [root] and list(root.glob("kept-*/file"))
    assert end(process) == 0
    assert roots(place) == []


def test_the_next_process_removes_the_den_of_one_that_was_killed_and_no_living_ones(place: Path) -> None:
    alive, kept = start()
    killed, left = start()
    kill(killed)
    assert list(left.glob("kept-*/file")), "this is what nobody else would remove"
    following, own = start()
    assert roots(place) == sorted([kept, own])
    assert (end(alive), end(following)) == (0, 0)
    assert roots(place) == []


def test_a_den_stays_for_as_long_as_anyone_who_inherited_its_lock_lives(place: Path) -> None:
    heir = "; import subprocess; subprocess.Popen(['sleep', '100'], pass_fds=[scratch_root().lock])"
    program = (
        MAKES + "new_folder('kept-')" + heir + "; print(scratch_root().path, flush=True); sys.stdin.read()"
    )
    killed, left = start(program)
    (sleeper,) = psutil.Process(killed.pid).children()
    killed.kill()
    killed.wait()
    assert end(start()[0]) == 0
    assert roots(place) == [left]
    sleeper.kill()
    killed.communicate()  # the end of its output, which the sleeper has as well
    assert end(start()[0]) == 0
    assert roots(place) == []


def test_processes_that_begin_at_the_same_time_leave_each_other_their_dens(place: Path) -> None:
    for _ in range(3):
        kill(start()[0])  # something to sweep, for all of them
    many = [subprocess.Popen([sys.executable, "-c", RACES], stdin=subprocess.PIPE) for _ in range(8)]
    assert [end(process) for process in many] == [0] * 8
    assert roots(place) == []


def test_a_fork_that_ends_leaves_its_parent_the_den(place: Path) -> None:
    program = STAYS.replace("sys.stdin", "os.fork() or sys.exit(); os.wait(); sys.stdin")
    process, root = start(program)
    time.sleep(0.2)
    assert list(root.glob("kept-*/file"))
    assert end(process) == 0


@pytest.mark.parametrize("name", [f"{PREFIX}of_mine", f"{PREFIX}abcdefgh", f"{PREFIX}abcdefgh.zip"])
def test_what_is_no_den_is_left_alone(place: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "mine").touch()
    (place / name).symlink_to(tmp_path)
    assert end(start()[0]) == 0
    assert (place / name).is_symlink() and (tmp_path / "mine").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")
def test_the_den_of_another_user_is_left_alone_even_by_root(place: Path) -> None:
    place.chmod(0o777)
    killed, left = start(NOBODY + STAYS)
    kill(killed)
    assert end(start()[0]) == 0
    assert roots(place) == [left]


def test_a_folder_that_was_closed_or_dug_too_deep_is_removed_and_what_its_links_lead_to_is_not(
    place: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").touch(0o600)
    link = f"os.symlink({str(tmp_path)!r}, 'shut/link')"
    dig = f"os.mkdir('shut'); open('shut/x', 'w'); {link}; os.chmod('shut', 0); "
    dig += "[(os.mkdir('d'), os.chdir('d')) for _ in range(1200)]"
    folder = place / "theirs"
    folder.mkdir()
    folder.chmod(0o777)
    program = f"{dig}; os.chdir('/'); import pathlib; remove(pathlib.Path({str(folder)!r}) / 'shut')"
    program = "from autograder.core.scratch import remove; " + (NOBODY if os.geteuid() == 0 else "") + program
    subprocess.run([sys.executable, "-c", program], cwd=folder, check=True)
    assert not (folder / "shut").exists()
    remove(folder)
    assert not folder.exists() and (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    "hide",
    ["[(os.mkdir('d' * 200), os.chdir('d' * 200)) for _ in range(30)]", "os.mkdir('d'); os.chmod('d', 0)"],
)
def test_a_folder_that_cannot_be_looked_into_counts_as_full(place: Path, hide: str) -> None:
    place.chmod(0o777)
    own = NOBODY if os.geteuid() == 0 else ""
    program = f"import os; from autograder.kernels.sandbox.processes import folder_bytes; {own}{hide}; "
    program += f"os.chdir('/'); print(folder_bytes({str(place)!r}) >= 1 << 62)"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=place, stdout=subprocess.PIPE, text=True, check=True
    )
    assert run.stdout == "True\n" and folder_bytes(str(place / "gone")) == 0


def test_what_a_killed_run_had_of_its_students_is_gone_after_the_next(tiny: TinyCourse, place: Path) -> None:
    tiny.submit("ada", tiny.answer(double=HANGS)).with_name("mine.txt").touch()
    run = subprocess.Popen([*COMMAND, str(tiny.root), "new"], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 2 * GONE
    while not (held := list(place.glob(f"{PREFIX}*/session-*/mine.txt"))):
        assert time.monotonic() < deadline and run.poll() is None
        time.sleep(0.02)
    family = psutil.Process(run.pid).children(recursive=True)
    run.kill()
    run.wait()
    while any(map(lives, family)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert held[0].exists(), "nobody has cleared up yet"
    assert subprocess.run([*COMMAND, str(tiny.root), "new"], stdout=subprocess.DEVNULL).returncode == 0
    assert list(place.iterdir()) == []


def test_a_temporary_folder_with_a_long_path_gets_no_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    assert scratch_root().path.parent == long
    assert scratch_root(sockets=True).path.parent == Path("/tmp")
