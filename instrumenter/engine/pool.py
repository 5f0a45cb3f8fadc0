"""Many files at a time: the same work in several processes, one of which may crash."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_WORTH_IT = 20  # files; below, starting processes takes longer than the work


def default_jobs(tasks: int) -> int:
    """Return how many processes are worth starting for so many files."""
    return os.cpu_count() or 1 if tasks >= _WORTH_IT else 1


def each(
    work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int, crashed: Callable[[Task], Result]
) -> Iterator[Result]:
    """Yield what `work` makes of each task, in whatever order they are done; `crashed` speaks for a dead worker."""
    if jobs == 1:
        yield from map(work, tasks)
        return
    waiting = deque(tasks)
    while waiting:
        in_flight: dict[Future[Result], Task] = {}
        try:
            yield from _in_pool(work, waiting, jobs, in_flight)
        except BrokenProcessPool:
            for task in in_flight.values():
                yield _alone(work, task, crashed)


def _in_pool(
    work: Callable[[Task], Result], waiting: deque[Task], jobs: int, in_flight: dict[Future[Result], Task]
) -> Iterator[Result]:
    """Keep the workers busy; one that dies breaks the pool, and the suspects are those in flight."""
    with _pool(jobs) as pool:
        while waiting or in_flight:
            while waiting and len(in_flight) < 2 * jobs:
                with _uninterrupted():
                    in_flight[pool.submit(work, waiting[0])] = waiting[0]
                waiting.popleft()
            for future in wait(in_flight, return_when=FIRST_COMPLETED).done:
                result = future.result()
                del in_flight[future]
                yield result


def _alone(work: Callable[[Task], Result], task: Task, crashed: Callable[[Task], Result]) -> Result:
    with _pool(1) as pool:
        try:
            with _uninterrupted():
                future = pool.submit(work, task)
            return future.result()
        except BrokenProcessPool:
            return crashed(task)


@contextlib.contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    # Spawned, not forked: a progress bar's thread may hold a lock at the moment of a fork.
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Start workers deaf to Ctrl-C (they inherit the mask): this process ends them, without a traceback from each."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
