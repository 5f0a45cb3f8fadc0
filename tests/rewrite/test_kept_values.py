"""Which arguments of calls are compared: local names that are certainly bound before the call."""

from __future__ import annotations

import json

import pytest

from instrumenter import rewrite


def kept(*lines: str) -> list[str]:
    """Give what is compared at the call of `mark` in a method with these lines."""
    body = "".join(f"        {line}\n" for line in lines)
    source = f"class C:\n    def f(self, p, *args, **options):\n{body}"
    twin = rewrite.instrument(source.encode(), 4, "x.py")
    assert twin is not None
    calls = [site for site in json.loads(twin.table)["sites"] if site.get("name") in ("mark", "x.mark", "self.mark")]
    assert len(calls) == 1
    names: list[str] = calls[0].get("kept", [])
    return names


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("mark(p, options)", ["p", "options"]),
        ("mark(p, p, k=p)", ["p"]),
        ("mark(k=args)", ["args"]),
        ("mark(*args, **options)", []),
        ("mark(p.x, p[0], (p, 1))", []),
        ("self.mark(self, p)", ["p"]),
        ("mark(p, (z := p))", []),
        ("mark(elsewhere)", []),
        ("lambda: mark(p)", ["p"]),
        ("[mark(p, i) for i in p]", ["p"]),
        ("x = 1; x.mark(p)", ["x", "p"]),
        ("if (x := p): x.mark()", ["x"]),
    ],
)
def test_plain_names_of_a_call_are_compared(call: str, expected: list[str]) -> None:
    assert kept(call) == expected


@pytest.mark.parametrize(
    "lines",
    [
        ("x = 1", "mark(x)"),
        ("import x", "if p: mark(x)"),
        ("for x in p: mark(x)",),
        ("with p as (x, y): mark(x)",),
        ("match p:", "    case [x]: mark(x)"),
        ("if p: x = 1", "else: x = 2", "mark(x)"),
        ("if p: return", "else: x = 2", "mark(x)"),
        ("while p:", "    if p: x = 1", "    else: continue", "    mark(x)"),
        ("try: x = 1", "except E: raise", "mark(x)"),
        ("try: pass", "finally: x = 1", "mark(x)"),
        ("try: pass", "except E: x = 1", "else: x = 2", "mark(x)"),
        ("def x(): return 1", "mark(x)"),
    ],
)
def test_name_is_compared_where_every_way_binds_it(lines: tuple[str, ...]) -> None:
    assert kept(*lines) == ["x"]


@pytest.mark.parametrize(
    "lines",
    [
        ("mark(x)", "x = 1"),
        ("if p: x = 1", "mark(x)"),
        ("if p: x = 1", "elif p: pass", "else: x = 2", "mark(x)"),
        ("for x in p: pass", "mark(x)"),
        ("for x in mark(x): pass",),
        ("while p: x = 1", "mark(x)"),
        ("with p as x: pass", "mark(x)"),
        ("with p: x = 1", "mark(x)"),
        ("match p:", "    case [x]: pass", "mark(x)"),
        ("match p:", "    case [x] if mark(x): pass"),
        ("try: x = 1", "except E: pass", "mark(x)"),
        ("try: x = 1", "except mark(x): pass"),
        ("try: x = 1", "finally: mark(x)"),
        ("x = 1", "del x", "mark(x)"),
        ("try: pass", "except E as x: mark(x)"),
        ("global x", "x = 1", "mark(x)"),
        ("x = 1", "def g():", "    nonlocal x", "    del x", "mark(x)"),
        ("(x := 1)", "mark(x)"),
    ],
)
def test_name_is_not_compared_where_it_may_be_unbound(lines: tuple[str, ...]) -> None:
    assert kept(*lines) == []
