"""No, or wrong, support of coroutines (snoop #57, PySnooper #27, appmap-node #103) and generators (logfire #386)."""

from __future__ import annotations

from trapped import Trap

TASKS = """
import asyncio, contextlib, contextvars, inspect
current = contextvars.ContextVar("current", default="none")

async def leaf(n):
    current.set(n)
    await asyncio.sleep(0.001 * (3 - n))
    return n, current.get()

async def middle(n):
    async with asyncio.timeout(10):
        return await leaf(n), current.get()

async def ticks(n):
    try:
        for i in range(n):
            yield i
            await asyncio.sleep(0)
    finally:
        print("ticks end")

@contextlib.asynccontextmanager
async def managed(name):
    print("in", name)
    try: yield name
    finally: print("out", name)

async def cancelled():
    try: await asyncio.sleep(100)
    except asyncio.CancelledError:
        print("cancelled")
        raise

async def main():
    print(await asyncio.gather(*map(middle, range(3))))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(middle(n)) for n in range(2)]
    print([task.result() for task in tasks], current.get())
    async for tick in ticks(5):
        if tick == 2: break
    async with managed("a") as name: print(name, [t async for t in ticks(2)])
    task = asyncio.create_task(cancelled())
    await asyncio.sleep(0)
    task.cancel()
    print(await asyncio.gather(task, return_exceptions=True))
    print(await anext(ticks(1)), await anext(ticks(0), "nothing"))
    coroutine = leaf(0)
    print(inspect.iscoroutine(coroutine), coroutine.cr_await, inspect.getcoroutinestate(coroutine))
    coroutine.close()
    result = await asyncio.to_thread(lambda: current.get())
    print(result)

asyncio.run(main())
asyncio.run(main(), debug=False)
"""
BROKEN_OFF = """
import contextvars, gc
current = contextvars.ContextVar("current", default=0)

def numbers(n):
    token = current.set(n)
    try:
        for i in range(n):
            got = yield i
            if got: print("got", got)
        return "done"
    finally:
        print("end", n)
        current.reset(token)

def through(n):
    result = yield from numbers(n)
    print(result)

def main():
    for i in numbers(5):
        if i == 1: break
    del i
    gc.collect()
    print(current.get(), list(through(2)), sum(numbers(3)), current.get())
    generator = through(3)
    print(next(generator), generator.send("x"), generator.gi_running, generator.gi_frame is not None)
    try: generator.throw(KeyError("k"))
    except KeyError as error: print(error)
    generator = through(3)
    next(generator)
    generator.close()
    with_value = numbers(1)
    next(with_value)
    try: next(with_value)
    except StopIteration as stop: print(stop.value)
    print(dict(zip(numbers(2), through(5))))

class Tree:
    def __init__(self, *children): self.children = children
    def __iter__(self):
        yield self
        for child in self.children: yield from child
    def walk(self):
        yield super().__getattribute__("children")

main()
print(len(list(Tree(Tree(), Tree(Tree())))), [*Tree().walk()])
"""


def test_tasks_generators_and_cancellation_go_as_they_did(trap: Trap) -> None:
    trap.same({"app.py": TASKS}, "app.py")
    assert trap.recorded()["leaf"] == 10  # two runs of three and two; what is closed before it starts leaves nothing


def test_generators_that_are_left_or_closed_end_as_they_did(trap: Trap) -> None:
    trap.same({"app.py": BROKEN_OFF}, "app.py")
    assert trap.recorded()["numbers"] == 8
