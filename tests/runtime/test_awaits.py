"""The program goes its way under watched awaits: values, exceptions, the interpreter's own complaints, lifetimes."""

from __future__ import annotations

import re

import pytest
from core_under_test import CoreUnderTest
from segment_text import events

#: What a program awaits, in coroutines that run twice: with the probes, and with nothing in their places.
OBJECTS = '''
import asyncio, contextlib, gc, types, warnings
warnings.simplefilter("always")
warnings.showwarning = lambda message, *_: log(str(message))
@types.coroutine
def pause(value=None): return (yield value)
async def result(value): return value
async def fails(error): raise error
def plain_generator(): yield 1
class Awaitable:
    def __init__(self, inner): self.inner = inner
    def __await__(self): return self.inner
class Raises:
    def __await__(self): raise ValueError("await")
class NoneAwait:
    __await__ = None
class OnInstance:
    def __init__(self): self.__await__ = lambda: iter(())
class Descriptor:
    def __get__(self, it, kind): return lambda: iter([it.__class__.__name__])
class ByDescriptor:
    __await__ = Descriptor()
class Echo:
    """An iterator that tells what it is asked."""
    def __init__(self): self.asked = []
    def __iter__(self): return self
    def __next__(self): self.asked.append("next"); return "next"
    def send(self, value): self.asked.append(("send", value)); return "send"
    def throw(self, *error): self.asked.append(("throw", type(error[-1]).__name__, len(error))); return "throw"
    def close(self): self.asked.append("close")
class Stubborn(Echo):
    def close(self): raise LookupError("not closed")
class Manager:
    def __init__(self, enter, leave): self.enter, self.leave = enter, leave
    def __aenter__(self): return self.enter
    def __aexit__(self, *exception): return self.leave
class Swallows:
    async def __aenter__(self): return await pause("entering")
    async def __aexit__(self, kind, error, traceback): await pause("leaving"); return kind is KeyError
class NoExit:
    async def __aenter__(self): pass
class NoEnter:
    async def __aexit__(self, *_): pass
class NoneEnter:
    __aenter__ = None
    async def __aexit__(self, *_): pass
class Items:
    def __init__(self, *items): self.items = list(items)
    def __aiter__(self): return self
    def __anext__(self): return self.items.pop(0)
class Iterable:
    def __init__(self, iterator): self.iterator = iterator
    def __aiter__(self): return self.iterator
async def stop(): raise StopAsyncIteration
async def numbers(*values):
    for value in values:
        await pause(value)
        yield value
'''

#: Each is the body of a coroutine; `log` takes what happens.
BODIES = {
    "coroutine": "log(await AWAIT(result(5)))",
    "coroutine that fails": "await AWAIT(fails(KeyError(1)))",
    "coroutine that stops": "await AWAIT(fails(StopIteration(1)))",
    "coroutine that stops asynchronously": "await AWAIT(fails(StopAsyncIteration(1)))",
    "coroutine that exits": "await AWAIT(fails(SystemExit(1)))",
    "generator-based coroutine": "log(await AWAIT(pause('a')))",
    "value sent": "log(await AWAIT(Awaitable(Echo())))",
    "several": "log(await AWAIT(pause('a'))); log(await AWAIT(pause('b'))); return 3",
    "caught": "try: await AWAIT(pause('a'))\nexcept ValueError as it: log(named(it)); log(await AWAIT(pause('b')))",
    "finally": "try: await AWAIT(pause('a'))\nfinally: log(await AWAIT(result('finally')))",
    "awaiting in finally": "try: await AWAIT(pause('a'))\nfinally: log(await AWAIT(pause('finally')))",
    "awaited twice": "it = result(1); await AWAIT(it); await AWAIT(it)",
    "being awaited": (
        "it = outer(); it.send(None)\nasync def other(): await AWAIT(it)\ntry: await other()\nfinally: it.close()"
    ),
    "an int": "await AWAIT(5)",
    "None": "await AWAIT(None)",
    "plain generator": "await AWAIT(plain_generator())",
    "async generator": "await AWAIT(numbers())",
    "await that gives no iterator": "await AWAIT(Awaitable(5))",
    "await that gives a coroutine": "it = result(1)\ntry: await AWAIT(Awaitable(it))\nfinally: it.close()",
    "await that raises": "await AWAIT(Raises())",
    "await that is None": "await AWAIT(NoneAwait())",
    "await of the instance": "await AWAIT(OnInstance())",
    "await by a descriptor": "log(await AWAIT(ByDescriptor()))",
    "list iterator": "log(await AWAIT(Awaitable(iter(['a', 'b']))))",
    "stubborn": "await AWAIT(Awaitable(Stubborn()))",
    "nested": (
        "async def inner(): log(await AWAIT(pause('a'))); return await AWAIT(pause('b'))\nlog(await AWAIT(inner()))"
    ),
    "async with": "async with AWITH(Swallows()) as got: log(got); raise KeyError('swallowed')\nlog('after')",
    "async with that fails": "async with AWITH(Swallows()): raise ValueError('through')",
    "async with several": "async with AWITH(Swallows()), AWITH(Swallows()): await AWAIT(pause('body'))",
    "async with an int": "async with AWITH(5): pass",
    "async with no exit": "async with AWITH(NoExit()): pass",
    "async with no enter": "async with AWITH(NoEnter()): pass",
    "async with enter None": "async with AWITH(NoneEnter()): pass",
    "async with enter of an int": "async with AWITH(Manager(5, 6)): pass",
    "async with exit of an int": "async with AWITH(Manager(result(1), 6)): pass",
    "async with exit of an int and a failure": "async with AWITH(Manager(result(1), 6)): raise KeyError",
    "async with exit that returns": "async with AWITH(Manager(result(1), result(False))) as got: log(got); return 5",
    "async with contextlib": (
        "@contextlib.asynccontextmanager\nasync def manager():\n  try: yield await AWAIT(pause('in'))\n"
        "  except KeyError: log('caught')\nasync with AWITH(manager()) as got: log(got); raise KeyError"
    ),
    "async with exit stack": (
        "async with AWITH(contextlib.AsyncExitStack()) as stack:\n"
        "  log(await AWAIT(stack.enter_async_context(Swallows()))); stack.push_async_callback(pause, 'callback')"
    ),
    "async for": "async for item in AITER(Items(result(1), pause('two'), stop())): log(item)\nelse: log('else')",
    "async for that breaks": "async for item in AITER(Items(result(1))): break\nelse: log('else')",
    "async for over an async generator": "async for item in AITER(numbers(1, 2)): log(item)",
    "async comprehension": "log([item async for item in AITER(numbers(1, 2)) if item > 1])",
    "async for that fails": "async for item in AITER(Items(fails(KeyError(1)))): log(item)",
    "async for over a list": "async for item in AITER([1]): pass",
    "async for over no iterator": "async for item in AITER(Iterable(5)): pass",
    "async for over a coroutine": (
        "it = result(1)\ntry:\n  async for item in AITER(Iterable(it)): pass\nfinally: it.close()"
    ),
    "async for over ints": "async for item in AITER(Items(5)): pass",
    "async for of the instance": "it = Items(); del it.items\nasync for item in AITER(it): pass",
}

