"""The book, built once for all workers from what nbval's run of the lessons kept, and a reader's browser."""

import pytest
from browser import CHROMIUM_FLAGS, chromium
from built_book import build
from filelock import FileLock
from playwright.sync_api import sync_playwright

from book.runs import CACHE


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site; the workers of a run share it. Lessons that the cache lacks are run."""
    folder = tmp_path_factory.getbasetemp().parent / "book"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.is_dir():
            done = build(CACHE, folder, "--repo", "someone/course")
            assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def running():
    """A browser; it ends with its module, as a process has room for one Playwright at a time."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def reader(running):
    """A page of a reader who was never here; in the end its console is empty, and nothing was asked for elsewhere."""
    context = running.new_context(
        viewport={"width": 1200, "height": 900}, timezone_id="Europe/Berlin", reduced_motion="reduce"
    )
    page = context.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if request.url.startswith("http") else None)
    yield page
    context.close()
    assert faults == []
