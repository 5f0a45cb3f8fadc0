"""The runtime stands in for functions of the standard library: the program cannot tell, and may replace them itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from core_under_test import CoreUnderTest, twin
from segment_text import read_segment

RECORDED = """
def span(name, do=None, *args):
    try:
        _sw_enter(10, name)
        return _sw_ret(None if do is None else do(*args))
    except: _sw_fail(10); raise
"""
#: The name that `threading` has for what starts a thread.
START = 'START = "_start_joinable_thread" if hasattr(threading, "_start_joinable_thread") else "_start_new_thread"\n'


@pytest.fixture
def recorded(core: CoreUnderTest) -> CoreUnderTest:
    """A project with a twin to import, `recorded`."""
    core.write("recorded.py", twin(RECORDED))
    return core


def test_registering_loads_no_module_but_a_small_one(core: CoreUnderTest) -> None:
    source = "import sys; before = set(sys.modules)\n" + twin("print(*sorted(set(sys.modules) - before))")
    out = core.run_file(core.write("program.py", source), options=["-S"], env={"PYTHONPATH": _runtime()}).out.split()
    assert {"_posixsubprocess"} <= set(out)
    assert not {"threading", "subprocess", "concurrent.futures", "concurrent.futures.thread"} & set(out)


def _runtime() -> str:
    import spanwright

    return str(Path(spanwright.__file__).parents[1])


HOW_THINGS_LOOK = """
import gc, inspect, os, subprocess, sys, threading, traceback, weakref
from concurrent.futures import ThreadPoolExecutor
import concurrent.futures.thread as pools
if sys.argv[1:]: from recorded import span
else:
    def span(name, do): return do()
def depth():
    frame, count = sys._getframe(), 0
    while frame: frame, count = frame.f_back, count + 1
    return count
def fail(error): raise error
def deepest(n=0):
    try: return deepest(n + 1)
    except RecursionError: return n
class Failing(threading.Thread):
    def run(self): fail(LookupError("in a thread"))
class Subject: pass
def show():
    with ThreadPoolExecutor(1) as pool:
        print(pool.submit(depth).result(), pool.submit(deepest).result())
        print("".join(traceback.format_exception(pool.submit(fail, ValueError("in an item")).exception())))
        subject = Subject(); gone = weakref.ref(subject)
        print(pool.submit(sys.getrefcount, subject).result())
        pool.submit(int).result()
        del subject
        print(gone())
    seen = []
    def look(): seen.extend([depth(), deepest(), sys.getrefcount(threading.current_thread())])
    one = threading.Thread(target=look); one.start(); one.join(); print(seen)
    gone = weakref.ref(one); del one
    print(gone())
    one = Failing(); one.start(); one.join()
    try: one.start()
    except RuntimeError: traceback.print_exc()
    try: subprocess.run(["/there is no such program"])
    except FileNotFoundError: traceback.print_exc()
    try: subprocess.run(["true"], preexec_fn=lambda: 1 / 0)
    except subprocess.SubprocessError: traceback.print_exc()
    print(subprocess.run([sys.executable, "-c", "raise SystemExit(3)"]).returncode)
span("outer", show)
"""


@pytest.mark.parametrize("core", ["c"], indirect=True)
def test_frames_tracebacks_and_lifetimes_are_as_without(recorded: CoreUnderTest) -> None:
    path = recorded.write("program.py", HOW_THINGS_LOOK)
    plain, twins = recorded.run_file(path), recorded.run_file(path, "recorded")
    assert (plain.segments, len(twins.segments)) == ((), 1)
    own = ["in span\n    return", "in span\n    except", "recorded.py"]
    assert not [text for text in own if text in twins.err]
    assert (twins.out, twins.err) == (plain.out, plain.err)


@pytest.mark.parametrize("core", ["python"], indirect=True)
def test_values_and_lifetimes_are_as_without_with_the_python_core(recorded: CoreUnderTest) -> None:
    """Only the frames of its functions can be seen."""
    source = HOW_THINGS_LOOK.replace("frame.f_back", "None").replace("return deepest(n + 1)", "return 0")
    source = source.replace("traceback.print_exc()", "print(sys.exc_info()[1])")
    path = recorded.write("program.py", source)
    assert recorded.run_file(path, "recorded").out == recorded.run_file(path).out


LOOKS = """
import concurrent.futures.thread as pools, inspect, os, subprocess, sys, threading
import _posixsubprocess
{}
def signature(function):
    try: return str(inspect.signature(function))
    except ValueError: return "none"
functions = [getattr(threading, START), _posixsubprocess.fork_exec, pools._WorkItem.run, pools._WorkItem.__init__]
functions += [os.posix_spawn, *filter(None, [getattr(subprocess, "_fork_exec", None)])]
for function in functions:
    names = [getattr(function, name, None) for name in ("__name__", "__doc__", "__module__", "__qualname__")]
    print(names, inspect.isfunction(function), inspect.isbuiltin(function), signature(function), repr(function)[:30])
    try: function()
    except TypeError as error: print(error)
