"""A program's threads, work items and processes, read back at levels 1 to 3: each span hangs where the program says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from trace_helpers import exported

from instrumenter.trace.find import find_run, load

TASKS = 40
#: Every function is told who starts it, and says so.
RECORD = """
import os

def note(function, by):
    os.write(1, f"{function} {by}\\n".encode())
"""
PROGRAM = """
import asyncio, multiprocessing, subprocess, sys, threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from record import note

def in_thread(by):
    note("in_thread", by)

def in_timer(by):
    note("in_timer", by)

def starts_threads(by):
    note("starts_threads", by)
    for thread in (
        threading.Thread(target=in_thread, args=("starts_threads",)),
        threading.Timer(0.001, in_timer, ("starts_threads",)),
        threading.Thread(target=in_daemon, args=("starts_threads",), daemon=True),
    ):
        thread.start()
        thread.join()

def in_daemon(by):
    note("in_daemon", by)
    thread = threading.Thread(target=deeper, args=("in_daemon",))
    thread.start()
    thread.join()

def deeper(by):
    note("deeper", by)

def item(by):
    note("item", by)

def mapped(by):
    note("mapped", by)

def fails(by):
    note("fails", by)
    raise ValueError(by)

def submits(by, pool):
    note("submits", by)
    pool.submit(item, "submits").result()
    assert isinstance(pool.submit(fails, "submits").exception(), ValueError)

def maps(by, pool):
    note("maps", by)
    list(pool.map(mapped, ["maps"] * 5))

def initializes(by):
    note("initializes", by)

def pools(by):
    note("pools", by)
    with ThreadPoolExecutor(2, initializer=initializes, initargs=("pools",)) as pool:
        for future in [pool.submit(len, ()) for _ in range(9)]:
            future.result()
        submits("pools", pool)
        maps("pools", pool)

def in_forked(by):
    note("in_forked", by)

def in_spawned(by):
    note("in_spawned", by)

def starts_processes(by):
    note("starts_processes", by)
    for method, target in (("fork", in_forked), ("spawn", in_spawned)):
        process = multiprocessing.get_context(method).Process(target=target, args=("starts_processes",))
        process.start()
        process.join()

def in_pool(by):
    note("in_pool", by)

def pools_processes(by):
    note("pools_processes", by)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(in_pool, ["pools_processes"] * 6))

def in_child(by):
    note("in_child", by)

def in_child_of_coroutine(by):
    note("in_child_of_coroutine", by)

def runs_child(by):
    note("runs_child", by)
    subprocess.run([sys.executable, __file__, "in_child", "runs_child"], check=True)

async def gathers(by):
    note("gathers", by)
    process = await asyncio.create_subprocess_exec(sys.executable, __file__, "in_child_of_coroutine", "gathers")
    await process.wait()
    async with asyncio.TaskGroup() as group:
        for task in TASKS:
            group.create_task(task("gathers"))

def main(by):
    note("main", by)
    starts_threads("main")
    pools("main")
    starts_processes("main")
    pools_processes("main")
    runs_child("main")
    asyncio.run(gathers("main"))
"""
TASK = """
async def task_{0}(by):
    note("task_{0}", by)
    await asyncio.sleep(0)
    await asyncio.gather(
        asyncio.to_thread(in_thread_{0}, "task_{0}"),
        asyncio.get_running_loop().run_in_executor(None, in_executor_{0}, "task_{0}"),
    )

def in_thread_{0}(by):
    note("in_thread_{0}", by)

def in_executor_{0}(by):
    note("in_executor_{0}", by)
"""
START = """
TASKS = [value for name, value in list(globals().items()) if name.startswith("task_")]
if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
"""
#: Python warns of a fork where there are threads.
RUN = [sys.executable, "-W", "ignore", "app.py", "main", "-"]


def _pairs(span: Any, above: str) -> Iterator[tuple[str, str]]:
    """The functions at and below a span, each with the function that it hangs below."""
    if span["kind"] not in ("call", "await"):
        yield span["function"], above
        above = span["function"]
    for child in span["children"]:
        yield from _pairs(child, above)


@pytest.mark.parametrize("core", ["c", "python"])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_what_is_started_elsewhere_hangs_where_the_program_says(
    level: int, core: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPANWRIGHT_CORE", core)
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    (tmp_path / ".spanwright").mkdir()
    (tmp_path / "record.py").write_text(RECORD)
    (tmp_path / "app.py").write_text(PROGRAM + "".join(TASK.format(k) for k in range(TASKS)) + START)
    script = "from instrumenter.cli.instrument import main; main()"
    command = [sys.executable, "-c", script, "app.py", "--level", str(level)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    done = subprocess.run(RUN, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    said = {(function, by) for function, by in map(str.split, done.stdout.splitlines())}
    traces = exported(find_run(load(tmp_path), None))["traces"]
    assert {pair for root in traces for pair in _pairs(root, "-")} == said
    assert len(said) == 22 + 3 * TASKS
