"""A round through nbgrader's exchange, by nbgrader's own commands on the student's side and the teacher's."""

import getpass
import os
import subprocess
from pathlib import Path

import nbformat
from tiny_course import TinyCourse

from autograder.core.environment import with_own_programs


def test_work_goes_out_comes_in_and_its_feedback_is_fetched_by_the_student(
    tiny: TinyCourse, tmp_path: Path
) -> None:
    exchange, home, settings = (tmp_path / name for name in ("exchange", "home", "settings"))
    for folder in (exchange, home, settings):
        folder.mkdir()
    exchange.chmod(0o777)
    (settings / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\nc.CourseDirectory.course_id = 'tiny'\n"
    )
    environment = with_own_programs({**os.environ, "JUPYTER_CONFIG_DIR": str(settings)})

    def say(command: str, folder: Path = tiny.root) -> str:
        done = subprocess.run(
            command, shell=True, cwd=folder, env=environment, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        return done.stdout

    (tiny.root / "release/t1").mkdir(parents=True)
    nbformat.write(tiny.untouched(), tiny.root / "release/t1/two.ipynb")
    say("nbgrader release_assignment t1")
    say("nbgrader fetch_assignment t1", home)
    nbformat.write(tiny.answer(last="def last(items):\n    return items[0]"), home / "t1/two.ipynb")
    say("nbgrader submit t1", home)

    assert "collected" in say("autograder collect --from exchange --assignment t1")
    say("autograder grade t1")
    say("autograder feedback t1")
    say("nbgrader release_feedback t1")
    say("nbgrader fetch_feedback t1", home)
    (page,) = home.glob("t1/feedback/*/two.html")
    assert "3 of 5 points" in page.read_text(encoding="utf-8")
    assert tiny.grades()[getpass.getuser()]["score"] == "3"
