"""The environment for programs that the package starts; used wherever nbgrader runs."""

import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path

DB = "AUTOGRADER_DB"  # the gradebook's address, where its password is not to be seen among a command's arguments


def with_own_programs(environment: Mapping[str, str]) -> dict[str, str]:
    """A copy whose PATH begins with this Python's own programs.

    nbgrader starts `alembic` by name when it makes a gradebook, which fails in a virtual environment that
    nobody activated.
    """
    own = str(Path(sys.executable).parent)
    path = environment.get("PATH", os.defpath)
    if path.split(os.pathsep)[0] != own:
        path = own + os.pathsep + path
    return {**environment, "PATH": path}


def user() -> str:
    """Who runs this, by the name that the system knows; a container's user may have none, and then it is the number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"
