"""Memory: what the probes take they give back."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest

pytestmark = pytest.mark.parametrize("core", ["c"], indirect=True)


PROGRAM = """
import asyncio
import gc
import resource
import sys
import threading


class Thing:
    def __init__(self) -> None:
        self.name = "a thing"
        self.parts = [1, "two", {3: 4.0}]


THING = Thing()


def call(a, b):
    try:
        _sw_enter(0, a, b)
        return _sw_ret([a, b])
    except: _sw_fail(0); raise


def failing(a):
    try:
        _sw_enter(1, a)
        try:
            raise KeyError(a)
        except KeyError as error:
            raise ValueError("no", 1) from error
    except: _sw_error(1); raise
    finally: _sw_exit(1)


def items(n):
    _sw_s = _sw_gen(2, n)
    try:
        with _sw_s:
            for i in range(n):
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, i)))
            if n:
                _sw_resume(_sw_s, (yield from _sw_from(_sw_s, items(n - 1))))
        return _sw_val(_sw_s, n)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def answer(a):
    _sw_s = _sw_co(3, a)
    try:
        async with _sw_s:
            await asyncio.sleep(0)
        return _sw_val(_sw_s, a)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def async_items(n):
    _sw_s = _sw_agen(4, n)
    try:
        for i in range(n):
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, i)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


class Manager:
    async def __aenter__(self): return await asyncio.sleep(0)
    async def __aexit__(self, *_): await asyncio.sleep(0)
    def method(self, items): items.append(1)


def fresh():
    # A class and a function that nobody has seen.
    class Fresh:
        def method(self, items): items.append(self)
    def function(items): items.append(1)
    return Fresh(), function


def calling(items):
    try:
        _sw_enter(5, items)
        _sw_keep(5, items)
        thing, function = fresh()
        _sw_out(_sw_call(6, function, items)(items), items)
        _sw_out(_sw_will_m(6, thing, "method").method(_sw_in(6, items, items)), items)
        _sw_out(_sw_call_m(7, Manager(), "method").method(items))
        _sw_out(_sw_call(8, [].append)(1))
        try: _sw_out(_sw_will(9, failing)(_sw_in(9, items, items, THING)))
        except ValueError: _sw_caught()
        _sw_will(9, failing)
        _sw_line(10); _sw_var(11, items, THING)
        _sw_state(5, items)
        return _sw_val(items)
    except: _sw_error(5); raise
    finally: _sw_exit(5)


async def awaiting(items):
    _sw_s = _sw_co(12, items)
    try:
        _sw_keep(_sw_s, items)
        async with _sw_awith(_sw_s, 13, Manager()):
            items.append(await _sw_await(_sw_s, 14, answer(THING)))
        async for _ in _sw_aiter(_sw_s, 15, async_items(3)):
            _sw_let(_sw_s, 16, items)
        try: await _sw_await(_sw_s, 14, asyncio.wait_for(asyncio.sleep(9), 0))
        except TimeoutError: pass
        except asyncio.TimeoutError: pass
        await _sw_await(_sw_s, 14, 5)
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, items); _sw_exit(_sw_s)


async def main(n):
    for _ in range(n // 10):
        try: await awaiting([])
        except TypeError: pass
    unfinished = awaiting([]); unfinished.send(None); del unfinished
    await asyncio.gather(*(answer(THING) for _ in range(n)))
    async for _ in async_items(n):
        pass


def work(n):
    for _ in range(n):
        call(THING, "a text of some length, ünd more")
        try:
            failing(THING)
        except ValueError:
            pass
        list(items(4))
        next(items(3))
        calling([])
    asyncio.run(main(n))
    thread = threading.Thread(target=call, args=(1, 2))
    thread.start()
    thread.join()


work(300)
gc.collect()
# Allocated blocks and references must stay as they are: one leaked a call would show thousands.
blocks, references = sys.getallocatedblocks(), [sys.getrefcount(o) for o in (THING, None, Thing, call, 1.5)]
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(10):
    work(300)
gc.collect()
grown = [now - before for now, before in zip([sys.getrefcount(o) for o in (THING, None, Thing, call, 1.5)], references)]
print(sys.getallocatedblocks() - blocks, max(grown), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory)
"""


def test_no_probe_leaks_memory_or_references(core: CoreUnderTest) -> None:
    done = core.run(PROGRAM, clock="monotonic")
    blocks, references, kilobytes = map(int, done.out.split())
    assert blocks < 500
    assert references < 50
    assert kilobytes < 8_000  # mapped windows of the file count as memory while they are in use


def test_callees_and_arguments_die_as_they_would(core: CoreUnderTest) -> None:
    done = core.run(
        """
import gc, weakref
gc.disable()
def make():
    class Called:
        def method(self, items): items.append(1)
    def function(items): items.append(1)
    return Called, function
def f():
    try:
        _sw_enter(0)
        Called, function = make()
        class Items(list): pass
        items = Items()
        _sw_keep(0, items)
        refs = [weakref.ref(it) for it in (function, items)]
        _sw_out(_sw_call(1, function, items)(items), items)
        thing = _sw_out(_sw_call(2, Called)())
        refs.append(weakref.ref(thing))
        _sw_out(_sw_will_m(3, thing, "method").method(_sw_in(3, items, items)), items)
        _sw_will(4, function)
        _sw_call(4, function, items)
        classes = [weakref.ref(Called), weakref.ref(Items)]
        return _sw_val((refs, classes))
    except: _sw_error(0); raise
    finally: _sw_exit(0)
refs, classes = f()
assert [ref() for ref in refs] == [None] * 3
gc.collect()
assert [ref() for ref in classes] == [None] * 2
"""
    )
    assert done.err == ""
