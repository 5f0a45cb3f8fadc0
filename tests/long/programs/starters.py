"""Start work elsewhere, in threads, executors and processes; every call is told who started it.

Every function takes `me`, its own number, and `parent`, the number of what started it, and answers with what it and all
below it would write down: [me, parent, name] each. A work item belongs to who submitted it; what runs in a process of a
pool, to who started the process. Usage: starters.py ROUNDS RECORD
"""

from __future__ import annotations

import asyncio
import itertools
import json
import multiprocessing
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

Record = list[tuple[int, int, str]]
count = itertools.count(1).__next__


def leaf(me: int, parent: int) -> Record:
    return [(me, parent, "leaf")]


def work(me: int, parent: int) -> Record:
    return [(me, parent, "work"), *leaf(me * 100 + 1, me), *leaf(me * 100 + 2, me)]


async def later(me: int, parent: int) -> Record:
    await asyncio.sleep(0)
    return [(me, parent, "later"), *leaf(me * 100 + 1, me)]


def submitting(me: int, parent: int, pool: ThreadPoolExecutor) -> Record:
    items = [pool.submit(work, count() * 100, me) for _ in range(3)]
    items += [pool.submit(partial(work, count() * 100, me))]
    record: Record = [(me, parent, "submitting")]
    for item in items:
        record += item.result()
    return record


def mapping(me: int, parent: int, pool: ThreadPoolExecutor) -> Record:
    numbers = [count() * 100 for _ in range(4)]
    found = list(pool.map(work, numbers, [me] * 4))
    return [(me, parent, "mapping"), *itertools.chain.from_iterable(found)]


class Worker(threading.Thread):
    def __init__(self, me: int, parent: int) -> None:
        super().__init__()
        self.record: Record = [(me, parent, "Worker.__init__")]
        self.me, self.parent = me, parent

    def run(self) -> None:
        self.record += work(self.me + 2, self.me + 1)
        self.record.append((self.me + 1, self.parent, "Worker.run"))


def threading_(me: int, parent: int) -> Record:
    record: Record = [(me, parent, "threading_")]
    workers = [Worker(count() * 100, me) for _ in range(2)]
    numbers = [count() * 100 for _ in range(2)]
    threads = [threading.Thread(target=into, args=(record, number * 100, me)) for number in numbers]
    threads.append(threading.Timer(0, into, (record, count() * 10_000, me)))
    for thread in [*workers, *threads]:
        thread.start()
    for thread in [*workers, *threads]:
        thread.join()
    return record + workers[0].record + workers[1].record


def into(record: Record, me: int, parent: int) -> None:
    record += [(me, parent, "into"), *work(me + 1, me)]


async def in_tasks(me: int, parent: int) -> Record:
    record: Record = [(me, parent, "in_tasks")]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(later(count() * 100, me)) for _ in range(3)]
    for task in tasks:
        record += task.result()
    loop = asyncio.get_running_loop()
    record += await asyncio.to_thread(work, count() * 100, me)
    record += await loop.run_in_executor(None, work, count() * 100, me)
    with ThreadPoolExecutor(2) as pool:
        found = await asyncio.gather(*(loop.run_in_executor(pool, work, count() * 100, me) for _ in range(3)))
    return [*record, *itertools.chain.from_iterable(found)]


def process_pool(me: int, parent: int, method: str) -> Record:
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        found = [pool.submit(work, count() * 100, me) for _ in range(4)]
        record: Record = [(me, parent, "process_pool")]
        for item in found:
            record += item.result()
    return record


def processes(me: int, parent: int, method: str) -> Record:
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        found = pool.starmap(work, [(count() * 100, me) for _ in range(4)])
    return [(me, parent, "processes"), *itertools.chain.from_iterable(found)]


def everything(me: int, parent: int, rounds: int) -> Record:
    record: Record = [(me, parent, "everything")]
    with ThreadPoolExecutor(2) as pool:
        for _ in range(rounds):
            record += submitting(count() * 100, me, pool)
            record += mapping(count() * 100, me, pool)
    for _ in range(rounds):
        record += threading_(count() * 100, me)
        record += asyncio.run(in_tasks(count() * 100, me))
    for method in ("fork", "spawn"):
        record += process_pool(count() * 100, me, method)
        record += processes(count() * 100, me, method)
    return record


if __name__ == "__main__":
    found = everything(count() * 100, 0, int(sys.argv[1]))
    Path(sys.argv[2]).write_text(json.dumps(found))
