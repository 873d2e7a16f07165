"""Submissions out of a folder with one folder for each student: files as they are, or clones with git.

Of a clone the last commit up to the deadline counts, by the committer's date, which whoever commits can set. A
student's clone is read and never obeyed: git runs with a configuration of its own and borrows nothing but the clone's
objects, so that no hook, filter or alias of theirs is started.
"""

import contextlib
import hashlib
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.collecting.archive import JUNK, folder_members
from autograder.collecting.model import Batch, Found, Member, Unreadable
from autograder.collecting.source import Download, Request
from autograder.core.text import plain
from autograder.course.roster import squash
from autograder.submissions.intake import MAX_TOTAL

SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
ODD = {"120000": "is a symbolic link", "160000": "is a submodule"}
PATIENCE = 120  # seconds for one call of git
MOST_LISTED = 2**24  # bytes of the list of a commit's files: a hundred thousand
BESIDE = "is not in a student's folder"


class Folder(Download):
    """A folder with a folder or a clone for each student, or a zip of such a folder, which holds no clones."""

    title = "folder"

    def detect(self, path: Path) -> bool:
        """Whether it contains clones: plain folders may be anything."""
        return path.is_dir() and any((each / ".git").exists() for each in path.iterdir())

    def is_mine(self, names: Sequence[str]) -> bool:
        """Names do not tell: any zip may hold students' folders."""
        return False

    @contextlib.contextmanager
    def read(self, request: Request) -> Iterator[Batch]:
        """The last commit up to the deadline for clones, the files for everything else."""
        path = self.download(request)
        if path.is_dir():
            yield _folders(path, request)
        else:
            with super().read(request) as batch:
                yield batch

    def split(self, members: Sequence[Member]) -> Batch:
        """The folders in a zip, one around all of them or none."""
        members = [each for each in members if not JUNK.search(each.path)]
        tops = {tuple(m.path.split("/")[:2]) for m in members if m.path.count("/") > 1}
        if len({top for top, _ in tops}) == 1 < len(tops) and all(m.path.count("/") > 1 for m in members):
            members = [replace(m, path=m.path.partition("/")[2]) for m in members]
        groups: dict[str, list[Member]] = {}
        for member in members:
            groups.setdefault(member.path.partition("/")[0], []).append(member)
        found, unmatched = [], {}
        for name, files in groups.items():
            inner = [replace(m, path=m.path[len(name) + 1 :]) for m in files]
            if any(m.path for m in inner):
                found.append(_found(name, tuple(m for m in inner if m.path)))
            else:
                unmatched[name] = BESIDE
        return Batch(tuple(found), unmatched)


def _folders(path: Path, request: Request) -> Batch:
    found, unmatched = [], {}
    for each in sorted(path.iterdir(), key=lambda p: p.name):
        if each.is_symlink():
            unmatched[each.name] = "is a symbolic link"
        elif each.is_dir() and (each / ".git").exists():
            found.append(_clone(each, request.due, request.scratch))
        elif each.is_dir() and not JUNK.search(each.name):
            found.append(_found(each.name, tuple(folder_members(each))))
        elif each.suffix.lower() in (".ipynb", ".zip"):
            loose = [m for m in folder_members(path.resolve()) if m.path == each.name]
            found.append(replace(_found(each.stem, tuple(loose)), where=each.name))
        elif each.is_file() and not JUNK.search(each.name):
            unmatched[each.name] = BESIDE
    return Batch(tuple(found), unmatched)


def _found(name: str, members: tuple[Member, ...] = ()) -> Found:
    """A submission of the folder's name. GitHub Classroom calls a clone ASSIGNMENT-LOGIN, or ASSIGNMENT-TEAM; both may
    hold hyphens."""
    parts = name.split("-")
    tails = tuple("-".join(parts[k:]) for k in range(len(parts)))
    guesses = tuple(f"id:{squash(each)}" for each in tails[1:])
    return Found(name, name, members=members, guesses=guesses, teams=tails)


def _clone(path: Path, due: datetime | None, scratch: Path) -> Found:
    """The last commit of a clone up to `due`; where there is none, the last one at all."""
    try:
        git = _Borrowed(path, scratch)
        head = git.head()
        before = git.last(head, due) if due else head
        commit = before or head
        files, notes = git.files(commit), []
        if before and before != head:
            notes.append(f"commits after the deadline were not taken (the last of them {head[:8]})")
        if changed := git.uncommitted(files if commit == head else git.files(head)):
            shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
            notes.append(f"not committed, and so not taken: {shown}")
        members = tuple(git.member(each) for each in files)
        time = git.time(commit)
        return replace(_found(path.name, members), time=time, root=True, notes=tuple(notes))
    except Unreadable as error:
        return replace(_found(path.name), fault=str(error))


@dataclass(frozen=True)
class _File:
    mode: str
    name: str  # of the object
    size: int
    path: str


