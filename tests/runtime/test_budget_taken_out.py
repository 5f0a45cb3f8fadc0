"""Functions whose probes are taken out for the overhead budget: the same objects, with the original's code."""

from __future__ import annotations

import pytest
from budget_programs import COUNTED, RECORDED, TAKEN_OUT, switches
from budget_projects import instrument, run_project
from core_under_test import CoreUnderTest
from segment_text import read_segment
from volume_programs import counted

MODULE = '''
"""A module."""
import functools, inspect, warnings

def hot(a, b=2, *args, c="c", **more):
    """Hot."""
    return (a, b, args, c, more)

def rare(n):
    return n + 1

def fails(n):
    if n: raise ValueError(n)

def warns(say):
    if say: warnings.warn("told", stacklevel=1)
    return inspect.currentframe().f_lineno

class Thing:
    def __init__(self): self.made = True
    def method(self): return super().__repr__()[:2], __class__.__name__
    @staticmethod
    def of(n): return n
    @functools.lru_cache
    def cached(self): return 1
    @property
    def shown(self): return self.made

def makes(n):
    def inner():
        nonlocal n
        n += 1
        return n
    return inner

def numbers(n):
    for i in range(n):
        got = yield i
        if got: yield got

async def task(n): return n + 1

def calls(do): return do()

def calls_too(do): return do()

def recursive(n, do=None):
    if n: return 1 + recursive(n - 1, do)
    if do: do()
    return 0
'''


@pytest.fixture
def app(core: CoreUnderTest) -> CoreUnderTest:
    instrument(core, "app.py", MODULE)
    return core


def test_function_keeps_all_but_its_code(app: CoreUnderTest) -> None:
    program = """
    import app
    f, code = app.hot, app.hot.__code__
    f.mark, seen = [], (f.__defaults__, f.__kwdefaults__, f.__dict__, f.__doc__, f.__globals__, f.__closure__)
    print(until(lambda: f.__code__ is not code, lambda: f(1)))
    now = f.__defaults__, f.__kwdefaults__, f.__dict__, f.__doc__, f.__globals__, f.__closure__
    print(all(one is other for one, other in zip(seen, now)), app.hot is f, f(1, 5, 6, c=7, d=8), f(0))
    own = f.__code__
    print(own.co_firstlineno == code.co_firstlineno, "_sw_ret" in code.co_names, "_sw_ret" in own.co_names)
    """
    run = run_project(app, program)
    assert run.err == ""
    assert run.out == "True\nTrue True (1, 5, (6,), 7, {'d': 8}) (0, 2, (), 'c', {})\nTrue True False\n"
    assert switches(run.segment)[0][0] == COUNTED and TAKEN_OUT in switches(run.segment)[0]


def test_closures_methods_and_what_is_wrapped(app: CoreUnderTest) -> None:
    program = """
    from app import Thing, makes
    one, other, it = makes(0), makes(100), Thing()
    plain = Thing.cached.__wrapped__, Thing.shown.fget, Thing.of, Thing.method, one, other
    codes = [f.__code__ for f in plain]
    def all():
        Thing.cached.cache_clear()
        return one(), other(), it.cached(), it.shown, it.of(3), it.method()
    print(until(lambda: all() and not any(f.__code__ is code for f, code in zip(plain, codes)), all))
    a, b, *rest = all()
    print(rest, a > 500, b - a, one.__closure__[0].cell_contents == a)
    """
    run = run_project(app, program)
    assert run.out == "True\n[1, True, 3, ('<a', 'Thing')] True 100 True\n" and run.err == ""


