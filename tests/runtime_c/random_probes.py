"""A program that calls probes at random, in and out of order, with random values; argv: the seed, how many steps."""

from __future__ import annotations

import collections
import contextlib
import contextvars
import enum
import functools
import random
import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from spanwright import probes

WORDS = (
    "enter enter_m ret fail val error flag exit gen gen_m co co_m agen agen_m pause resume from "
    "call call_m will will_m in out caught await awith aiter line var let keep state"
)
PROBES: dict[str, Callable[..., Any]] = dict(
    zip(WORDS.split(), probes(__name__, "random_probes.py@00112233aabbccdd", 2, 100, WORDS), strict=True)
)
FIRST_WORDS = WORDS.split()[: WORDS.split().index("call")]
chance = random.Random(int(sys.argv[1]))
handles: list[Any] = []
async_handles: list[Any] = []
changing: list[Any] = [[1], {2: 3}, {4}, bytearray(5), "fixed", 6]


class Slots:
    __slots__ = ("first", "second")
    second: Any


class Plain:
    def __init__(self) -> None:
        self.number, self.text, self.parts = 1, "zwei", [3]


class Both(Plain):
    __slots__ = ("extra",)
    extra: Any


class Mapping(Plain, dict[Any, Any]):
    def __init__(self, content: Any) -> None:
        dict.__init__(self, content)


class Number(enum.IntEnum):
    ONE = 1


class Real(float):
    pass


class Hostile(Exception):
    def __str__(self) -> str:
        raise AssertionError("user code must not run")

    __repr__ = __str__


Pair = collections.namedtuple("Pair", "first second")


def text() -> str:
    return "".join(chance.choice("abcé€😀\ud800 ") for _ in range(chance.choice([0, 3, 20, 70, 400, 1100])))


def plain(depth: int) -> Any:
    """An instance with fields kept in every way the interpreter knows."""
    kind = type(f"Plain{chance.randint(0, 9)}", (Plain,), {}) if chance.random() < 0.5 else Plain
    thing: Any = kind()
    thing.me = thing
    if chance.random() < 0.3:
        setattr(thing, chance.choice("üx") * chance.randint(1, 300), 1)
    for i in range(chance.choice([0, 0, 0, 3, 28, 29, 40])):
        setattr(thing, f"field{i}", i)
    way = chance.randint(0, 9)
    if way < 3:
        vars(thing)
    if way == 3:
        del thing.number
    if way == 4:
        thing.__dict__ = {"k": 1, 2: 3}
    if way == 5:
        del thing.__dict__
    return thing


def slots(depth: int) -> Any:
    thing = Slots()
    if chance.random() < 0.5:
        thing.second = value(depth + 1)
    return thing


def both(depth: int) -> Any:
    thing = Both()
    thing.extra = chance.choice([1, thing])
    return thing


def cycle(depth: int) -> Any:
    items: list[Any] = [1]
    items.append(items)
    return items


def nested(depth: int) -> Any:
    made: Any = "x" * chance.randint(0, 90)
    for _ in range(chance.randint(0, 6)):
        made = [made] * 2
    return made


SCALARS: list[Callable[[int], Any]] = [
    lambda _: chance.choice(
        [None, True, False, ..., NotImplemented, len, sys, Plain, plain, [].append, Pair(1, 2).count, steps]
    ),
    lambda _: chance.randint(-(10 ** chance.randint(0, 25)), 10 ** chance.randint(0, 25)),
    lambda _: (-1) ** chance.randint(0, 1) * chance.getrandbits(chance.randint(1, 4000)),
    lambda _: chance.choice([chance.random(), complex(chance.random(), -1), Number.ONE, Real(1.5), object()]),
    lambda _: text(),
    lambda _: "y" * chance.choice([0, 63, 64, 65, 66, 1023, 1024, 1025, 3000]),
    lambda _: chance.choice([bytes, bytearray])(chance.choice([0, 5, 1024, 1025])),
    lambda _: range(chance.randint(-5, 5), chance.choice([1, 2**70])),
]
CONTAINERS: list[Callable[[int], Any]] = [
    plain,
    slots,
    both,
    cycle,
    nested,
    lambda _: chance.choice(
        [Pair(1, [2]), collections.OrderedDict(a=1), collections.Counter("ab"), collections.deque([1])]
    ),
    lambda _: Mapping({1: 2, "k": Plain()}),
    lambda _: chance.choice([set, frozenset])(chance.sample(range(1000), chance.randint(0, 50))),
    lambda depth: Hostile(1, value(depth + 1)),
    lambda depth: [value(depth + 1) for _ in range(chance.choice([0, 1, 3, 5, 33, 50]))],
    lambda depth: tuple(value(depth + 1) for _ in range(chance.randint(0, 4))),
    lambda depth: {chance.choice([f"k{i}", i]): value(depth + 1) for i in range(chance.choice([0, 1, 4, 40]))},
]


def value(depth: int = 0) -> Any:
    return chance.choice(SCALARS if depth > 3 or chance.random() < 0.6 else CONTAINERS)(depth)


