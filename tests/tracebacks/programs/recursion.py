"""Frames that repeat, alone and in turn, until there are too many."""

import sys


def down(n):
    if n == 0:
        raise ValueError("bottom")
    return down(n - 1)


def ping(n):
    return pong(n - 1) if n else \
        1 / n


def pong(n):
    return [ping(n)
            for _ in "a"][0]


def endless(n):
    return 1 + endless(
        n + 1)


class Tree:
    def __init__(self, depth):
        self.child = Tree(depth - 1) if depth else None

    def __repr__(self):
        return f"<{self.child!r}>" if self.child else missing


def main():
    errors = []
    sys.setrecursionlimit(200)
    for attempt in (lambda: down(8), lambda: ping(6), lambda: endless(0), lambda: repr(Tree(5))):
        try:
            attempt()
        except Exception as error:
            errors.append(error)
    sys.setrecursionlimit(1000)
    raise ExceptionGroup("all", errors)


main()
