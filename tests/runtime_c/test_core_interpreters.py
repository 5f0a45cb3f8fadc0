"""Sub-interpreters: each has a recorder and a segment of its own."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest, twin
from segment_text import read_segment

pytestmark = pytest.mark.parametrize("core", ["c"], indirect=True)

F = """
def f(a):
    try:
        _sw_enter(0, a)
        return _sw_ret(a)
    except: _sw_fail(0); raise
"""
RUN = """
try:
    import _interpreters as interpreters
    run = lambda source: interpreters.exec(interpreters.create(), source)
except ImportError:
    import _xxsubinterpreters as interpreters
    run = lambda source: interpreters.run_string(interpreters.create(), source)
import sys
inside = f"import sys; sys.path.insert(0, {sys.path[0]!r}); import inner; inner.f(2); inner.f(3)"
"""


def test_an_interpreter_within_records_into_its_own_segment(core: CoreUnderTest) -> None:
    core.write("inner.py", twin(F))
    core.run(F + RUN + "f(1)\nrun(inside)\nf(4)\nrun(inside)\nf(5)")
    found = sorted(read_segment(path).streams[1].lines for path in core.segments())
    own, twice = ["ENTER 0", "ARGS 1", "RETURN 1"], ["ENTER 0", "ARGS 2", "RETURN 2"]
    assert len(found) == 3
    assert found[0][:3] == own and len(found[0]) == 9
    assert found[1] == found[2] and found[1][:3] == twice


def test_interpreters_that_come_and_go_do_no_harm(core: CoreUnderTest) -> None:
    core.write("inner.py", twin(F))
    done = core.run(
        F
        + RUN
        + """
f(1)
for _ in range(5):
    if hasattr(interpreters, "exec"):
        one = interpreters.create(); interpreters.exec(one, inside); interpreters.destroy(one)
    else:
        one = interpreters.create(); interpreters.run_string(one, inside); interpreters.destroy(one)
    f(1)
"""
    )
    assert len(done.segments) == 6
    assert all(read_segment(path).clean for path in done.segments)


WITHIN = """
def bad(a): raise KeyError(a)
def f(items):
    try:
        _sw_enter(0)
        try: [*map(lambda x: _sw_out(_sw_call(3, bad)(x)), items)]
        except KeyError: _sw_caught()
        _sw_line(4)
        _sw_out(_sw_call_m(5, items, "append", items).append(2), items)
        return _sw_ret()
    except: _sw_fail(0); raise
"""


def test_calls_in_an_interpreter_within_go_to_its_own_segment(core: CoreUnderTest) -> None:
    core.write("inner.py", twin(WITHIN))
    core.run(WITHIN + RUN.replace("inner.f(2); inner.f(3)", "inner.f([1])") + "f([1])\nrun(inside)\nf([1])")
    found = sorted(read_segment(path).streams[1].lines for path in core.segments())
    once = ["ENTER 0", "CALL 3 1", "CALL_FAIL", "LINE 4", "CALL 5 2", "STATE 0: [1] -> [1, 2]", "OUT", "RETURN None"]
    assert found == [once, once * 2]
