"""Expressions, equations, sets and matrices of SymPy, as trees whose heads are in a table made here.

The adapter "sympy" of the entry-point group autograder.wire; it waits until a cell imports SymPy. Nothing is evaluated
while an expression is read: what it was there, `2*(x + 1)` as well as `1 + 1`, it is here.
"""

from typing import Any

import sympy
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.core.singleton import S

from autograder.rpc.adapters import Adapter
from autograder.rpc.wire.codec import Codec, Malformed, Node, Table, Untransferable, Value
from autograder.rpc.wire.python_values import MOST_BITS, MOST_EXPONENT

CONSTANTS: dict[str, Any] = {
    "pi": S.Pi, "e": S.Exp1, "i": S.ImaginaryUnit, "oo": S.Infinity, "-oo": S.NegativeInfinity, "zoo": S.ComplexInfinity,
    "nan": S.NaN, "true": S.true, "false": S.false, "gamma": S.EulerGamma, "phi": S.GoldenRatio, "empty": S.EmptySet,
    "reals": S.Reals, "integers": S.Integers, "naturals": S.Naturals, "complexes": S.Complexes,
    "universe": S.UniversalSet,
}  # fmt: skip
EVALUATING = ("Add", "Mul", "Pow")
OTHERS = (
    "Derivative", "Integral", "Sum", "Product", "Limit", "Lambda", "Subs", "Tuple",
    "Piecewise", "Eq", "Ne", "Lt", "Le", "Gt", "Ge", "And", "Or", "Not", "FiniteSet", "Interval",
    "Union", "Intersection", "Complement", "ConditionSet", "ImageSet",
)  # fmt: skip
HEADS: dict[str, Any] = {
    **{name: getattr(sympy, name) for name in (*EVALUATING, *OTHERS)},
    **{
        name: kind
        for name, kind in vars(sympy).items()
        if isinstance(kind, type) and issubclass(kind, sympy.Function)
    },
    "ExprCondPair": sympy.functions.elementary.piecewise.ExprCondPair,
}
HEADS = {kind.__name__: kind for kind in HEADS.values()}
MATRICES = {kind.__name__: kind for kind in (sympy.MutableDenseMatrix, sympy.ImmutableDenseMatrix)}
MOST_DIGITS = 10_000


def _write(codec: Codec, value: Value, depth: int) -> Node:
    try:
        return {"t": "sympy.tree", "v": _tree(value)}
    except (Untransferable, RecursionError):
        return codec.refer(value)


def _tree(value: Value) -> Node:
    """A tree of lists; the first item of each says what follows. Raises Untransferable."""
    kind = type(value)
    if (name := _constant(value)) is not None:
        return ["constant", name]
    if isinstance(value, sympy.Rational):
        return ["ratio", hex(value.p), hex(value.q)]
    if kind is sympy.Float:
        sign, mantissa, exponent, bits = value._mpf_
        return ["float", int(sign), hex(mantissa), int(exponent), int(bits), value._prec]
    if kind is sympy.Symbol:
        assumed = value._assumptions_orig  # as it was made: what follows of that is computed anew
        return ["symbol", value.name, sorted((str(key), bool(each)) for key, each in assumed.items())]
    if isinstance(value, AppliedUndef) and type(kind) is UndefinedFunction:
        return ["applied", kind.__name__, [_tree(each) for each in value.args]]
    if isinstance(kind, type) and MATRICES.get(kind.__name__) is kind:
        return ["matrix", kind.__name__, *map(int, value.shape), [_tree(each) for each in value.flat()]]
    if HEADS.get(kind.__name__) is kind:
        return ["head", kind.__name__, [_tree(each) for each in value.args]]
    raise Untransferable(f"a {kind.__name__} cannot be sent")


def _constant(value: Value) -> str | None:
    return next((name for name, constant in CONSTANTS.items() if constant is value), None)


def _read(codec: Codec, node: Table, depth: int) -> Value:
    try:
        return _made(node["v"], 0)
    except (AttributeError, RecursionError, NotImplementedError) as error:
        raise Malformed("not an expression") from error


def _made(tree: Node, depth: int) -> Value:
    if type(tree) is not list or depth > 200:
        raise Malformed("not an expression")
    kind, *rest = tree
    if kind == "constant":
        return CONSTANTS[rest[0]]
    if kind == "ratio":
        numerator, denominator = (_whole(each) for each in rest)
        return sympy.Rational(numerator, denominator) if denominator else S.NaN
    if kind == "float":
        return _float(*rest)
    if kind == "symbol":
        name, assumed = rest
        facts = {str(key): bool(each) for key, each in assumed}
        return sympy.Symbol(str(name), **facts)
    if kind == "matrix":
        name, rows, columns, items = rest
        if type(rows) is not int or type(columns) is not int or rows * columns != len(items):
            raise Malformed("a matrix of another shape")
        return MATRICES[name](rows, columns, [_made(each, depth + 1) for each in items])
    args = [_made(each, depth + 1) for each in rest[1]]
    if kind == "applied":
        return sympy.Function(str(rest[0]))(*args)
    head = HEADS[rest[0]] if kind == "head" else None
    if head is None:
        raise Malformed("not an expression")
    return _applied(head, args)


def _applied(head: Any, args: list[Value]) -> Value:
    if head.__name__ in EVALUATING or issubclass(head, sympy.Function | sympy.core.relational.Relational):
        return head(*args, evaluate=False)
    if head is sympy.Piecewise or issubclass(head, sympy.Set | sympy.logic.boolalg.BooleanFunction):
        return head(*args, evaluate=False) if head is not sympy.Interval else head(*args)
    return head(*args)


def _whole(text: Value) -> int:
    if type(text) is not str or len(text) > MOST_BITS // 4:
        raise Malformed("not a whole number")
    return int(text, 16)


def _float(sign: Value, mantissa: Value, exponent: Value, bits: Value, precision: Value) -> Value:
    numbers = (sign, exponent, bits, precision)
    if not all(type(each) is int for each in numbers) or not (0 < precision < MOST_DIGITS and sign in (0, 1)):
        raise Malformed("not a number")
    whole = _whole(mantissa)
    if whole.bit_length() != bits or bits > MOST_DIGITS or abs(exponent) > MOST_EXPONENT:
        raise Malformed("not a number")
    return sympy.Float._new((sign, whole, exponent, bits), precision)


class SympyAdapter(Adapter):
    """How SymPy's expressions cross between the kernels."""

    writers = ((sympy.Basic, _write), (sympy.MatrixBase, _write))
    readers = {"sympy.tree": _read}  # noqa: RUF012  # nobody changes it
    libraries = ("sympy",)
