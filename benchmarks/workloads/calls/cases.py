"""What is called: `children/measure_calls.py` has the loops."""

from callee import callee


def f(a, b):
    return a + b


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def items(n):
    for i in range(n):
        yield i


async def coroutine(a):
    return a


class Counter:
    def method(self, a):
        return a


def fails():
    raise ValueError("no such thing")


def takes(value):
    return None


def sites(n):
    for _ in range(n):
        callee(1)
