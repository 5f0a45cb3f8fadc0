"""Generators driven in every way, with everything observable printed."""

import gc
import inspect
import weakref


def count(n):
    for i in range(n):
        yield i
    return "done"


def echo():
    got = yield "first"
    while got != "stop":
        got = yield got
    return "stopped"


def guarded(log):
    try:
        while True:
            try:
                yield "value"
            except KeyError as error:
                log.append(("handled", error.args))
                yield "after"
    except GeneratorExit:
        log.append("closed")
        raise
    finally:
        log.append("finally")


def refuses_to_close():
    try:
        yield 1
    except GeneratorExit:
        yield 2


def raises():
    yield 1
    raise ValueError("inside")


def stops():
    yield 1
    raise StopIteration("becomes RuntimeError")


def delegates(inner):
    result = yield from inner
    print("inner gave", result)
    return result, (yield "last")


class OnlyIterates:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration("iterated")
        return self.n


class Sends(OnlyIterates):
    def send(self, value):
        return "sent", value

    def throw(self, *args):
        print("throw", [getattr(a, "__name__", a) if isinstance(a, type) else repr(a) for a in args])
        return "thrown"

    def close(self):
        print("closed inner")


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


def guarded_return(n):
    with Tracker("guarded"):
        yield n
        if n:
            return
        return "value"


def cleanup(name):
    with Tracker(name) as tracker:
        yield tracker.name


class Tracker:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        print("tracker", self.name, exc[0])


def attempt(label, function, *args):
    try:
        print(label, "->", function(*args))
    except BaseException as error:
        print(label, "!!", repr(error), repr(error.__cause__), getattr(error, "value", None))


print(list(count(3)), sum(count(10)))
g = count(1)
print(inspect.getgeneratorstate(g), next(g), inspect.getgeneratorstate(g), g.gi_running)
attempt("end", next, g)
print(inspect.getgeneratorstate(g), g.gi_frame)
attempt("ended", next, g)

e = echo()
attempt("send too early", e.send, 1)
print(next(e), e.send("a"), e.send("b"))
attempt("stop", e.send, "stop")

log = []
g = guarded(log)
print(next(g), g.throw(KeyError("k")), next(g))
g.close()
print(log)
log = []
g = guarded(log)
next(g)
attempt("throw", g.throw, TypeError("unhandled"))
print(log)
log = []
g = guarded(log)
next(g)
ref = weakref.ref(g)
del g
gc.collect()
print(log, ref())
attempt("never started", guarded([]).close)
attempt("throw before start", guarded([]).throw, ValueError("early"))

g = refuses_to_close()
next(g)
attempt("refuses", g.close)
for function in (raises, stops):
    g = function()
    next(g)
    attempt(function.__name__, next, g)

d = delegates(count(2))
print([next(d), next(d), next(d)])
attempt("delegated", d.send, "bye")
d = delegates(echo())
print(next(d), d.send("x"), d.gi_yieldfrom is not None)
attempt("close delegated", d.close)
d = delegates(OnlyIterates(2))
print(next(d))
attempt("send to an iterator", d.send, 5)
d = delegates(OnlyIterates(2))
next(d)
attempt("throw to an iterator", d.throw, ValueError("t"))
d = delegates(Sends(2))
print(next(d), d.send(7))
attempt("throw to a thrower", d.throw, ValueError("t"))
d.close()
d = delegates(guarded(inner_log := []))
next(d)
print(d.throw(KeyError("through")))
d.close()
print(inner_log)
print(list(tree(3)))
attempt("not iterable", next, delegates(5))

for n in (0, 1):
    g = guarded_return(n)
    next(g)
    attempt("guarded return", next, g)
for name in cleanup("a"):
    print(name)
for name in cleanup("b"):
    break
c = cleanup("c")
next(c)
attempt("thrown into with", c.throw, ValueError("w"))
print(inspect.isgeneratorfunction(count), inspect.isgenerator(c), count.__name__, c.__qualname__)
print(dict(zip("abc", count(5))), [*count(3)], max(count(4)))
reentrant = None


def enters_itself():
    yield 1
    attempt("re-entered", next, reentrant)
    yield 2


reentrant = enters_itself()
print(list(reentrant))
