"""Twins for the tests of docs/volume.md: spans to put together, and a program that does many things by chance."""

from __future__ import annotations

import textwrap
from pathlib import Path

from core_under_test import CoreUnderTest, Run
from segment_text import Segment, read_segment

#: `span(site, do, ...)` is a function in which each `do` is called, `valued(site, value, ...)` one with parameters;
#: `fails(site)` raises; `items(site, do, ...)` is a generator that yields what the others give, `task(site, do, ...)` a
#: coroutine that awaits that; `Stop` is awaited to suspend. `drive` brings a coroutine to its end in a context of its
#: own. A span in which `lasts(n)` is called takes (n + 1) * 100 ticks under the fake clock.
SPANS = """
import contextvars, os, sys, threading
def span(site, *dos):
    try:
        _sw_enter(site)
        for do in dos: do()
        return _sw_ret(None)
    except: _sw_fail(site); raise
def valued(site, *values):
    try:
        _sw_enter(site, *values)
        return _sw_ret(values)
    except: _sw_fail(site); raise
def fails(site, error=None):
    try:
        _sw_enter(site)
        raise error or ValueError(site)
    except: _sw_fail(site); raise
def swallows(do):
    try: do()
    except ValueError: pass
def items(site, *dos):
    _sw_s = _sw_gen(site)
    try:
        for do in dos: _sw_resume(_sw_s, (yield _sw_pause(_sw_s, do())))
        return _sw_val(_sw_s, None)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
class Stop:
    def __await__(self): return (yield)
async def task(site, *awaited):
    _sw_s = _sw_co(site)
    try:
        for each in awaited: await each()
        return _sw_val(_sw_s, None)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
async def calls(do): do()
def step(coroutine, context):
    try: context.run(coroutine.send, None)
    except StopIteration: return False
    return True
def drive(coroutine):
    context = contextvars.copy_context()
    while step(coroutine, context): pass
def thread(*args):
    one = threading.Thread(target=span, args=args); one.start(); one.join()
def forked(do):
    pid = os.fork()
    if pid == 0:
        do()
        sys.exit()
    os.waitpid(pid, 0)
def lasts(events):
    for _ in range(events): _sw_line(99)
"""

