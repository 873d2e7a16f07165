"""The hub that docs/hub.md sets up: a teacher gives out, two students hand in, the teacher collects and grades.

A real hub, proxy and servers, with two stand-ins: everybody's servers run as the one user who runs the tests, so
names come from the hub and not from accounts; and a dummy password stands for PAM.
"""

import contextlib
import html
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import nbformat
import pytest
from postgres import free_port
from tiny_course import LAST, TinyCourse
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parents[2]
PASSWORD = "sesame"
COURSE = "lstm-course"

HUB = """
load_subconfig({hub!r})
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.Spawner.environment["JUPYTER_CONFIG_PATH"] = {config!r}
c.Spawner.args += ["--allow-root"]
"""
NBGRADER = """
import os
c = get_config()
load_subconfig("nbgrader_config.py", path={hub!r})
c.ExchangeCollect.check_owner = False
if os.environ["JUPYTERHUB_USER"] != "teacher":
    c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
"""


class Person:
    """Somebody at a browser: logged in at the hub, with a server of their own."""

    def __init__(self, address: str, name: str):
        self.address, self.name = address, name
        self.web = httpx.Client(base_url=address, follow_redirects=True, timeout=60)

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_: object) -> None:
        self.web.close()

    def log_in(self) -> None:
        """Logs in, and waits until the server answers."""
        self.web.get("/hub/login")
        form = {"username": self.name, "password": PASSWORD, "_xsrf": self.web.cookies["_xsrf"]}
        self.web.post("/hub/login", data=form).raise_for_status()
        self.web.get("/hub/spawn")
        page, end = f"/user/{self.name}/lab", time.monotonic() + 120
        while self.web.get(page).url.path != page:  # until then the hub shows how far it is
            assert time.monotonic() < end, f"the server of {self.name} did not start"
            time.sleep(0.5)

    def get(self, path: str) -> Any:
        """What the person's server answers."""
        answer = self.web.get(f"/user/{self.name}/{path}")
        answer.raise_for_status()
        return answer.json()

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The same, with a body; as the page does it, with its token against forged requests."""
        folder = f"/user/{self.name}/"
        token = next(
            cookie.value
            for cookie in self.web.cookies.jar
            if cookie.name == "_xsrf" and cookie.path == folder
        )
        answer = self.web.request(method, folder + path, json=body, headers={"X-XSRFToken": token or ""})
        answer.raise_for_status()
        return answer.json()


@contextlib.contextmanager
def hub(folder: Path, course: Path) -> Iterator[str]:
    """A running hub; its address."""
    for name in ("config", "exchange", "homes"):
        (folder / name).mkdir()
    (folder / "exchange").chmod(0o777)
    port = free_port()
    text = HUB.format(
        hub=str(ROOT / "hub/jupyterhub_config.py"), password=PASSWORD, homes=f"{folder}/homes/{{username}}",
        port=port, hub_port=free_port(), proxy_port=free_port(), config=str(folder / "config"),
    )  # fmt: skip
    (folder / "jupyterhub_config.py").write_text(text)
    (folder / "config/nbgrader_config.py").write_text(NBGRADER.format(hub=str(ROOT / "hub")))
    environment = {
        **os.environ, "HUB_INSTRUCTORS": "teacher", "HUB_COURSE": str(course), "HUB_EXCHANGE": str(folder / "exchange"),
        "JUPYTERHUB_CRYPT_KEY": "0" * 64,
    }  # fmt: skip
    log = folder / "hub.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", "jupyterhub_config.py"],
            cwd=folder, env=environment, stdout=stream, stderr=subprocess.STDOUT,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _await(address, process, log)
        yield address
    except BaseException:
        print(log.read_text()[-6000:])
        raise
    finally:
        process.terminate()  # the hub ends its servers and its proxy
        process.wait(60)


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 180
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/hub/health", follow_redirects=True).status_code == 200:
                return
        time.sleep(0.3)
    pytest.fail(f"the hub did not answer:\n{log.read_text()[-4000:]}")


def answer(person: Person, last: str) -> None:
    """Opens the assignment in the person's folder, changes an answer, saves."""
    path = "api/contents/t1/two.ipynb"
    notebook = nbformat.reads(json.dumps(person.get(path)["content"]), 4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "last":
            cell.source = last
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double":
            cell.source = "def double(x):\n    return 2 * x"
    person.send("PUT", path, {"type": "notebook", "format": "json", "content": notebook})


def grade_at_the_desk(person: Person) -> None:
    """Grades the assignment as the desk's page does, with the token that the page holds."""
    page = person.web.get(f"/user/{person.name}/desk").raise_for_status().text
    token = html.unescape(page.partition('data-token="')[2].partition('"')[0])
    address = f"/user/{person.name}/desk/api/jobs"
    asked = {"do": "grade", "assignment": "t1"}
    assert person.web.post(address, json=asked).status_code == 403, "without the token nothing starts"
    started = person.web.post(address, json=asked, headers={"X-XSRFToken": token}).raise_for_status().json()
    end = time.monotonic() + 120
    while (news := person.get(f"desk/api/jobs/{started['job']['id']}"))["state"]["running"]:
        assert time.monotonic() < end, news
        time.sleep(0.3)
    assert news["state"]["status"] == 0, news["output"]


@pytest.mark.slow  # three servers start one after the other
def test_a_teacher_gives_out_two_students_hand_in_and_the_teacher_grades(
    tiny: TinyCourse, tmp_path: Path
) -> None:
    place = tmp_path / "hub"
    place.mkdir()
    with (tiny.root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.course_id = {COURSE!r}\n")
    shutil.rmtree(tiny.root / "submitted", ignore_errors=True)
    for private in ("source", "gradebook.db"):
        (tiny.root / private).chmod(0o700)
    with hub(place, tiny.root) as address, contextlib.ExitStack() as people:
        teacher, ada, bob = (
            people.enter_context(Person(address, name)) for name in ("teacher", "ada", "bob")
        )
        teacher.log_in()
        for step in ("assign", "release"):
            done = teacher.send("POST", f"formgrader/api/assignment/t1/{step}")
            assert done["success"], done
        for student, last in ((ada, LAST), (bob, "def last(items):\n    return items[0]")):
            student.log_in()
            known = student.get(f"assignments?course_id={COURSE}")["value"]
            assert [(each["assignment_id"], each["status"]) for each in known] == [("t1", "released")]
            wanted = {"course_id": COURSE, "assignment_id": "t1"}
            assert student.send("POST", "assignments/fetch", wanted)["success"]
            answer(student, last)
            assert student.send("POST", "assignments/submit", wanted)["success"]
            forbidden = student.web.get(f"/user/{student.name}/formgrader")
            assert forbidden.status_code == 404, "a student has no formgrader"
            for path in ("desk", "desk/api/overview"):
                assert student.web.get(f"/user/{student.name}/{path}").status_code == 404, "and no desk"
        other = ada.web.get("/user/bob/api/contents")
        assert other.status_code in (403, 404), "nobody gets into another's server"
        assert teacher.send("POST", "formgrader/api/assignment/t1/collect")["success"]
        assert ada.web.get("/user/teacher/desk/api/overview").status_code in (403, 404)
        grade_at_the_desk(teacher)
    assert {name: row["score"] for name, row in tiny.grades().items()} == {"ada": "5", "bob": "3"}
    assert (tiny.root / "submitted/ada/t1/timestamp.txt").exists(), "when it was handed in is known"


def test_a_hub_whose_students_could_read_solutions_does_not_start(
    tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_COURSE", str(tiny.root))
    monkeypatch.setenv("HUB_INSTRUCTORS", "teacher,aide")
    (tiny.root / "source").chmod(0o755)
    (tiny.root / "gradebook.db").chmod(0o640)
    tiny.root.chmod(0o755)
    loader = PyFileConfigLoader("jupyterhub_config.py", path=str(ROOT / "hub"))
    with pytest.raises(SystemExit, match=r"can read source in .*\n  cd .* && chmod -R o-rwx source$"):
        loader.load_config()
    (tiny.root / "source").chmod(0o750)
    assert loader.load_config().Authenticator.admin_users == {"teacher", "aide"}
