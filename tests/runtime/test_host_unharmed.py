"""The program goes its way: under mocks, signals, deep recursion, and with all that `yield from` can meet."""

from __future__ import annotations

import re
import sys

import pytest
from core_under_test import CoreUnderTest, twin
from segment_text import events, read_segment

F = """
def f(n):
    try:
        _sw_enter(10, n)
        return _sw_ret(n)
    except: _sw_fail(10); raise
"""
OPENS = ("ENTER", "START")
CLOSES = ("LEAVE", "RETURN", "RAISE", "LOST")


def depth_at_end(lines: list[str]) -> int:
    depth = 0
    for line in lines:
        word = line.split()[0]
        depth += (word in OPENS) - (word in CLOSES)
        assert depth >= 0
    return depth


MOCK = """
import builtins, io, os, time, sys, posix, mmap, threading
def broken(*args, **kwargs): raise RuntimeError("mocked")
known = {}
for module in (time, os, posix, mmap):
    for name, value in vars(module).items():
        if callable(value) and not name.startswith("_"): known[id(value)] = value
exit = os._exit
f(0)
# What freezegun and pyfakefs do: replace the known functions wherever a module has them.
for module in list(sys.modules.values()):
    for name, value in list(vars(module).items()):
        if id(value) in known and value is known[id(value)]:
            try: setattr(module, name, broken)
            except (AttributeError, TypeError): pass
builtins.open = io.open = broken
for n in range(1, 30_000): f(n)
"""


def test_program_that_mocks_time_and_files(core: CoreUnderTest) -> None:
    """Late enough for the recorder to need new windows under the mocks."""
    run = core.run(F + MOCK, clock="monotonic")
    assert run.err == ""
    assert [line for line in events(run.segment) if line[0] == "A"] == [f"ARGS {n}" for n in range(30_000)]


def test_mocks_before_the_first_event(core: CoreUnderTest) -> None:
    run = core.run(F + MOCK.replace("\nf(0)\n", "\n"), clock="monotonic")
    assert run.err == ""
    assert len(events(run.segment)) == 3 * 29_999


def test_runtime_imports_no_module_that_could_be_a_twin(core: CoreUnderTest) -> None:
    """Files of the standard library may be instrumented: what the runtime needs must not need it."""
    source = twin("_sw_enter(10, [1]); _sw_ret()")
    before = "import sys; before = set(sys.modules)\n"
    after = (
        "files = {name: getattr(sys.modules[name], '__file__', None) or '' for name in set(sys.modules) - before}\n"
        "print(*(name for name, file in files.items() if file.endswith('.py')))"
    )
    run = core.run_file(
        core.write("twin.py", before + source + "\n" + after), options=["-S"], env={"PYTHONPATH": _runtime_path()}
    )
    assert [name for name in run.out.split() if not name.startswith("spanwright")] == []
    assert events(run.segment) == ["ENTER 10", "ARGS [1]", "RETURN None"]


def _runtime_path() -> str:
    import spanwright

    return str(spanwright.__file__).rpartition("/spanwright/")[0]


DOWN = """
import sys
deepest = 0
def original(n):
    global deepest
    deepest = n
    return original(n + 1)
def twin(n):
    global deepest
    try:
        _sw_enter(10, n)
        deepest = n
        return _sw_ret(twin(n + 1))
    except: _sw_fail(10); raise
depths = []
for function in (original, twin, original):
    try: function(0)
    except RecursionError: depths.append(deepest)
print(*depths)
f(1)
"""


def test_recursion_goes_as_deep_as_before(core: CoreUnderTest) -> None:
    """With the C core. Probes in Python need a few frames of their own."""
    run = core.run(F + DOWN)
    before, instrumented, after = map(int, run.out.split())
    assert before == after
    assert before - instrumented in (range(1) if core.name == "c" else range(1, 12))
    lines = events(run.segment)
    assert depth_at_end(lines) == 0
    assert lines[-3:] == ["ENTER 10", "ARGS 1", "RETURN 1"]
    assert lines[-4].startswith("RAISE AGAIN [twin.py:")


