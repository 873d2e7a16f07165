"""Checks the gradebook's database before a run uses it, and explains a database's errors.

`grade` and `doctor` call this. nbgrader itself adds tables to whatever it opens, so an older gradebook must be
recognised before that.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Any, TypeVar

from alembic.script import ScriptDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import Connection, Engine, create_engine, inspect, literal, select, table, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
)

from autograder.core.errors import WrongUse

PATIENCE = 60.0  # seconds to wait for a gradebook that another program holds
LOCKED = ("locked", "lock timeout")  # as SQLite and PostgreSQL say it
Result = TypeVar("Result")

HINTS = {  # what an error says, and what to do; the first that fits
    "disk is full": "Free some space, then run the same command again: what is graded is kept.",
    "readonly": "Allow writing to the gradebook's file and folder, or put the file back if it was moved;"
    "\nthen run the same command again.",
    "unable to open": "Allow reading and writing the gradebook's file and folder, then run the same command again.",
    "no such table": "It was made by another version of nbgrader: back it up, then type\n  nbgrader db upgrade",
    "no such column": "It was made by another version of nbgrader: back it up, then type\n  nbgrader db upgrade",
    "password": "Check the user and the password in --db postgresql+psycopg://USER:PASSWORD@HOST/DATABASE",
    "does not exist": "Create it first, for instance: createdb DATABASE",
    "connection": "Start it, or check the address in --db postgresql+psycopg://USER:PASSWORD@HOST/DATABASE;"
    "\nthen run the same command again: what is graded is kept.",
    "resolve host": "Check the address in --db postgresql+psycopg://USER:PASSWORD@HOST/DATABASE",
    "malformed": "Its file is damaged. Put a backup in its place, or move it away: the same command then makes a"
    "\nnew one and grades everything again (grades given by hand are lost with it).",
}
HINTS["not a database"] = HINTS["malformed"]


def check_gradebook(url: str) -> None:
    """Raises WrongUse unless the database at `url` is reachable, whole, and empty or of this nbgrader.

    Only looks: a file that is not there yet stays so, where SQLite would make an empty one.
    """
    if (file := sqlite_file(url)) and not file.exists():
        if not file.parent.is_dir():
            make = f"mkdir -p {quote(str(file.parent.absolute()))}"
            raise WrongUse(f"There is no folder {file.parent} for the gradebook. Create it first:\n  {make}")
        return
    with _engine(url) as engine, engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            said = connection.execute(text("PRAGMA quick_check(1)")).scalar()
            if said != "ok":
                raise WrongUse(f"The gradebook is malformed ({said}).\n{HINTS['malformed']}")
        found, scripts = _version(connection), ScriptDirectory(ALEMBIC_DIR)
        wanted = scripts.get_current_head()
        if found == wanted or _unmade(connection):
            return
        others = _others(connection)
    if others:
        raise WrongUse(
            f"The database belongs to another program: it has {', '.join(others[:3])}. Give the gradebook one of"
            " its own: --db, or c.CourseDirectory.db_url\nin nbgrader_config.py."
        )
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise WrongUse(
            f"The gradebook was made by a newer nbgrader: found version {found}, expected {wanted}.\n"
            "  pip install --upgrade nbgrader"
        )
    raise WrongUse(
        f"The gradebook was made by an older nbgrader: found version {found or 'none'}, expected {wanted}.\n"
        f"Back it up, then type\n  nbgrader db upgrade{_option(url)}"
    )


def make_gradebook(url: str) -> None:
    """Makes the tables of a gradebook that has none, all or nothing; one that has some is left as it is.

    nbgrader makes them one by one and notes their version last. One who is stopped between has a gradebook that looks
    like an old one; where nothing is written in it yet, it is made anew. Raises what the database raises.
    """
    from alembic.migration import MigrationContext
    from nbgrader.api import Base

    with _engine(url) as engine:
        with engine.connect() as connection:
            if not _unmade(connection):
                return
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":  # its driver would save the tables one by one
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            if _unmade(connection):
                Base.metadata.drop_all(connection)
                Base.metadata.create_all(connection)
                MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")


def patient_address(url: str) -> str:
    """The address with which PostgreSQL, too, gives up on what another program holds; by itself it waits for ever."""
    if not url.startswith("postgresql+psycopg:"):
        return url
    address = make_url(url)
    given = address.query.get("options", "")
    options = f"-c lock_timeout={1000 * PATIENCE:.0f} {given if isinstance(given, str) else ' '.join(given)}"
    return address.update_query_dict({"options": options}).render_as_string(hide_password=False)


def sqlite_file(url: str) -> Path | None:
    """The file of a gradebook in SQLite; None for another database, and for an address that is none."""
    try:
        address = make_url(url)
    except ArgumentError:  # `_engine` says so
        return None
    return Path(address.database) if address.get_backend_name() == "sqlite" and address.database else None


def count_students(url: str) -> int:
    """How many students a gradebook has; 0 for one without tables."""
    with _engine(url) as engine, engine.connect() as connection:
        if not inspect(connection).has_table("student"):
            return 0
        return int(connection.execute(text("SELECT count(*) FROM student")).scalar() or 0)


def refusal(error: BaseException) -> DBAPIError | None:
    """The database's own refusal behind an error, None where it was the entry that is impossible.

    nbgrader's API says InvalidEntry of a locked gradebook or a full disk, too.
    """
    for each in (error, error.__cause__, error.__context__):
        if isinstance(each, DBAPIError) and not isinstance(each, IntegrityError | DataError):
            return each
    return None


def in_words(error: DBAPIError) -> str:
    """A message for a database's error, with what to do."""
    said = " ".join(str(error.orig).split()).rstrip(".?")
    hint = next((hint for words, hint in HINTS.items() if words in said), "")
    return f"Stopped, the gradebook refused: {said}.\n{hint or 'Fix that, then run the same command again.'}"


