"""The names that an assignment's own cells define; `skeleton` collects them for the examiner's kernel.

The examiner asks the student's kernel for the names it lacks. What a name stands for must not be the student's
choice where the instructor has made it: a student's `np` could find everything close to everything.
"""

import ast
import builtins
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager
from nbgrader.utils import is_grade, is_locked, is_solution

from autograder.core.notebooks import NotebookCell
from autograder.course.changes import Changes, Place, Scope, changes_of, is_built_in, mutated_by, scope_of
from autograder.course.forbid import guarded

AROUND_A_CELL = re.compile(r"\A\s*%%(?:time|timeit|capture|prun)\b[^\n]*")
MAGIC = re.compile(r"^([ \t]*)(?:[%!?](?:[^\\\n]|\\\n|\\.)*|[\w.]+\?{1,2}[ \t]*$)", re.MULTILINE)
ASSIGNED_MAGIC = re.compile(r"^([\w., \t\[\]]+=[ \t]*)[%!].*$", re.MULTILINE)
MAKERS = {"namedtuple", "NamedTuple", "Enum", "IntEnum", "Flag", "make_dataclass", "new_class"}  # of classes
NAMING = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler
MOST_CODE = 300_000  # characters of one cell: nobody writes more by hand
STUDENT_KERNEL = "student-kernel"  # the tag of a cell that runs in the student's kernel only
SHORT_CODE = 20_000  # characters that IPython's own way with magics takes no time for


@dataclass(frozen=True)
class Names:
    """`modules`: names that the instructor's cells import, and from where; `given`: those of them that are
    imported outside of solutions, so that tests may have them without asking the student.

    `classes` that the instructor's cells define: only their objects may answer for themselves in comparisons
    and arithmetic. `hiding`: what solutions define under the name of a built-in. `guards`: what solutions
    define whose tags ask for a guard, by its name. `helpers`: functions of the instructor's cells that are neither
    locked nor solutions, as source text by name: a student's copy of one may be another. `rebound` and `places`: what
    tests change of what other cells see, see `changes`. `answers`: what each solution cell defines or changes in place,
    by grade_id; there ends what a locked cell or a test has put under such a name. `free`: the same of all cells that
    are not locked, for those without a grade_id.
    """

    modules: dict[str, str] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    hiding: tuple[str, ...] = ()
    guards: dict[str, tuple[str, ...]] = field(default_factory=dict)
    helpers: dict[str, str] = field(default_factory=dict)
    rebound: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    free: frozenset[str] = frozenset()

    def made_by(self, cell: NotebookCell) -> tuple[str, ...]:
        """The names that a cell of a submission defines or changes as the instructor's did there."""
        if is_solution(cell):
            return self.answers.get(str(cell.metadata.nbgrader.get("grade_id")), ())
        tree = parse(cell.source) if self.free and len(cell.source) <= SHORT_CODE else None
        return tuple(sorted(made_by(tree) & self.free)) if tree else ()

    def request(self, role: str) -> dict[str, Any]:
        """The names for the kernel of this role; the student's kernel gets nothing about tests."""
        return {"guards": self.guards} if role == "student" else {"names": {**asdict(self), "free": ()}}


