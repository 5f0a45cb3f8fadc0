"""Decorators that fail, and functions that fail under decorators."""

import contextlib
import functools


def twice(function):
    @functools.wraps(function)
    def wrapper(*args, **named):
        function(*args, **named)
        return function(*args, **named)

    return wrapper


def named(name, *, fails=False):
    if fails: raise ValueError(name)

    def decorate(function):
        function.label = name
        return function

    return decorate


@twice
@named("work")
def work(x):
    return x.value


class Thing:
    @property
    @twice
    def value(self):
        return self._value

    @staticmethod
    @functools.lru_cache(maxsize=None)
    def static(x): return x / 0

    @classmethod
    def make(cls, x):
        return cls.static(x)

    @functools.cached_property
    def cached(self):
        return self.make(2)

    @contextlib.contextmanager
    def managed(self):
        try:
            yield self.value
        finally:
            self.cached


def decorating():
    @twice
    @named(
        "late",
        fails=True,
    )
    def late():
        pass


def class_decorated():
    @named("class")
    @(lambda cls: cls.missing)
    class Late:
        pass


def managed():
    with Thing().managed():
        pass


@functools.singledispatch
def show(x):
    raise NotImplementedError(type(x))


@show.register
def _(x: int):
    return x + "1"


def main():
    errors = []
    for attempt in (lambda: work(1), lambda: Thing().value, lambda: Thing.make(1), lambda: Thing().cached, decorating,
                    class_decorated, managed, lambda: show(1), lambda: show("x")):
        try:
            attempt()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("all", errors)


main()
