"""The same with the least that can be called in C: two calls, each of which reads the counter and stores it."""

from limit import enter, leave


def f(a, b):
    try:
        enter(0)
        return a + b
    finally:
        leave(0)


def fib(n):
    try:
        enter(1)
        return n if n < 2 else fib(n - 1) + fib(n - 2)
    finally:
        leave(1)


def items(n):
    enter(2)
    try:
        for i in range(n):
            leave(2)
            yield i
            enter(2)
    finally:
        leave(2)


async def coroutine(a):
    try:
        enter(3)
        return a
    finally:
        leave(3)


class Counter:
    def method(self, a):
        try:
            enter(4)
            return a
        finally:
            leave(4)


def fails():
    try:
        enter(5)
        raise ValueError("no such thing")
    finally:
        leave(5)