def test_recursion_limit_strikes_at_every_depth_of_a_probe(core: CoreUnderTest) -> None:
    """Each probe is called with 0, 1, 2, ... frames left; whatever it gives up, spans and their ends stay paired."""
    run = core.run(
        F
        + """
import sys
def with_frames_left(left, call):
    depth, frame = 0, sys._getframe()
    while frame: depth, frame = depth + 1, frame.f_back
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + 3 + left)
    try: call()
    except RecursionError: pass
    finally: sys.setrecursionlimit(limit)
def numbers():
    _sw_s = _sw_gen(1)
    try: _sw_resume(_sw_s, (yield _sw_pause(_sw_s)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
def fails():
    try:
        _sw_enter(1)
        raise ValueError([[[]]])
    except ValueError: _sw_fail(1)
def returns():
    _sw_enter(2)
    _sw_ret([[[{1: 2}]]])
def notes():
    try: _sw_enter(3); _sw_val([[]]); raise KeyError
    except KeyError: _sw_error(3)
    finally: _sw_exit(3)
for left in range(1, 40):
    _sw_enter(5)
    for call in (fails, returns, notes, lambda: f([[[]]])): with_frames_left(left, call)
    g = numbers()
    with_frames_left(left, lambda: next(g, None))
    with_frames_left(left, lambda: next(g, None))
    with_frames_left(left, lambda: g.close())
    _sw_exit(5)
"""
    )
    lines = [line for line in events(run.segment) if line in ("ENTER 5", "LEAVE") or line.startswith(OPENS + CLOSES)]
    assert lines.count("ENTER 5") == 39
    depth = 0
    for line in lines:
        depth += line.startswith("ENTER") - line.startswith(CLOSES)
        if line == "ENTER 5":
            assert depth == 1
    assert depth == 0


INTERRUPTED = """
import signal, itertools
class Interrupt(Exception): pass
handled, raised, caught, armed, inside, count = [], 0, 0, False, 0, itertools.count()
def handler(*_):
    global armed, raised, inside
    inside += 1
    handled.append(f(next(count)))
    inside -= 1
    if armed and not inside and len(handled) % 3 == 0:  # never out of a handler that was interrupted itself
        armed, raised = False, raised + 1
        raise Interrupt
signal.signal(signal.SIGALRM, handler)
def numbers():
    _sw_s = _sw_gen(1)
    try:
        for n in range(3): _sw_resume(_sw_s, (yield _sw_pause(_sw_s, n)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
def work():
    try:
        _sw_enter(2)
        for n in numbers(): f([n])
        return _sw_val(0)
    except: _sw_error(2); raise
    finally: _sw_exit(2)
work()
signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
while len(handled) < 90:
    try:
        armed = True
        work()
        armed = False
    except Interrupt: caught += 1
signal.setitimer(signal.ITIMER_REAL, 0)
print(raised > 10, raised - caught)
_sw_enter(4); _sw_exit(4)
"""


def test_signal_handlers_record_and_raise_between_any_two_instructions(core: CoreUnderTest) -> None:
    """Each handler's call is there once, and each exception of a handler reaches the program."""
    run = core.run(F + INTERRUPTED, clock="monotonic")
    assert run.out == "True 0\n"
    stream = read_segment(run.segment).streams[1]
    handled = [int(line[5:]) for line in stream.lines if re.fullmatch(r"ARGS \d+", line)]
    assert sorted(handled) == list(range(len(handled)))
    assert stream.times == sorted(stream.times)


DELEGATION = """
import types, warnings
warnings.simplefilter("ignore")
def inner_generator(values=(1, 2), result="result"):
    log.append("start")
    try:
        for value in values: log.append(("sent", (yield value)))
    except ValueError as error: log.append(("caught", str(error))); yield "after"
    except GeneratorExit: log.append("closed"); raise
    finally: log.append("finally")
    return result
def stubborn():
    while True:
        try: yield 1
        except GeneratorExit: yield 2
def failing():
    yield 1
    raise LookupError("inner")
class OnlyIterator:
    def __init__(self): self.left = [1, 2]
    def __iter__(self): return self
    def __next__(self):
        if not self.left: raise StopIteration("only")
        return self.left.pop()
class Everything(OnlyIterator):
    def send(self, value): log.append(("send", value)); return value
    def throw(self, *args): log.append(("throw", len(args))); raise KeyError("thrown")
    def close(self): log.append("close")
class BadClose(Everything):
    def close(self): raise KeyError("close")
class NoneMethods(OnlyIterator):
    send = throw = close = None
class GetattrFails(OnlyIterator):
    def __getattr__(self, name): raise ZeroDivisionError(name)
class Sequence:
    def __getitem__(self, index): return [7, 8][index]
class BadIter:
    def __iter__(self): return 5
async def coroutine(): return "awaited"
@types.coroutine
def wrapped():
    got = yield "wrapped"
    return got
KINDS = [
    lambda: inner_generator(), lambda: inner_generator(()), stubborn, failing, OnlyIterator, Everything, BadClose,
    NoneMethods, GetattrFails, Sequence, BadIter, lambda: [1, 2], lambda: 5, lambda: None, coroutine, wrapped,
    lambda: iter([]), lambda: zip([1], [2]),
]
def original(make):
    result = yield from make()
    log.append(("result", result))
    yield from [9]
def twin(make):
    _sw_s = _sw_gen(1)
    try:
        result = _sw_resume(_sw_s, (yield from _sw_from(_sw_s, make())))
        log.append(("result", result))
        _sw_resume(_sw_s, (yield from _sw_from(_sw_s, [9])))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
SCRIPTS = [
    [("next",)] * 5,
    [("next",), ("send", "x"), ("send", None), ("next",)],
    [("next",), ("throw", ValueError("in")), ("next",)],
    [("next",), ("throw", ValueError), ("close",)],
    [("next",), ("throw", ValueError, ValueError("three"), None), ("next",)],
    [("next",), ("throw", GeneratorExit()), ("next",)],
    [("next",), ("throw", StopIteration("stop")), ("next",)],
    [("next",), ("close",), ("next",)],
    [("close",)],
    [("throw", KeyError("early"))],
    [("send", "early"), ("next",), ("next",), ("next",), ("next",)],
]
def drive(generator, script):
    for name, *args in script:
        try: log.append(next(generator) if name == "next" else getattr(generator, name)(*args))
        except BaseException as error: log.append((type(error).__name__, str(error), getattr(error, "value", None)))
def logs(outer, kind, script):
    global log
    log = []
    drive(outer(kind), script)
    return log
for number, kind in enumerate(KINDS):
    for script in SCRIPTS:
        here = [logs(outer, kind, script) for outer in (original, twin)]
        if number == 14: here = [[one[:1] for one in log if type(one) is tuple] for log in here]
        if here[0] != here[1]: print(number, script, *here, sep="\\n    ")
as_coroutine = [types.coroutine(outer) for outer in (original, twin)]
for script in SCRIPTS:
    here = [logs(outer, coroutine, script) for outer in as_coroutine]
    if here[0] != here[1]: print("coroutine", script, *here, sep="\\n    ")
"""


