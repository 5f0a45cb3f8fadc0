"""Threads, work items and processes hang below the span that started them: docs/twins.md."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest, twin
from segment_text import events, read_segment
from span_parents import Parents

#: `span(name, do, ...)` is a span in which `do(...)` runs, `task` the same as a coroutine.
SPANS = """
import asyncio, os, subprocess, sys, threading, time
def span(name, do=None, *args):
    try:
        _sw_enter(10, name)
        return _sw_ret(None if do is None else do(*args))
    except: _sw_fail(10); raise
async def task(name, do=None, *args):
    _sw_s = _sw_co(10, name)
    try:
        return None if do is None else await do(*args)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
def thread(*args, **named):
    one = threading.Thread(target=span, args=args, **named); one.start(); one.join()
"""
POOL = "from concurrent.futures import ThreadPoolExecutor\n"


def parents(core: CoreUnderTest, source: str, *args: str) -> dict[str, str]:
    """Run a program and give the parent of each of its spans."""
    run = core.run(SPANS + source, *args, clock="monotonic", options=["-W", "ignore"])  # of forks with threads
    assert run.err == ""
    return Parents(run.segments).named()


def test_thread_hangs_below_the_span_that_started_it(core: CoreUnderTest) -> None:
    found = parents(
        core,
        """
class Own(threading.Thread):
    def run(self): span("own")
def start():
    thread("plain"); thread("daemon", daemon=True)
    one = Own(); one.start(); one.join()
    timer = threading.Timer(0.001, span, ("timer",)); timer.start(); timer.join()
    span("inner", thread, "below inner")
span("outer", start)
""",
    )
    below_outer = dict.fromkeys(("plain", "daemon", "own", "timer", "inner"), "outer")
    assert found == {"outer": "-", **below_outer, "below inner": "inner"}


def test_thread_started_in_a_thread_hangs_below_its_span(core: CoreUnderTest) -> None:
    assert parents(core, "span('a', thread, 'b', thread, 'c', thread, 'd')") == {"a": "-", "b": "a", "c": "b", "d": "c"}


def test_thread_that_records_nothing_hands_on_what_it_hangs_below(core: CoreUnderTest) -> None:
    found = parents(
        core,
        """
def silent():
    one = threading.Thread(target=thread, args=("b",)); one.start(); one.join()
span("a", silent)
span("c", silent)
""",
    )
    assert found == {"a": "-", "b": "c", "c": "-"}


def test_thread_started_where_nothing_is_open_has_no_parent(core: CoreUnderTest) -> None:
    run = core.run(SPANS + "span('before'); thread('a'); span('after', thread, 'b')")
    assert events(run.segment, 2) == ["ENTER 10", "ARGS 'a'", "RETURN None"]
    assert Parents(run.segments).named()["b"] == "after"


def test_thread_started_by_a_coroutine_hangs_below_it(core: CoreUnderTest) -> None:
    found = parents(
        core,
        """
async def both():
    await asyncio.gather(task("b", other, "in b"), task("c", other, "in c"))
async def other(name):
    await asyncio.sleep(0)
    thread(name)
    span("span " + name, thread, "deeper " + name)
asyncio.run(task("a", both))
""",
    )
    assert found == {
        **{"a": "-", "b": "a", "c": "a", "in b": "b", "in c": "c"},
        **{"span in b": "b", "span in c": "c", "deeper in b": "span in b", "deeper in c": "span in c"},
    }


def test_event_loop_in_a_thread_hangs_below_the_span_that_started_it(core: CoreUnderTest) -> None:
    found = parents(
        core,
        """
def loop():
    one = threading.Thread(target=lambda: asyncio.run(task("b", inner))); one.start(); one.join()
async def inner():
    span("c")
    await task("d")
