"""Recursion: a probe must not move the point at which RecursionError strikes."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest

pytestmark = pytest.mark.parametrize("core", ["c"], indirect=True)

SOURCE = """
import sys
depth = 0
def bare(n):
    global depth
    depth = n
    return bare(n + 1)
def level1(n):
    try:
        _sw_enter(1)
        global depth
        depth = n
        return level1(n + 1)
    except: _sw_flag(1); raise
    finally: _sw_exit(1)
def level2(n):
    try:
        _sw_enter(2, n)
        global depth
        depth = n
        return _sw_ret(level2(n + 1))
    except: _sw_fail(2); raise
def level2_with_cleanup(n):
    try:
        _sw_enter(3, n)
        global depth
        depth = n
        return _sw_val(level2_with_cleanup(n + 1))
    except: _sw_error(3); raise
    finally: _sw_exit(3)
def bare_items(n):
    global depth
    depth = n
    yield from bare_items(n + 1)
def items(n):
    _sw_s = _sw_gen(4, n)
    try:
        global depth
        depth = n
        return _sw_val(_sw_s, _sw_resume(_sw_s, (yield from _sw_from(_sw_s, items(n + 1)))))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
def reached(f):
    for _ in range(3):  # the interpreter specialises what runs often
        try:
            for _ in f(0): pass
        except RecursionError:
            pass
    return depth
"""


@pytest.mark.parametrize("limit", [300, 1000, 5000])
def test_depth_of_functions_is_unchanged(core: CoreUnderTest, limit: int) -> None:
    core.run(
        SOURCE
        + f"""
sys.setrecursionlimit({limit})
assert len({{reached(f) for f in (bare, level1, level2, level2_with_cleanup)}}) == 1
"""
    )


@pytest.mark.parametrize("limit", [300, 1000])
def test_depth_of_delegating_generators_is_unchanged(core: CoreUnderTest, limit: int) -> None:
    core.run(SOURCE + f"sys.setrecursionlimit({limit}); assert reached(bare_items) == reached(items)")