def test_delegation_is_as_in_the_original(core: CoreUnderTest) -> None:
    """PEP 380 with every kind of iterator, and every way to drive the outer generator."""
    run = core.run(DELEGATION, options=["-W", "ignore"])
    assert run.out == ""
    opened = [line for line in events(run.segment) if line.startswith("START")]
    ended = [line for line in events(run.segment) if line.startswith("END")]
    assert len(opened) == len(ended)


def test_traceback_shows_the_program_alone(core: CoreUnderTest) -> None:
    source = F.replace("return _sw_ret(n)", "return _sw_ret(1 / n)") + "f(0)"
    run = core.run(source, status=1)
    files = re.findall(r'File "(.*)", line', run.err)
    assert {name.rpartition("/")[2] for name in files} == {"twin.py"}
    assert len(files) == 2


@pytest.mark.parametrize("option", ["-bb", "-O", "-X dev", "-I"])
def test_interpreter_options(core: CoreUnderTest, option: str) -> None:
    run = core.run(F + "f(b'x'); f('y')", options=[*option.split(), "-W", "error"])
    assert run.err == ""
    assert events(run.segment)[1] == "ARGS b'x'"


def test_contexts_of_the_program_are_its_own(core: CoreUnderTest) -> None:
    """A context that was copied while a coroutine ran does not bring its span back later."""
    run = core.run(
        F
        + """
import asyncio, contextvars
async def main():
    _sw_s = _sw_co(1)
    try:
        loop = asyncio.get_running_loop()
        loop.call_soon(f, 1)
        kept.append(contextvars.copy_context())
        await asyncio.sleep(0)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
kept = []
asyncio.run(main())
kept[0].run(f, 2)
"""
    )
    assert [line for line in events(run.segment) if line.startswith("ENTER")] == ["ENTER_UNDER 10 1", "ENTER 10"]


SUB = """
import sys
code = compile(open(__file__).read(), __file__, "exec")
if "sub" not in globals():
    f(1)
    if sys.version_info >= (3, 13): import _interpreters as interpreters
    else: import _xxsubinterpreters as interpreters
    sub = interpreters.create()
    source = f"import sys; sys.path[:] = {sys.path!r}; sub = 1; __name__ = 'sub'; __file__ = {__file__!r}\\n"
    source += "exec(compile(open(__file__).read(), __file__, 'exec'))"
    failed = interpreters.run_string(sub, source) if sys.version_info < (3, 13) else interpreters.exec(sub, source)
    assert failed is None, failed
    interpreters.destroy(sub)
    f(3)
else: f(2)
"""


def test_subinterpreters_record_each_for_itself(core: CoreUnderTest) -> None:
    run = core.run(F + SUB, options=["-W", "ignore"])
    recorded = {line for path in run.segments for line in events(path) if line.startswith("ARGS")}
    assert recorded == {"ARGS 1", "ARGS 2", "ARGS 3"}
    assert sys.version_info >= (3, 10)
