"""A PostgreSQL server of the tests' own, in a temporary folder, run by somebody who is not root."""

import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

PASSWORD = "open sesame"  # the space and the address's encoding of it are meant


@dataclass(frozen=True)
class Server:
    """A running server; its only user is `grader`."""

    port: int

    def url(self, database: str, password: str = "open%20sesame", port: int = 0) -> str:
        """The address of a database as `--db` takes it."""
        return f"postgresql+psycopg://grader:{password}@127.0.0.1:{port or self.port}/{database}"

    def create(self, database: str) -> str:
        """Makes an empty database; returns its address."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {database}"))
        engine.dispose()
        return self.url(database)


def programs() -> Path:
    """Where `initdb` and `pg_ctl` are. Without them the test is skipped, or fails where REQUIRE_ALL is set."""
    debian = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))  # noqa: PTH207  an absolute pattern
    found = shutil.which("initdb") or (debian[-1] if debian else None)
    if found:
        return Path(found).resolve().parent
    reason = "found no PostgreSQL; install it (on Debian: apt install postgresql) to run these tests"
    if os.environ.get("REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """A port that nobody listens at, for now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[Server]:
    """The server, from its first start to its end."""
    bin_folder = programs()
    user = "nobody" if os.geteuid() == 0 else None  # it refuses to run as root

    def call(program: str, *arguments: str) -> None:
        command = [str(bin_folder / program), "-D", str(data), *arguments]
        # Its log, not a pipe: the server would inherit that and keep us waiting for its end.
        with (folder / "log").open("a") as log:
            subprocess.run(command, user=user, cwd=folder, stdout=log, stderr=log, check=True)

    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        data, port = folder / "data", free_port()
        (folder / "password").write_text(PASSWORD)
        if user:
            shutil.chown(folder, user)
            shutil.chown(folder / "password", user)
        secret = f"--pwfile={folder / 'password'}"
        call("initdb", "-U", "grader", "-A", "scram-sha-256", secret, "-E", "UTF8", "--no-locale", "-N")
        call("pg_ctl", "-w", "start", "-o", f"-h 127.0.0.1 -p {port} -k '' -F")
        try:
            yield Server(port)
        finally:
            call("pg_ctl", "-w", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
