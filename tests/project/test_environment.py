"""The set-up script: each way it can fail says what to do, and nothing is done twice."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.core.environment import with_own_programs

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path):
    """A project with the real script, and a lock that asks for nothing."""
    (tmp_path / "tools").mkdir()
    for name in ("environment.sh", "jupyter_server_config.json", "jupyter_nbconvert_config.json"):
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools")
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'empty'\nversion = '1'\n")
    return tmp_path


def set_up(project, python=sys.executable, lock="requirements.txt", **environment):
    return subprocess.run(
        ["sh", "tools/environment.sh", lock],
        cwd=project,
        env={**os.environ, "PYTHON": str(python), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def stand_in(project, pip):
    """A Python whose `-m venv` makes a .venv with a pip that behaves as told; counts its calls in `calls`."""
    (project / "venv-python").write_text(
        f'#!/bin/sh\ncase "$*" in *"-m pip"*) echo pip >>"{project}/calls"; {pip};; esac\n'
    )
    return program(
        project / "fake-python",
        f'case "$*" in *"-m venv"*) mkdir -p .venv/bin; cp "{project}/venv-python" .venv/bin/python; '
        "chmod +x .venv/bin/python;; esac",
    )


def calls(project):
    return (project / "calls").read_text().count("pip") if (project / "calls").exists() else 0


def test_no_python_says_what_to_install_and_how_to_name_one(project):
    run = set_up(project, python="no-such-python")
    assert run.returncode == 2
    assert "found no 'no-such-python'" in run.stderr and "make lab PYTHON=" in run.stderr


def test_an_old_python_is_named_with_what_was_expected(project):
    old = program(project / "old", 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    run = set_up(project, python=old)
    assert run.returncode == 2
    assert "found Python 3.9.2, expected Python 3.11 or newer" in run.stderr


def test_the_second_run_installs_nothing_and_a_changed_lock_installs_again(project):
    python = stand_in(project, pip="exit 0")
    assert set_up(project, python).returncode == 0
    assert (project / ".venv/etc/jupyter/jupyter_server_config.d/autograder.json").exists()
    assert (project / ".venv/etc/jupyter/jupyter_nbconvert_config.json").exists()
    first = calls(project)
    assert set_up(project, python).returncode == 0
    assert calls(project) == first
    (project / "requirements.txt").write_text("# changed\n")
    assert set_up(project, python).returncode == 0
    assert calls(project) > first


def test_a_set_up_that_was_cut_off_is_made_anew(project):
    python = stand_in(project, pip="exit 1")
    assert set_up(project, python).returncode == 2
    (project / ".venv/leftover").touch()
    stand_in(project, pip="exit 0")
    run = set_up(project, python)
    assert run.returncode == 0 and "interrupted" in run.stdout
    assert not (project / ".venv/leftover").exists()


@pytest.mark.parametrize(
    ("complaint", "advice"),
    [
        ("Max retries exceeded: NewConnectionError", "Check the network or the proxy"),
        ("OSError: [Errno 28] No space left on device", "free some"),
        ("ERROR: no matching distribution", "The whole log: .venv/.install.log"),
    ],
)
def test_a_failed_install_says_what_to_do(project, complaint, advice):
    run = set_up(project, stand_in(project, pip=f'echo "{complaint}"; exit 1'))
    assert run.returncode == 2
    assert complaint in run.stderr and advice in run.stderr


def test_a_venv_whose_python_is_gone_is_reported_and_not_deleted(project):
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/mine").touch()
    run = set_up(project)
    assert run.returncode == 2 and "rm -rf .venv" in run.stderr
    assert (project / ".venv/mine").exists()


def test_own_programs_come_first_on_the_path_and_only_once():
    own = str(Path(sys.executable).parent)
    once = with_own_programs({"PATH": "/usr/bin"})
    assert once["PATH"].split(os.pathsep) == [own, "/usr/bin"]
    assert with_own_programs(once) == once
