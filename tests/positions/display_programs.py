"""Programs whose output shows lines of their own source, in every way that Python has."""

from __future__ import annotations

import sys

PROGRAMS: dict[str, str] = {}

PROGRAMS["carets"] = r'''"""Uncaught, through every kind of frame."""

import functools


def passes(function):
    @functools.wraps(function)
    def inner(*args, **named):
        return function(*args, **named)

    return inner


@passes
def add(a, b):
    c = a * 2; d = c + b; return (d
            + a["key"][0])


class Thing:
    label = "é" * 3

    @property
    def value(self):
        return [add(x, 1) for x in (1, 2)] or None

    @staticmethod
    def one_line(thing): return "ü" + thing.value if thing else 0

    def __call__(self):
        if True:
            with open("/dev/null"):
                for _ in range(1):
                    return (lambda t: Thing.one_line(t))(self)


def numbers():
    yield 1
    yield Thing()()


def main():
    total = sum(
        n
        for n in numbers()
    )
    print(total)


if __name__ == "__main__":
    main()
'''

PROGRAMS["chained"] = r"""class Odd(Exception):
    def __str__(self):
        raise ValueError("no text")


def inner():
    raise KeyError("inner")


def middle():
    try:
        inner()
    except KeyError as error:
        raise ValueError("two\nlines") from error


def outer():
    try:
        middle()
    except ValueError:
        try:
            raise LookupError from None
        except LookupError:
            return 1 / 0


def last():
    try:
        outer()
    except ZeroDivisionError:
        raise Odd("x")


last()
"""

PROGRAMS["recursion"] = r"""import sys


def ping(n):
    return pong(n + 1)


def pong(n):
    return (
        ping(n + 1))


sys.setrecursionlimit(180)
ping(0)
"""

PROGRAMS["interrupted"] = r"""def deep(n):
    if n:
        return deep(n - 1)
    raise KeyboardInterrupt


deep(3)
"""

PROGRAMS["exits"] = r"""import sys


def leave():
    try:
        return 1
    finally:
        sys.exit("good-bye")


leave()
"""

PROGRAMS["limited"] = r"""import sys


def down(n):
    return down(n - 1) if n else unknwon


unknown = 1
sys.tracebacklimit = 2
down(5)
"""

PROGRAMS["hooks"] = r"""import sys

assert sys.excepthook is sys.__excepthook__
print(sys.excepthook.__name__)


def hook(kind, value, trace):
    print("own hook")
    sys.__excepthook__(kind, value, trace)


def fail():
    return {}.missing


sys.excepthook = hook
fail()
"""

PROGRAMS["syntax"] = r"""import traceback


def compile_it(text):
    return compile(text, "made.py", "exec")


def main():
    try:
        compile_it("x = = 1\n")
    except SyntaxError:
        traceback.print_exc()
    compile_it("def f(:\n  pass\n")


main()
"""

PROGRAMS["threads"] = r"""import _thread
import threading
import time


def work(n):
    for _ in range(2):
        raise ValueError(f"in thread {n}")


for n in range(2):
    thread = threading.Thread(target=work, args=(n,), name=f"worker {n}")
    thread.start()
    thread.join()
assert threading.excepthook is threading.__excepthook__
threading.excepthook = lambda args: threading.__excepthook__(args)
thread = threading.Thread(target=work, args=(9,), name="last")
thread.start()
thread.join()
_thread.start_new_thread(work, (7,))
time.sleep(0.2)
"""

PROGRAMS["late_threads"] = r"""def work():
    raise KeyError("late")


def main():
    from threading import Thread

    thread = Thread(target=work, name="t")
    thread.start()
    thread.join()


main()
"""

PROGRAMS["unraisable"] = r"""import sys


class Loud:
    def __del__(self):
        value = [1]
        value.remove(2)


def drop():
    Loud()


drop()
assert sys.unraisablehook is sys.__unraisablehook__
sys.unraisablehook = lambda args: sys.__unraisablehook__(args)
drop()
kept = Loud()
"""

