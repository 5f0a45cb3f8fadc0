"""Everything that can be awaited, entered and iterated asynchronously, ending in every way."""

import asyncio
import contextlib
import inspect
import types

LOG = []


def note(value):
    LOG.append(value)
    return value


class Awaitable:
    """Awaited by way of a generator."""

    def __init__(self, *values):
        self.values = values

    def __await__(self):
        for value in self.values:
            yield from asyncio.sleep(0).__await__()
            note(value)
        return self.values


class Iterated:
    def __init__(self, *values, fail=False):
        self.values, self.fail = list(values), fail

    def __aiter__(self):
        note("aiter")
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        if not self.values:
            if self.fail:
                raise KeyError("ran out")
            raise StopAsyncIteration
        return self.values.pop(0)


class Entered:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    async def __aenter__(self):
        await asyncio.sleep(0)
        return note(f"enter {self.name}")

    async def __aexit__(self, kind, error, trace):
        await asyncio.sleep(0)
        note(f"exit {self.name} {kind and kind.__name__}")
        return self.swallow


@types.coroutine
def by_generator(value):
    got = yield from asyncio.sleep(0).__await__()
    return value, got


async def double(value):
    await asyncio.sleep(0)
    return value * 2


async def numbers(n):
    for i in range(n):
        got = yield await double(i)
        if got is not None:
            note(got)
        await asyncio.sleep(0)


async def simple():
    print(await double(1), await Awaitable(1, 2), await by_generator(3), await(double)(await double(2)))
    print([await double(i) for i in range(3) if await double(i)], {i: await double(i) async for i in Iterated(1, 2)})
    print([i async for i in numbers(3)], [[j async for j in Iterated(i)] async for i in numbers(2)])
    print([i async for i in (await double(i) async for i in Iterated(1, 2))], f"{await double(4)} {await double(5)=}")
    print(sum(await asyncio.gather(double(1), double(2), asyncio.ensure_future(double(3)))))
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, "set")
    print(await future, await future)


async def contexts():
    async with Entered("a") as a, Entered(note("b"), swallow=True), (Entered("c")):
        print(a)
        raise ValueError("swallowed")
    async with contextlib.AsyncExitStack() as stack:
        print(await stack.enter_async_context(Entered("d")))
    try:
        async with Entered("e"):
            await double(None)
    except TypeError as error:
        print(error)
    print(LOG)
    LOG.clear()


async def loops():
    async for i in Iterated(1, 2, 3):
        if i == 2:
            continue
        print(i)
    else:
        print("else")
    try:
        async for i in Iterated(1, fail=True):
            print(await double(i))
    except KeyError as error:
        print(repr(error))
    running = numbers(3)
    print(await running.asend(None), await anext(running), await running.asend("sent"), LOG)
    await running.aclose()
    print([i async for i in running])


async def wrong():
    for make in (lambda: not_awaitable(), lambda: not_entered(), lambda: not_iterated(), lambda: twice()):
        try:
            print(await make())
        except Exception as error:
            print(type(error).__name__, error)


async def not_awaitable():
    return await 1


async def not_entered():
    async with object() as entered:
        return entered


async def not_iterated():
    return [i async for i in LOG]


async def twice():
    started = double(1)
    return await started + await started


async def cancelled():
    async def waiting(name):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            note(f"cancelled {name}")
            await asyncio.sleep(0)
            raise
        finally:
            note(f"finally {name}")

    task = asyncio.create_task(waiting("task"))
    await asyncio.sleep(0)
    task.cancel()
    print(await asyncio.gather(task, return_exceptions=True))
    try:
        await asyncio.wait_for(waiting("timeout"), 0.01)
    except asyncio.TimeoutError as error:
        print(type(error).__name__)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(waiting("group"))
            group.create_task(not_awaitable())
    except* TypeError as errors:
        print(errors.exceptions)
    print(LOG)
    LOG.clear()


async def executors():
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, note, 1), await asyncio.to_thread(note, value=2))
    queue = asyncio.Queue(1)
    consumer = asyncio.create_task(consume(queue))
    for i in (1, 2, None):
        await queue.put(i)
    print(await consumer, LOG)


async def consume(queue):
    found = []
    while (item := await queue.get()) is not None:
        found.append(await double(item))
    return found


def by_hand():
    """Driving coroutines without a loop."""

    class Step:
        def __await__(self):
            return (yield "step")

    async def steps(n):
        return [await Step() for _ in range(n)]

    running = steps(2)
    print(inspect.getcoroutinestate(running), running.send(None), inspect.getcoroutinestate(running), running.send(1))
    try:
        running.send(2)
    except StopIteration as stop:
        print(stop.value)
    running = steps(1)
    running.send(None)
    try:
        running.throw(KeyError("thrown"))
    except KeyError as error:
        print(repr(error), inspect.getcoroutinestate(running))
    running = steps(1)
    running.send(None)
    running.close()
    print(inspect.getcoroutinestate(running), running.cr_frame)
    never = steps(0)
    never.close()


async def main():
    for each in (simple, contexts, loops, wrong, cancelled, executors):
        print(each.__name__)
        await each()


by_hand()
asyncio.run(main())
