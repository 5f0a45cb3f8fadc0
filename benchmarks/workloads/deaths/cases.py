"""What makes the calls of which something is to be left."""


def f(a, b):
    return a + b


def work(count, end):
    for number in range(count):
        f(number, 2)
    end()