PROGRAMS["warns"] = r"""import warnings


def old(level):
    warnings.warn("old is old", DeprecationWarning, stacklevel=level)


def caller():
    for level in (1, 2, 3):
        old(level)


warnings.simplefilter("always")
caller()
warnings.warn_explicit("explicit", UserWarning, __file__, 6)
warnings.filterwarnings("error")
caller()
"""

PROGRAMS["quiet_warning"] = r"""def check():
    import _warnings

    _warnings.warn("from the core", UserWarning)
    _warnings.warn("from the core, further out", UserWarning, 2)


check()
"""

PROGRAMS["logs"] = r"""import logging

logging.basicConfig(format="%(levelname)s %(filename)s:%(lineno)d %(funcName)s %(message)s", level=0)
log = logging.getLogger("x")


def helper():
    log.info("from helper", stacklevel=2)
    log.warning("here", stack_info=True)


def main():
    helper()
    try:
        helper(1)
    except TypeError:
        log.exception("failed")


main()
"""

PROGRAMS["sources"] = r'''"""Module docstring."""
import inspect


# A comment above.
def deco(f):
    return f


@deco
def plain(a,
          b=2):
    """Docstring."""
    return a + b  # trailing


class Outer(dict):
    """Outer's."""

    limit = 18

    class Inner:
        def method(self):
            if self:
                return [
                    1,
                ]

    @classmethod
    async def agen(cls):
        yield cls


def closure():
    def inside(x): return x

    return inside, lambda y: y + 1


for thing in (deco, plain, Outer, Outer.Inner, Outer.Inner.method, Outer.agen, *closure(), inspect.currentframe()):
    try:
        lines, first = inspect.getsourcelines(thing)
    except (OSError, TypeError) as error:
        print(type(error), error)
        continue
    print(first)
    print("".join(lines))
print(inspect.getcomments(deco))
print(inspect.getsource(inspect.getmodule(plain)) == inspect.getsource(inspect.getmodule(Outer)))
print(inspect.stack()[0].code_context, inspect.getframeinfo(inspect.currentframe()))
print(inspect.signature(plain), inspect.getdoc(plain))
for f in (deco, plain, Outer.Inner.method):
    print(f.__code__.co_firstlineno)
'''

PROGRAMS["caches"] = r'''import linecache
import sys


def main():
    """Look at the file in every way."""
    for _ in range(2):
        print(linecache.getline(__file__, 7), end="")
        print(len(linecache.getlines(__file__)))
        linecache.checkcache()
        linecache.checkcache(__file__)
        print(linecache.getline(__file__, 11), end="")
        print("".join(linecache.updatecache(__file__)))
        linecache.lazycache(__file__, globals())
        print(linecache.getline(__file__, 3), end="")
        linecache.clearcache()
    print(linecache.getlines("/nowhere.py"), linecache.getlines("<x>"))
    entry = linecache.cache.get(__file__) or linecache.getlines(__file__) and linecache.cache[__file__]
    print(len(entry), entry[2] == linecache.getlines(__file__), entry[3] == __file__)


main()
print([type(f).__name__ for f in sys.meta_path])
'''

PROGRAMS["doctested"] = r'''"""
>>> 1 + 1
3
"""
import doctest


def half(x):
    """
    >>> half(4)
    2.0
    >>> half("a")
    1
    """
    return x / 2


def main():
    finder = doctest.DocTestFinder()
    for test in sorted(finder.find(half), key=lambda t: t.name):
        print(test.name, test.lineno, test.filename == __file__)
    doctest.testmod()


main()
'''

PROGRAMS["tested"] = r"""import sys
import unittest


class Case(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(1, 2)

    def test_error(self):
        with self.subTest(n=1):
            self.helper(())

    def helper(self, values):
        return values[0]


class Result(unittest.TextTestResult):
    def printErrors(self):
        super().printErrors()


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Case)
    result = suite.run(unittest.TestResult())
    for case, text in sorted(result.errors + result.failures, key=str):
        print(text)
"""

