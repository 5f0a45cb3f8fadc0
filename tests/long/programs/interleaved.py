"""Many interleaved tasks, each call of which is told who makes it.

Every function takes `me`, its own number, and `parent`, its caller's, and writes both down as its first act. A method
that cannot be told (`__aenter__`) takes a number itself and calls `leaf` with it. The parent of a task, a callback and
a function sent to a thread is the coroutine that made it. Usage: interleaved.py SCENARIOS RECORD
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any

RECORD: list[tuple[int, int, str]] = []
# Both are written in C, so that keeping the record adds no span.
record = RECORD.append
new = itertools.count(1).__next__


def leaf(me: int, parent: int) -> int:
    record((me, parent, "leaf"))
    return me


def branch(me: int, parent: int, depth: int) -> None:
    record((me, parent, "branch"))
    leaf(new(), me)
    if depth:
        branch(new(), me, depth - 1)
        branch(new(), me, depth - 1)


def numbers(me: int, parent: int, count: int) -> Iterator[int]:
    record((me, parent, "numbers"))
    for number in range(count):
        leaf(new(), me)
        yield number
        leaf(new(), me)


def relayed(me: int, parent: int, count: int) -> Iterator[int]:
    record((me, parent, "relayed"))
    yield from numbers(new(), me, count)
    leaf(new(), me)


@contextmanager
def corner(me: int, parent: int) -> Iterator[int]:
    record((me, parent, "corner"))
    leaf(new(), me)
    yield me
    leaf(new(), me)


async def nap(me: int, parent: int, seconds: float) -> None:
    record((me, parent, "nap"))
    leaf(new(), me)
    await asyncio.sleep(seconds)
    branch(new(), me, 1)


async def nest(me: int, parent: int, depth: int) -> None:
    record((me, parent, "nest"))
    if depth:
        await asyncio.sleep(0)
        await nest(new(), me, depth - 1)
    leaf(new(), me)


async def stream(me: int, parent: int, count: int) -> AsyncIterator[int]:
    record((me, parent, "stream"))
    for number in range(count):
        await nap(new(), me, 0)
        yield number
        leaf(new(), me)


@asynccontextmanager
async def room(me: int, parent: int) -> AsyncIterator[int]:
    record((me, parent, "room"))
    await nap(new(), me, 0)
    try:
        yield me
    finally:
        await nap(new(), me, 0)


class Door:
    def __init__(self, me: int, parent: int) -> None:
        record((me, parent, "Door.__init__"))
        self.owner = parent

    async def __aenter__(self) -> None:
        me = new()
        record((me, self.owner, "Door.__aenter__"))
        await asyncio.sleep(0)
        leaf(new(), me)

    async def __aexit__(self, *failure: object) -> None:
        me = new()
        record((me, self.owner, "Door.__aexit__"))
        leaf(new(), me)
        await nap(new(), me, 0)


def twice(me: int, parent: int, function: Any) -> Any:
    record((me, parent, "twice"))
    leaf(new(), me)

    @wraps(function)
    async def wrapper(me: int, parent: int) -> None:
        record((me, parent, "twice.<locals>.wrapper"))
        await function(new(), me)
        await function(new(), me)

    return wrapper


async def once(me: int, parent: int) -> None:
    record((me, parent, "once"))
    await asyncio.sleep(0)
    leaf(new(), me)


decorated = twice(new(), 0, once)


async def failing(me: int, parent: int) -> None:
    record((me, parent, "failing"))
    await nap(new(), me, 0)
    raise ValueError(me)


async def endless(me: int, parent: int) -> None:
    record((me, parent, "endless"))
    try:
        while True:
            await asyncio.sleep(0.001)
            leaf(new(), me)
    finally:
        leaf(new(), me)


async def resumer(me: int, parent: int, source: Iterator[int]) -> None:
    record((me, parent, "resumer"))
    await asyncio.sleep(0)
    for _ in source:
        leaf(new(), me)
        await asyncio.sleep(0)


async def act_gather(me: int, parent: int) -> None:
    record((me, parent, "act_gather"))
    await asyncio.gather(*(nest(new(), me, depth) for depth in range(4)), nap(new(), me, 0.001))
    leaf(new(), me)


async def act_group(me: int, parent: int) -> None:
    record((me, parent, "act_group"))
    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(nap(new(), me, number / 2000))
        group.create_task(decorated(new(), me))
        leaf(new(), me)


async def act_failing_group(me: int, parent: int) -> None:
    record((me, parent, "act_failing_group"))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(endless(new(), me))
            group.create_task(failing(new(), me))
    except Exception:  # the group's
        leaf(new(), me)


async def act_stream(me: int, parent: int) -> None:
    record((me, parent, "act_stream"))
    async for _ in stream(new(), me, 3):
        await nap(new(), me, 0)
    async with aclosing(stream(new(), me, 3)) as cut:  # type: ignore[type-var]
        async for _ in cut:
            leaf(new(), me)
            break
    async for _ in stream(new(), me, 3):  # left to the event loop's finalizer
        break
    leaf(new(), me)


async def act_managers(me: int, parent: int) -> None:
    record((me, parent, "act_managers"))
    async with Door(new(), me):
        leaf(new(), me)
    async with room(new(), me), Door(new(), me):
        await nap(new(), me, 0.001)
        branch(new(), me, 1)
    with corner(new(), me):
        await nap(new(), me, 0)
        leaf(new(), me)


async def act_generators(me: int, parent: int) -> None:
    record((me, parent, "act_generators"))
    for number in relayed(new(), me, 4):
        await nap(new(), me, 0) if number % 2 else await asyncio.sleep(0)
        leaf(new(), me)
    shared = numbers(new(), me, 4)
    next(shared)
    await asyncio.gather(resumer(new(), me, shared), nest(new(), me, 2))


async def act_cancel(me: int, parent: int) -> None:
    record((me, parent, "act_cancel"))
    task = asyncio.create_task(endless(new(), me))
    never = asyncio.create_task(endless(new(), me))
    never.cancel()
    await nap(new(), me, 0.002)
    task.cancel()
    await asyncio.gather(task, never, return_exceptions=True)
    leaf(new(), me)


async def act_timeout(me: int, parent: int) -> None:
    record((me, parent, "act_timeout"))
    with suppress(TimeoutError):
        async with asyncio.timeout(0.002):
            await endless(new(), me)
    with suppress(TimeoutError):
        await asyncio.wait_for(endless(new(), me), 0.002)
    leaf(new(), me)


async def act_elsewhere(me: int, parent: int) -> None:
    record((me, parent, "act_elsewhere"))
    asyncio.get_running_loop().call_soon(branch, new(), me, 1)
    await asyncio.to_thread(branch, new(), me, 1)
    leaf(new(), me)


ACTS = (
    act_gather,
    act_group,
    act_failing_group,
    act_stream,
    act_managers,
    act_generators,
    act_cancel,
    act_timeout,
    act_elsewhere,
)


async def scenario(me: int, parent: int, seed: int) -> None:
    record((me, parent, "scenario"))
    choice = random.Random(seed)
    for act in choice.sample(ACTS, 3):
        if choice.random() < 0.5:
            await act(new(), me)
        else:
            await asyncio.gather(act(new(), me), nap(new(), me, choice.random() / 500))


async def all_scenarios(me: int, parent: int, count: int) -> None:
    record((me, parent, "all_scenarios"))
    async with asyncio.TaskGroup() as group:
        for seed in range(count):
            group.create_task(scenario(new(), me, seed))


def main(me: int, parent: int, count: int) -> None:
    record((me, parent, "main"))
    asyncio.run(all_scenarios(new(), me, count))
    branch(new(), me, 2)


if __name__ == "__main__":
    main(new(), 0, int(sys.argv[1]))
    Path(sys.argv[2]).write_text(json.dumps(RECORD))
