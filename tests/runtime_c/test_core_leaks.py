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


async def main(n):
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
