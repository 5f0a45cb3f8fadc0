"""How deep calls can go: each limit is reached at the same depth."""

import sys


def deep(n):
    return deep(n + 1)


def depth_reached():
    depth = 0

    def descend():
        nonlocal depth
        depth += 1
        descend()

    try:
        descend()
    except RecursionError:
        return depth


def generators(n):
    yield n
    yield from generators(n + 1)


def generator_depth():
    depth = 0
    try:
        for depth in generators(0):
            pass
    except RecursionError:
        return depth


for limit in (200, 350, 1000):
    sys.setrecursionlimit(limit)
    print(limit, depth_reached(), depth_reached())
    try:
        deep(0)
    except RecursionError as error:
        print(type(error).__name__, error)
# Python 3.12 counts calls between C and Python apart, up to 1,500: docs/twins.md, "Limits".
sys.setrecursionlimit(700)
print(generator_depth())
