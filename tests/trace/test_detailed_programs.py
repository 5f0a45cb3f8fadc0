"""Real programs at levels 3 to 5, instrumented, run with either core, and read back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from trace_helpers import exported

from instrumenter.trace.find import find_run, load

PROGRAM = '''\
"""Counts words."""

import asyncio
import json


class Counter:
    def __init__(self):
        self.seen = {}

    def add(self, word, *, times=1):
        self.seen[word] = self.seen.get(word, 0) + times
        return self.seen[word]


def words(text):
    for line in text.splitlines():
        if not line:
            continue
        yield line.strip()


def fill(counter, rows):
    for word in words("a\\n\\nb\\n"):
        counter.add(word, times=2 if word == "b" else 1)
        rows.append(word)
    match len(rows):
        case 0:
            return None
        case 2:
            pass
    try:
        int("x")
    except ValueError as error:
        kept = type(error)
    return kept


async def fetch(word):
    await asyncio.sleep(0)
    return json.dumps(word)


async def serve():
    first = await fetch("a")
    task = asyncio.create_task(fetch("b"))
    rest = await asyncio.gather(fetch("c"), task)
    return [first, *rest]


def main():
    rows = []
    fill(Counter(), rows)
    print(len(asyncio.run(serve())), rows)


main()
'''
STARTERS = """\
import asyncio, multiprocessing, subprocess, sys, threading
from concurrent.futures import ThreadPoolExecutor


def leaf(n):
    return n * 2


def start():
    thread = threading.Thread(target=leaf, args=(1,))
    thread.start()
    thread.join()


def pool():
    with ThreadPoolExecutor(1) as executor:
        return [executor.submit(leaf, 2).result(), *executor.map(leaf, [3])]


async def grouped():
    async with asyncio.TaskGroup() as group:
        group.create_task(awaits(4))
    return await asyncio.get_running_loop().run_in_executor(None, leaf, 5)


async def awaits(n):
    return await asyncio.to_thread(leaf, n)


def spawn():
    subprocess.run([sys.executable, "app.py", "sub"], check=True)
    with multiprocessing.get_context("spawn").Pool(1) as processes:
        return processes.map(leaf, [7])


def main():
    print(start(), pool(), asyncio.run(grouped()), spawn())


if __name__ == "__main__":
    leaf(6) if "sub" in sys.argv else main()
"""
Run = Callable[..., Any]


@pytest.fixture(params=["c", "python"])
def run(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the program at a level with one core; gives its only trace."""
    monkeypatch.setenv("SPANWRIGHT_CORE", request.param)
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".spanwright").mkdir()

    def at(level: int, program: str = PROGRAM, says: str = "3 ['a', 'b']") -> Any:
        (tmp_path / "app.py").write_text(program)
        _command("instrument", "app.py", "--level", str(level))
        done = subprocess.run([sys.executable, "app.py"], check=True, capture_output=True, text=True)
        assert (done.stdout, done.stderr) == (f"{says}\n", "")
        found = find_run(load(tmp_path), None)
        assert found.problems() == []
        (trace,) = exported(found)["traces"]
        return trace

    return at


def _command(module: str, *words: str) -> str:
    script = f"from instrumenter.cli.{module} import main; main()"
    return subprocess.run([sys.executable, "-c", script, *words], check=True, capture_output=True, text=True).stdout


def _tree(span: Any) -> Any:
    """Names, of calls and awaits with their kind, and what is below them."""
    name = span["function"] if span["kind"] not in ("call", "await") else f"{span['kind']} {span['function']}"
    return [name, *map(_tree, span["children"])]


def _found(span: Any, name: str) -> Any:
    """The first span of this name at or below a span."""
    waiting = [span]
    while waiting[0]["function"] != name:
        waiting = waiting[0]["children"] + waiting[1:]
    return waiting[0]