def test_what_runs_goes_on_with_the_code_that_it_began_with(app: CoreUnderTest) -> None:
    program = """
    import asyncio
    from app import numbers, recursive, task
    begun, code = numbers(5), numbers.__code__
    print(next(begun), begun.send("sent"))
    print(until(lambda: numbers.__code__ is not code, lambda: list(numbers(3))))
    print(begun.gi_code is code, list(begun), list(numbers(3)), numbers(3).gi_code is code)
    code = recursive.__code__
    def inside(): print(until(lambda: recursive.__code__ is not code, lambda: recursive(2)))
    print(recursive(30, inside), recursive(30))
    code = task.__code__
    async def main():
        while task.__code__ is code: await task(1)
        return await task(2)
    print(asyncio.run(main()))
    """
    run = run_project(app, program)
    assert run.err == ""
    assert run.out == "0 sent\nTrue\nTrue [1, 2, 3, 4] [0, 1, 2] False\nTrue\n30 30\n3\n"


def test_what_is_printed_is_the_same(app: CoreUnderTest) -> None:
    program = """
    import sys, traceback, warnings
    import app
    def fail():
        try: app.fails(1)
        except ValueError: traceback.print_exc()
    names = [app.hot, app.fails, app.warns]
    codes = [f.__code__ for f in names]
    done = lambda: {PATIENCE} == 0 or not any(f.__code__ is code for f, code in zip(names, codes))
    print(until(done, lambda: (app.hot(1), app.fails(0), app.warns(False))))
    warnings.simplefilter("always")
    fail(); print(app.warns(True), app.warns.__code__.co_firstlineno)
    app.fails(2)
    """
    without = run_project(app, program.replace("{PATIENCE}", "0"), budget=None, status=1)
    within = run_project(app, program.replace("{PATIENCE}", "1"), status=1)
    assert (within.out, within.err) == (without.out, without.err)
    assert "line" in within.err and "told" in within.err


def test_compiling_originals_gives_no_warnings(core: CoreUnderTest) -> None:
    source = r"""
    def hot(): return "\d"
    def other(): return 1 is 2
    """
    instrument(core, "odd.py", source)
    program = """
    import warnings
    before = list(warnings.filters)
    warnings.simplefilter("ignore"); import odd; warnings.filters[:] = before
    warnings.simplefilter("always")
    kept, code = list(warnings.filters), odd.hot.__code__
    print(until(lambda: odd.hot.__code__ is not code, odd.hot), warnings.filters == kept)
    """
    run = run_project(core, program)
    assert run.out == "True True\n" and run.err == ""


def test_it_is_put_back_when_the_load_falls(app: CoreUnderTest) -> None:
    program = """
    import app
    code = app.hot.__code__
    print(until(lambda: app.hot.__code__ is not code, lambda: app.hot(1)))
    def little(): sum(range(20_000)); app.rare(1)
    print(until(lambda: app.hot.__code__ is code, little))
    """
    run = run_project(app, program, budget="30%")
    assert run.out == "True\nTrue\n" and run.err == ""
    ways = switches(run.segment)[0]
    assert ways[0] == COUNTED and ways[ways.index(TAKEN_OUT) + 1] == COUNTED


def test_code_that_the_program_has_given_stays(app: CoreUnderTest) -> None:
    program = """
    import app
    code, own = app.hot.__code__, (lambda *args, **more: "own").__code__
    print(until(lambda: app.hot.__code__ is not code, lambda: app.hot(1)))
    app.hot.__code__ = own
    end = time.monotonic() + 2.5
    while time.monotonic() < end: sum(range(20_000)); app.rare(1)
    print(app.hot(1), app.hot.__code__ is own)
    """
    run = run_project(app, program, budget="30%")
    assert run.out == "True\nown True\n"


def test_closures_that_come_and_go_take_no_memory(app: CoreUnderTest) -> None:
    program = """
    import gc
    from app import makes
    code = makes(0).__code__
    def many(count):
        for n in range(count): makes(n)()
    until(lambda: makes.__code__ is not many.__code__, lambda: many(1))
    many(20_000); gc.collect(); before = len(gc.get_objects())
    many(50_000); gc.collect(); print(len(gc.get_objects()) - before < 500)
    """
    run = run_project(app, program)
    assert run.out == "True\n" and run.err == ""


