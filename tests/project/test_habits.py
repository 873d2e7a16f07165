"""What a contributor and a reader of the repository rely on: hooks, version, citation, templates."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def recipe(target: str) -> list[str]:
    """The commands of a target of the Makefile."""
    lines = (ROOT / "Makefile").read_text().partition(f"\n{target}: ")[2].splitlines()[1:]
    commands = []
    for line in lines:
        if not line.startswith("\t"):
            break
        commands.append(line.strip().replace("$(BIN)", ".venv/bin"))
    return commands


def test_the_hooks_run_without_a_network() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks} == {"system"}
    assert {hook["entry"] for hook in hooks} <= set(recipe("lint"))


def test_one_version_is_said_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    released = re.findall(
        r"^## \[(\d+\.\d+\.\d+)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert (cited["version"], str(cited["date-released"])) == released[0]
    assert version == released[0][0]
    grader = ROOT / "autograder" / "pyproject.toml"
    assert tomllib.loads(grader.read_text())["project"]["version"] == version


def test_the_licences_cited_are_those_of_the_package() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())["license"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == " AND ".join(cited)


@pytest.mark.parametrize(
    "template", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.md")), ids=lambda path: path.stem
)
def test_a_template_says_what_it_is_for(template: Path) -> None:
    header = yaml.safe_load(template.read_text().split("---")[1])
    assert {"name", "about", "labels"} <= set(header)
