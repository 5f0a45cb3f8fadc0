"""Calls of every form: what they evaluate, in which order, what they see of their caller, what they raise."""

import collections
import functools
import gc
import inspect
import sys
import traceback
import warnings
import weakref

LOG = []


def note(value, *more, **named):
    LOG.append(value)
    return value


def show(*args, **named):
    return args, sorted(named.items())


def flushed(title):
    print(title, LOG)
    LOG.clear()


class Mapping(dict):
    """Tells when it is taken apart."""

    def keys(self):
        note("keys")
        return super().keys()

    def __getitem__(self, key):
        return note(f"item {key}") and super().__getitem__(key)


class Sequence:
    def __init__(self, *items):
        self.items = items

    def __iter__(self):
        note("iter")
        return iter(self.items)


def order():
    f = note
    print(show(note(1), *Sequence(note(2), 3), k=note(4), **Mapping(z=note(5))))
    print(show(k=note(1), *note([note(2)]), j=note(3)))
    print(show(*note((1,)), *Sequence(2), **note({"a": 1}), **Mapping(b=2), c=note(3)))
    print(show(note("callee") and 1, (n := note(2)), n, key=(m := note(3))), n, m)
    print((note("left") and show)(note("right"))[note(0)])
    print(f(f(f(f(1), 2), 3), 4))
    print({note("k"): note("v"), **Mapping(w=1)}, [*Sequence(1), note(2)])
    print(note(1) < note(3) < note(2) < note(9), note(0) and note(1), note(0) or note(1))
    print(note("a") if note("c") else note("b"))
    flushed("order")


def lookup():
    """The callee is found before the arguments are evaluated, a method when it is looked up."""
    box = {"f": lambda *a: ("old", a)}

    def replace():
        box["f"] = lambda *a: ("new", a)
        return 1

    print(box["f"](replace()), box["f"](2))
    thing = Changing()
    print(thing.method(thing.change()), thing.method(2))


class Changing:
    def method(self, *args):
        return "old", args

    def change(self):
        self.method = lambda *args: ("new", args)
        return 1


class Late:
    """Finds its attributes by code."""

    def __getattr__(self, name):
        note(f"getattr {name}")
        return lambda *args: (name, args)

    @property
    def prop(self):
        note("prop")
        return show

    def __call__(self, *args, **named):
        return "called", args, named


def attributes():
    late = Late()
    print(late.anything(note(1)), late.prop(note(2)), late(note(3), k=4), Late()().__len__())
    flushed("attributes")
    print("a-b".split("-"), 1 .bit_length(), (1.5).is_integer(), b"x".hex(), [3, 1].index(1), {}.get(1, 2))
    print(str.upper("x"), int.from_bytes(b"\1", "big"), dict.fromkeys("ab"), type("T", (), {})().__class__.__name__)
    print(functools.partial(show, 1)(2, k=3), collections.Counter("aab").most_common(1), max([1, 2], key=lambda x: -x))


class Base:
    def __init__(self, value):
        self.value = value

    def tell(self):
        return f"base {self.value}"

    @classmethod
    def make(cls, *args):
        return cls(*args)

    @staticmethod
    def plain(x):
        return x + 1

    def __secret(self):
        return "secret of " + type(self).__name__

    def call_secret(self):
        return self.__secret(), self._Base__secret()


class Shown(Base):
    def __repr__(self):
        return f"Shown({self.value})"


class Child(Base):
    def __init__(self, value):
        super().__init__(value * 2)
        self.extra = [super().tell() for _ in range(1)] if sys.version_info >= (3, 12) else [super().tell()]

    def tell(self):
        inner = lambda: super(Child, self).tell()  # noqa: E731
        return "child of " + super().tell() + inner() + super(Child, self).tell()

    @classmethod
    def make(cls, *args):
        made = super().make(*args)
        return made

    def __secret(self):
        return "never"


def classes():
    child = Child.make(2)
    print(child.tell(), child.extra, child.plain(1), Child.plain(2), child.call_secret(), Base.tell(child))

    class Local(note(Base), metaclass=note(type)):
        def tell(self, default=note("default")):
            return default + super().tell()

    print(Local(1).tell(), LOG.pop(0).__name__, LOG.pop(0).__name__)
    flushed("classes")


def namespaces(a, b=2):
    c = 3
    print(sorted(locals()), eval("a + c"), sorted(vars()), dir() == sorted(locals()))
    exec("d = a + b", globals(), e := {"a": 1, "b": 5})
    print(e["d"], (lambda x: sorted(locals()))(1), [len(locals()) >= 1 for _ in "a"])
    print(sys._getframe().f_code.co_name, [frame.function for frame in inspect.stack(0)][:2])
    print((lambda: sys._getframe(1).f_code.co_name)(), inspect.currentframe().f_lineno - sys._getframe().f_lineno)


