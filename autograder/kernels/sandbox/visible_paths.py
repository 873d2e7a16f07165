"""The host's folders that a sandbox shows (read-only): the system's libraries and the Python environment.

Called by launch.py and program.py, in the process that forks (once, the answer is kept) or in the fork.
"""

import os
import stat
import sys
import sysconfig
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/alternatives", "/etc/mime.types"),
    *("/etc/ssl/openssl.cnf", "/sys/devices/system/cpu"),
)
# /dev/zero is not among them: pages of it mapped shared count in no process's resident size.
DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")
TOO_MUCH = (
    "/",
    "/home",
    "/root",
    "/etc",
    "/var",
    "/tmp",
    "/dev",
    "/proc",
    "/sys",
    "/run",
    "/mnt",
    "/opt",
    "/srv",
)


class SandboxError(RuntimeError):
    """The sandbox could not be made; the message says what was found and what to do."""


def shown_paths(readable: Iterable[str], scratch: str, withheld: Iterable[str] = ()) -> tuple[str, ...]:
    """Host paths to show. None is inside another, but for those of `readable` in a folder that is `withheld`.

    Raises SandboxError where one would show too much.
    """
    hidden = reals(withheld)
    extra = {path for given in readable for path in _both(given) if _is_there(path)}
    inside = {path for path in extra if hidden and is_in(real(path), hidden)}
    paths = {*base_paths(), *extra} - inside
    if hidden:
        paths = {path for path in paths if not is_in(real(path), hidden)}
    for path in paths:
        if path in TOO_MUCH or path == home() or (scratch.startswith(path + "/") and path not in SYSTEM):
            raise SandboxError(
                f"{path} would be shown to student code, expected a folder with nothing but Python in it; "
                f"use a Python environment in a folder of its own (python -m venv .venv)"
            )
    return (*_outermost(paths), *_outermost(inside))


def _outermost(paths: Collection[str]) -> list[str]:
    return sorted(p for p in paths if not any(p.startswith(o + "/") for o in paths))


def real(path: str) -> str:
    """A path without links."""
    return os.path.realpath(path)


def reals(folders: Iterable[str]) -> tuple[str, ...]:
    """These folders without links, in order."""
    return tuple(sorted({*map(real, folders)}))


def is_in(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of these folders or lies in one."""
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def places_of(hidden: Iterable[str], paths: Iterable[str]) -> tuple[str, ...]:
    """Where folders without links are seen by a program to which these paths are shown, outer ones first."""
    found = {
        path + folder.removeprefix(real(path))
        for folder in hidden
        for path in paths
        if folder.startswith(real(path) + "/")
    }
    return tuple(sorted(found))


def all_but(paths: Iterable[str], hidden: Collection[str]) -> tuple[list[str], list[str]]:
    """For rules that can only add: what of these paths to show, and the folders in which names may be listed and nothing
    read: those around the hidden ones, and those of the hidden ones in which one of the paths lies.
    """
    whole: list[str] = []
    around: list[str] = []
    waiting = list(map(real, paths))
    while waiting:
        path = waiting.pop()
        if not any(folder.startswith(path + "/") for folder in hidden):
            whole.append(path)
            continue
        around.append(path)
        with os.scandir(path) as entries:
            waiting += [
                entry.path for entry in entries if not entry.is_symlink() and entry.path not in hidden
            ]
    shown_in = [folder for folder in hidden if any(path.startswith(folder + "/") for path in whole)]
    return whole, [*around, *shown_in]


def _is_there(path: str) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - False, not an error, below a closed folder


@cache
def base_paths() -> tuple[str, ...]:
    """What every sandbox shows."""
    return tuple(path for path in (*SYSTEM, *environment()) if _is_there(path))


@cache
def home() -> str:
    return os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises for a uid without a name


@cache
def environment() -> tuple[str, ...]:
    """The folders of this Python, and of what it has imported from elsewhere (an editable install, say).

    Not sys.path: an entry of it may be a course's folder, solutions and gradebook included.
    """
    places = sysconfig.get_paths()
    found = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    found |= {places[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders = {path for place in found for path in _both(place)}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if "." in name or not file or not Path(file).is_absolute():
            continue
        top = str(Path(file).parent) if Path(file).name.startswith("__init__.") else file
        if not any(top.startswith(folder + "/") for folder in (*folders, "/usr")):
            folders |= set(_both(top))
    return tuple(folders)


def _both(path: str) -> tuple[str, str]:
    """A path as it is written and as it is reached: either may be in somebody's sys.path."""
    return os.path.abspath(path), os.path.realpath(path)  # noqa: PTH100 - Path.resolve() may raise


@cache
def is_open_to_all(path: str) -> bool:
    """Whether a user without any rights of his own can come to `path` and read it."""
    place = Path(path).resolve()
    if not all(folder.stat().st_mode & stat.S_IXOTH for folder in place.parents):
        return False
    return bool(place.stat().st_mode & stat.S_IROTH)
