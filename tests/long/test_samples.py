"""The long checks, small: each finds nothing on a sample, and finds what is put in its way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import asyncio_parents
import concurrency
import deaths
import docutils_counts
import index_kills
import memory
import profile_calls
import pytest
import random_programs
import sampling
import settrace_lines
import stdlib_roundtrip
import stdlib_tests
import strip_packages
import watch_alongside
import watch_session
from long_harness import Findings

CORE = os.environ.get("SPANWRIGHT_CORE")
SCRIPTS = [
    "asyncio_parents",
    "concurrency",
    "deaths",
    "docutils_counts",
    "index_kills",
    "memory",
    "profile_calls",
    "random_programs",
    "sampling",
    "settrace_lines",
    "stdlib_roundtrip",
    "stdlib_tests",
    "watch_alongside",
    "watch_session",
]


def test_stdlib_sample_comes_back() -> None:
    assert stdlib_roundtrip.check(sample=24, core=CORE).failed == []


def test_twins_of_a_sample_are_stripped_at_every_level() -> None:
    assert strip_packages.check(["library"], sample=24).failed == []


def test_docutils_sample_has_a_span_an_activation() -> None:
    assert docutils_counts.check_installed(core=CORE).failed == []


def test_interleaved_tasks_and_started_work_have_their_parents() -> None:
    assert asyncio_parents.check(scenarios=40, rounds=2, core=CORE).failed == []


def test_stdlib_tests_end_as_they_did() -> None:
    """At the two levels that change most: calls bracketed, and every statement."""
    assert stdlib_tests.check(["test_heapq", "test_shlex", "test_contextlib"], [3, 5], CORE).failed == []


def test_lines_are_those_of_settrace() -> None:
    assert settrace_lines.check(["csv", "heapq", "shlex", "string", "textwrap"], CORE).failed == []


def test_calls_are_those_of_setprofile() -> None:
    assert profile_calls.check(["calendar", "contextlib", "json"], "Title\n=====\n\n- *one*\n", CORE).failed == []


def test_watcher_misses_and_doubles_no_save() -> None:
    assert watch_session.check(saves=60, switched=40, core=CORE).failed == []


def test_programs_work_while_a_watcher_runs() -> None:
    assert watch_alongside.check(saves=1, kinds=(), core=CORE).failed == []


def test_random_programs_do_the_same() -> None:
    assert random_programs.check(20, [CORE] if CORE else random_programs.CORES).failed == []


def test_dead_processes_are_read_back() -> None:
    assert deaths.check(calls=3000, core=CORE).failed == []


def test_killed_commands_leave_an_index_that_the_next_completes() -> None:
    assert index_kills.check(kills=4, processes=3, calls=1000, core=CORE).failed == []


def test_sampled_requests_are_whole_and_counted() -> None:
    assert sampling.check(requests=20_000, core=CORE).failed == []


def test_forgotten_traces_leave_nothing_in_memory() -> None:
    assert memory.check(calls=100_000, core=CORE).failed == []


def test_crowds_are_complete() -> None:
    assert concurrency.check(calls=2000, core=CORE).failed == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_explains_itself(name: str) -> None:
    script = Path(__file__).with_name(f"{name}.py")
    done = subprocess.run([sys.executable, str(script), "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "--core" in done.stdout


def test_parents_check_notices_a_wrong_parent() -> None:
    """A span below another than its caller is found: the check is not blind."""
    common = {"kind": "function", "children": []}
    inner = {**common, "spanId": "b", "parentSpanId": "a", "function": "leaf", "params": {"me": 2, "parent": 9}}
    outer = {**common, "spanId": "a", "parentSpanId": None, "function": "main", "params": {"me": 1, "parent": 0}}
    found = asyncio_parents.observed([{**outer, "children": [inner]}], Findings())
    assert found == {1: (0, "main"), 2: (1, "leaf")}


def test_findings_with_a_failure_give_exit_code_1() -> None:
    findings = Findings()
    findings.equal(1, 1, "the same")
    assert findings.code == 0
    findings.equal(1, 2, "not the same")
    assert findings.code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("faults", "--files", "20", "--kills", "20", "--pool", "1", "--calls", "40", "--failures", "70"),
        ("races", "--files", "20", "--rounds", "6"),
        ("edit_sessions", "--runs", "15", "--steps", "12"),
    ],
)
def test_commands_that_are_cut_short_or_race_lose_nothing(words: tuple[str, ...]) -> None:
    """In a process of its own: it starts anew with a library that counts what it does to the file system."""
    script = Path(__file__).with_name(f"{words[0]}.py")
    done = subprocess.run([sys.executable, str(script), *words[1:]], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all of it holds" in done.stdout
