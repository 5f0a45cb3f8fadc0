"""Exceptions in generators, thrown into them and out of them."""


def numbers(n):
    try:
        for i in range(n):
            got = yield 10 / (2 - i)
            if got:
                raise ValueError(got)
    finally:
        print("left")


def through(n):
    first = yield from numbers(
        n
    )
    return first


def manual(source):
    with open("/dev/null") as sink:
        while True:
            try:
                yield next(source)
            except ZeroDivisionError as error:
                sink.write("")
                raise RuntimeError("manual") from error


def stops():
    yield next(iter(()))


def thrown():
    generator = through(3)
    next(generator)
    generator.throw(KeyError("thrown"))


def sent():
    generator = (lambda: (yield from through(3)))()
    next(generator)
    generator.send("value")


def closed():
    def stubborn():
        try:
            yield 1
        except GeneratorExit:
            yield 2

    generator = stubborn()
    next(generator)
    generator.close()


def expression():
    return sum(10 // (3 - x)
               for x in through(3)
               if x)


def main():
    errors = []
    for attempt in (lambda: list(through(5)), lambda: list(manual(numbers(4))), lambda: list(stops()), thrown, sent,
                    closed, expression, lambda: dict(numbers(1)), lambda: [*numbers(3)]):
        try:
            attempt()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("all", errors)


main()