PROGRAMS["tasks"] = r"""import asyncio


async def inner(n):
    await asyncio.sleep(0)
    if n:
        return 1 / (n - 1)


async def main():
    tasks = [asyncio.create_task(inner(n), name=f"t{n}") for n in range(3)]
    done = await asyncio.gather(*tasks, return_exceptions=True)
    print(done)
    async with asyncio.timeout(5) if hasattr(asyncio, "timeout") else asyncio.Lock():
        await asyncio.gather(*(
            inner(n) for n in range(2)
        ))


asyncio.run(main())
"""

PROGRAMS["pools"] = r"""from concurrent.futures import ThreadPoolExecutor
import multiprocessing


def work(n):
    return {0: 1}[n]


def main():
    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(work, 3).result()
        except KeyError as error:
            print(error.__traceback__.tb_lineno)
    context = multiprocessing.get_context("fork")
    with context.Pool(1) as pool:
        pool.map(work, [0, 1])


if __name__ == "__main__":
    main()
"""

PROGRAMS["dumps"] = r"""import faulthandler


def f():
    faulthandler.dump_traceback(all_threads=False)


f()
"""

PROGRAMS["again"] = r"""import sys
import marshal


def f():
    return sys._getframe().f_lineno, sys._getframe(1).f_lineno


def main():
    with open(__file__, "rb") as file:
        code = compile(file.read(), __file__, "exec")
    for copy in (code, code, marshal.loads(marshal.dumps(compile("f()", "x", "exec")))):
        exec(copy, {"__name__": "again", "f": f})
    print(f())


if __name__ == "__main__":
    main()
print(f())
"""

PROGRAMS["profiled"] = r"""import cProfile
import pstats


def work():
    return [n
            for n in range(3)]


def main():
    profile = cProfile.Profile()
    profile.runcall(work)
    print(sorted(key for key in pstats.Stats(profile).stats if key[0] == __file__))


main()
"""

PROGRAMS["tracebacks"] = r"""import sys
import traceback


def fail():
    traceback.print_stack(file=sys.stdout)
    raise OSError(2, "gone")


def main():
    try:
        fail()
    except OSError as error:
        traceback.print_exc()
        print(traceback.format_exc(limit=1))
        for frame, line in traceback.walk_tb(error.__traceback__):
            print(frame.f_code.co_name, line, frame.f_lineno)
        for summary in traceback.extract_tb(error.__traceback__):
            print(summary, summary.line)
        print("".join(traceback.TracebackException.from_exception(error, capture_locals=False).format()))


main()
"""

if sys.version_info >= (3, 11):
    PROGRAMS["groups"] = r"""def fail(n):
    if n > 2:
        error = ValueError(n)
        error.add_note("a note")
        error.add_note("another\nnote")
        raise error
    raise TypeError(n) from KeyError("k")


def collect():
    errors = []
    for n in range(4):
        try:
            fail(n)
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("all", [*errors, ExceptionGroup("inner", errors[:2])])


def star():
    try:
        collect()
    except* TypeError as group:
        raise RuntimeError("from star") from group


star()
"""

# Where bytes matter: newlines, a byte order mark, tabs, form feeds, encodings.
ENCODED = {
    "crlf": 'import sys\r\n\r\ndef f(a):\r\n    return (a +\r\n            "é" + 1)\r\n\r\nf("x")\r\n'.encode(),
    "mark": '\ufeff# coding: utf-8\ndef f(a):\n\tif a:\n\t\t\x0c\n\t\treturn a + "éé" + a.b\n\nf("é")\n'.encode(),
    "latin": '# -*- coding: latin-1 -*-\ndef f(a):\n    x = "éé" + a.b; return x\n\nf("é")\n'.encode("latin-1"),
}

DEBUGGED = r"""import pdb


def inner(value):
    doubled = value * 2
    if doubled > 3:
        raise ValueError(doubled)
    return doubled


def main():
    breakpoint()
    first = inner(1)
    second = [
        inner(first)
    ]
    return second


try:
    main()
except ValueError as error:
    pdb.post_mortem(error.__traceback__)
"""

# Single steps are left out: probes have places too, and the debugger stops at those.
DEBUGGER_COMMANDS = b"w\nl\nll\np __file__\nb 7\nb\nc\nw\np value\nc\nw\nu\nw\nd\np doubled\nq\n"
