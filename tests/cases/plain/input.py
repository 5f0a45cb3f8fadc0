#!/usr/bin/env python3
# A comment before everything.
import os


def add(a, b):
    return a + b


def nothing_returned(path):
    os.stat(path)


def both(flag):
    if flag:
        return 1
    print("no")


def every_branch_returns(flag):
    if flag:
        return 1
    else:
        raise ValueError(flag)


def recursive(n):
    return 1 if n < 2 else n * recursive(n - 1)


if __name__ == "__main__":
    print(add(1, 2), recursive(5))
