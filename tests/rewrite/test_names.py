"""What is known of a function's names before any of them is read a second time."""

from __future__ import annotations

import libcst as cst
import pytest

from instrumenter.rewrite.names import Names, names_of


def names_in(*lines: str) -> Names:
    """Look at a function with this body."""
    module = cst.parse_module("def f(a, *b, **c):\n" + "".join(f"    {line}\n" for line in lines))
    function = module.body[0]
    assert isinstance(function, cst.FunctionDef)
    return names_of(function)


PARAMS = ("a", "*b", "**c")


@pytest.mark.parametrize(
    "line",
    [
        "a = 1",
        "a += 1",
        "a: int = 1",
        "a: int",
        "x, [*a] = y",
        "x = (a := 1)",
        "[a := i for i in x]",
        "import a",
        "import a.b",
        "from x import y as a",
        "for a in x: pass",
        "with x as (a, y): pass",
        "match x:\n        case [*a]: pass",
        "match x:\n        case {1: 2, **a}: pass",
        "match x:\n        case C(k=a): pass",
        "def a(): pass",
        "class a: pass",
        "del a",
        "try: pass\n    except E as a: pass",
        "def g():\n        nonlocal a",
        "class C:\n        global a",
        "def g():\n        def h():\n            nonlocal a",
    ],
)
def test_parameter_is_not_unchanged_where_it_is_bound_anew(line: str) -> None:
    assert names_in(line).unchanged(PARAMS) == ("c",)


@pytest.mark.parametrize(
    "line",
    [
        "a.x = a[1] = 2",
        "b = [a for a in x]",
        "def g(a): a = 1",
        "x = lambda a: (a := 1)",
        "class C: a = 1",
        "import x.a",
        "import a.b as x",
        "del a.x, a[1]",
        "print(a=1)",
        "for a.x in y: pass",
        "match x:\n        case a.b: pass",
        "match x:\n        case a(): pass",
    ],
)
def test_parameter_is_unchanged_where_only_something_of_its_name_is_bound(line: str) -> None:
    assert names_in(line).unchanged(PARAMS) == ("a", "c")


def test_readable_names_are_local_and_never_deleted() -> None:
    names = names_in(
        "global g",
        "g = x = y = z = 1",
        "try: pass",
        "except E as e: del z",
        "def inner():",
        "    nonlocal y",
        "    del y",
    )
    assert names.readable(PARAMS) == {"a", "b", "c", "x", "inner"}
    assert names.deleted_inside == {"y"}