def values(least: int, most: int) -> list[Any]:
    return [value() for _ in range(chance.randint(least, most))]


KINDS: list[type[BaseException]] = [
    ValueError, KeyError, OSError, ImportError, UnicodeError, StopIteration, SyntaxError,
    GeneratorExit, KeyboardInterrupt, Hostile,
]  # fmt: skip


def exception(depth: int = 0) -> Any:
    args = [chance.choice([1, "text", None, 2.5, b"b", 2**70, value(2)]) for _ in range(chance.randint(0, 3))]
    try:
        error: Any = chance.choice(KINDS)(*args)
    except (TypeError, ValueError):
        error = ValueError("in the making")
    if chance.random() < 0.2:
        error.__notes__ = [*(f"note {i}" for i in range(chance.randint(0, 12))), 3]
    for name in ("context", "suggestion"):
        if chance.random() < 0.2:
            setattr(error, name, value(1))
    for name in ("__cause__", "__context__"):
        if chance.random() < 0.2 and depth < 6:
            setattr(error, name, exception(depth + 1))
    error.__suppress_context__ = chance.random() < 0.1
    return error


def fall(depth: int, error: BaseException) -> None:
    if depth == 0:
        raise error
    fall(depth - 1, error)


def fail(error: BaseException, again: bool) -> None:
    """Note an exception in some ways, and perhaps let it go on."""
    try:
        fall(chance.choice([0, 1, 3, 70]), error)
    except BaseException:
        for _ in range(chance.randint(1, 2)):
            word = chance.choice(["fail", "error", "flag"])
            target = chance.choice([chance.randint(0, 6), *(handles if word != "fail" else [])])
            PROBES[word](target)
            if chance.random() < 0.4:
                PROBES["exit"](target)
        if again:
            raise


def failures() -> None:
    try:
        try:
            fail(exception(), chance.random() < 0.5)
        except BaseException:
            PROBES[chance.choice(["fail", "error"])](chance.randint(0, 6))
            raise
    except BaseException:
        pass


def on_handle(word: str, handle: Any) -> None:
    if word == "from":
        next(iter(PROBES[word](handle, chance.choice([[1, 2], "ab", iter((1, 2))]))), None)
    elif word in ("pause", "resume", "val"):
        PROBES[word](handle, *values(0, 1))
    else:
        PROBES[word](handle)


def change() -> None:
    target = chance.choice(changing)
    if type(target) is list:
        target.append(value(2))
        del target[: chance.choice([0, 1, 20])]
    elif type(target) is dict:
        target[chance.randint(0, 50)] = value(2)
    elif type(target) is set:
        target.symmetric_difference_update({chance.randint(0, 50)})
    elif type(target) is bytearray:
        target += b"more"
    elif type(target) is Plain:
        setattr(target, f"field{chance.randint(0, 3)}", chance.randint(0, 3))
    else:
        changing[chance.randrange(len(changing))] = chance.choice([Plain(), value(1), [1], {2: 3}])


class Called(Plain):
    def method(self) -> None: ...

    @staticmethod
    def static() -> None: ...

    @classmethod
    def of_class(cls) -> None: ...

    @property
    def hidden(self) -> Any:
        raise AssertionError("user code must not run")

    inner = Plain
    partial = functools.partial(len)


class Below(Called):
    def method(self) -> None: ...

    def above(self) -> Any:
        return super()


class Guarded(Called):
    def __getattr__(self, name: str) -> Any:
        raise AssertionError("user code must not run")


class Asked(Called):
    def __getattribute__(self, name: str) -> Any:
        raise AssertionError("user code must not run")


below, guarded, with_own = Below(), Guarded(), Called()
vars(with_own)["method"] = vars(with_own)["append"] = len
RECEIVERS: list[Any] = [
    below, guarded, with_own, below.above(), Called, Below, sys, [], {}, "", 5, 2.5, Pair(1, 2), Pair, functools,
    type, super(Called, Called), Number.ONE, Asked(), re.compile("a"), len, None, Slots(),
]  # fmt: skip
NAME_TEXT = "method static of_class hidden inner partial append get join exit match count __init__ mro nothing"
NAMES = NAME_TEXT.split()
CALLEES: list[Any] = [
    len, print, plain, lambda: None, Called, Below, int, below.method, Called.of_class, Called.static, below.above,
    [].append, "".join, str.join, dict.fromkeys, int.__add__, (5).__add__, functools.partial(len), 5, Number.ONE,
    functools.lru_cache(plain), vars(Called)["static"], vars(Called)["of_class"], types.MethodType(len, 5), type,
    types.MethodType(types.MethodType(plain, 1), 2), re.compile("a").match, object(), None, Called.method,
]  # fmt: skip


def some_changing() -> list[Any]:
    return [chance.choice(changing) for _ in range(chance.choice([0, 0, 1, 3]))]


def some_call(word: str) -> list[Any]:
    """The arguments of a probe of calls."""
    kept = some_changing() if word in ("call", "call_m", "in") else []
    if word == "caught":
        return []
    if word == "out":
        return [*values(1, 1), *some_changing()]
    if word.endswith("_m"):
        return [chance.randint(0, 9), chance.choice(RECEIVERS), chance.choice(NAMES), *kept]
    return [chance.randint(0, 9), chance.choice(CALLEES), *kept]


