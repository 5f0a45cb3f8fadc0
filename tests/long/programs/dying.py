"""Make many calls, then die in the way named. Usage: dying.py kill|exit|segfault CALLS"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys


def step(number: int) -> int:
    return number + 1


def die(way: str) -> None:
    if way == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif way == "exit":
        os._exit(3)
    else:
        ctypes.string_at(0)


def work(way: str, calls: int) -> None:
    for number in range(calls):
        step(number)
    die(way)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    work(sys.argv[1], int(sys.argv[2]))
