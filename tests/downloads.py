"""Downloads as Moodle and Canvas make them, and folders of clones, for the tests of collecting."""

import os
import stat
import subprocess
import zipfile
from pathlib import Path

import nbformat


def text_of(notebook) -> bytes:
    """A notebook as a file's content."""
    return nbformat.writes(notebook).encode()


def make_zip(path: Path, files: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    """A zip of these files, and of symbolic links."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for name, target in (links or {}).items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, target)
    return path


def make_clone(folder: Path, commits: list[tuple[str, dict[str, bytes]]]) -> Path:
    """A git repository with these commits: (time in ISO format with its zone, files)."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for time, files in commits:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message=work", GIT_AUTHOR_DATE=time, GIT_COMMITTER_DATE=time)
    return folder


def git(folder: Path, *arguments: str, **environment: str) -> None:
    """Runs git in a folder."""
    who = ["-c", "user.name=S", "-c", "user.email=s@example.org"]
    known = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, **environment}
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, env=known, capture_output=True)