def _version(connection: Connection) -> str | None:
    """The version of nbgrader's tables, as alembic notes it; None where it is not noted."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _unmade(connection: Connection) -> bool:
    """Whether the database has no version, no tables but this nbgrader's, and no row in any."""
    if _version(connection) is not None or _others(connection):
        return False
    looked, known = inspect(connection), _tables()
    names = looked.get_table_names()
    same = all(
        {column["name"] for column in looked.get_columns(name)} == set(known[name].columns.keys())
        for name in names
        if name in known
    )
    return same and not any(
        connection.execute(select(literal(1)).select_from(table(name)).limit(1)).first() for name in names
    )


def _others(connection: Connection) -> list[str]:
    """Tables that are not nbgrader's."""
    return sorted(set(inspect(connection).get_table_names()) - {"alembic_version", *_tables()})


def _tables() -> Mapping[str, Any]:
    from nbgrader.api import Base  # half a second

    tables: Mapping[str, Any] = Base.metadata.tables
    return tables


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    try:
        engine = create_engine(url, **_quick(url))
    except (ArgumentError, NoSuchModuleError) as error:
        raise WrongUse(
            f"The gradebook's address is not valid ({error}). Expected one like\n"
            "  --db sqlite:////home/me/course/gradebook.db\n"
            "  --db postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"
        ) from error
    except ModuleNotFoundError as error:
        raise WrongUse(
            f"The gradebook's address needs the module {error.name!r}. For PostgreSQL write\n"
            "  --db postgresql+psycopg://USER:PASSWORD@HOST/DATABASE\n"
            'and install its driver with: pip install "nbautograder[postgres]"'
        ) from error
    try:
        yield engine
    finally:
        engine.dispose()


def _quick(url: str) -> dict[str, Any]:
    """A server that does not answer should be reported soon."""
    return {"connect_args": {"connect_timeout": 10}} if url.startswith("postgresql+psycopg:") else {}


def _option(url: str) -> str:
    """The address for a command to type; its password is for the person to put in."""
    return "" if url.startswith("sqlite") else f" --db={without_password(url)}"


def without_password(url: str) -> str:
    """An address to be shown; one that cannot be read is left out whole."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "***"


def patiently(action: Callable[[], Result], patience: float = PATIENCE) -> Result:
    """Does something with the gradebook, and tries again while another program keeps it locked."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return action()
        except OperationalError as error:
            if not any(words in str(error) for words in LOCKED):
                raise
            if time.monotonic() > deadline:
                raise WrongUse(
                    f"The gradebook has been locked by another program for {patience:.0f} s. Close what"
                    " uses it (the formgrader,\nanother nbgrader command), then run the same command again:"
                    " what is graded is kept."
                ) from error
            time.sleep(0.2)
