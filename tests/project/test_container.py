"""The Containerfile of a grading machine: what it copies is there, its steps run, nothing in it is private or floats.

No image is built here, as that needs a daemon and a registry.
"""

import fnmatch
import importlib.metadata
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "tools"))
import wheels

ROOT = Path(__file__).parents[2]

KNOWN = {"FROM", "ARG", "ENV", "COPY", "RUN", "USER", "WORKDIR", "ENTRYPOINT", "CMD"}


def instructions() -> list[tuple[str, str]]:
    """Each instruction with its arguments, continued lines joined."""
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", text)
    return [
        (word, rest.strip())
        for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)
    ]


def arguments(word: str) -> list[str]:
    return [rest for name, rest in instructions() if name == word]


def test_it_has_known_instructions_and_ends_as_a_user_without_rights() -> None:
    words = [word for word, _ in instructions()]
    assert set(words) == KNOWN and words[0] == "FROM"
    (user,) = arguments("USER")
    assert any(f"useradd --create-home --uid 1000 {user}" in step for step in arguments("RUN"))
    assert "RUN" not in words[words.index("USER") :] and "COPY" not in words[words.index("USER") :]
    assert json.loads(arguments("ENTRYPOINT")[0]) == ["autograder"] and json.loads(arguments("CMD")[0]) == [
        "doctor"
    ]


def test_the_base_is_one_version_by_its_short_name_and_no_host_is_named() -> None:
    (base,) = arguments("FROM")
    assert re.fullmatch(r"python:3\.1[1-9]-slim-trixie", base)
    assert "://" not in (ROOT / "Containerfile").read_text()


def test_what_it_copies_is_made_by_the_commands_it_names_and_reaches_the_builder() -> None:
    sources = [part for each in arguments("COPY") for part in shlex.split(each)[:-1]]
    assert sources == ["requirements.txt", "build/wheels/"] and (ROOT / "requirements.txt").is_file()
    assert '"build/wheels"' in (ROOT / "tools/wheels.py").read_text(), "where `make wheels` puts them"
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert lines[0] == "*" and all(line[0] == "!" for line in lines[1:])
    kept = [line[1:] for line in lines[1:]]
    for name in ("requirements.txt", "build/wheels/nbautograder-0.2.0-py3-none-any.whl"):
        assert any(fnmatch.fnmatch(name, pattern) for pattern in kept)
    for name in (
        "gradebook.db",
        "source/a3_gates/a3_gates.ipynb",
        "submitted/ada/t1/two.ipynb",
        ".git/config",
    ):
        assert not any(fnmatch.fnmatch(name, pattern) for pattern in kept)


def test_each_package_it_installs_is_pinned_and_these_versions_work_together() -> None:
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line[0] != "#"]
    pins = dict(line.split("==") for line in lines)
    found = {name: importlib.metadata.version(name).partition("+")[0] for name in pins}
    assert found == pins, "the tests of this project run with them"


@pytest.mark.parametrize("step", arguments("RUN"))
def test_each_step_is_a_shell_command_that_stops_at_its_first_error(step: str) -> None:
    subprocess.run(["sh", "-n", "-c", step], check=True)
    assert ";" not in step and "||" not in step


@pytest.mark.slow
def test_the_steps_install_a_grader_that_starts(tmp_path: Path) -> None:
    """They run in another folder, with the packages of this environment in the place of those from an index."""
    place = tmp_path / "grading"
    place.mkdir()
    wheels.build(place / "wheels")
    environment, packages, _ = arguments("RUN")
    make = environment.partition("&&")[0].replace("python -m venv", f"{sys.executable} -m venv")
    own = next(path for path in sys.path if path.endswith("site-packages"))
    link = f"echo {own} > $(echo /opt/grading/venv/lib/python*/site-packages)/pins.pth"
    packages = packages.replace(
        "/opt/grading/venv/bin/pip check", ":"
    )  # about what else this environment has
    for step in (make, link, packages):
        command = step.replace("/opt/grading", str(place))
        done = subprocess.run(["sh", "-ec", command], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    program = place / "venv/bin/autograder"
    told = subprocess.run([program, "--help"], capture_output=True, text=True, cwd=tmp_path)
    assert told.returncode == 0 and "doctor" in told.stdout
    where = [place / "venv/bin/python", "-c", "import autograder; print(autograder.__file__)"]
    assert str(place) in subprocess.run(where, capture_output=True, text=True, cwd=tmp_path).stdout
