"""Several processes: one that dies costs one task."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from instrumenter.engine.pool import default_jobs, each


def work(task: int) -> str:
    if task == 13:
        os._exit(1)
    return f"done {task}"


def crashed(task: int) -> str:
    return f"crashed {task}"


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_is_done_once(jobs: int) -> None:
    assert sorted(each(work, range(5), jobs, crashed)) == [f"done {task}" for task in range(5)]


def test_crash_costs_one_task() -> None:
    results = sorted(each(work, range(10, 20), 2, crashed))
    assert results == sorted(["crashed 13", *(f"done {task}" for task in range(10, 20) if task != 13)])


@pytest.mark.parametrize("task", ["0", "1"])
def test_worker_ends_silently_when_its_parent_is_killed(task: str) -> None:
    """The worker holds the pipe that is read here to its end."""
    script = (
        "import os, sys, time; from instrumenter.engine import pool; worker = pool._Worker();"
        "pool.pickle.dump((time.sleep, float(sys.argv[1])), worker.process.stdin); worker.process.stdin.flush();"
        "os.kill(os.getpid(), 9)"
    )
    child = subprocess.run([sys.executable, "-c", script, task], capture_output=True, check=False, timeout=120)
    assert (child.returncode, child.stdout, child.stderr) == (-9, b"", b"")


def test_few_files_are_done_in_this_process() -> None:
    assert default_jobs(19) == 1
    assert default_jobs(20) == (os.cpu_count() or 1)
