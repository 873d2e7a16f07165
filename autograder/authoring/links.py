"""Links that open a lesson on Binder or on a hub; `autograder links` prints them, and the book has them on its pages."""

import re
import sys
from pathlib import Path
from typing import TextIO
from urllib.parse import quote, urlsplit

BINDER = "https://mybinder.org/v2/gh"  # https://mybinder.readthedocs.io, "Opening a specific notebook"
HUB = "hub/user-redirect/lab/tree"  # https://jupyterhub.readthedocs.io, "JupyterHub URL scheme"


def print_links(
    root: Path,
    repo: str,
    *,
    ref: str = "HEAD",
    hub: str = "",
    folder: str = "course",
    out: TextIO = sys.stdout,
) -> int:
    """Prints each lesson with its links.

    `repo`: OWNER/NAME on GitHub, or nothing; `ref`: a branch, a tag or a commit; `hub`: a hub's address, where
    readers have the course in their folder `folder`. Returns 0, or 2 where nothing can be linked, with the reason.
    """
    lessons = sorted((root / "notebooks").glob("*.ipynb"))
    fault = _fault(root, bool(lessons), repo, hub)
    if fault:
        print(fault, file=out)
        return 2
    for lesson in lessons:
        print(lesson.stem, file=out)
        for address in links(f"notebooks/{lesson.name}", repo, ref=ref, hub=hub, folder=folder).values():
            print(f"  {address}", file=out)
    return 0


def links(
    notebook: str, repo: str = "", *, ref: str = "HEAD", hub: str = "", folder: str = "course"
) -> dict[str, str]:
    """What opens a notebook of the course, as in `print_links`: "Binder" and "JupyterHub" with their addresses."""
    path, found = quote(notebook), {}
    if repo:
        found["Binder"] = f"{BINDER}/{repo}/{quote(ref, safe='')}?urlpath=lab/tree/{path}"
    if hub:
        found["JupyterHub"] = f"{hub.rstrip('/')}/{HUB}/{quote(folder)}/{path}"
    return found


def _fault(root: Path, lessons: bool, repo: str, hub: str) -> str:
    """What is wrong with a request, and what to type; nothing where it is fine."""
    if not lessons:
        return f"Found no lessons in {root / 'notebooks'}. Go to the course's folder first: cd COURSE"
    if not repo and not hub:
        return "Say where the course is: autograder links --repo OWNER/NAME, or --hub https://ADDRESS"
    return wrong_address(repo, hub)


def wrong_address(repo: str, hub: str) -> str:
    """What is wrong with these addresses, and what was expected; nothing where they are fine or empty."""
    if repo and not re.fullmatch(r"[\w.-]+/[\w.-]+", repo, re.ASCII):
        return f"Found {repo!r}, expected OWNER/NAME of a repository on GitHub."
    if hub and (urlsplit(hub).scheme not in ("http", "https") or not urlsplit(hub).netloc):
        return f"Found {hub!r}, expected a hub's address, such as https://hub.example.org"
    return ""
