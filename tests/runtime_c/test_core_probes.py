"""Probes as objects: what tools that pickle, inspect or misuse them see."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest
from segment_text import events, read_segment

pytestmark = pytest.mark.parametrize("core", ["c"], indirect=True)

F = """
def f(a):
    try:
        _sw_enter(0, a)
        return _sw_ret(a)
    except: _sw_fail(0); raise
"""


def test_pickled_probe_is_the_same_files_probe(core: CoreUnderTest) -> None:
    core.run(
        F
        + """
import pickle
f(1)
_sw_enter, _sw_ret = pickle.loads(pickle.dumps((_sw_enter, _sw_ret)))
f(2)
"""
    )
    lines = read_segment(core.segments()[0]).streams[1].lines
    assert lines == ["ENTER 0", "ARGS 1", "RETURN 1", "ENTER 0", "ARGS 2", "RETURN 2"]


def test_probe_pickled_elsewhere_registers_its_file(core: CoreUnderTest) -> None:
    core.run(F + "import pickle\nopen('probe', 'wb').write(pickle.dumps(_sw_enter))")
    core.write("other.py", "import pickle\nprobe = pickle.loads(open('probe', 'rb').read())\nassert probe(7) is None\n")
    core.run_file(core.project / "other.py")
    assert events(core.segments()[0]) == ["ENTER 7"]


@pytest.mark.parametrize("call", ["_sw_enter()", "_sw_enter('x')", "_sw_exit(2**80)", "_sw_error(None)", "_sw_fail()"])
def test_probe_with_wrong_arguments_does_nothing(core: CoreUnderTest, call: str) -> None:
    done = core.run(f"from spanwright._select import core\nassert {call} is None\nprint(core.trouble())")
    assert done.out == "{'arguments': 1}\n"
    assert done.segments == ()


def test_ends_without_a_span_are_ignored(core: CoreUnderTest) -> None:
    done = core.run(
        "assert (_sw_ret(1), _sw_val(2), _sw_exit(0), _sw_fail(0), _sw_flag(0)) == (1, 2, None, None, None)"
    )
    assert done.segments == ()


def test_unknown_word_hands_its_value_through(core: CoreUnderTest) -> None:
    core.run(
        """
from spanwright._select import core
probe, = core.register("0" * 16, "x.py", "x.py", "x", 1, 0, "sometime")
assert probe(1, 2) == 2 and probe() is None
"""
    )


def test_probes_leave_the_exception_being_handled_alone(core: CoreUnderTest) -> None:
    core.run(
        F
        + """
import sys
try:
    raise ValueError(1)
except ValueError as error:
    before = sys.exc_info()
    f(2); _sw_error(5); _sw_fail(5)
    assert sys.exc_info() == before and error.__context__ is None
"""
    )


def test_capture_leaves_instances_without_their_dict(core: CoreUnderTest) -> None:
    """Making it would slow down every later access to the instance's attributes (3.11 on)."""
    core.run(
        F
        + """
import gc, sys
class Thing:
    def __init__(self): self.a, self.b = 1, 2
thing = Thing()
f(thing); f([thing])
if sys.version_info >= (3, 11):
    assert not [found for found in gc.get_referents(thing) if type(found) is dict]
"""
    )
