"""Mocks, patches and frozen clocks reach the program, and never the recorder."""

from __future__ import annotations

from trapped import Trap

MOCKED = """
import builtins, io, os, sys, time, threading, unittest.mock as mock
import work

def refuse(*args, **named): raise AssertionError("reached")

def under(names, argument):
    saved = {name: vars(builtins)[name] for name in names.split()}
    for name in saved: vars(builtins)[name] = refuse
    try: return work.outer(argument)
    finally: vars(builtins).update(saved)

with mock.patch("work.helper", return_value=5) as helper:
    print(work.outer(1), helper.call_args_list)
with mock.patch.object(work.Thing, "method", autospec=True) as method:
    work.Thing().method(3)
    print(len(method.call_args.args))
spec = mock.create_autospec(work.outer)
try: spec(1, 2, 3)
except TypeError as error: print(error)
with mock.patch("time.time", refuse), mock.patch("time.perf_counter", refuse), mock.patch("time.monotonic_ns", refuse):
    print(work.outer(2))
with mock.patch("builtins.open", refuse), mock.patch("io.open", refuse), mock.patch("os.open", refuse):
    print(work.outer(3))
with mock.patch("os.getpid", refuse), mock.patch("os.write", refuse), mock.patch.dict(os.environ, clear=True):
    print(work.outer(4))
with mock.patch("sys.stderr", io.StringIO()) as said:
    print(under("len repr str hash", [1, {"a": work.Thing()}]))
print(said.getvalue(), work.outer.__wrapped__ if hasattr(work.outer, "__wrapped__") else None)
print(under("isinstance type id getattr", 5))
with mock.patch.dict(sys.modules, {"time": None, "os": None, "json": None}):
    print(work.outer(6))
with mock.patch("threading.get_ident", refuse):
    print(work.outer(7))
magic = mock.MagicMock()
work.touch(magic, mock.Mock(spec=work.Thing), mock.sentinel.a)
print(magic.mock_calls, magic.method_calls)
"""
WORK = """
def helper(n): return n

class Thing:
    def method(self, n): return n

def outer(n):
    got = helper(n)
    return got

def touch(magic, strict, sentinel):
    kept = [magic, strict, {"sentinel": sentinel}]
    return kept
"""
FROZEN = """
import datetime, time
from freezegun import freeze_time

def stamp():
    return datetime.datetime.now().isoformat(), time.time(), datetime.date.today()

@freeze_time("2012-01-14")
def frozen():
    return stamp()

async def later():
    with freeze_time("2013-01-14", tick=False) as clock:
        clock.tick(5)
        return stamp()

import asyncio
print(frozen(), asyncio.run(later()), stamp()[1] > 1.6e9)
with freeze_time("2014-01-14"):
    for _ in range(1000): stamp()
print(time.time() > 1.6e9, type(stamp()[2]))
"""


def test_mocks_change_the_program_and_nothing_else(trap: Trap) -> None:
    trap.same({"app.py": MOCKED, "work.py": WORK}, "app.py", plain=("app.py",))
    assert trap.recorded()["outer"] == 8


def test_a_frozen_clock_is_the_programs(trap: Trap) -> None:
    trap.same({"app.py": FROZEN}, "app.py")
    assert trap.recorded()["stamp"] == 1004
