"""Who may do what at the desk: nobody without login, no other page, no path and no size that it does not know."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browser import TOKEN, Server, jupyter
from tiny_course import TinyCourse

GRADE = {"do": "grade", "assignment": "t1"}
READS = ("overview", "assignments/t1", "assignments/t1/students/ada", "requests", "names", "term", "jobs")


@pytest.fixture(scope="module")
def server(tiny_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`autograder desk` on a course with a submission, with files that nobody may get."""
    folder = tmp_path_factory.mktemp("border")
    course = TinyCourse.make(folder / "course")
    course.submit("ada", course.answer())
    reports = course.root / "reports/t1"
    reports.mkdir(parents=True)
    (reports / "report.html").write_text("<p>hello")
    (reports / "link.html").symlink_to(course.root / "nbgrader_config.py")
    (folder / "home").mkdir()
    with jupyter(
        course.root, folder / "home", "--DeskApp.max_upload_mb=1", program="desk", HOME=str(folder)
    ) as running:
        yield running


@pytest.fixture
def web(server: Server) -> Iterator[httpx.Client]:
    """Somebody who has opened the page: with its cookies, and its token at hand."""
    with httpx.Client(base_url=server.url, timeout=60) as client:
        client.get("/desk", params={"token": TOKEN})
        client.token = {"X-XSRFToken": client.cookies["_xsrf"]}  # type: ignore[attr-defined]
        yield client


def test_without_login_nothing_is_read_or_started(server: Server) -> None:
    with httpx.Client(base_url=server.url) as nobody:
        assert nobody.get("/desk").status_code == 302
        for path in (*READS, "jobs/x", "uploads"):
            assert nobody.get(f"/desk/api/{path}").status_code in (403, 405), path
        assert nobody.get("/desk/reports/t1/report.html").status_code == 403
        for path in ("jobs", "jobs/x/stop", "uploads?kind=zip"):
            assert nobody.post(f"/desk/api/{path}", json=GRADE).status_code == 403, path
        assert nobody.post("/desk/api/uploads?kind=zip", content=slowly()).status_code == 403


def slowly() -> Iterator[bytes]:
    """A file that is still being sent when its sender is refused."""
    yield b"x"
    time.sleep(0.3)
    yield b"x"


def test_only_the_page_itself_can_change_anything(web: httpx.Client, server: Server) -> None:
    token = web.token  # type: ignore[attr-defined]
    assert web.post("/desk/api/jobs", json=GRADE).status_code == 403, "no token of the page"
    assert web.post("/desk/api/jobs", json=GRADE, headers={"X-XSRFToken": "x"}).status_code == 403
    elsewhere = {"Origin": "https://elsewhere.example", **token}
    assert web.post("/desk/api/jobs", json=GRADE, headers=elsewhere).status_code in (403, 404)
    for content in (b"x", slowly()):
        answer = web.post("/desk/api/uploads?kind=zip", content=content, headers=elsewhere)
        assert answer.status_code in (403, 404)
    assert web.post("/desk/api/uploads?kind=zip", content=slowly()).status_code == 403, "no token of the page"
    assert web.get("/desk/api/overview", headers={"Host": "elsewhere.example"}).status_code == 403
    assert web.get("/desk/api/jobs").json() == []
    policy = web.get("/desk").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy and "unsafe" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "reports/t1/..%2f..%2fnbgrader_config.py", "reports/..%2f./nbgrader_config.py", "reports/t1/link.html",
        "reports/%2e%2e/gradebook.db", "reports/t9/report.html", "feedback/t1/..%2f..%2freports/t1%2freport.html",
        "feedback/t1/ada/two.html", "reports/term/students/..%2f..%2ft1%2freport.html", "api/jobs/..%2f..",
        "api/assignments/..", "api/assignments/t1/students/..%2fada",
    ],
)  # fmt: skip
def test_no_path_leads_to_anything_else(web: httpx.Client, path: str) -> None:
    assert web.get(f"/desk/{path}").status_code in (400, 404)


def test_a_page_with_students_text_is_shut_in(web: httpx.Client) -> None:
    answer = web.get("/desk/reports/t1/report.html")
    assert answer.text == "<p>hello" and answer.headers["Content-Type"].startswith("text/html")
    policy = answer.headers["Content-Security-Policy"]
    assert (
        policy.startswith("sandbox") and "allow-scripts" not in policy and "allow-same-origin" not in policy
    )


def test_uploads_have_our_names_a_kind_and_a_bound(web: httpx.Client, server: Server) -> None:
    token = web.token  # type: ignore[attr-defined]

    def send(kind: str, content: bytes, path: str = "/desk/api/uploads") -> httpx.Response:
        return web.post(path, params={"kind": kind}, content=content, headers=token)

    for kind in ("py", "", "../zip"):
        assert send(kind, b"x").status_code == 400

    def pieces() -> Iterator[bytes]:  # without a length that is said beforehand
        for _ in range(30):
            yield b"x" * 100_000

    for large in (b"x" * 1_000_001, pieces()):
        with contextlib.suppress(httpx.TransportError):  # the server may hang up before all is sent
            answer = web.post("/desk/api/uploads", params={"kind": "zip"}, content=large, headers=token)
            assert answer.status_code in (400, 413)
    folder = server.log.parents[1] / "course/.autograder/desk/uploads"
    until = time.monotonic() + 10
    while (left := list(folder.glob("*"))) and time.monotonic() < until:
        time.sleep(0.1)
    assert left == [], "what is too large leaves nothing"
    good = send("csv", b"id\nada\n")
    assert good.status_code == 200 and (folder / good.json()["id"]).read_bytes() == b"id\nada\n"
    for id in ("../../../nbgrader_config.py", "00000000.zip", "a" * 8 + ".zip/../x"):
        asked = {"do": "collect", "upload": id}
        assert web.post("/desk/api/jobs", json=asked, headers=token).status_code == 400


def test_what_is_no_request_is_answered_in_words(web: httpx.Client) -> None:
    token = web.token  # type: ignore[attr-defined]
    for body in ("", "{", "[]", '{"do": "grade"}', '{"do": "rm"}', '{"do": "grade", "assignment": "t9"}'):
        answer = web.post("/desk/api/jobs", content=body, headers=token)
        assert answer.status_code == 400 and answer.json()["message"], body
