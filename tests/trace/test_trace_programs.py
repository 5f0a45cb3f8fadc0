"""Real programs, instrumented and run with either core, as the reader gives them back."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from trace_helpers import exported

from instrumenter.trace.find import find_run, load

PROGRAM = '''\
"""A program with a fault."""

import os, sys


def parse(text):
    number = int(text)
    return number


def read(path, *more, flag=False):
    try:
        return parse(path)
    except ValueError as error:
        error.add_note("while reading") if hasattr(error, "add_note") else None
        raise LookupError("nothing to read") from error


def numbers(n):
    for each in range(n):
        yield parse(str(each))


def main():
    try:
        read("x", 1, flag=True)
    except LookupError:
        pass
    sum(numbers(3))
    if "fork" in sys.argv:
        if not os.fork():
            parse("7")
            os._exit(0)
        os.wait()
    if "wait" in sys.argv:
        print("ready", flush=True)
        input()


main()
'''


@pytest.fixture(params=["c", "python"])
def app(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instrumented program, run by the core that the environment names."""
    monkeypatch.setenv("SPANWRIGHT_CORE", request.param)
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    (tmp_path / "app.py").write_text(PROGRAM)
    (tmp_path / ".spanwright").mkdir()
    script = "from instrumenter.cli.instrument import main; main()"
    subprocess.run([sys.executable, "-c", script, "app.py"], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


def _read(folder: Path) -> Any:
    return exported(find_run(load(folder), None))


def test_program_is_read_back_with_the_originals_lines(app: Path) -> None:
    subprocess.run([sys.executable, "app.py"], cwd=app, check=True)
    run = _read(app)
    assert (run["run"]["status"], run["run"]["spans"], run["run"]["errors"]) == ("ended", 7, 2)
    (main,) = run["traces"]
    read, numbers = main["children"]
    assert (read["file"], read["line"], read["params"]) == (
        "app.py", 11, {"path": "x", "more": {"type": "tuple", "items": [1]}, "flag": True}
    )  # fmt: skip
    error = read["error"]
    assert [(frame["line"], frame["function"].rpartition(".")[2]) for frame in error["stack"]] == [(16, "read")]
    assert [frame["line"] for frame in error["cause"]["stack"]] == [13, 7]
    assert (error["type"], error["message"]) == ("LookupError", "nothing to read")
    assert [child["returnValue"] for child in numbers["children"]] == [0, 1, 2]
    assert (numbers["kind"], numbers["params"]) == ("generator", {"n": 3})


def test_forked_child_hangs_below_the_span_that_forked(app: Path) -> None:
    subprocess.run([sys.executable, "app.py", "fork"], cwd=app, check=True)
    run = _read(app)
    (main,) = run["traces"]
    assert [child["function"] for child in main["children"]] == ["read", "numbers", "parse"]
    assert main["children"][2]["process"] == run["run"]["processes"][1]["pid"] != main["process"]


def test_living_and_killed_process_are_read(app: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "app.py", "wait"], cwd=app, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        alive = _read(app)
        child.send_signal(signal.SIGKILL)
        child.wait()
    dead = _read(app)
    for run, status in ((alive, "running"), (dead, "killed")):
        assert run["run"]["status"] == status
        (main,) = run["traces"]
        assert (main["status"], [one["status"] for one in main["children"]]) == ("unfinished", ["error", "ok"])
