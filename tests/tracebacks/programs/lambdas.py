"""Lambdas, closures, partials and default values."""

from functools import partial, reduce

half = lambda x: x / 0
table = {
    "a": lambda x, y=2: (
        half(x)
        + y
    ),
    "b": lambda *args, **named: table["a"](*args, **named),
}


def apply(function, *args):
    return function(*args)


def later(value=half):
    def compute(x, scale=lambda: value(3)):
        return scale() * x

    return compute


def defaults(bad):
    def inner(a, b=bad["missing"], *, c=lambda: 1):
        return a

    return inner


def main():
    errors = []
    for attempt in (
        lambda: table["b"](1),
        lambda: apply(lambda f: f(1), half),
        lambda: later()(2),
        lambda: defaults({}),
        partial(apply, half, 4),
        lambda: reduce(lambda a, b: a + b, [1, "2"]),
        lambda: sorted([3, 1], key=lambda n: (lambda: n.x)()),
        lambda: list(map(half, [1])), lambda: (yield_ := half)(2),
    ):
        try:
            attempt()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("all", errors)


main()