class Holds: start = getattr(threading, START)
try: Holds().start()
except TypeError as error: print(error)
"""


@pytest.mark.parametrize("core", ["c"], indirect=True)
def test_stand_ins_look_like_what_they_stand_in_for(recorded: CoreUnderTest) -> None:
    """Name, text, signature, complaints; and a builtin function does not become a method."""
    plain = recorded.run_file(recorded.write("plain.py", LOOKS.format(START)))
    twins = recorded.run_file(recorded.write("program.py", LOOKS.format("import recorded\n" + START)))
    assert twins.out == plain.out


BEFORE = f"""
import threading, concurrent.futures.thread as pools, subprocess, _posixsubprocess
{START}
def start(*args, **named): raise AssertionError
def run(item): raise AssertionError
def fork_exec(*args): raise AssertionError
make = pools._WorkItem.__init__
setattr(threading, START, start)
pools._WorkItem.run = run
subprocess._fork_exec = _posixsubprocess.fork_exec = fork_exec
from recorded import span
assert getattr(threading, START) is start
assert (pools._WorkItem.run, pools._WorkItem.__init__) == (run, make)
assert subprocess._fork_exec is _posixsubprocess.fork_exec is fork_exec
"""


def test_what_was_replaced_before_is_left_alone(recorded: CoreUnderTest) -> None:
    source = BEFORE.replace("def run(item)", "run = lambda *args: None\ndef unused(item)")
    recorded.run_file(recorded.write("program.py", source))


def test_work_items_of_another_shape_are_left_alone(recorded: CoreUnderTest) -> None:
    """Those of Python 3.14, for instance."""
    recorded.run_file(
        recorded.write(
            "program.py",
            """
import concurrent.futures.thread as pools
class WorkItem:
    def __init__(self, future, task): self.future, self.task = future, task
    def run(self, context): self.future.set_result(self.task)
pools._WorkItem = WorkItem
make, run = WorkItem.__init__, WorkItem.run
import recorded
assert (WorkItem.__init__, WorkItem.run) == (make, run)
del pools._WorkItem
import threading
one = threading.Thread(target=int); one.start(); one.join()
""",
        )
    )


REPLACED = f"""
import threading, weakref
from unittest import mock
from recorded import span
{START}
own = getattr(threading, START)
def refuse(*args, **named): raise RuntimeError("can't start new thread")
def start():
    thread = threading.Thread(target=span, args=("refused",))
    with mock.patch(f"threading.{{START}}", refuse):
        try: thread.start()
        except RuntimeError as error: print(error)
    assert getattr(threading, START) is own
    with mock.patch(f"threading.{{START}}", autospec=True) as mocked:
        thread._started.set()
        thread = threading.Thread(target=span, args=("mocked",)); thread._started.wait = lambda: None
        thread.start(); assert mocked.call_count == 1
    thread = threading.Thread(target=span, args=("started",)); thread.start(); thread.join()
span("outer", start)
"""


def test_functions_can_be_mocked_while_the_program_runs(recorded: CoreUnderTest) -> None:
    run = recorded.run_file(recorded.write("program.py", REPLACED))
    assert run.out == "can't start new thread\n"
    assert read_segment(run.segment).streams[2].lines[1:] == ["ENTER 10", "ARGS 'started'", "RETURN None"]


FAILS = """
import threading, weakref, _thread
from recorded import span
def start():
    thread = threading.Thread(target=span, args=("fails",))
    _thread.stack_size(1 << 46)  # more than there is
    try: thread.start()
    except RuntimeError as error: print(error)
    _thread.stack_size(0)
    return weakref.ref(thread)
print(span("outer", start)())
thread = threading.Thread(target=span, args=("free",)); thread.start(); thread.join()
"""


def test_thread_that_cannot_be_started_fails_as_without(recorded: CoreUnderTest) -> None:
    run = recorded.run_file(recorded.write("program.py", FAILS))
    assert run.out == "can't start new thread\nNone\n"
    assert read_segment(run.segment).streams[2].lines == ["ENTER 10", "ARGS 'free'", "RETURN None"]


OFF = f"""
import threading
{START}
before = getattr(threading, START)
import recorded
assert getattr(threading, START) is before
"""


def test_recording_that_is_off_replaces_nothing(recorded: CoreUnderTest) -> None:
    """Where no folder above the twin has .spanwright/."""
    (recorded.project / ".spanwright").rmdir()
    off = {"SPANWRIGHT_TRACES": "", "SPANWRIGHT_QUIET": "1"}
    assert recorded.run_file(recorded.write("program.py", OFF), env=off).segments == ()
