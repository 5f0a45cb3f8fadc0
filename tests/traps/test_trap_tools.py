"""Tools that look at source and code beside us: pytest's rewriting, doctest, executing, profilers, tracers."""

from __future__ import annotations

import re

import pytest
from display_projects import Project
from trapped import Trap

TESTS = '''
"""Tests that are instrumented themselves."""
import pytest

class Money:
    def __init__(self, n): self.n = n
    def __eq__(self, other): return self.n == other.n
    def __repr__(self): return f"Money({self.n})"

@pytest.fixture
def money():
    yield Money(3)

@pytest.fixture(params=[1, 2])
def each(request): return request.param

def test_equal(money): assert money == Money(3)
def test_differs(money):
    other = Money(4)
    assert money == other, "not the same"
def test_in(each):
    values = {each: [1, 2, 3]}
    assert each in values and values[each][1:] == [2, each]
def test_raises():
    with pytest.raises(KeyError, match="k"):
        {}["k"]
def test_fails():
    return_value = compute(3)
    assert return_value
def compute(n):
    return n // 0
class TestClass:
    @pytest.mark.parametrize("a, b", [(1, 1), (1, 2)])
    def test_many(self, a, b, money): assert a == b
    async def helper(self): pass
'''
DOCTESTS = '''
def half(x):
    """Halves.

    >>> half(4)
    2.0
    >>> half(3)
    1
    >>> half("a")
    Traceback (most recent call last):
    TypeError: unsupported operand type(s) for /: 'str' and 'int'
    """
    return x / 2

class Thing:
    """
    >>> Thing().twice(2)
    [2, 2]
    """
    def twice(self, x):
        """
        >>> Thing().twice(None)
        """
        return [x, x]

if __name__ == "__main__":
    import doctest
    print(doctest.testmod())
'''
EXECUTING = """
import executing, inspect, sys

def tell():
    node = executing.Source.executing(sys._getframe(1)).node
    return type(node).__name__, inspect.getframeinfo(sys._getframe(1)).positions

def source():
    found = executing.Source.executing(sys._getframe(1))
    return found.text()

class Thing:
    def name(self): return source()

def main():
    print(source(), [source() for _ in range(2)], Thing().name(),
          source(
          ))
    if source() and not source(): pass
    print(tell())

main()
"""
PROFILED = """
import cProfile, io, pstats, sys, threading

def inner(n): return n * 2
def work(n): return [inner(i) for i in range(n)]

profile = cProfile.Profile()
profile.runcall(work, 4)
rows = pstats.Stats(profile).stats
def is_own(name, file): return file == __file__ and not name.startswith("<")
print(sorted((key[1], key[2], row[0]) for key, row in rows.items() if is_own(key[2], key[0])))
seen = []
def profiler(frame, event, arg):
    if event in ("call", "return") and frame.f_code.co_name in ("inner", "work"):
        seen.append((frame.f_code.co_name, event, arg))
sys.setprofile(profiler)
work(2)
sys.setprofile(None)
print(seen)
traced = []
def tracer(frame, event, arg):
    if frame.f_code.co_name in ("inner", "work"):
        if event != "line": traced.append((frame.f_code.co_name, event))
        return tracer
sys.settrace(tracer)
work(2)
sys.settrace(None)
print(traced, sys.gettrace(), sys.getprofile(), threading.gettrace() if hasattr(threading, "gettrace") else None)
"""


def pytest_of(trap: Trap) -> tuple[int, list[str]]:
    """Run the tests and give what pytest says, without its times."""
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "test_money.py", "--color=no", "-rA")
    outcome = Project(trap.folder).run(*words, SPANWRIGHT_CORE=trap.core, PYTEST_ADDOPTS="")
    return outcome.code, [
        line for line in outcome.out.decode().splitlines() if not re.search(r"\d (passed|failed).* in \d", line)
    ]


@pytest.mark.parametrize("trap", ["c-2", "c-5", "python-2"], indirect=True)
def test_tests_that_are_twins_themselves_explain_their_failures(trap: Trap) -> None:
    """Where pytest shows source (levels 3 and 5) it shows the twin's: docs/twins.md; outcomes and reasons stay."""
    trap.write({"test_money.py": TESTS})
    code, expected = pytest_of(trap)
    trap.instrument("test_money.py")
    found_code, found = pytest_of(trap)
    assert found_code == code == 1
    assert [line for line in found if "::" in line] == [line for line in expected if "::" in line]
    if trap.level < 3 and trap.core == "c":
        assert found == expected
    assert trap.recorded()["test_equal"] == 1 and trap.recorded()["money"] >= 4


def test_doctests_are_found_and_fail_as_they_did(trap: Trap) -> None:
    trap.write({"app.py": DOCTESTS})
    expected = Project(trap.folder).run("app.py", SPANWRIGHT_CORE=trap.core)
    trap.instrument("app.py")
    found = Project(trap.folder).run("app.py", SPANWRIGHT_CORE=trap.core)
    assert found.code == expected.code and b"failed=2, attempted=5" in expected.out
    assert without_lines(found.out) == without_lines(expected.out)
    if trap.core == "c":
        assert found == expected


def without_lines(out: bytes) -> bytes:
    """Give what was printed without the numbers of lines: with the Python core they are the twin's."""
    return re.sub(rb"line \d+", b"line", out)


# With the Python core positions are the twin's, and profilers see its probes: docs/twins.md.
@pytest.mark.parametrize("trap", ["c-1", "c-2", "c-3", "c-5"], indirect=True)
def test_executing_finds_the_node_of_every_call(trap: Trap) -> None:
    """pytest's rewriting loses positions, so that executing finds nothing (pytest #12818, executing #2)."""
    trap.same({"app.py": EXECUTING}, "app.py")


@pytest.mark.parametrize("trap", ["c-1", "c-2", "c-3", "c-5"], indirect=True)
def test_profilers_and_tracers_see_the_programs_functions(trap: Trap) -> None:
    """Tools of one hook exclude one another (viztracer's limitations, kolo #23); we use none."""
    trap.same({"app.py": PROFILED}, "app.py")