#: What is done with the coroutine.
DRIVES = {
    "sent": "for value in (None, 'x', 'y', 'z', 'w'): log(co.send(value))",
    "thrown into": "log(co.send(None)); log(co.throw(ValueError('thrown'))); log(co.send(None))",
    "closed": "log(co.send(None)); log(co.close())",
    "exit thrown into": "log(co.send(None)); log(co.throw(GeneratorExit('x')))",
    "not started": "log(co.throw(ValueError('early')))",
}

RUN = """
def named(error):
    kind = type(error)
    links = [named(link) if link is not None else None for link in (error.__cause__, error.__context__)]
    return f"{kind.__name__}({error}) {links}"
async def outer():
    _sw_s = PROBED and _sw_co(1)
    try: await (_sw_await(_sw_s, 2, pause("outer")) if PROBED else pause("outer"))
    finally:
        if PROBED: _sw_exit(_sw_s)
for body, text in BODIES.items():
    for drive, steps in DRIVES.items():
        told = []
        for PROBED in (True, False):
            told.append([])
            log = told[-1].append
            source = "async def co():\\n _sw_s = PROBED and _sw_co(1)\\n try:\\n"
            source += "".join(f"  {line}\\n" for line in text.splitlines())
            source += " except: PROBED and _sw_error(_sw_s); raise\\n"
            source += " finally: PROBED and _sw_exit(_sw_s)\\n"
            for word in ("await", "awith", "aiter"):
                source = source.replace(f"{word.upper()}(", f"_sw_{word}(_sw_s, 3, " if PROBED else "(")
            exec(source)
            co = co()
            try: exec(steps)
            except BaseException as error: log(named(error))
            if hasattr(co, "cr_frame") and co.cr_frame is None: log("ended")
            try: log(co.close())
            except BaseException as error: log(named(error))
            co = None; gc.collect()
        if told[0] != told[1]: print(body, "/", drive, *told, sep="\\n  ")
from spanwright._select import core; print(core.trouble())
"""


def test_awaits_as_without_probes(core: CoreUnderTest) -> None:
    run = core.run(f"{OBJECTS}\nBODIES = {BODIES!r}\nDRIVES = {DRIVES!r}\n{RUN}", clock="monotonic")
    assert run.out == "{}\n"
    assert run.err == ""
    assert any(line.startswith("AWAIT ") for line in events(run.segment))


