"""What a test changes of what other code sees: names of the notebook, built-in names, attributes of modules.

`names.names_of` reads it from the syntax trees of tests before anything is graded. The examiner's kernel then looks at
these places and has the student's kernel do the same (`rpc.examiner.carried`), as one kernel would have had it.
"""

import ast
import builtins
import symtable
from collections.abc import Mapping
from dataclasses import dataclass

Place = tuple[str, str]  # a module or class by its dotted name, and an attribute; "" where it may be any
NOTEBOOK = "__main__"
# The border carries these over by itself.
KNOWN = {("sys", "stdin"), ("sys", "stdout"), ("sys", "stderr"), ("builtins", "input")}
HARMLESS = ("matplotlib",)  # whose tables of settings change no answer
PATCHERS = ("unittest.mock", "mock")
FIXTURES = ("monkeypatch", "mocker")
# Methods of lists, tables, sets, queues, arrays, data frames and graphs that change these.
CHANGING = {
    "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault", "popitem", "add",
    "discard", "difference_update", "intersection_update", "symmetric_difference_update", "appendleft", "extendleft",
    "popleft", "rotate", "fill", "put", "resize", "subtract", "write", "writelines", "add_node", "add_nodes_from",
    "add_edge", "add_edges_from", "add_weighted_edges_from", "remove_node", "remove_nodes_from", "remove_edge",
    "remove_edges_from",
}  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """Names of a cell: those that it `binds` or deletes for the whole notebook, those that it `uses` of it."""

    binds: frozenset[str]
    uses: frozenset[str]


def scope_of(tree: ast.Module) -> Scope:
    """What a cell's code does with the names of the notebook, inside of functions too."""
    binds: set[str] = set()
    uses: set[str] = set()
    try:
        tables = [symtable.symtable(ast.unparse(tree), "cell", "exec")]
    except (SyntaxError, ValueError, RecursionError):  # such as a `return` outside of a function
        return Scope(frozenset(), frozenset())
    top = tables[0]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for name in table.get_symbols():
            own = table is top
            if name.is_referenced() and (name.is_global() or own) and not (own and name.is_assigned()):
                uses.add(name.get_name())
            if (name.is_assigned() or name.is_imported()) and (own or name.is_declared_global()):
                binds.add(name.get_name())
    return Scope(frozenset(binds), frozenset(uses))


def mutated_by(tree: ast.Module) -> frozenset[str]:
    """Names of the notebook whose values a cell's code changes in place: `rows.append(1)`, `table["a"] = 2`,
    `frame.loc[0] = 3`, `del table["a"]`, `frame.drop(..., inplace=True)`; inside of functions too."""
    found: set[str] = set()
    nodes: list[tuple[ast.AST, frozenset[str]]] = [(tree, frozenset())]
    while nodes:
        node, local = nodes.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            local |= _locals_of(node)
        found |= {name for each in _changed_in_place(node) if (name := _root(each)) and name not in local}
        nodes += [(child, local) for child in ast.iter_child_nodes(node)]
    return frozenset(found)


