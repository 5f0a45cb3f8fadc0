"""Real programs that record less than all, run with either core: what is kept is whole, and every call is counted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from trace_helpers import exported

from instrumenter.trace.counts import function_counts
from instrumenter.trace.find import find_run, load
from instrumenter.trace.runs import Run

#: Every function says that it was called; this file is not instrumented.
RECORD = """
import os

def note(function):
    os.write(1, f"{function}\\n".encode())
"""
PROGRAM = '''
"""Requests; every tenth fails, and each handles itself in the way that it is told to."""

import asyncio, multiprocessing, os, subprocess, sys, threading, time
from record import note


def parse(number):
    note("parse")
    return number


def load(number):
    note("load")
    return parse(number) + parse(number)


def check(number):
    note("check")
    if number % 10 == 3:
        raise ValueError(number)


def handle(number):
    note("handle")
    load(number)
    check(number)


def items(count):
    note("items")
    for number in range(count):
        yield parse(number)


async def fetch(number):
    note("fetch")
    await asyncio.sleep(0)
    check(number)


def request(number, way):
    note("request")
    try:
        if way == "thread":
            thread = threading.Thread(target=contained, args=(number,))
            thread.start()
            thread.join()
        elif way == "fork":
            process = multiprocessing.get_context("fork").Process(target=contained, args=(number,))
            process.start()
            process.join()
        elif way == "command":
            subprocess.run([sys.executable, __file__, "item", str(number)], check=True)
        elif way == "tasks":
            asyncio.run(several(number))
        else:
            sum(items(2))
            handle(number)
        if way == "wait" and number == 2:
            note("ready")
            sys.stdin.read()
    except ValueError:
        return None


async def several(number):
    note("several")
    tasks = [asyncio.create_task(fetch(number)), asyncio.create_task(fetch(0))]
    await asyncio.gather(*tasks)


def contained(number):
    note("contained")
    try:
        handle(number)
    except ValueError:
        pass


if __name__ == "__main__":
    way, count = sys.argv[1], int(sys.argv[2])
    if way == "item":
        contained(count)
    else:
        for number in range(count):
            request(number, way)
'''
#: What a request calls when it does not fail; when it does, the same.
PLAIN = Counter(request=1, items=1, handle=1, load=1, check=1, parse=4)


class App:
    """An instrumented program, and what it says that it called."""

    def __init__(self, folder: Path, core: str) -> None:
        self.folder = folder
        self.core = core
        self.called: Counter[str] = Counter()

    def __call__(self, *words: str, **settings: str) -> Run:
        """The run, with these settings."""
        with self.started(*words, **settings) as program:
            out, err = program.communicate()
        assert (program.returncode, err) == (0, "")
        self.called = Counter(out.split())
        return self.last()

    def started(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        """The program, running."""
        shutil.rmtree(self.folder / ".spanwright" / "traces", ignore_errors=True)
        named = {f"TRACING_{name}": value for name, value in settings.items()}
        env = {**os.environ, "SPANWRIGHT_CORE": self.core, **named}
        env.pop("SPANWRIGHT_TRACES", None)
        pipe = subprocess.PIPE
        command = [sys.executable, "app.py", *words]
        return subprocess.Popen(command, cwd=self.folder, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def last(self) -> Run:
        """The last run."""
        return find_run(load(self.folder), None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, instrumented."""
    folder = tmp_path_factory.mktemp("app")
    (folder / "app.py").write_text(PROGRAM)
    (folder / "record.py").write_text(RECORD)
    (folder / ".spanwright").mkdir()
    script = "from instrumenter.cli.instrument import main; main()"
    subprocess.run([sys.executable, "-c", script, "app.py"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(params=["c", "python"])
def app(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """The program, run by either core."""
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    return App(folder, request.param)


def _counted(run: Run) -> Counter[str]:
    return Counter({one.function: one.count.calls for one in function_counts(run)})


def _traces(run: Run) -> list[Any]:
    found = exported(run)
    assert run.problems() == []
    assert found["run"]["spans"] == sum(1 for root in found["traces"] for _ in _below(root))
    return list(found["traces"])


def _below(entry: Any) -> Iterator[Any]:
    """A span and all below it."""
    waiting = [entry]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one["children"]


def _names(entry: Any) -> Counter[str]:
    return Counter(one["function"] for one in _below(entry))


def _missing(entry: Any) -> int:
    return sum(one.get("leftOut", 0) for one in _below(entry))


def _numbers(traces: list[Any]) -> list[int]:
    return [root["params"]["number"] for root in traces]


def test_traces_that_fail_are_kept_whole_at_any_rate(app: App) -> None:
    run = app("plain", "300", SAMPLE_RATE="1%", SAMPLE_SEED="1")
    traces = _traces(run)
    numbers = _numbers(traces)
    failing = set(range(3, 300, 10))
    assert failing < set(numbers) and len(numbers) < 60
    assert all(_names(root) == PLAIN and not _missing(root) for root in traces)
    assert _counted(run) == app.called == Counter({name: 300 * many for name, many in PLAIN.items()})
    failures = {one.function: one.count.failures for one in function_counts(run) if one.count.failures}
    assert failures == {"check": 30, "handle": 30}
    assert _numbers(_traces(app("plain", "300", SAMPLE_RATE="1%", SAMPLE_SEED="1"))) == numbers
    assert _numbers(_traces(app("plain", "300", SAMPLE_RATE="1%", SAMPLE_SEED="2"))) != numbers


def test_traces_that_are_drawn_do_not_hang_upon_failures(app: App) -> None:
    settings = {"SAMPLE_RATE": "10%", "SAMPLE_SEED": "5"}
    drawn = _numbers(_traces(app("plain", "200", KEEP_ERRORS="off", **settings)))
    kept = _numbers(_traces(app("plain", "200", KEEP_ERRORS="on", **settings)))
    assert 5 < len(drawn) < 50
    assert set(kept) == set(drawn) | set(range(3, 200, 10))


def test_traces_that_are_slow_are_kept(app: App) -> None:
    nothing = app("plain", "20", SAMPLE_RATE="0%", KEEP_ERRORS="off", KEEP_SLOWER_THAN="1h")
    assert (_traces(nothing), _counted(nothing)) == ([], app.called)
    assert len(_traces(app("plain", "20", SAMPLE_RATE="0%", KEEP_ERRORS="off", KEEP_SLOWER_THAN="1ns"))) == 20


@pytest.mark.parametrize("way", ["thread", "tasks", "fork"])
def test_whole_traces_are_kept_or_forgotten_wherever_they_run(app: App, way: str) -> None:
    whole = {tuple(sorted(_names(root).items())) for root in _traces(app(way, "14"))}
    run = app(way, "14", SAMPLE_RATE="0%")
    kept = _traces(run)
    # A forked process does not say its parent what failed in it.
    assert _numbers(kept) == ([] if way == "fork" else [3, 13])
    assert all(tuple(sorted(_names(root).items())) in whole for root in kept)
    assert _counted(run) == app.called


def test_processes_that_a_forgotten_trace_started_draw_themselves(app: App) -> None:
    run = app("command", "4", SAMPLE_RATE="0%", KEEP_SLOWER_THAN="1h")
    assert [(root["function"], root["params"]) for root in _traces(run)] == [("contained", {"number": 3})]
    assert (_counted(run), len(run.segments)) == (app.called, 5)
    whole = app("command", "4")
    assert [_names(root)["contained"] for root in _traces(whole)] == [1, 1, 1, 1]


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_what_is_too_deep_is_told_by_the_span_above(app: App, depth: int) -> None:
    run = app("plain", "20", MAX_DEPTH=str(depth))
    for root in _traces(run):
        assert sum(_names(root).values()) + _missing(root) == sum(PLAIN.values())
        assert _deepest(root) == depth
        left_out = {one["function"]: one["leftOut"] for one in _below(root) if "leftOut" in one}
        assert left_out == [{"request": 8}, {"items": 2, "handle": 4}, {"load": 2}, {}][depth - 1]
    assert _counted(run) == app.called


def _deepest(entry: Any) -> int:
    return 1 + max(map(_deepest, entry["children"]), default=0)


def test_quick_calls_are_left_out_with_those_that_only_called_quick_ones(app: App) -> None:
    run = app("plain", "20", MIN_DURATION="1h")
    traces = _traces(run)
    assert _counted(run) == app.called
    # Generators stay, and so does what failed, and what these hang below.
    assert all(_names(root) == Counter(request=1, items=1) + _failed(root) for root in traces)
    assert all(sum(_names(root).values()) + _missing(root) == sum(PLAIN.values()) for root in traces)


def _failed(root: Any) -> Counter[str]:
    return Counter(handle=1, check=1) if root["params"]["number"] % 10 == 3 else Counter()


@pytest.mark.parametrize("way", ["plain", "thread", "tasks", "fork", "command"])
def test_all_settings_at_once_leave_a_sound_segment_and_true_counts(app: App, way: str) -> None:
    run = app(way, "12", SAMPLE_RATE="30%", SAMPLE_SEED="4", MIN_DURATION="20us", MAX_DEPTH="4", KEEP_SLOWER_THAN="5ms")
    assert len(_traces(run)) <= (12 if way != "command" else 24)
    assert _counted(run) == app.called


def test_living_and_killed_process_have_their_counts_and_what_is_undecided(app: App) -> None:
    with app.started("wait", "5", SAMPLE_RATE="0%") as program:
        out = program.stdout
        assert out is not None
        called = Counter(iter(lambda: out.readline().strip(), "ready"))
        alive = app.last()
        found = [(alive.status, _traces(alive), _counted(alive))]
        program.kill()
    killed = app.last()
    found.append((killed.status, _traces(killed), _counted(killed)))
    assert [status for status, _, _ in found] == ["running", "killed"]
    for _, (root,), counts in found:
        assert (root["status"], root["params"]["number"], _names(root)) == ("unfinished", 2, PLAIN)
        assert counts == called - Counter(request=1) == Counter(request=2, items=3, handle=3, load=3, check=3, parse=12)
