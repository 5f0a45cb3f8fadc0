"""What a program can see of itself, and must see unchanged."""

import abc
import copy
import dataclasses
import enum
import functools
import gc
import inspect
import pickle
import sys
import typing
import weakref


def signature(a, b=1, /, c: int = 2, *args: str, d, e=(1, 2), **kwargs) -> "list[int]":
    """The docstring."""
    return [a, b, c, d]


def local_names(a, b=2):
    c = 3
    del b
    return sorted(locals())


def local_changes(a):
    a += 1
    return locals()


def frame_names():
    names = []
    frame = sys._getframe()
    while frame:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


def stack_depth():
    return len(inspect.stack(0))


def one_deeper():
    return stack_depth()


def closure(n):
    def add(m):
        nonlocal n
        n += m
        return n

    return add


class Base:
    registry = []

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Base.registry.append(cls.__name__)

    def __init__(self, value=1):
        self.value = value

    def name(self):
        return f"base {self.value}"

    def __repr__(self):
        return f"<{type(self).__name__} {self.value}>"


class Child(Base):
    __slots__ = ("__private", "other")

    def __init__(self):
        super().__init__(2)
        self.__private = "mangled"

    def name(self):
        return "child of " + super().name() + self.__private

    def cls(self):
        return __class__

    @property
    def prop(self):
        return self.value

    @prop.setter
    def prop(self, value):
        self.value = value

    @classmethod
    def make(cls):
        return cls()

    @staticmethod
    def static(x):
        return x

    @functools.cached_property
    def cached(self):
        return object()

    def __eq__(self, other):
        return isinstance(other, Child)

    def __hash__(self):
        return 1

    def __getattr__(self, name):
        if name.startswith("dyn_"):
            return name[4:]
        raise AttributeError(name)


class Abstract(abc.ABC):
    @abc.abstractmethod
    def todo(self):
        raise NotImplementedError


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0

    def __post_init__(self):
        self.sum = self.x + self.y


class Color(enum.Enum):
    RED = 1
    BLUE = 2

    def describe(self):
        return self.name.lower()

    @classmethod
    def _missing_(cls, value):
        return cls.RED


class Pair(typing.NamedTuple):
    a: int
    b: int

    def total(self):
        return self.a + self.b


class Descriptor:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        return self.name if instance is None else f"{self.name} of {instance!r}"


class Meta(type):
    def __call__(cls, *args):
        instance = super().__call__(*args)
        instance.made_by = "meta"
        return instance


class Made(metaclass=Meta):
    attribute = Descriptor()

    def __init__(self, *args):
        self.args = args


class Finalised:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("finalised", self.name)


def makes_garbage():
    first = Finalised("first")
    second = Finalised("second")
    del first
    print("before return")
    return second.name


def passes_through(thing):
    return thing


@functools.singledispatch
def dispatched(x):
    return "object"


@dispatched.register
def _(x: int):
    return "int"


@functools.lru_cache
def cached(n):
    return object()


@functools.wraps(signature)
def wrapper(*args, **kwargs):
    return signature(*args, **kwargs)


print(inspect.signature(signature), signature.__doc__, signature.__defaults__, signature.__kwdefaults__)
print(signature.__annotations__, signature.__module__, signature.__qualname__, inspect.signature(wrapper))
print(signature.__code__.co_argcount, signature.__code__.co_varnames[:7], signature.__code__.co_freevars)
print(local_names(1), local_changes(1), frame_names(), one_deeper() - stack_depth())
add = closure(1)
print(add(2), add(3), add.__closure__[0].cell_contents, add.__qualname__)
child = Child.make()
print(Base.registry, child.name(), child.cls(), child.prop, child.static(4), child.dyn_x, child == Child(), [child])
child.prop = 5
print(child.value, child.cached is child.cached, hasattr(child, "nope"))
print(copy.copy(Base(7)), copy.deepcopy(Base(8)), pickle.loads(pickle.dumps(Base(9))))
print(pickle.loads(pickle.dumps(signature)) is signature, pickle.loads(pickle.dumps(Point(1, 2))))
try:
    Abstract()
except TypeError as error:
    print(error)
print(Point(1) < Point(2), Point(3, 4).sum, Color(9), Color.BLUE.describe(), list(Color), Pair(1, 2).total())
print(Made.attribute, Made(1).made_by, sorted(n for n in vars(Made) if not n.startswith("__")))
print(makes_garbage())
thing = Finalised("passed")
ref = weakref.ref(passes_through(thing))
del thing
print(ref())
gc.collect()
before = sys.getrefcount(ref)
passes_through(ref)
print(sys.getrefcount(ref) - before)
print(dispatched(1), dispatched("x"), cached(1) is cached(1), cached.cache_info())
print(sorted(name for name in globals() if not name.startswith("_")))