def strings(x):
    print(f"{note(x)} {note(x)!r:>{note(5)}} {note('=')=} {x=} {{note(x)}} {'|'.join([note('q'), 'r'])}")
    print(f"{(lambda y: note(y))(1)} {', '.join(str(note(i)) for i in range(2))} {note(1.5):{note(4)}.{note(1)}f}")
    print(rf"""
    {note(
        "multi")} \N""" f"{note(f'{note(1)}')}")
    flushed("strings")


def loops():
    print([note(i) for i in note(range(3)) if note(i) % 2], {note(i): note(-i) for i in range(2)}, {note(1)})
    print(sum(note(i) for i in note([1, 2])), list((note(i), note(j)) for i in note("ab") for j in note([1]) if note(j)))
    later = (note(i) for i in note([7]))
    LOG.append("made")
    print(next(later))
    while note(len(LOG)) < 30:
        for target().x in (1, 2):
            if note(0):
                break
        else:
            continue
    flushed("loops")


def target(made=Late()):
    return made


def assignments():
    d = {}
    d[note("k")] = d[note("l")] = note("v")
    d[note("k")] += note("w")
    target().attr, target().other = note(1), note(2)
    target().annotated: note("never") = note(3)
    local: note("not either") = note(4)
    del d[note("k")], target().annotated
    print(d, target().__dict__.pop("attr"), local)
    assert note(True), note("no message")
    with Manager(note("m")) as target().entered, (Manager("n")):
        import os.path as path
        print(path.basename(note("a/b")))
    match note({"k": [1, Shown(2)]}):
        case {"k": [note.__class__(), _]}:
            print("no")
        case {"k": [int(), Base(value=2) as found]} if note(found.tell()):
            print("matched", found)
    flushed("assignments")


class Manager:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    def __enter__(self):
        return note(f"enter {self.name}")

    def __exit__(self, kind, error, trace):
        note(f"exit {self.name} {kind and kind.__name__}")
        return self.swallow


def failing(where):
    def at(number):
        if number == where:
            raise ValueError(f"at {number}")
        return note(number)

    try:
        with Manager("outer"), Manager("inner", swallow=where == 1):
            show(at(0), at(1), k=at(2), *[at(3)])
            "x".join([str(at(4))]).encode(*(at(i) and "utf-8" for i in (5,)))
        at(6)
    except (KeyError, at(7) and ValueError) as error:
        print(repr(error), [entry.name for entry in traceback.extract_tb(error.__traceback__)])
        at(8)
        if where == 3:
            raise RuntimeError(at(9)) from error
    else:
        at(10)
    finally:
        note(at(11))
    return at(12)


def failures():
    for where in range(14):
        try:
            failing(where)
        except Exception as error:
            print(where, repr(error), repr(error.__cause__), repr(error.__context__))
        flushed(where)
    for wrong in (lambda: missing(1), lambda: note.missing(), lambda: LOG[9:](), lambda: show(**{1: 2}), lambda: note()):
        try:
            print(wrong())
        except Exception as error:
            print(type(error).__name__, error)


def unbound():
    try:
        print(later(LOG), later)
    except UnboundLocalError as error:
        print(error)
    later = show
    return later


def lifetimes():
    """What is not needed any more goes away when it did."""

    class Thing:
        def method(self, other=None):
            return weakref.ref(self)

    def passed(thing):
        return sys.getrefcount(thing)

    print(Thing().method()() is None, show(Thing().method())[0][0]() is None)
    thing = Thing()
    print(passed(thing), sys.getrefcount(thing), thing.method(Thing())() is thing)
    reference = weakref.ref(thing)
    try:
        note(thing, thing.missing(1))
    except AttributeError:
        LOG.clear()
        del thing
    print(reference() is None)
    gc.collect()


def generators():
    def echo():
        got = None
        while True:
            got = note((yield show(got, (yield note("first")), k=(yield "second"))))

    running = echo()
    print(next(running), running.send(1), running.send(2), running.send(3))
    try:
        running.throw(KeyError("thrown"))
    except KeyError as error:
        print(repr(error))
    flushed("generators")

    def delegating():
        return show((yield from [note(1), 2]), *(yield from (note(i) for i in "ab")) or (), last=(yield))

    print(list(delegating()))
    flushed("delegating")


def chains(f):
    text = (
        "a,b"  # the text
        .replace(",", f("-"))
        # in between
        .upper(
        )
        .center(
            7, "*",
        )
    )
    print(text, not(f)(0), (1)if f(1)else 2, [f(i)for i in(f)((1, 2))if(f)(i)], -f(2) ** 2, f(b"x")[0])
    return(f)(text)[::-1].lower()


def warned():
    warnings.warn("once", UserWarning, stacklevel=2)


def recursive(n):
    return recursive(n - 1) + 1 if n else 0


def deep():
    print(recursive(500))
    try:
        recursive(100000)
    except RecursionError as error:
        print(type(error).__name__)


def main():
    for each in (order, lookup, attributes, classes, loops, assignments, failures, unbound, lifetimes, generators, deep):
        each()
    namespaces(1)
    strings("x")
    print(chains(lambda x: x))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warned()
    print([(warning.filename.rpartition("/")[2], str(warning.message)) for warning in caught])


main()