#: Argument: a number for the chance. All forms of twins, suspended and taken up again in any order, with values of all
#: sizes, threads and forks.
CHANCE = """
import contextvars, os, random, sys, threading
from concurrent.futures import ThreadPoolExecutor
pools = [ThreadPoolExecutor(1)]  # threads that end would do so at no certain moment
chance = random.Random(int(sys.argv[1]))
class Odd(Exception): pass
class Stop:
    def __await__(self): return (yield)
class Box:
    def __init__(self): self.content = 0
asleep = []
last = []
def plain(depth):
    site = 1 + chance.randrange(3)
    try:
        _sw_enter(site, depth)
        body(depth)
        return _sw_ret("r" * chance.choice((1, 1, 1, 600)))
    except: _sw_fail(site); raise
def method(depth):
    try:
        _sw_enter_m(4, Box(), depth)
        body(depth)
        return _sw_ret()
    except: _sw_flag(4); raise
    finally: _sw_exit(4)
def full(depth):
    box, x = Box(), 0
    try:
        _sw_enter(5, box)
        _sw_keep(5, box)
        _sw_line(6); body(depth)
        if chance.random() < .3: box.content += 1
        x = _sw_let(7, depth); _sw_var(8, x)
        _sw_line(9); _sw_out(_sw_call(10, plain)(depth + 1) if depth < 5 else _sw_call(10, len)(()))
        _sw_out(_sw_will(11, change)(_sw_in(11, box, box)), box)
        _sw_state(5, box)
        return _sw_val(x)
    except: _sw_error(5); _sw_state(5, box); raise
    finally: _sw_caught(); _sw_exit(5)
def change(box):
    if chance.random() < .2: raise Odd("in a call")
    box.content += chance.randrange(2)
    return box
def items(depth):
    _sw_s = _sw_gen(12, depth)
    try:
        for _ in range(chance.randrange(4)):
            body(depth)
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, depth)))
        return _sw_val(_sw_s, depth)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
async def task(depth):
    _sw_s = _sw_co(13, depth)
    try:
        for _ in range(chance.randrange(4)):
            body(depth)
            _sw_line(_sw_s, 14)
            await _sw_await(_sw_s, 15, Stop())
            if depth < 5 and chance.random() < .3: await _sw_await(_sw_s, 16, task(depth + 1))
        return _sw_val(_sw_s, depth)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
async def stream(depth):
    _sw_s = _sw_agen(17, depth)
    try:
        for _ in range(2):
            body(depth)
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, depth)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
async def loop(depth):
    _sw_s = _sw_co(18)
    try:
        async for _ in _sw_aiter(_sw_s, 19, stream(depth)): body(depth)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
def wake():
    if not asleep: return
    one, context = asleep.pop(chance.randrange(len(asleep)))
    try:
        if chance.random() < .1: one.close(); return
        context.run(one.send, None)
        asleep.append((one, context))
    except (StopIteration, ValueError, RuntimeError, Odd): pass
def thread(depth):
    if threading.current_thread() is threading.main_thread() and pools: pools[0].submit(swallow, depth).result()
def swallow(depth):
    try: chance.choice((plain, method, full))(depth)
    except Odd as error: last[:] = [error]
def fork(depth):
    pid = os.fork()
    if pid == 0:
        pools.clear()
        try: swallow(depth)
        except Odd: pass
        os._exit(0)
    os.waitpid(pid, 0)
    chance.seed(depth)
forks = [int(sys.argv[2])]
def body(depth):
    for _ in range(chance.randrange(4)):
        it = chance.random()
        if it < .1 or depth > 4: wake()
        elif it < .3: plain(depth + 1)
        elif it < .4: full(depth + 1)
        elif it < .45: method(depth + 1)
        elif it < .6: asleep.append((chance.choice((items, task, loop))(depth + 1), contextvars.copy_context()))
        elif it < .65: asleep.append((task(depth + 1), contextvars.Context()))
        elif it < .75: swallow(depth + 1)
        elif it < .77: thread(depth + 1)
        elif it < .78 and forks[0]: forks[0] -= 1; fork(depth + 1)
        elif it < .82: raise last[0] if last and it < .80 else Odd(depth)
for _ in range(60):
    swallow(0); wake()
while asleep: wake()
"""


def run_limited(core: CoreUnderTest, source: str, *args: str, **settings: str) -> Run:
    """Run a program made of spans with these settings, whose names go without TRACING_."""
    env = {f"TRACING_{name}": value for name, value in settings.items()}
    run = core.run(SPANS + textwrap.dedent(source), *args, env=env, options=["-W", "ignore"])  # forks with threads
    assert run.err == ""
    return run


def recorded(path: Path, thread: int = 1) -> list[str]:
    """The events of a thread; none where it was not introduced."""
    stream = read_segment(path).streams.get(thread)
    return [] if stream is None else stream.lines


def opened(path: Path) -> list[int]:
    """The sites of the spans that were opened in a segment, thread by thread."""
    streams = read_segment(path).streams
    words = [line.split() for thread in sorted(set(streams) - {0}) for line in streams[thread].lines]
    return [int(word[1]) for word in words if word[0] in OPENINGS]


OPENINGS = {
    "ENTER", "ENTER_UNDER", "START", "START_UNDER", "ASTART", "ASTART_UNDER", "CALL", "CALL_UNDER",
}  # fmt: skip


def counted(path: Path) -> dict[int, tuple[int, int]]:
    """For each site how many calls ended, and how many of them failed; the histograms have all of them."""
    counts = read_segment(path).counts
    assert all(sum(count.histogram) == count.calls for count in counts.values())
    return {site: (count.calls, count.failed) for site, count in sorted(counts.items())}


def owners(segment: Segment) -> list[tuple[int, int, int]]:
    """Chunk, thread and sequence number of each OWNER that a chunk begins with, but for the process stream's."""
    found = []
    for chunk in range(65_536, len(segment.data), 65_536):
        if segment.data[chunk] == 1:
            assert segment.data[chunk + 1] < 128 and segment.data[chunk + 2] < 128
            found.append((chunk // 65_536, segment.data[chunk + 1], segment.data[chunk + 2]))
    return found
