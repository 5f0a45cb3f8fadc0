"""What the probes alone cost: nanoseconds added to one call, item or await, on the interpreter that runs this.

    python benchmarks/probe_ns.py [--rounds 15] [--calls 100000]

Bare and instrumented functions take turns in one process; the best round of each counts. The segment goes to a
temporary folder. `SPANWRIGHT_CORE` and `SPANWRIGHT_CLOCK` choose what is measured.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable

from spanwright._select import core

WORDS = (
    "enter ret fail error flag exit gen pause resume val co enter_m "
    "call call_m will in out await line var let keep state"
)

SOURCE = """
def bare(a, b):
    return a + b

def level1(a, b):
    try:
        _sw_enter(0)
        return a + b
    except: _sw_flag(0); raise
    finally: _sw_exit(0)

def level2(a, b):
    try:
        _sw_enter(1, a, b)
        return _sw_ret(a + b)
    except: _sw_fail(1); raise

def bare_text(a):
    return a

def level2_text(a):
    try:
        _sw_enter(2, a)
        return _sw_ret(a)
    except: _sw_fail(2); raise

class Bare:
    def method(self, a):
        return a

class Level2:
    def __init__(self):
        self.name = "a name"
    def method(self, a):
        try:
            _sw_enter_m(3, self, a)
            return _sw_ret(a)
        except: _sw_fail(3); raise

def bare_items(n):
    for i in range(n):
        yield i

def level2_items(n):
    _sw_s = _sw_gen(4, n)
    try:
        for i in range(n):
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, i)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)

async def bare_co(a):
    return a

async def level2_co(a):
    _sw_s = _sw_co(5, a)
    try:
        return _sw_val(_sw_s, a)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)

def fails():
    raise ValueError("no such thing")

def bare_failure():
    try:
        fails()
    except ValueError:
        pass

def level2_fails():
    try:
        _sw_enter(6)
        raise ValueError("no such thing")
    except: _sw_fail(6); raise

def level2_failure():
    try:
        level2_fails()
    except ValueError:
        pass

def level1_fails():
    try:
        _sw_enter(7)
        raise ValueError("no such thing")
    except: _sw_flag(7); raise
    finally: _sw_exit(7)

def level1_failure():
    try:
        level1_fails()
    except ValueError:
        pass

def callee(a):
    return a

class Receiver:
    def __init__(self):
        self.name = "a name"
    def method(self, a):
        return a

receiver = Receiver()

def bare_calls(n):
    for _ in range(n):
        callee(1)

def level3_calls(n):
    for _ in range(n):
        _sw_out(_sw_call(8, callee)(1))

def bare_builtin(n):
    for _ in range(n):
        len("abc")

def level3_builtin(n):
    for _ in range(n):
        _sw_out(_sw_call(8, len)("abc"))

def bare_methods(n):
    for _ in range(n):
        receiver.method(1)

def level3_methods(n):
    for _ in range(n):
        _sw_out(_sw_call_m(9, receiver, "method").method(1))

def bare_arguments(n):
    for i in range(n):
        callee(i + 1)

def level3_arguments(n):
    for i in range(n):
        _sw_out(_sw_will(10, callee)(_sw_in(10, i + 1)))

def level4_changed(n):
    for i in range(n):
        a = [i]
        _sw_out(_sw_call(10, callee, a)(a), a)

def bare_changed(n):
    for i in range(n):
        a = [i]
        callee(a)

def bare_lines(n):
    for _ in range(n):
        pass

def level5_lines(n):
    for _ in range(n):
        _sw_line(11)

def level4_values(n):
    for i in range(n):
        _sw_var(12, i)

async def ready(a):
    return None

async def bare_awaits(n):
    for _ in range(n):
        await ready(1)

async def level3_awaits(n):
    _sw_s = _sw_co(13)
    for _ in range(n):
        await _sw_await(_sw_s, 14, ready(1))
    _sw_exit(_sw_s)

def run_loop(f, n):
    _sw_enter(7)
    f(n)
    _sw_exit(7)

def run_awaits(f, n):
    try:
        f(n).send(None)
    except StopIteration:
        pass

def run_two(f, n):
    for _ in range(n):
        f(1, 2)

def run_text(f, n):
    for _ in range(n):
        f("twenty characters !!")

def run_method(f, n):
    o = f()
    for _ in range(n):
        o.method(1)

def run_items(f, n):
    for _ in f(n):
        pass

def run_none(f, n):
    for _ in range(n):
        f()

def run_co(f, n):
    async def awaits():
        for _ in range(n):
            await f(1)
    try:
        awaits().send(None)
    except StopIteration:
        pass
"""

ROWS = [
    ("level 1, f(a, b)", "run_two", "bare", "level1"),
    ("level 2, two ints and an int result", "run_two", "bare", "level2"),
    ("level 2, a 20-character str, in and out", "run_text", "bare_text", "level2_text"),
    ("level 2, a method with an int", "run_method", "Bare", "Level2"),
    ("level 2, an item of a generator", "run_items", "bare_items", "level2_items"),
    ("level 2, an awaited coroutine", "run_co", "bare_co", "level2_co"),
    ("level 3, a call of a Python function", "run_loop", "bare_calls", "level3_calls"),
    ("level 3, a call of a builtin", "run_loop", "bare_builtin", "level3_builtin"),
    ("level 3, a method's call", "run_loop", "bare_methods", "level3_methods"),
    ("level 3, a call with something to evaluate", "run_loop", "bare_arguments", "level3_arguments"),
    ("level 3, an await of a ready coroutine", "run_awaits", "bare_awaits", "level3_awaits"),
    ("level 4, an int that is bound", "run_loop", "bare_lines", "level4_values"),
    ("level 4, a list compared around a call", "run_loop", "bare_changed", "level4_changed"),
    ("level 5, a line", "run_loop", "bare_lines", "level5_lines"),
    ("level 1, a failing call", "run_none", "bare_failure", "level1_failure"),
    ("level 2, a failing call", "run_none", "bare_failure", "level2_failure"),
]


def timed(run: Callable[[object, int], None], function: object, calls: int) -> float:
    """Time one round, in ns a call."""
    start = time.perf_counter_ns()
    run(function, calls)
    return (time.perf_counter_ns() - start) / calls


def main() -> None:
    """Print one line a case: ns of the bare call, ns added by the probes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        core.configure(folder, b"")
        words = core.register("0" * 16, "probe_ns.py", __file__, __name__, 15, 0, WORDS)
        names: dict[str, object] = {f"_sw_{word}": probe for word, probe in zip(WORDS.split(), words, strict=True)}
        exec(compile(SOURCE, __file__, "exec"), names)
        print(f"{core.NAME} core, Python {sys.version.split()[0]}: ns a call")
        best: dict[tuple[str, str], float] = {}
        for _ in range(options.rounds):
            for _, run, *functions in ROWS:
                for name in functions:
                    took = timed(names[run], names[name], options.calls)  # type: ignore[arg-type]
                    best[run, name] = min(took, best.get((run, name), took))
        for label, run, bare, probed in ROWS:
            print(f"{label:42} {best[run, bare]:7.1f} {best[run, probed] - best[run, bare]:+8.1f}")


if __name__ == "__main__":
    main()
