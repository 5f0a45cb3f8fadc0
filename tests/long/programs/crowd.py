"""Make calls from many threads or processes at once; write down where each batch of them ran.

Usage: crowd.py threads|fork|spawn WORKERS CALLS RECORD   (CALLS by each worker, on average)
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import threading
from multiprocessing.synchronize import Barrier
from pathlib import Path

BATCHES = 4  # a worker, on average: which worker takes which batch is the pool's affair
Place = tuple[int, int, int]


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


def meet(barrier: Barrier) -> None:
    """Let no worker begin before all are there: the first would do everything."""
    barrier.wait(60)


def in_pool(method: str, workers: int, calls: int) -> list[Place]:
    jobs = [(owner, calls // BATCHES) for owner in range(workers * BATCHES)]
    context = multiprocessing.get_context(method)
    with context.Pool(workers, meet, (context.Barrier(workers),)) as pool:
        return pool.starmap(batch, jobs, chunksize=1)


def main(method: str, workers: int, calls: int) -> list[Place]:
    return in_threads(workers, calls) if method == "threads" else in_pool(method, workers, calls)


if __name__ == "__main__":
    places = main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    Path(sys.argv[4]).write_text(json.dumps(places))
