"""Coroutines, tasks and async generators, with everything observable printed."""

import asyncio
import contextvars
import inspect
import sys

user = contextvars.ContextVar("user", default="nobody")


class Lock:
    def __init__(self, name):
        self.name = name

    async def __aenter__(self):
        await asyncio.sleep(0)
        print("aenter", self.name)
        return self

    async def __aexit__(self, kind, value, tb):
        await asyncio.sleep(0)
        print("aexit", self.name, kind)


async def fetch(n):
    await asyncio.sleep(0)
    if n < 0:
        raise ValueError(n)
    return n * 2


async def guarded(n):
    async with Lock(n):
        return await fetch(n)


async def guarded_bare(n):
    async with Lock(n):
        if n:
            return
        return await fetch(n)


async def stream(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                print("got", got)
            await asyncio.sleep(0)
    finally:
        print("stream ends")


async def filtered(n):
    async with Lock("stream"):
        async for i in stream(n):
            if i % 2:
                yield i


async def sets_user(name):
    before = user.get()
    token = user.set(name)
    await asyncio.sleep(0)
    seen = user.get()
    user.reset(token)
    return before, seen, user.get()


async def cancelled(log):
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append("cancelled")
        raise
    finally:
        log.append("finally")


def sync_helper(n):
    return [asyncio.ensure_future(fetch(i)) for i in range(n)]


class Awaitable:
    def __await__(self):
        got = yield from asyncio.sleep(0, "slept").__await__()
        return "awaited", got


async def shielded():
    return await asyncio.shield(fetch(4))


async def main():
    print(await asyncio.gather(*(fetch(i) for i in range(5))))
    print(await asyncio.gather(fetch(1), fetch(-1), return_exceptions=True))
    print(await asyncio.gather(*(guarded(i) for i in range(2))))
    print(await guarded_bare(0), await guarded_bare(1))
    print([i async for i in stream(3)], [i async for i in filtered(5)])
    print(await asyncio.gather(*(sets_user(name) for name in "abc")), user.get())
    log = []
    task = asyncio.create_task(cancelled(log))
    await asyncio.sleep(0)
    task.cancel()
    print(await asyncio.gather(task, return_exceptions=True), log)
    try:
        await asyncio.wait_for(cancelled(log), 0.01)
    except asyncio.TimeoutError as error:
        print("timeout", type(error).__name__, log)
    print(await asyncio.gather(*sync_helper(3)))
    print(await Awaitable(), await shielded())
    agen = stream(5)
    print(await agen.__anext__(), await agen.asend("hello"))
    await agen.aclose()
    agen = stream(5)
    await agen.__anext__()
    try:
        await agen.athrow(KeyError("thrown"))
    except KeyError as error:
        print("athrow", error)
    async for i in stream(9):
        if i:
            break
    print(await asyncio.to_thread(fetch_blocking, 3))
    coroutine = fetch(1)
    print(inspect.getcoroutinestate(coroutine), inspect.iscoroutine(coroutine), coroutine.cr_await)
    coroutine.close()
    print(inspect.iscoroutinefunction(fetch), inspect.isasyncgenfunction(stream))
    print(asyncio.current_task().get_name().startswith("Task"))
    if sys.version_info >= (3, 11):
        await groups()


async def groups():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(i)) for i in range(3)]
    print([task.result() for task in tasks])
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(-1))
            group.create_task(fetch(-2))
    except BaseExceptionGroup as error:
        print(error.message, [repr(e) for e in error.exceptions])


def fetch_blocking(n):
    return user.get(), n


def by_hand():
    """Drive two coroutines in turn without an event loop."""

    class Pause:
        def __await__(self):
            return (yield "paused")

    async def worker(name):
        for i in range(2):
            print(name, i, await Pause())
        return name

    workers = [worker("a"), worker("b")]
    for w in workers:
        print(w.send(None))
    while workers:
        for w in list(workers):
            try:
                w.send("go")
            except StopIteration as stop:
                print("result", stop.value)
                workers.remove(w)
    w = worker("c")
    w.send(None)
    try:
        w.throw(KeyError("by hand"))
    except KeyError as error:
        print("thrown", error)


by_hand()
asyncio.run(main())