span("a", loop)
""",
    )
    assert found == {"a": "-", "b": "a", "c": "b", "d": "b"}


IMPORTS = {
    "before the first twin": "import concurrent.futures.thread\n",
    "later": "",
}


@pytest.mark.parametrize("when", IMPORTS)
def test_work_item_hangs_below_the_span_that_submitted_it(core: CoreUnderTest, when: str) -> None:
    """Also the first one of all, which is made before there is a thread."""
    source = """
from concurrent.futures import ThreadPoolExecutor, wait
def go():
    with ThreadPoolExecutor(2) as pool:
        pool.submit(span, "first").result()
        span("inner", lambda: wait([pool.submit(span, f"item {n}") for n in range(5)]))
        span("mapping", lambda: list(pool.map(span, ["x", "y", "z"])))
        span("failing", lambda: pool.submit(span, "fails", int, "no number").exception())
        span("nested", lambda: pool.submit(span, "outside", pool.submit, span, "inside").result().result())
        pool.submit(span, "last").result()
span("outer", go)
"""
    path = core.write("program.py", IMPORTS[when] + twin(SPANS + source))
    found = Parents(core.run_file(path, clock="monotonic").segments).named()
    expected = {"outer": "-", "outside": "nested", "inside": "outside", "fails": "failing"}
    expected.update(dict.fromkeys(("first", "last", "inner", "mapping", "failing", "nested"), "outer"))
    expected.update({f"item {n}": "inner" for n in range(5)}, **dict.fromkeys("xyz", "mapping"))
    assert found == expected


def test_initializer_of_a_pool_hangs_below_the_span_that_needed_a_worker(core: CoreUnderTest) -> None:
    found = parents(
        core,
        POOL
        + """
pool = ThreadPoolExecutor(1, initializer=span, initargs=("initializer",))
span("a", pool.submit, span, "b")
pool.shutdown()
""",
    )
    assert found == {"a": "-", "initializer": "a", "b": "a"}


def test_work_item_submitted_where_nothing_is_open_has_no_parent(core: CoreUnderTest) -> None:
    found = parents(
        core,
        POOL
        + """
pool = ThreadPoolExecutor(1)
span("a", lambda: pool.submit(span, "in a").result())
pool.submit(span, "free").result()
span("b", lambda: pool.submit(span, "in b").result())
pool.shutdown()
""",
    )
    assert found == {"a": "-", "in a": "a", "free": "-", "b": "-", "in b": "b"}


def test_what_a_worker_does_between_its_items_hangs_where_it_was_started(core: CoreUnderTest) -> None:
    """A callback of a future belongs to the item."""
    found = parents(
        core,
        POOL
        + """
import weakref
class Token: pass
def submit(pool, name):
    token = Token()
    weakref.finalize(token, span, "finalizer of " + name)
    future = pool.submit(lambda kept: span(name), token)
    future.add_done_callback(lambda _: span("callback of " + name))
    del token
    return future
def go(pool):
    go = threading.Event()
    blocked = pool.submit(go.wait)
    futures = [span(f"submits {n}", submit, pool, str(n)) for n in range(2)]
    go.set()
    for future in futures: future.result()
pool = ThreadPoolExecutor(1)
span("a", go, pool)
pool.shutdown()
""",
    )
    assert {name: parent for name, parent in found.items() if name[0] in "01cf"} == {
        **{"0": "submits 0", "callback of 0": "submits 0", "finalizer of 0": "a"},
        **{"1": "submits 1", "callback of 1": "submits 1", "finalizer of 1": "a"},
    }


def test_items_of_an_event_loop_hang_below_the_coroutine(core: CoreUnderTest) -> None:
    found = parents(
        core,
        """
import contextvars
async def work():
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, span, "executor")
    await asyncio.to_thread(span, "to thread")
    await loop.run_in_executor(None, contextvars.copy_context().run, span, "context")
    await span("around", loop.run_in_executor, None, span, "in around")
    await asyncio.gather(*(task(f"task {n}", asyncio.to_thread, span, f"thread {n}") for n in range(20)))
    await asyncio.gather(*(task(f"other {n}", loop.run_in_executor, None, span, f"item {n}") for n in range(20)))
