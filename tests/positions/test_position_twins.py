"""Twins of real files: with the original's positions put in, every call is where it was."""

from __future__ import annotations

import dis
import sysconfig
from pathlib import Path
from types import CodeType

import pytest
from c_core import needs_c_core, restore
from code_positions import all_codes

rewrite = pytest.importorskip("instrumenter.rewrite", reason="the tool needs 3.11")  # 3.10 has no columns either
pytestmark = needs_c_core

STDLIB = Path(sysconfig.get_paths()["stdlib"])
FILES = ["argparse.py", "typing.py", "asyncio/base_events.py", "contextlib.py", "dataclasses.py", "statistics.py"]
SAMPLE = b"""\
def outer(f, x):
    total = sum(
        f(i)
        for i in x(
            1)
    )
    class Last(f(x)):
        def method(self):
            return (f(x)
                .y(f"{f(x)!r:>{f(1)}}", *x, key=f(x.z)))  # the end
    return Last, not(f)(x), [f(i) for i in f(x) if (f(i))]

async def waits(f, x):
    async with f(x) as y, (f(x)):
        async for i in f(y):
            await f(i), f((yield f(x)))
"""


def calls(code: CodeType) -> set[tuple[object, ...]]:
    """Give the positions of the calls in a code object: the compiler may have copied some."""
    instructions = [each for each in dis.get_instructions(code) if each.opname.startswith("CALL")]
    places = [each.positions for each in instructions if not each.opname.startswith("CALL_INTRINSIC")]
    return {tuple(place) for place in places if place is not None and place.col_offset is not None}


def by_name(code: CodeType) -> dict[tuple[str, int], set[tuple[object, ...]]]:
    """Give the calls in a code object and all below it; those of one name and line together."""
    found: dict[tuple[str, int], set[tuple[object, ...]]] = {}
    for each in all_codes(code):
        key = (each.co_qualname, each.co_firstlineno)
        found[key] = found.get(key, set()) | calls(each)
    return found


@pytest.mark.parametrize("level", rewrite.LEVELS)
@pytest.mark.parametrize("name", ["sample", *FILES])
def test_calls_are_where_they_were(name: str, level: int) -> None:
    original = SAMPLE if name == "sample" else (STDLIB / name).read_bytes()
    twin = rewrite.instrument(original, level, "x.py")
    assert twin is not None
    code = compile(twin.source, "x.py", "exec", dont_inherit=True)
    assert restore(code, twin.positions)
    expected, found = by_name(compile(original, "x.py", "exec", dont_inherit=True)), by_name(code)
    assert found.keys() == expected.keys()
    for key, places in expected.items():
        assert places <= found[key], key
