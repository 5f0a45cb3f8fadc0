"""Errors while a class is made, and in its special methods."""

import dataclasses
import enum


class Meta(type):
    def __new__(mcs, name, bases, space, **options):
        if "bad" in space:
            raise TypeError(name)
        return super().__new__(mcs, name, bases, space)

    def __call__(cls, *args):
        return super().__call__(*args)


class Field:
    def __set_name__(self, owner, name):
        raise AttributeError(f"{owner.__name__}.{name}")


class Base:
    def __init_subclass__(cls, *, kind=None):
        {}[kind]


def in_body():
    class Broken:
        size = 1
        ratio = size / 0

        def method(self): return 1


def in_metaclass():
    class Broken(
        metaclass=Meta,
    ):
        bad = True


def in_set_name():
    class Broken:
        field = Field()


def in_subclass():
    class Broken(Base, kind="x"):
        pass


def in_bases():
    class Broken(Base, {}["y"]):
        pass


def in_nested():
    class Outer:
        class Inner:
            values = [n / (1 - n) for n in range(2)]


def in_init():
    class Whole(metaclass=Meta):
        def __init__(self, a):
            self.a = a.b

    Whole(
        1)


def in_dataclass():
    @dataclasses.dataclass
    class Point:
        x: int
        y: list = dataclasses.field(default_factory=lambda: [][0])

        def __post_init__(self):
            self.x.y

    try:
        Point(1)
    except IndexError:
        Point(1, [])


def in_enum():
    class Colour(enum.Enum):
        RED = 1

        @classmethod
        def _missing_(cls, value):
            return cls[value]

    Colour("BLUE")


def in_dunder():
    class Ordered:
        def __lt__(self, other):
            return self.key < other.key

        def __iter__(self):
            return iter(self.key)

        def __getattr__(self, name):
            raise AttributeError(name, self)

        def __repr__(self):
            return "an Ordered"

    try:
        sorted([Ordered(), Ordered()])
    except AttributeError:
        a, b = Ordered()


def main():
    errors = []
    for attempt in (in_body, in_metaclass, in_set_name, in_subclass, in_bases, in_nested, in_init, in_dataclass, in_enum,
                    in_dunder):
        try:
            attempt()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("all", errors)


main()
