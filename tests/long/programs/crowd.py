"""Make calls from many threads or processes at once; write down where each batch of them ran.

Usage: crowd.py threads|fork|spawn WORKERS CALLS RECORD   (CALLS by each worker)
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import threading
from multiprocessing.synchronize import Barrier
from pathlib import Path

Place = tuple[int, int, int]
gate: Barrier | None = None


def work(owner: int, number: int) -> int:
    return number + 1


def batch(owner: int, calls: int) -> Place:
    """Make the calls of one batch; return its number, process and thread."""
    for number in range(calls):
        work(owner, number)
    return owner, os.getpid(), threading.get_native_id()


def in_threads(workers: int, calls: int) -> list[Place]:
    places: list[Place] = []
    threads = [threading.Thread(target=lambda n=n: places.append(batch(n, calls))) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return places


def prepare(barrier: Barrier) -> None:
    """Begin a worker of a pool."""
    global gate
    gate = barrier


def batch_together(owner: int, calls: int) -> Place:
    """Begin only when every worker has its batch: the first would take them all."""
    assert gate
    gate.wait(60)
    return batch(owner, calls)


def in_pool(method: str, workers: int, calls: int) -> list[Place]:
    context = multiprocessing.get_context(method)
    with context.Pool(workers, prepare, (context.Barrier(workers),)) as pool:
        return pool.starmap(batch_together, [(owner, calls) for owner in range(workers)], chunksize=1)


def main(method: str, workers: int, calls: int) -> list[Place]:
    return in_threads(workers, calls) if method == "threads" else in_pool(method, workers, calls)


if __name__ == "__main__":
    places = main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    Path(sys.argv[4]).write_text(json.dumps(places))