def names_of(notebooks: Iterable[Any]) -> Names:
    """The names in the instructor's notebooks, with solutions where there are any."""
    modules: dict[str, str] = {}
    given: set[str] = set()
    classes: set[str] = set()
    defined: set[str] = set()
    guards: dict[str, set[str]] = {}
    helpers: dict[str, str] = {}
    answers: dict[str, tuple[str, ...]] = {}
    free: set[str] = set()
    tests: list[ast.Module] = []
    others: list[Scope] = []
    for notebook in notebooks:
        for cell in notebook.cells:
            tree = parse(cell.source) if cell.cell_type == "code" else None
            if tree is None:
                continue
            found = imported(tree)
            modules |= found
            if (
                is_grade(cell)
                and not is_solution(cell)
                and STUDENT_KERNEL not in cell.metadata.get("tags", [])
            ):
                tests.append(tree)
            else:
                others.append(scope_of(tree))
            classes |= {
                node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
            } | made_classes(tree)
            makes = made_by(tree)
            if not (is_locked(cell) or is_grade(cell)):
                free |= makes
            if is_solution(cell):
                defined |= top_names(tree)
                grade_id = str(cell.metadata.nbgrader.get("grade_id"))
                made = {*answers.get(grade_id, ()), *makes}  # another notebook's cell may have the same name
                answers[grade_id] = tuple(sorted(made))
                for guard in guarded(cell.metadata.get("tags", [])):
                    guards.setdefault(guard, set()).update(top_names(tree))
            else:
                given |= set(found)
                helpers |= {} if is_locked(cell) or is_grade(cell) else functions(tree)
    free -= modules.keys()  # `np.append(a, b)` changes nothing
    answers = {name: tuple(each for each in made if each not in modules) for name, made in answers.items()}
    hiding = {name for name in defined if hasattr(builtins, name)}
    own = {name: source for name, source in helpers.items() if name not in defined}
    held = {guard: tuple(sorted(functions)) for guard, functions in sorted(guards.items())}
    sets = (given - defined, classes, hiding)
    found_given, found_classes, found_hiding = (tuple(sorted(each)) for each in sets)
    rebound, places = _carried([changes_of(tree, modules) for tree in tests], others)
    return Names(
        modules,
        found_given,
        found_classes,
        found_hiding,
        held,
        own,
        rebound,
        places,
        answers,
        frozenset(free),
    )


def _carried(tests: Iterable[Changes], others: Iterable[Scope]) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    """Of what tests change, the names that other cells define or use, or that are built in, and all places."""
    seen = {name for scope in others for name in scope.binds | scope.uses}
    names, places = set[str](), set[Place]()
    for changes in tests:
        names |= {name for name in changes.names if name in seen or is_built_in(name)}
        places |= changes.places
    return tuple(sorted(names)), tuple(sorted(places))


def made_by(tree: ast.Module) -> frozenset[str]:
    """The names that a cell defines, or changes in place."""
    return scope_of(tree).binds | mutated_by(tree)


def functions(tree: ast.Module) -> dict[str, str]:
    """The functions that a cell defines, as source text, without those that are left to write."""
    return {
        node.name: ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not all(map(_is_nothing, node.body))
    }


def _is_nothing(statement: ast.stmt) -> bool:
    """`pass`, a docstring, `...`, `return` or `raise NotImplementedError`."""
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass | ast.Raise)


def parse(source: str) -> ast.Module | None:
    """A cell's syntax tree, magics left out; None where it is not Python, or too long to be looked through.

    What a magic such as %%time runs is read as if that line were not there.
    """
    if len(source) > MOST_CODE:
        return None
    steps = TransformerManager()
    lines = AROUND_A_CELL.sub("pass", source).splitlines(keepends=True)  # the lines keep their numbers
    for step in (*steps.cleanup_transforms, *steps.line_transforms):
        lines = step(lines)
    text = "".join(lines)
    # IPython's own way with magics inside a cell begins anew for each, and gives up after five hundred.
    plain = ASSIGNED_MAGIC.sub(r"\1None", MAGIC.sub(_left_out, text))
    return _tree(text) or _tree(plain) or (_tree(_as_run(source)) if len(source) <= SHORT_CODE else None)


def _as_run(source: str) -> str:
    """What IPython would run: a line of Python that begins with % is not a magic, for instance."""
    try:
        return str(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""


def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _left_out(magic: re.Match[str]) -> str:
    return f"{magic[1]}pass" + "\n" * magic[0].count("\n")


def imported(tree: ast.Module) -> dict[str, str]:
    """Names that import statements may bind, each with the dotted name of what it stands for."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                found[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def made_classes(tree: ast.Module) -> set[str]:
    """Names of classes that a cell has made by a call: `Point = namedtuple("Point", "x y")`."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            maker = ast.unparse(node.value.func).rpartition(".")[2]
            found |= {each.id for each in node.targets if isinstance(each, ast.Name) and maker in MAKERS}
    return found


def top_names(tree: ast.Module) -> set[str]:
    """Names that a cell defines or assigns outside of functions and classes."""
    found: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(statement.name)
        else:
            nodes = ast.walk(statement)
            found |= {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return found


def wanted_names(tree: ast.Module) -> set[str]:
    """Names that a cell uses and nowhere defines, not even inside of a function."""
    nodes = list(ast.walk(tree))
    own = {
        node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)} | imported(tree).keys()
    own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return {node.id for node in nodes if isinstance(node, ast.Name)} - own