def _locals_of(function: ast.AST) -> frozenset[str]:
    nodes = list(ast.walk(function))
    own = {each.arg for each in nodes if isinstance(each, ast.arg)}
    own |= {each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    outer = {name for each in nodes if isinstance(each, ast.Global) for name in each.names}
    return frozenset(own - outer)


def _changed_in_place(node: ast.AST) -> list[ast.expr]:
    """What a statement or a call changes the contents of."""
    if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        return [node.value]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        in_place = any(
            each.arg == "inplace" and isinstance(each.value, ast.Constant) and each.value.value is True
            for each in node.keywords
        )
        if in_place or node.func.attr in CHANGING:
            return [node.func.value]
    return []


def _root(node: ast.expr) -> str | None:
    """`table` of `table["a"].rows[0]`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


@dataclass(frozen=True)
class Changes:
    """What a test changes: `names` of the notebook, `places` of modules; `unclear`: lines, with their code, of which
    that cannot be told."""

    names: frozenset[str]
    places: frozenset[Place]
    unclear: tuple[tuple[int, str], ...] = ()


def changes_of(tree: ast.Module, modules: Mapping[str, str]) -> Changes:
    """What a test's code changes. `modules`: what names stand for that cells import, by `names.imported`."""
    reader = _Reader(modules)
    reader.visit(tree)
    names = {name for owner, name in reader.places if owner == NOTEBOOK and name}
    bound = scope_of(tree).binds | names
    places = {(owner, name) for owner, name in reader.places if owner != NOTEBOOK}
    # A built-in name is looked up in the notebook first: the cells' own code sees a change there.
    names_of_builtins = {name for owner, name in places if owner == "builtins"}
    kept = frozenset(place for place in places if place not in KNOWN)
    return Changes(frozenset(bound | names_of_builtins), kept, tuple(reader.unclear))


def is_built_in(name: str) -> bool:
    """Whether a name is a built-in one whose change has to be carried over."""
    return hasattr(builtins, name) and ("builtins", name) not in KNOWN and not name.startswith("__")


class _Reader(ast.NodeVisitor):
    """Collects places; a name that is given to a module, or to one of several, counts as that."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self.known: dict[str, tuple[str, ...]] = {name: (dotted,) for name, dotted in modules.items()}
        self.places: set[Place] = set()
        self.unclear: list[tuple[int, str]] = []

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._alias(target, node.value)
            self._stored(target)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._stored(node.target)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._stored(node.target)
        self.generic_visit(node)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._stored(target)

    def visit_For(self, node: ast.For) -> None:
        if isinstance(node.iter, ast.Tuple | ast.List):
            for each in node.iter.elts:
                self._alias(node.target, each)
        self._stored(node.target)
        self.generic_visit(node)

    def visit_withitem(self, node: ast.withitem) -> None:
        if node.optional_vars is not None:
            self._stored(node.optional_vars)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        words = _dotted(node.func)
        word = words[-1] if words else ""
        if word in ("setattr", "delattr") and node.args:
            self._set_by_name(node)
        elif word == "patch":
            self._patched(node, words)
        elif words[-2:] == ["patch", "object"] and node.args:
            self._set_by_name(node)
        elif words[-2:] == ["patch", "multiple"] and node.args:
            for owner in self._owners(node.args[0]):
                self.places |= {(owner, each.arg or "") for each in node.keywords}
        elif words[-2:] == ["patch", "dict"] and node.args:
            self._changed_inside(node.args[0], node)
        elif word == "update" and isinstance(node.func, ast.Attribute):
            self._updated(node, node.func.value)
        elif words == ["exec"] and node.args:
            self._executed(node.args[0])
        self.generic_visit(node)

    def _alias(self, target: ast.expr, value: ast.expr) -> None:
        """`la = np.linalg` gives the module one more name."""
        if isinstance(target, ast.Name) and (found := self._owners(value)):
            self.known[target.id] = (*self.known.get(target.id, ()), *found)

    def _stored(self, target: ast.expr) -> None:
        """A target of an assignment or of `del`."""
        if isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                self._stored(each)
        elif isinstance(target, ast.Starred):
            self._stored(target.value)
        elif isinstance(target, ast.Attribute):
            self.places |= {(owner, target.attr) for owner in self._owners(target.value)}
        elif isinstance(target, ast.Subscript):
            self._stored_item(target)

    def _stored_item(self, target: ast.Subscript) -> None:
        held = target.value
        key = _text(target.slice) or ""
        if owners := self._tables(held):
            self.places |= {(owner, key) for owner in owners}
            if NOTEBOOK in owners and not key:
                self._say(target)
        elif "sys.modules" in self._owners(held) and key:
            self.places.add(("sys.modules", key))
        else:
            self._changed_inside(held, target)

    def _tables(self, held: ast.expr) -> tuple[str, ...]:
        """The modules whose names a table has: `globals()`, `vars(np)`, `np.__dict__`."""
        if isinstance(held, ast.Call) and _dotted(held.func) in (["globals"], ["locals"], ["vars"]):
            return self._owners(held.args[0]) if held.args else (NOTEBOOK,)
        if isinstance(held, ast.Attribute) and held.attr == "__dict__":
            return self._owners(held.value)
        return ()

    def _changed_inside(self, held: ast.expr, node: ast.expr) -> None:
        """Something in a module's table, such as os.environ, which is another one in the other process."""
        for owner in self._owners(held):
            if not owner.startswith(HARMLESS) and "." in owner:
                self._say(node)

    def _set_by_name(self, node: ast.Call) -> None:
        """setattr(X, "name", ...), patch.object(X, "name"), monkeypatch.setattr("module.name", ...)."""
        if text := _text(node.args[0]):
            self._place(text)
            return
        name = _text(node.args[1]) if len(node.args) > 1 else None
        self.places |= {(owner, name or "") for owner in self._owners(node.args[0])}

    def _patched(self, node: ast.Call, words: list[str]) -> None:
        first = (
            node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "target"), None)
        )
        text = _text(first) if first else None
        if text is not None:
            self._place(text)
        elif words[0] in FIXTURES or any(each.startswith(PATCHERS) for each in self._owners(node.func)):
            self._say(node)

    def _place(self, dotted: str) -> None:
        owner, _, name = dotted.rpartition(".")
        if owner and all(part.isidentifier() for part in dotted.split(".")):
            self.places.add((owner, name))

    def _updated(self, node: ast.Call, held: ast.expr) -> None:
        """globals().update(f=None)."""
        for owner in self._tables(held):
            self.places |= {(owner, each.arg) for each in node.keywords if each.arg}
            if node.args or any(each.arg is None for each in node.keywords):
                self._say(node)

    def _executed(self, code: ast.expr) -> None:
        """What a text does that `exec` runs."""
        if text := _text(code):
            try:
                tree = ast.parse(text)
            except (SyntaxError, ValueError):
                return
            self.visit(tree)
            self.places |= {(NOTEBOOK, name) for name in scope_of(tree).binds}

    def _owners(self, node: ast.expr) -> tuple[str, ...]:
        """The dotted names of what an expression may stand for, if that is a module or something in one."""
        if text := _text(node):
            return (text,) if all(part.isidentifier() for part in text.split(".")) else ()
        if isinstance(node, ast.Subscript) and "sys.modules" in self._owners(node.value):
            return (text,) if (text := _text(node.slice)) else ()
        if isinstance(node, ast.Call) and _dotted(node.func)[-1:] == ["import_module"] and node.args:
            return (text,) if (text := _text(node.args[0])) else ()
        words = _dotted(node)
        if not words:
            return ()
        if words[0] == "__builtins__":
            return (".".join(["builtins", *words[1:]]),)
        return tuple(".".join([each, *words[1:]]) for each in self.known.get(words[0], ()))

    def _say(self, node: ast.expr) -> None:
        self.unclear.append((node.lineno, ast.unparse(node)))


def _dotted(node: ast.expr) -> list[str]:
    """The words of `a.b.c`; none for anything else."""
    words: list[str] = []
    while isinstance(node, ast.Attribute):
        words.insert(0, node.attr)
        node = node.value
    return [node.id, *words] if isinstance(node, ast.Name) else []


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
