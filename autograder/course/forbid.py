"""What a cell's tags forbid in its answer, and answers that use the right answers inside the checks.

A tag that begins with PREFIX forbids a name: `forbid-unicodedata` has `mentions` look for it. Where a guard of that name
is installed (see `core.guard`), the guard looks instead, and holds while the answer's functions run.
"""

import ast
from collections.abc import Collection
from functools import cache
from importlib.metadata import entry_points

from autograder.core import guard
from autograder.core.records import Mention

PREFIX = "forbid-"
OFFERED = frozenset(  # what a notebook uses
    {f"autograder.checks.{name}" for name in ("check", "given", "hint", "lessons_at", "me", "mine", "score")}
    | {f"autograder.personal.{name}" for name in ("me", "mine")}
)


def forbidden(tags: Collection[str]) -> list[str]:
    """The names that a cell's tags forbid, in order."""
    return sorted({tag.removeprefix(PREFIX) for tag in tags if tag.startswith(PREFIX)} - {""})


def guarded(tags: Collection[str]) -> list[str]:
    """Those of them that a guard is installed for."""
    return [name for name in forbidden(tags) if name in guard.names()]


def unguarded(tags: Collection[str]) -> list[str]:
    """The others, which are flagged and no more."""
    return [name for name in forbidden(tags) if name not in guard.names()]


@cache
def packages() -> frozenset[str]:
    """The packages that have right answers: this one, and those of all exercises that are installed."""
    return frozenset(
        {
            "autograder",
            *(entry.value.partition(".")[0] for entry in entry_points(group="autograder.exercises")),
        }
    )


def mentions(tree: ast.Module | None, name: str) -> list[Mention]:
    """Where a cell's tree has `name`: as a module or a part of one, a variable, an attribute or a text."""
    found: dict[Mention, None] = {}
    for node in ast.walk(tree) if tree else ():
        words = [getattr(node, field, None) for field in ("id", "attr", "value", "module")]
        words += [alias.name for alias in getattr(node, "names", ()) if isinstance(alias, ast.alias)]
        if any(isinstance(word, str) and name in word.split(".") for word in words):
            found[Mention(name, node.lineno)] = None  # type: ignore[attr-defined]
    return list(found)


def _code(text: str) -> ast.Module | None:
    """A text read as Python; None where it is not."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def reaching(tree: ast.Module | None) -> list[Mention]:
    """What in a student's cell reaches into this program, where the checks have right answers of their own."""
    found: dict[Mention, None] = {}
    for node in ast.walk(tree) if tree else ():
        names: list[str] = []
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            # exec("import autograder.checking"), run_cell(...): code in a text reaches as far as any other
            if any(package in node.value for package in packages()):
                names = [mention.name for mention in reaching(_code(node.value))]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
            names = [node.value] if "." in node.value or node.value == "autograder" else []
        for name in names:
            if name.partition(".")[0] in packages() and name not in OFFERED:
                found[Mention(name[:80], node.lineno)] = None  # type: ignore[attr-defined]
    return list(found)