asyncio.run(task("main", work))
""",
    )
    expected = {"main": "-", "around": "main", "in around": "around"}
    expected.update(dict.fromkeys(("executor", "to thread", "context"), "main"))
    for n in range(20):
        expected.update({f"task {n}": "main", f"thread {n}": f"task {n}"})
        expected.update({f"other {n}": "main", f"item {n}": f"other {n}"})
    assert found == expected


def test_items_of_tasks_in_a_group_hang_below_the_tasks(core: CoreUnderTest) -> None:
    """Python 3.10 has no groups, and gathers."""
    found = parents(
        core,
        """
async def work():
    tasks = [task(f"task {n}", asyncio.to_thread, span, f"thread {n}") for n in range(50)]
    if sys.version_info < (3, 11): await asyncio.gather(*tasks); return
    async with asyncio.TaskGroup() as group:
        for one in tasks: group.create_task(one)
asyncio.run(task("main", work))
""",
    )
    tasks = {f"task {n}": "main" for n in range(50)}
    assert found == {"main": "-", **tasks, **{f"thread {n}": f"task {n}" for n in range(50)}}


def test_pool_of_threads_hangs_below_the_span_that_made_it(core: CoreUnderTest) -> None:
    found = parents(
        core,
        """
from multiprocessing.pool import ThreadPool
def go():
    with ThreadPool(2) as pool:
        span("b", pool.map, span, ["x", "y"])
span("a", go)
""",
    )
    assert found == {"a": "-", "b": "a", "x": "a", "y": "a"}


PYTHON = "[sys.executable, __file__, 'child']"


def test_process_hangs_below_the_span_that_started_it(core: CoreUnderTest) -> None:
    found = parents(
        core,
        f"""
if sys.argv[1:]: span("child of " + os.environ["STARTER"])
else:
    def start(name): subprocess.run({PYTHON}, check=True, env={{**os.environ, "STARTER": name}})
    async def start_async(name):
        process = await asyncio.create_subprocess_exec(*{PYTHON}, env={{**os.environ, "STARTER": name}})
        await process.wait()
    span("a", start, "a")
    span("b", thread, "in thread", start, "in thread")
    def silent():
        one = threading.Thread(target=start, args=("c",)); one.start(); one.join()
    span("c", silent)
    asyncio.run(task("main", start_async, "main"))
    start("-")
""",
    )
    roots = dict.fromkeys(("a", "b", "c", "main"), "-")
    children = {f"child of {name}": name for name in ("a", "in thread", "c", "main", "-")}
    assert found == {**roots, "in thread": "b", **children}


def test_process_made_by_posix_spawn_hangs_below_the_span_that_made_it(core: CoreUnderTest) -> None:
    """So does `subprocess` start some, and most from Python 3.13 on."""
    found = parents(
        core,
        f"""
def start(): os.waitpid(os.posix_spawn(sys.executable, {PYTHON}, os.environ), 0)
span("child" if sys.argv[1:] else "a", None if sys.argv[1:] else start)
""",
    )
    assert found == {"a": "-", "child": "a"}


def test_process_of_a_process_that_records_nothing_hangs_there_too(core: CoreUnderTest) -> None:
    found = parents(
        core,
        f"""
if sys.argv[1:]: span("grandchild")
else: span("a", subprocess.run, [sys.executable, "-c", f"import subprocess; subprocess.run({{{PYTHON}!r}})"])
""",
    )
    assert found == {"a": "-", "grandchild": "a"}


PROCESSES = """
import multiprocessing
def start(name):
    process = context.Process(target=span, args=(name,)); process.start(); process.join()
    assert process.exitcode == 0
