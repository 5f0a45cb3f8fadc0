"""What the site table says of lines, values and what is compared; what `strip` says where they were changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from instrumenter import rewrite
from instrumenter.errors import RewriteError
from instrumenter.rewrite.dial import Capture, Dial

SOURCE = b"""def f(xs, d):
    if d:
        d.a = d["b"] = x = 1
    elif xs:
        d[
            0] += (2 if x else
                   3)
    match xs:
        case []: pass
        case [y]:
            return (lambda: (z := y))
"""


def sites(source: bytes, dial: Dial | int = 5) -> list[dict[str, Any]]:
    twin = rewrite.instrument(source, dial, "x.py")
    assert twin is not None
    table: list[dict[str, Any]] = json.loads(twin.table)["sites"]
    return table


def test_sites_of_statements_are_told_in_the_order_of_their_places() -> None:
    function, *others = sites(SOURCE)
    assert function["kept"] == ["xs", "d"]
    assert [{key: value for key, value in site.items() if key not in ("column", "owner")} for site in others] == [
        {"kind": "line", "line": 2, "endLine": 2, "what": "if"},
        {"kind": "line", "line": 3, "endLine": 3, "first": [1, "then"]},
        {"kind": "var", "line": 3, "names": ["x"]},
        {"kind": "let", "line": 3, "names": ["d.a", 'd["b"]']},
        {"kind": "line", "line": 4, "endLine": 4, "what": "if", "first": [1, "else"]},
        {"kind": "line", "line": 5, "endLine": 7, "first": [5, "then"]},
        {"kind": "let", "line": 5, "names": ["d[ 0]"], "operator": "+="},
        {"kind": "line", "line": 6, "endLine": 6, "what": "arm", "first": [6, "then"]},
        {"kind": "line", "line": 7, "endLine": 7, "what": "arm", "first": [6, "else"]},
        {"kind": "line", "line": 8, "endLine": 8, "what": "match", "cases": [9, 10]},
        {"kind": "line", "line": 9, "endLine": 9, "first": [10, 0]},
        {"kind": "var", "line": 10, "names": ["y"]},
        {"kind": "line", "line": 11, "endLine": 11, "first": [10, 1]},
        {"kind": "let", "line": 11, "names": ["z"]},
    ]
    assert [site["column"] for site in others[:4]] == [5, 9, 9, 9]
    assert {site["owner"] for site in others} == {0}


def test_level_4_has_values_without_lines_and_places() -> None:
    assert [(site["kind"], site["names"]) for site in sites(SOURCE, 4)[1:]] == [
        ("var", ["x"]),
        ("var", ["y"]),
        ("let", ["z"]),
    ]


def test_functions_have_their_own_levels() -> None:
    source = b"def a(x):\n    x = 1\ndef b(x):\n    x = 1\n    def c(y):\n        z = 1\n"
    table = sites(source, Dial(2, (("b", 5), ("b.*", 4))))
    assert [(site["name"], site.get("level")) for site in table[:3]] == [("a", 2), ("b", None), ("b.<locals>.c", 4)]
    kinds = [(site["kind"], site["owner"]) for site in table[3:]]
    assert kinds == [("line", 1), ("var", 1), ("line", 1), ("var", 2)]


KEPT = b"def f(xs, secret):\n    g(xs, secret)\n"


@pytest.mark.parametrize(
    ("dial", "params", "arguments"),
    [
        (Dial(4), ["xs", "secret"], ["xs", "secret"]),
        (Dial(3), None, None),
        (Dial(4, vars=("x*",)), ["xs"], ["xs"]),
        (Dial(4, capture=Capture(vars=False)), None, None),
        (Dial(4, capture=Capture(params=False)), None, ["xs", "secret"]),
    ],
)
def test_only_what_may_be_captured_is_compared(
    dial: Dial, params: list[str] | None, arguments: list[str] | None
) -> None:
    function, *others = sites(KEPT, dial)
    call = next(site for site in others if site["kind"] == "call")
    assert (function.get("kept"), call.get("kept")) == (params, arguments)


PROGRAM = b"""def f(x):
    for y in x:
        while y: y = 1 if x else 2
    x.a = 1
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"or (x)", b"and (x)"),
        (b"_sw_line(3) or ", b"_sw_line or "),
        (b"(_sw_line(6) or (1))", b"(_sw_line(6) or (1), 2)"),
        (b"_sw_let(9, 1)", b"_sw_let(1)"),
        (b"; _sw_var(5, y)", b", _sw_var(5, y)"),
        (b"_sw_var(2, y)\n", b"_sw_var(2, y), 1\n"),
        (b"_sw_keep(0, x)", b"_sw_keep(0, x), 1"),
        (b"_sw_state(0, x); ", b"_sw_state(0, x), "),
    ],
)
def test_strip_names_the_line_where_a_probe_of_a_statement_was_changed(old: bytes, new: bytes) -> None:
    twin = rewrite.instrument(PROGRAM, 5, "x.py")
    assert twin is not None
    assert old in twin.source
    with pytest.raises(RewriteError) as caught:
        rewrite.strip(twin.source.replace(old, new))
    assert caught.value.slug in ("cannot-strip", "does-not-parse")
    assert caught.value.line is not None


def test_probe_whose_statement_was_taken_away_goes_with_its_line() -> None:
    twin = rewrite.instrument(b"def f(x):\n    x = 1\n    return x\n", 5, "x.py")
    assert twin is not None
    assert rewrite.strip(twin.source.replace(b"x = 1; ", b"")) == b"def f(x):\n    return x\n"