def test_function_that_is_dropped_is_not_kept(app: CoreUnderTest) -> None:
    program = """
    import gc, weakref
    from app import makes
    one = makes(0)
    code, gone = one.__code__, []
    weakref.finalize(one, gone.append, "gone")
    print(until(lambda: one.__code__ is not code, lambda: one()))
    del one
    print(gone)
    """
    assert run_project(app, program).out == "True\n['gone']\n"


@pytest.mark.parametrize("change", ["vault", "damaged", "twin", "table"])
def test_without_its_original_it_is_counted_only(app: CoreUnderTest, change: str) -> None:
    (original,) = (app.project / ".spanwright/backups").glob("*/*")
    (table,) = (app.project / ".spanwright/sites").glob("*.json")
    twin = app.project / "app.py"
    if change == "vault":
        original.unlink()
    elif change == "damaged":
        original.write_bytes(original.read_bytes().replace(b"n + 1", b"n + 2"))
    elif change == "twin":
        twin.write_bytes(twin.read_bytes().replace(b"n + 1", b"n + 2"))
    else:
        table.unlink()
    program = """
    import app
    end, calls, code = time.monotonic() + 0.5, 0, app.hot.__code__
    while time.monotonic() < end: app.hot(1); calls += 1
    print(calls, app.hot.__code__ is code)
    """
    run = run_project(app, program)
    calls, same = run.out.split()
    assert same == "True" and counted(run.segment)[0] == (int(calls), 0)
    assert run.err == "" and switches(run.segment)[0][-1] == COUNTED


def test_tracer_keeps_probes_in(app: CoreUnderTest) -> None:
    program = """
    import sys
    import app
    sys.settrace(lambda *_: None)
    end, code = time.monotonic() + 0.5, app.hot.__code__
    while time.monotonic() < end: app.hot(1)
    sys.settrace(None)
    print(app.hot.__code__ is code)
    """
    assert run_project(app, program).out == "True\n"


def test_levels_with_calls_and_lines(core: CoreUnderTest) -> None:
    for level in (1, 3, 4, 5):
        instrument(core, f"app{level}.py", MODULE, level)
    program = """
    import importlib, sys
    for level in (1, 3, 4, 5):
        app = importlib.import_module(f"app{level}")
        names = [app.hot, app.makes, app.recursive, app.numbers, app.Thing.method]
        codes, it = [f.__code__ for f in names], app.Thing()
        do = lambda: (app.hot(1), app.makes(1)(), app.recursive(3), list(app.numbers(2)), it.method())
        print(until(lambda: not any(f.__code__ is code for f, code in zip(names, codes)), do), do())
    """
    run = run_project(core, program)
    assert run.out == "True ((1, 2, (), 'c', {}), 2, 3, [0, 1], ('<a', 'Thing'))\n" * 4 and run.err == ""


def test_exceptions_through_it_are_recorded_where_they_were(app: CoreUnderTest) -> None:
    program = """
    import app
    code = app.fails.__code__
    try: app.calls(lambda: app.fails(1))
    except ValueError: pass
    print(until(lambda: app.fails.__code__ is not code, lambda: app.fails(0)))
    try: app.calls_too(lambda: app.fails(1))
    except ValueError: pass
    """
    run = run_project(app, program)
    raised = [line for line in read_segment(run.segment).streams[1].lines if line.startswith("RAISE ValueError")]
    assert run.out == "True\n" and len(raised) == 2
    before, after = (line[line.index("[") : line.index("]")].replace("[", " ").split()[-1] for line in raised)
    assert before == after and before.endswith(":fails")


def test_counts_are_exact_until_then(app: CoreUnderTest) -> None:
    program = """
    import app
    calls, code = 0, app.hot.__code__
    while app.hot.__code__ is code: app.hot(1); calls += 1
    for _ in range(1_000): app.hot(2)
    print(calls)
    """
    run = run_project(app, program)
    assert counted(run.segment)[0] == (int(run.out), 0) and RECORDED not in switches(run.segment)[0]
