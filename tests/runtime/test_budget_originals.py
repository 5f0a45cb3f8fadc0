"""The code that functions are given while their probes are out: the original's, with the lines that the twin shows."""

from __future__ import annotations

import dis
import inspect
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest
from spanwright._budget import functions_below
from spanwright._told import told
from spanwright._twin_places import compiled_in_twin, quietly

rewrite = pytest.importorskip("instrumenter.rewrite", reason="the tool needs 3.11")
PositionMap = pytest.importorskip("instrumenter.trace.posmap").PositionMap
STDLIB = Path(sysconfig.get_paths()["stdlib"])
FILES = ["asyncio/base_events.py", "contextlib.py", "dataclasses.py"]
SAMPLE = """\
# coding: utf-8
def outer(f, x):
    tötal = "äöü", f(x), sum(
        f(i)
        for i in x(
            1)
    )
    class Last(f(x)):
        @f(1)
        def method(self): return (f(x)
                .y(f"{f(x)!r:>{f(1)}}", *x, key=f(x.z)))  # the end
    return Last, not(f)(x), [f(i) for i in f(x) if (f(i))]

async def waits(f, x):
    async with f(x) as y, (f(x)):
        async for i in f(y):
            await f(i), f((yield f(x)))
"""


def positions(code: CodeType) -> list[tuple[int, int, int, int]]:
    """Give the positions of a code object's instructions that have some, in their order."""
    places = [tuple(each.positions or ()) for each in dis.get_instructions(code)]
    return [place for place in places if place and None not in place]  # type: ignore[misc]


def ends(source: bytes, place: tuple[int, int, int, int]) -> tuple[bytes, bytes]:
    """Give the first and the last character at a place."""
    lines = source.splitlines()
    line, end_line, column, end_column = place
    return lines[line - 1][column : column + 1], lines[end_line - 1][end_column - 1 : end_column]


@pytest.mark.parametrize("level", rewrite.LEVELS)
@pytest.mark.parametrize("name", ["sample", *FILES])
def test_code_stands_where_the_twin_has_it(name: str, level: int) -> None:
    original = SAMPLE.encode() if name == "sample" else (STDLIB / name).read_bytes()
    twin = rewrite.instrument(original, level, "x.py")
    assert twin is not None
    back = PositionMap.read(twin.positions)
    moved = list(below(compiled_in_twin(original, "x.py", twin.positions)))
    plain = list(below(compile(original, "x.py", "exec")))
    assert {key(code) for code in moved} <= {key(code) for code in below(compile(twin.source, "x.py", "exec"))}
    for there, here in zip(moved, plain, strict=True):
        assert there.co_code == here.co_code and back.original(there.co_firstlineno) == here.co_firstlineno
        for place, own in zip(positions(there), positions(here), strict=True):
            assert (back.original(place[0]), back.original(place[1])) == own[:2]
            assert ends(twin.source, place) == ends(original, own)


def key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def below(code: CodeType) -> Iterator[CodeType]:
    """Yield the functions below a code object, but for what the interpreter makes of other expressions."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            if each.co_flags & inspect.CO_OPTIMIZED and not each.co_name.startswith("<"):
                yield each
            yield from below(each)


def test_functions_of_one_name_and_line_are_left_alone() -> None:
    found = functions_below(
        compile("a = [lambda: 1, lambda: 2]\nb = lambda: 3\ndef f():\n def g(): pass\n", "x", "exec")
    )
    assert set(found) == {("<lambda>", 2), ("f", 3), ("f.<locals>.g", 4)}


@pytest.mark.parametrize("damaged", [b"", b"SWMAP0\n\x00", b"SWMAP1\n", b"SWMAP1\n\x05\x01"])
def test_damaged_map_is_refused(damaged: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        compiled_in_twin(b"def f(): pass\n", "x.py", damaged)


def test_compiler_is_quiet_for_its_file_only() -> None:
    source = 'def f(): return 1 is 1, "\\d"\n'
    with warnings.catch_warnings(record=True) as told_of:
        warnings.simplefilter("always")
        before = list(warnings.filters)
        quietly("own.py", lambda: [compile(source, name, "exec") for name in ("own.py", "other.py")])
        assert warnings.filters == before
    assert {each.filename for each in told_of} == {"other.py"}


@pytest.mark.parametrize(
    ("text", "millionths"), [("5%", 50_000), ("0.05", 50_000), ("0.01%", 100), ("100%", 1_000_000)]
)
def test_cores_are_told_the_budget_in_millionths(text: str, millionths: int) -> None:
    from spanwright._settings import KEYS

    key = KEYS["TRACING_OVERHEAD_BUDGET"]
    assert told({key.name: key.read(text)}) == {"overhead_budget": millionths} and key.later == ""


@pytest.mark.parametrize(("given", "taken"), [(50_000, 50_000), (1, 1), (0, 0), (-1, 0), (1_000_001, 0), (0.05, 0)])
def test_python_core_takes_budgets_within_bounds(given: object, taken: int) -> None:
    from spanwright._py_limits import Limits

    limits = Limits()
    limits.take({"overhead_budget": given})
    assert limits.overhead_budget == taken