def test_awaits_alike(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    source = f"{OBJECTS}\nBODIES = {BODIES!r}\nDRIVES = {DRIVES!r}\n{RUN}"
    c, python = (core.run(source).segment.read_bytes() for core in both_cores)
    assert c[17:] == python[17:]


def test_active_time_is_between_resume_and_pause(core: CoreUnderTest) -> None:
    """A coroutine that waits while another works: its own spans hold none of that."""
    run = core.run(
        """
        import asyncio
        def work(): _sw_enter(3); _sw_ret()
        async def waits():
            _sw_s = _sw_co(1)
            work()
            await _sw_await(_sw_s, 4, asyncio.sleep(0))
            work()
            _sw_exit(_sw_s)
        async def works():
            _sw_s = _sw_co(2)
            work(); work()
            _sw_exit(_sw_s)
        async def main(): await asyncio.gather(waits(), works())
        asyncio.run(main())
        """
    )
    lines = events(run.segment)
    between = lines[lines.index("PAUSE 1") + 1 : lines.index("RESUME 1")]
    assert between[0] == "ASTART 2 2"
    assert between[-1] == "END 2"
    assert [line for line in lines if line.startswith("ENTER")] == [
        "ENTER_UNDER 3 1", "ENTER_UNDER 3 2", "ENTER_UNDER 3 2", "ENTER_UNDER 3 1",
    ]  # fmt: skip


LIFETIMES = """
import gc, types, weakref
gc.disable()
class Thing: pass
@types.coroutine
def pause(): yield
class Awaitable(Thing):
    def __await__(self): return iter(())
class Fails(Thing):
    def __await__(self): return Failing()
class Failing(Thing):
    def __init__(self): references.append(weakref.ref(self))
    def __iter__(self): return self
    def __next__(self): raise KeyError(1)
class Manager(Thing):
    async def __aenter__(self): pass
    async def __aexit__(self, *_): pass
class Items(Thing):
    def __aiter__(self): return Iterator()
class Iterator(Thing):
    left = 1
    def __init__(self): references.append(weakref.ref(self))
    def __aiter__(self): return self
    async def __anext__(self):
        if not self.left: raise StopAsyncIteration
        self.left = 0
references, alive = [], []
def new(kind):
    it = kind()
    references.append(weakref.ref(it))
    return it
def look(where): alive.append((where, sum(reference() is not None for reference in references)))
async def main(PROBED):
    _sw_s = PROBED and _sw_co(1)
    await AWAIT(new(Awaitable))
    look("awaited")
    try: await AWAIT(new(Fails))
    except KeyError as caught:
        look("failed")
        error = caught
    look("error kept")
    error = None
    async with AWITH(new(Manager)): look("in async with")
    look("behind async with")
    async for _ in AITER(new(Items)): look("in async for")
    look("behind async for")
    co = pause()
    references.append(weakref.ref(co))
    await AWAIT(co)
    look("coroutine")
    if PROBED: _sw_exit(_sw_s)
def run(PROBED):
    references.clear(); alive.clear()
    names = {**globals()}
    source = SOURCE
    for word in ("await", "awith", "aiter"):
        source = source.replace(f"{word.upper()}(", f"_sw_{word}(_sw_s, 3, " if PROBED else "(")
    exec(source, names)
    co = names["main"](PROBED)
    co.send(None)
    try: co.send(None)
    except StopIteration: pass
    return list(alive)
"""


def test_nothing_that_is_awaited_lives_longer(core: CoreUnderTest) -> None:
    coroutine = re.search(r"async def main\(PROBED\):\n(?: .*\n)+", LIFETIMES)
    assert coroutine is not None
    run = core.run(f"SOURCE = {coroutine[0]!r}\n{LIFETIMES}\nprint(run(True) == run(False), len(run(True)))")
    assert run.out == "True 8\n"


def test_coroutine_that_is_never_awaited_still_warns(core: CoreUnderTest) -> None:
    run = core.run(
        """
        async def inner(): pass
        async def outer():
            _sw_s = _sw_co(1)
            _sw_await(_sw_s, 2, inner())
            _sw_exit(_sw_s)
        try: outer().send(None)
        except StopIteration: pass
        """
    )
    assert "coroutine 'inner' was never awaited" in run.err


@pytest.mark.parametrize("how", ["asyncio.ensure_future", "asyncio.wait_for", "asyncio.shield", "asyncio.gather"])
def test_what_asyncio_makes_of_awaitables(core: CoreUnderTest, how: str) -> None:
    run = core.run(
        f"""
        import asyncio
        async def inner(n): await asyncio.sleep(0); return n
        async def outer(n):
            _sw_s = _sw_co(10, n)
            try:
                made = {how}(inner(n){", 10" if "wait_for" in how else ""})
                return await _sw_await(_sw_s, 2, made)
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        async def main(): return await asyncio.gather(outer(1), outer(2))
        print(asyncio.run(main()))
        """
    )
    assert run.out in ("[1, 2]\n", "[[1], [2]]\n")
    lines = events(run.segment)
    assert lines.count("AWAITED 1") == lines.count("AWAITED 2") == 1
