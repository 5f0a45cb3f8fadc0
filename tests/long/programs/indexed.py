"""Makes calls, some of which fail, in some processes one after another: `indexed.py PROCESSES CALLS`."""

import contextlib
import os
import sys


def step(number: int) -> int:
    if number % 100 == 99:
        raise ValueError(f"the step {number}")
    return number + 1


def work(calls: int) -> None:
    for number in range(calls):
        with contextlib.suppress(ValueError):
            step(number)


def main(processes: int, calls: int) -> None:
    for _ in range(processes):
        child = os.fork()
        if not child:
            work(calls)
            os._exit(0)
        os.waitpid(child, 0)


main(int(sys.argv[1]), int(sys.argv[2]))
