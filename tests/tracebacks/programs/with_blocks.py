"""with statements: entries, bodies and exits that fail."""

import contextlib


class Lock:
    def __init__(self, name, fails=""):
        self.name, self.fails = name, fails

    def __enter__(self):
        if self.fails == "enter":
            raise RuntimeError(self.name)
        return self.name

    def __exit__(self, kind, value, trace):
        if self.fails == "exit":
            raise LookupError(self.name) from value
        return self.fails == "swallow"


def body():
    with Lock("a") as a:
        return a + 1


def several():
    with (
        Lock("a") as a,
        Lock("b", "enter"),
    ):
        return a


def leaving():
    with Lock("a"), Lock("b", "exit"): x = 1 / 1
    return x


def both():
    with Lock("a", "exit") as a:
        with Lock("b", "exit"):
            a.missing()


def swallowed():
    with Lock("a", "swallow"):
        1 / 0
    with contextlib.suppress(KeyError):
        {}[1]
    {}[2]


def returning():
    for _ in range(2):
        with Lock("a", "exit"):
            return len(
                "abc"
            )


def stack():
    with contextlib.ExitStack() as exits:
        exits.enter_context(Lock("a", "exit"))
        exits.callback(lambda: {}["callback"])
        exits.enter_context(Lock("b", "exit"))


def none():
    with None as n:
        return n


def target():
    with Lock("a") as (a, b), Lock("b"):
        return a, b


def main():
    errors = []
    for attempt in (body, several, leaving, both, swallowed, returning, stack, none, target):
        try:
            attempt()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("all", errors)


main()
