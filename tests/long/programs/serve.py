"""Serves requests in threads; argv: how many, in how many threads, how many seconds a slow one takes.

It is not instrumented itself, so that every request is a root.
"""

import sys
import threading
from contextlib import suppress

from serving import handle


def work(numbers: range) -> None:
    for number in numbers:
        with suppress(ValueError):
            handle(number)


if __name__ == "__main__":
    count, threads = int(sys.argv[1]), int(sys.argv[2])
    workers = [threading.Thread(target=work, args=(range(start, count, threads),)) for start in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