class _Borrowed:
    """A repository of our own, below `scratch`, that sees the objects of a clone."""

    def __init__(self, clone: Path, scratch: Path):
        self.clone = clone
        if (clone / ".git").is_symlink() or not (clone / ".git" / "objects").is_dir():
            raise Unreadable("it is not an ordinary clone: its .git is not a folder with objects")
        config = _text(clone / ".git" / "config")
        self.hash = "sha256" if re.search(r"objectformat\s*=\s*sha256", config, re.IGNORECASE) else "sha1"
        own = scratch / f"{self.hash}.git"
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath), "HOME": str(scratch), "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1",
        }  # fmt: skip
        if not own.exists():
            self.run("init", "--quiet", "--bare", f"--object-format={self.hash}", str(own))
        self.environment |= {"GIT_DIR": str(own), "GIT_OBJECT_DIRECTORY": str(clone / ".git" / "objects")}

    def run(self, *arguments: str, most: int = MAX_TOTAL) -> bytes:
        """What git prints. Raises Unreadable, also where it is more than `most` bytes: a small clone may list a billion
        files."""
        with tempfile.TemporaryFile() as complaints:
            try:
                git = subprocess.Popen(
                    ["git", *arguments], env=self.environment, stdout=subprocess.PIPE, stderr=complaints
                )
            except FileNotFoundError as error:
                raise Unreadable(
                    "it is a clone, and git is not installed; on Debian: apt install git"
                ) from error
            began, late = time.monotonic(), threading.Timer(PATIENCE, git.kill)
            late.start()
            with git:
                assert git.stdout is not None
                printed = git.stdout.read(most + 1)
                if len(printed) > most:
                    git.kill()
            late.cancel()
            complaints.seek(0)
            said = complaints.read(MOST_LISTED).decode(errors="replace").strip().splitlines()
        if len(printed) > most:
            raise Unreadable("it holds more than is allowed")
        if time.monotonic() - began > PATIENCE:
            raise Unreadable(f"git did not finish within {PATIENCE} seconds")
        if git.returncode:
            raise Unreadable(f"git cannot read it ({plain(said[-1]) if said else git.returncode})")
        return printed

    def head(self) -> str:
        """The commit that is checked out. Raises Unreadable where there is none."""
        place = self.clone / ".git"
        said = _text(place / "HEAD")
        for _ in range(5):  # a reference may name another
            if SHA.fullmatch(said):
                return said
            name = said.removeprefix("ref: ").strip()
            if not said.startswith("ref: ") or ".." in name or name.startswith("/"):
                break
            said = _text(place / name) or _packed(_text(place / "packed-refs"), name)
        raise Unreadable("it is a clone without a commit: nothing was handed in with git")

    def last(self, head: str, due: datetime) -> str:
        """The youngest ancestor of `head` committed up to `due`, "" where there is none."""
        stamp = int(due.replace(tzinfo=UTC).timestamp())
        return self.run("rev-list", "--max-count=1", f"--before={stamp}", head).decode().strip()

    def time(self, commit: str) -> datetime:
        """When it was committed, in UTC."""
        stamp = int(self.run("show", "--no-patch", "--format=%ct", commit).decode())
        return datetime.fromtimestamp(stamp, UTC).replace(tzinfo=None)

    def files(self, commit: str) -> list[_File]:
        """All files of a commit."""
        listed = self.run("ls-tree", "-r", "-l", "-z", "--full-tree", commit, most=MOST_LISTED)
        found = []
        for line in filter(None, listed.decode("utf-8", "replace").split("\0")):
            about, path = line.split("\t", 1)
            mode, _, name, size = about.split()
            found.append(_File(mode, name, 0 if size == "-" else int(size), path))
        return found

    def member(self, file: _File) -> Member:
        """A file of a commit, its content read when it is wanted."""
        if file.mode in ODD:
            return Member(file.path, lambda limit: b"", odd=ODD[file.mode])

        def read(limit: int) -> bytes:
            if file.size > limit:
                raise Unreadable("it is larger than is allowed")
            return self.run("cat-file", "blob", file.name)

        return Member(file.path, read)

    def uncommitted(self, files: list[_File]) -> list[str]:
        """Files in the working folder that differ from the commit's, or are not in it."""
        known = {file.path: file for file in files}
        there = [m.path for m in folder_members(self.clone) if not JUNK.search(m.path) and not m.odd]
        return [path for path in there if path not in known or self._differs(path, known[path])]

    def _differs(self, path: str, file: _File) -> bool:
        """Whether a file in the working folder is another than the commit's; a very large one by its size."""
        size = (self.clone / path).stat().st_size
        return size != file.size if size > MAX_TOTAL else file.name not in self._names(self.clone / path)

    def _names(self, path: Path) -> set[str]:
        """What git may call this content: as it is, and with plain line ends."""
        content = path.read_bytes()
        each = (content, content.replace(b"\r\n", b"\n"))
        return {hashlib.new(self.hash, b"blob %d\0" % len(one) + one).hexdigest() for one in each}


def _text(path: Path) -> str:
    return path.read_text(errors="replace").strip() if path.is_file() and not path.is_symlink() else ""


def _packed(text: str, name: str) -> str:
    return next((line.split(" ")[0] for line in text.splitlines() if line.endswith(f" {name}")), "")
