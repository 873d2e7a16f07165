"""The console command's own words: what each subcommand says of itself, and where the course's folder may stand."""

import re
from pathlib import Path

import pytest

from autograder import cli


def helped(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What --help prints, its lines joined."""
    with pytest.raises(SystemExit, match="0"):
        cli.main([*arguments, "--help"])
    return " ".join(capsys.readouterr().out.split())


def test_each_subcommands_help_says_what_it_does_as_the_list_of_all_does(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listed = helped(capsys)
    for name in ("grade", "regrade", "collect", "plan", "check", "adopt", "kernels"):
        words = re.search(rf" {name} ((?:[\w,']+ ){{3}})", listed)
        assert words and words[1].lower() in helped(capsys, name).lower()


def test_the_courses_folder_is_named_before_the_command_or_behind_it() -> None:
    for words in ("--course there grade t1", "grade t1 --course there", "grade --course there t1"):
        assert cli._parser().parse_args(words.split()).course == Path("there")
    assert cli._parser().parse_args(["grade", "t1"]).course == Path()