def test_calls_and_awaits_are_in_the_tree_once(run: Run) -> None:
    main = run(3)
    fetched = ["call asyncio.tasks.sleep"], ["call json.dumps"]
    assert _tree(main) == [
        "main",
        ["call Counter", ["Counter.__init__"]],
        ["fill",
         ["words", ["call str.splitlines"], ["call str.strip"], ["call str.strip"]],
         ["Counter.add", ["call dict.get"]], ["call list.append"],
         ["Counter.add", ["call dict.get"]], ["call list.append"],
         ["call len"], ["call int"], ["call type"]],
        ["call asyncio.runners.run",
         ["serve",
          ["fetch", *fetched], ["call asyncio.tasks.create_task"],
          ["call asyncio.tasks.gather", ["fetch", *fetched], ["fetch", *fetched]]]],
        ["call len"],
        ["call print"],
    ]  # fmt: skip
    assert _found(main, "int")["status"] == "error"
    assert _found(main, "words")["callSite"] == {"file": "app.py", "line": 24}
    assert _found(main, "Counter.add")["callSite"] == {"file": "app.py", "line": 25}
    assert _found(main, "serve")["callSite"] == {"file": "app.py", "line": 54}
    gather = _found(main, "asyncio.tasks.gather")
    # The task was made first, but both begin in the order in which the loop has them.
    assert sorted(child["callSite"]["line"] for child in gather["children"]) == [46, 47]
    assert (gather["expression"], gather["line"]) == ("asyncio.gather", 47)
    assert all(0 < span["activeNs"] <= span["durationNs"] for span in (gather, _found(main, "serve")))


def test_values_and_changes_are_events(run: Run) -> None:
    fill = _found(run(4), "fill")
    bound = [(event["line"], event["values"]) for event in fill["events"] if event["type"] == "checkpoint"]
    assert bound[:2] == [(24, {"word": "a"}), (24, {"word": "b"})]
    assert [line for line, _ in bound[2:]] == [34, 35]
    (state,) = (event for event in fill["events"] if event["type"] == "state")
    assert state["values"]["rows"] == {"length": [0, 2], "added": {"0": "a", "1": "b"}, "changed": {}, "removed": {}}


def test_lines_branches_and_turns_are_events(run: Run) -> None:
    fill = _found(run(5), "fill")
    assert [event["line"] for event in fill["events"] if event["type"] == "line"] == [
        24, 25, 25, 26, 25, 25, 26, 27, 31, 32, 33, 34, 35, 36
    ]  # fmt: skip
    derived = [event for event in fill["events"] if event["type"] in ("branch", "loop")]
    assert [(event["type"], event["line"], *event["values"].values()) for event in derived] == [
        ("branch", 25, "arm", "else"), ("branch", 25, "arm", "then"), ("loop", 24, "for", 2), ("branch", 27, "match", 1)
    ]  # fmt: skip
    times = [event["ns"] for event in fill["events"]]
    assert times == sorted(times)


def test_source_has_what_each_line_did(run: Run) -> None:
    run(5)
    (words,) = json.loads(_command("source", "app.py::words", "--json"))["functions"]
    assert [(line["line"], line["ran"]) for line in words["lines"]] == [(16, 1), (17, 1), (18, 3), (19, 1), (20, 2)]
    assert [line["text"] for line in words["lines"]] == PROGRAM.splitlines()[15:20]
    assert (words["lines"][1]["turns"], words["lines"][1]["values"]) == (3, {"line": "b"})
    assert words["lines"][2]["branches"] == {"if → then": 1, "if not taken": 2}
    (fill,) = json.loads(_command("source", "app.py::fill", "--json"))["functions"]
    assert [line["line"] for line in fill["lines"] if line["ran"] == 0] == [29]


def _origins(span: Any, function: str = "", call: str = "") -> Iterator[tuple[int, tuple[str, str]]]:
    """For every `leaf`, by its argument: the function and the call that it hangs below."""
    if span["kind"] in ("call", "await"):
        call = span["function"].rpartition(".")[2]
    else:
        if span["function"] == "leaf":
            yield span["params"]["n"], (function, call)
        function = span["function"]
    for child in span["children"]:
        yield from _origins(child, function, call)


def test_threads_executors_and_processes_hang_below_what_started_them(run: Run) -> None:
    assert dict(_origins(run(3, STARTERS, "None [4, 6] 10 [14]"))) == {
        1: ("start", "start"), 2: ("pool", "submit"), 3: ("pool", "map"), 4: ("awaits", "to_thread"),
        5: ("grouped", "run_in_executor"), 6: ("spawn", "run"), 7: ("spawn", "Pool"),
    }  # fmt: skip