async def start_async(name): start(name)
if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    span("a", start, "in a")
    span("b", thread, "thread", start, "in thread")
    def silent():
        one = threading.Thread(target=start, args=("in c",)); one.start(); one.join()
    span("c", silent)
    asyncio.run(task("main", start_async, "in main"))
    def pool():
        with context.Pool(2) as pool: pool.map(span, ["x", "y", "z"]); pool.close(); pool.join()
    span("d", pool)
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing_hangs_below_the_span_that_started_it(core: CoreUnderTest, method: str) -> None:
    found = parents(core, PROCESSES, method)
    assert found == {
        **{"a": "-", "b": "-", "thread": "b", "c": "-", "main": "-", "d": "-"},
        **{"in a": "a", "in thread": "thread", "in c": "c", "in main": "main", "x": "d", "y": "d", "z": "d"},
    }


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_process_pool_hangs_below_the_span_that_started_its_processes(core: CoreUnderTest, method: str) -> None:
    found = parents(
        core,
        """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
def go():
    with ProcessPoolExecutor(1, multiprocessing.get_context(sys.argv[1])) as pool:
        assert list(pool.map(span, ["x", "y", "z"])) == [None] * 3
if __name__ == "__main__": span("a", go)
""",
        method,
    )
    assert found == {"a": "-", "x": "a", "y": "a", "z": "a"}


def test_threads_and_items_of_a_forked_child_hang_below_its_spans(core: CoreUnderTest) -> None:
    """What its forking thread hung below is the parent's."""
    found = parents(
        core,
        POOL
        + """
def items(name):
    with ThreadPoolExecutor(1) as pool: pool.submit(span, name).result()
def fork():
    if os.fork(): os.wait(); return
    span("child", items, "item")
    span("other", thread, "thread")
    items("at the bottom")
    os._exit(0)
def silent():
    one = threading.Thread(target=fork); one.start(); one.join()
span("a", silent)
span("b", items, "first")
span("c", lambda: ThreadPoolExecutor(1).submit(span, "d", fork).result())
""",
    )
    assert found == {
        **{"a": "-", "b": "-", "first": "b", "c": "-", "d": "c"},
        **{"child": "d", "item": "child", "other": "d", "thread": "other", "at the bottom": "d"},
    }


def test_fork_in_a_thread_below_whose_stack_nothing_is_open(core: CoreUnderTest) -> None:
    core.run(
        SPANS
        + """
def fork():
    if os.fork(): os.wait(); return
    span("b")
    os._exit(0)
def silent():
    one = threading.Thread(target=fork); one.start(); one.join()
span("a", silent)
"""
    )
    (place,) = (read_segment(core.traces / "fake.seg").streams[1].places[0],)
    assert events(core.traces / "fake-1.seg")[0] == f"ADOPT 1 1:{place}"


ALIKE = {
    "threads": "span('a', thread, 'b', thread, 'c')",
    "items": POOL
    + """
def go(pool):
    go = threading.Event()
    pool.submit(go.wait)
    span("b", pool.submit, span, "c")
    span("d", pool.submit, span, "e", thread, "f")
    go.set()
    pool.shutdown()
pool = ThreadPoolExecutor(1)
span("a", go, pool)
""",
    "end of an adoption": POOL
    + """
pool, go = ThreadPoolExecutor(1), threading.Event()
span("a", pool.submit, go.wait)
pool.submit(span, "b")
go.set()
pool.shutdown()
""",
    "coroutines": """
async def work():
    thread("b")
    subprocess.run(["true"])
    await asyncio.to_thread(span, "c")
asyncio.run(task("a", work))
""",
    "processes": """
def fork():
    subprocess.run(["true"])
    if os.fork(): os.wait()
    else: subprocess.run(["true"]); os._exit(0)
span("a", thread, "b", fork)
""",
}


@pytest.mark.parametrize("name", ALIKE)
def test_both_cores_write_the_same_bytes(both_cores: tuple[CoreUnderTest, CoreUnderTest], name: str) -> None:
    c, python = ([path.read_bytes() for path in sorted(core.run(SPANS + ALIKE[name]).segments)] for core in both_cores)
    assert [data[:16] + data[17:] for data in c] == [data[:16] + data[17:] for data in python]
