"""Levels of single functions, what is captured, and what the site table says of levels 3 and up."""

from __future__ import annotations

import json

import pytest

from instrumenter import rewrite
from instrumenter.errors import RewriteError
from instrumenter.rewrite.dial import Capture, Dial

SOURCE = b"""\
def a(x):
    def inner():
        return g(x)
    return inner()

class B:
    async def b(self, x):
        async with g(x):
            return await self.__b(x)

def c(x):
    yield (g(i) for i in x)
"""


def made(dial: Dial | int, source: bytes = SOURCE) -> tuple[str, list[dict[str, object]]]:
    """Give a twin's text without its header, and its sites."""
    twin = rewrite.instrument(source, dial, "x.py")
    assert twin is not None
    assert rewrite.strip(twin.source) == source
    return twin.source.decode().partition("\n")[2], json.loads(twin.table)["sites"]


def test_each_function_has_its_own_level() -> None:
    text, sites = made(Dial(1, (("a", 0), ("*.inner", 2), ("B.*", 3))))
    assert [(site.get("name"), site.get("level")) for site in sites[:3]] == [
        ("a.<locals>.inner", 2),
        ("B.b", None),
        ("c", 1),
    ]
    assert "_sw_enter(0)" in text
    assert "return _sw_ret(g(x))" in text
    assert "return inner()" in text
    assert {site["owner"] for site in sites[3:]} == {1}


def test_twin_and_header_say_the_highest_level_that_occurs() -> None:
    twin = rewrite.instrument(SOURCE, Dial(1, (("c", 3), ("nowhere", 5))), "x.py")
    assert twin is not None
    header = rewrite.read_header(twin.source)
    assert header is not None
    assert (twin.level, header.level, twin.dial) == (3, 3, '{"functions":[["c",3],["nowhere",5]],"level":1}')


def test_no_function_with_a_level_makes_no_twin() -> None:
    assert rewrite.instrument(SOURCE, Dial(0, (("nowhere", 3),)), "x.py") is None


@pytest.mark.parametrize("dial", [0, 6, -1, Dial(7), Dial(1, (("a", 6),))])
def test_level_that_there_is_not_is_refused(dial: Dial | int) -> None:
    with pytest.raises(ValueError, match="no such level"):
        rewrite.instrument(SOURCE, dial, "x.py")


def test_parameters_are_not_captured_where_they_are_switched_off() -> None:
    text, sites = made(Dial(3, capture=Capture(params=False)))
    assert "_sw_enter(0)\n" in text
    assert "_sw_co(2)\n" in text
    assert [site["params"] for site in sites[:4]] == [[], [], [], []]


def test_results_are_not_captured_where_they_are_switched_off() -> None:
    text, _ = made(Dial(2, capture=Capture(returns=False)))
    assert "return g(x)\n" in text
    assert "finally: _sw_exit(0)" in text
    assert "_sw_ret" not in text
    assert "_sw_val" not in text


def test_awaits_are_not_watched_where_they_are_switched_off() -> None:
    text, sites = made(Dial(3, capture=Capture(awaits=False)))
    assert "return _sw_val(_sw_s, await _sw_out(_sw_call_m(" in text
    assert {site["kind"] for site in sites[4:]} == {"call"}
    assert {site.get("awaits") for site in sites[:4]} == {False}


def test_site_table_names_calls_and_awaits() -> None:
    sites = made(3)[1]
    assert sites[4:] == [
        {"kind": "call", "line": 3, "column": 16, "owner": 1, "name": "g"},
        {"kind": "call", "line": 4, "column": 12, "owner": 0, "name": "inner"},
        {"kind": "await", "line": 8, "column": 20, "owner": 2, "name": "async with g(x)"},
        {"kind": "call", "line": 8, "column": 20, "owner": 2, "name": "g"},
        {"kind": "await", "line": 9, "column": 20, "owner": 2, "name": "self.__b(x)", "call": 9},
        {"kind": "call", "line": 9, "column": 26, "owner": 2, "name": "self.__b"},
        {"kind": "call", "line": 12, "column": 12, "owner": 3, "name": "g", "deferred": True},
    ]


def test_name_of_a_call_is_on_one_line_and_not_too_long() -> None:
    source = b"def f(x):\n    (x\n      . y)(1)\n    " + b"x." + b"y" * 300 + b"()\n"
    sites = made(3, source)[1]
    assert sites[1]["name"] == "(x . y)"
    assert sites[2]["name"] == "x." + "y" * 198


def test_private_name_is_the_compiled_one() -> None:
    source = b"class _A:\n def f(self):\n  def g(): self.__x()\n  self.__y__(); self._z()\n"
    source += b"class __:\n def f(self): self.__x()\n"
    text, _ = made(3, source)
    assert [name for name in ('"_A__x"', '"__y__"', '"_z"', '"__x"') if name not in text] == []


def test_long_chain_of_calls_compiles_and_records_the_last_ones() -> None:
    source = b"def f(x):\n    return x" + b".a()" * 150 + b"\n"
    sites = made(5, source)[1]
    assert sum(site["kind"] == "call" for site in sites) == 40


def test_edit_inside_a_call_is_kept() -> None:
    twin = rewrite.instrument(b"def f(x):\n    return g(x, h(x.y))\n", 3, "x.py")
    assert twin is not None
    edited = twin.source.replace(b"(x, ", b"(x, lambda a, b: a, f'{x}', ").replace(b"x.y", b"x.z if x else 2")
    assert rewrite.strip(edited) == b"def f(x):\n    return g(x, lambda a, b: a, f'{x}', h(x.z if x else 2))\n"


@pytest.mark.parametrize("level", [3, 4])
@pytest.mark.parametrize("more", [b", 1", b", y.z", b", *y", b","])
def test_argument_put_inside_a_probe_is_not_lost(level: int, more: bytes) -> None:
    twin = rewrite.instrument(b"def f(x):\n    return g(x, x.y)\n", level, "x.py")
    assert twin is not None
    with pytest.raises(RewriteError, match="was changed"):
        rewrite.strip(twin.source.replace(b"x.y", b"x.y" + more))


def test_twin_of_the_first_form_is_stripped() -> None:
    twin = rewrite.instrument(SOURCE, 2, "x.py")
    assert twin is not None
    assert rewrite.strip(twin.source.replace(b'", 2, ', b'", 1, ', 1)) == SOURCE