CALLER_TEXT = "call call_m will will_m in in out out caught enter line var exit flag"
CALLER_WORDS = CALLER_TEXT.split()


def caller() -> Iterator[None]:
    """A frame that lives on, so that the cores tell it from others alike: call spans in and out of order."""
    while True:
        for _ in range(chance.randint(1, 4)):
            word = chance.choice(CALLER_WORDS)
            if word in ("enter", "line", "var"):
                args = [chance.randint(0, 9)]
            elif word in ("exit", "flag"):
                args = [chance.choice([chance.randint(0, 9), *handles])]
            else:
                args = some_call(word)
            PROBES[word](*args)
            if chance.random() < 0.2:
                change()
        yield


callers = [caller() for _ in range(4)]


def calls() -> None:
    next(chance.choice(callers))


def points() -> None:
    handle = [chance.choice(handles)] if handles and chance.random() < 0.4 else []
    word = chance.choice(["line", "var", "let", "keep", "state"])
    if word in ("keep", "state"):
        PROBES[word](*(handle or [chance.randint(0, 6)]), *changing[: chance.randint(0, 6)])
    elif word == "line":
        PROBES[word](*handle, chance.randint(0, 99))
    else:
        PROBES[word](*handle, chance.randint(0, 99), *values(1, 1 if word == "let" else 4))


@types.coroutine
def pause() -> Any:
    return (yield 1)


async def awaited(fails: bool) -> Any:
    await pause()
    if fails:
        raise KeyError("awaited")
    return (1, 2)


class Manager:
    async def __aenter__(self) -> Any:
        return await awaited(chance.random() < 0.2)

    async def __aexit__(self, *_: object) -> bool:
        await awaited(chance.random() < 0.2)
        return chance.random() < 0.3


class Items:
    def __aiter__(self) -> Items:
        return self

    async def __anext__(self) -> Any:
        if chance.random() < 0.3:
            raise StopAsyncIteration
        return await awaited(chance.random() < 0.1)


async def generated() -> Any:
    for number in range(chance.randint(0, 3)):
        yield await awaited(number == 2)


async def runs(handle: Any, site: int, way: str) -> Any:
    if way == "await":
        return await PROBES[way](handle, site, awaited(chance.random() < 0.3))
    if way == "awith":
        async with PROBES[way](handle, site, chance.choice([Manager(), Manager(), Plain()])):
            return await awaited(chance.random() < 0.3)
    async for item in PROBES[way](handle, site, chance.choice([Items(), generated(), 5])):
        if chance.random() < 0.2:
            return item
    return None


def awaits() -> None:
    """An await that is asked a few times and then finished, left, or closed."""
    if not async_handles:
        return
    it = runs(chance.choice(async_handles), chance.randint(0, 9), chance.choice(["await", "awith", "aiter"]))
    try:
        for _ in range(chance.randint(1, 3)):
            it.send(None)
            if chance.random() < 0.3:
                points()
            if chance.random() < 0.1:
                it.throw(ValueError("thrown in"))
    except (StopIteration, KeyError, ValueError, TypeError, AttributeError):
        pass
    with contextlib.suppress(KeyError, RuntimeError):
        it.close()


def steps() -> Iterator[None]:
    """Calls any probe, in a frame that lives on."""
    while True:
        word = chance.choice(
            [*FIRST_WORDS, *["enter"] * 3, *["ret", "exit", "failures", "calls", "points"] * 2, "awaits"]
        )
        base = word.partition("_")[0]
        if word in ("failures", "calls", "points", "awaits"):
            {"failures": failures, "calls": calls, "points": points, "awaits": awaits}[word]()
        elif base == "enter":
            PROBES[word](chance.randint(0, 6), *values(word.endswith("_m"), 4))
        elif base in ("gen", "co", "agen"):
            handles.append(PROBES[word](chance.randint(0, 6), *values(word.endswith("_m"), 3)))
            del handles[:-12]
            if base != "gen":
                async_handles.append(handles[-1])
                del async_handles[:-6]
        elif handles and base not in ("ret", "fail") and chance.random() < 0.6:
            on_handle(word, chance.choice(handles))
        elif word in ("ret", "val"):
            PROBES[word](*values(0, 1))
        elif base in ("fail", "error", "flag", "exit"):
            PROBES[word](chance.randint(0, 6))
        yield


steppers = [steps() for _ in range(3)]
contexts = [contextvars.copy_context()]
for number in range(int(sys.argv[2])):
    if chance.random() < 0.05:
        contexts.append(contextvars.copy_context())
    if chance.random() < 0.05:
        probes(f"module{number}", f"other{number % 5}.py@0011223344556677", 1, chance.randint(1, 5), "enter")
    if chance.random() < 0.3:
        chance.choice(contexts[-4:]).run(next, chance.choice(steppers))
    else:
        next(chance.choice(steppers))
