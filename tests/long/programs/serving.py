"""Requests: every 2,000th fails, every 2,000th takes as long as the third word of the command line says."""

import sys
import time

EVERY, FAILS, SLOW = 2000, 7, 11


def handle(number: int) -> int:
    first = parse(number)
    if number % EVERY == FAILS:
        raise ValueError(number)
    if number % EVERY == SLOW:
        time.sleep(float(sys.argv[3]))
    return store(first) + store(number)


def parse(number: int) -> int:
    return number + 1


def store(value: int) -> int:
    return value * 2
