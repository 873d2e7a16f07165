"""The special methods that code may use on an object in the other kernel.

`proxies` and `exported` forward them; the student's codec and `exports` tell which of them an object has.
"""

from itertools import product

_OPERATIONS = (
    "add",
    "sub",
    "mul",
    "truediv",
    "floordiv",
    "mod",
    "pow",
    "matmul",
    "lshift",
    "rshift",
    "and",
    "or",
    "xor",
)
# Methods whose answer is a verdict, or can lead to one.
VERDICTS = frozenset(f"__{side}{name}__" for side, name in product(("", "r", "i"), _OPERATIONS)) | {
    "__divmod__", "__rdivmod__", "__neg__", "__pos__", "__abs__", "__invert__", "__round__",
    "__lt__", "__le__", "__gt__", "__ge__",
}  # fmt: skip
# Methods that are only forwarded.
FORWARDED = (
    "__len__", "__next__", "__getitem__", "__setitem__", "__delitem__", "__int__", "__float__", "__index__", "__enter__",
    "__exit__", *sorted(VERDICTS),
)  # fmt: skip
# Methods that tell what an object is: the same answer until the student's code is called again.
READ_ONCE = frozenset(
    (
        "__len__",
        "__getitem__",
        "__int__",
        "__float__",
        "__index__",
        "__bool__",
        "__str__",
        "__repr__",
        "__format__",
    )
)
# Methods of libraries whose answer is a verdict on what they are given, or leads to one.
COMPARING = frozenset(
    (
        *(
            "equals",
            "equal",
            "allclose",
            "isclose",
            "identical",
            "compare",
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
            "ge",
        ),
        *("sub", "rsub", "subtract", "difference", "symmetric_difference"),
        *("issubset", "issuperset", "isdisjoint", "startswith", "endswith"),
    )
)
# Methods that may change an object; "" is a call of it.
CHANGING = frozenset(("", "__call__", "__setitem__", "__delitem__", "__enter__", "__exit__"))
# All that one side tells the other of, where a class has its own.
SPECIAL = (
    *FORWARDED, "__iter__", "__reversed__", "__contains__", "__bool__", "__eq__", "__ne__", "__str__", "__repr__",
    "__format__", "__hash__", "__call__",
)  # fmt: skip


def has_own(kind: type, name: str) -> bool:
    """Whether a class has a special method that is not every object's."""
    return hasattr(kind, name) and getattr(kind, name) is not getattr(object, name, None)


def special_of(kind: type) -> list[str]:
    """The special methods that a class has."""
    return [name for name in SPECIAL if has_own(kind, name)]
