"""What Binder builds from binder/, by repo2docker's rules, and the links that open a lesson there or on a hub."""

import io
import re
import stat
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from autograder.authoring.links import print_links

ROOT = Path(__file__).parents[2]


def lock() -> dict[str, str]:
    """The versions of requirements.txt by name."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_the_environment_has_the_locks_torch_as_a_build_for_the_cpu() -> None:
    environment = yaml.safe_load((ROOT / "binder/environment.yml").read_text())
    assert set(environment) == {"channels", "dependencies"}, "what conda knows"
    wanted = dict(each.split("=") for each in environment["dependencies"] if "=" in each)
    assert wanted["pytorch-cpu"] == lock()["torch"]
    assert wanted["python"] == "3.11", "what the lock was made for"


def test_the_scripts_are_shell_that_repo2docker_may_run() -> None:
    for name in ("postBuild", "start"):
        path = ROOT / "binder" / name
        assert path.read_text().startswith("#!/bin/bash\n")
        assert path.stat().st_mode & stat.S_IXUSR
        subprocess.run(["bash", "-n", path], check=True)
    assert 'exec "$@"' in (ROOT / "binder/start").read_text(), "else no server starts"


def test_the_lock_brings_nothing_for_graphics_cards_and_stays_small() -> None:
    names = lock()
    assert not [name for name in names if re.match(r"nvidia|cuda|triton", name)]
    others = sum(
        (file.size or 0) for name in names if name != "torch" for file in distribution(name).files or []
    )
    assert others < 600e6, f"{others / 1e6:.0f} MB without torch"


def test_repo2docker_makes_a_dockerfile_of_it() -> None:
    command = [
        sys.executable,
        "-m",
        "repo2docker",
        "--no-build",
        "--debug",
        "--user-id",
        "1000",
        "--user-name",
        "jovyan",
        str(ROOT),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    for words in (
        '--file "binder/environment.yml"',
        "RUN ./binder/postBuild",
        'R2D_ENTRYPOINT="${REPO_DIR}/binder/start"',
    ):
        assert words in done.stdout + done.stderr


def links(*arguments: str, **options: str) -> tuple[int, str]:
    out = io.StringIO()
    return print_links(ROOT, *arguments, **options, out=out), out.getvalue()


def test_each_link_names_a_lesson_that_is_there() -> None:
    status, said = links("school/rnn-course", ref="term/2026", hub="https://hub.school.org/")
    assert status == 0
    found = [line.strip() for line in said.splitlines() if line.startswith("  ")]
    assert len(found) == 2 * len(list((ROOT / "notebooks").glob("*.ipynb")))
    for link in found:
        parts = urlsplit(link)
        if parts.netloc == "mybinder.org":
            assert parts.path == "/v2/gh/school/rnn-course/term%2F2026"
            (place,) = parse_qs(parts.query)["urlpath"]
            assert (ROOT / place.removeprefix("lab/tree/")).is_file()
        else:
            assert parts.netloc == "hub.school.org"
            assert (ROOT / parts.path.removeprefix("/hub/user-redirect/lab/tree/course/")).is_file()


@pytest.mark.parametrize(
    ("repo", "hub", "words"),
    [
        ("", "", "--repo OWNER/NAME"),
        ("https://x/y", "", "expected OWNER/NAME"),
        ("", "hub.org", "expected a hub's"),
    ],
)
def test_a_link_that_would_lead_nowhere_is_refused(repo: str, hub: str, words: str) -> None:
    status, said = links(repo, hub=hub)
    assert (status, words in said) == (2, True), said
