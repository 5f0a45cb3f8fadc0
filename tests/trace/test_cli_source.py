"""`spans source`: a function's lines with what they did beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_in_test import Ended, run_command
from detailed_helpers import Sites
from segment_encoder import Stream, project, save

from instrumenter.cli.spans import main

SOURCE = """\
def total(rows):
    count = 0
    for row in rows:
        if row:
            count += row
        else:
            print("empty")
    return count


def other():
    return total([])
"""
Spans = Callable[..., Ended]


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    """The command, in a project of its own; gives exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)

    return lambda *words: run_command(main, words, capsys)


def _sites(level: int) -> Sites:
    sites = Sites(level)
    sites.function("total", 1, "function", "rows", endLine=8)
    sites.function("other", 11, endLine=12)
    return sites


def _keep(folder: Path, sites: Sites, data: Any) -> None:
    digest = hashlib.sha256(SOURCE.encode()).hexdigest()
    save(project(folder, sites.table(digest)), data)
    place = folder / ".spanwright" / "backups" / digest[:2] / digest
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(SOURCE)


def _lines(folder: Path) -> None:
    """Two calls of `total` at level 5: of [3, 3] and of []."""
    sites = _sites(5)
    first = sites.line(0, 2)
    count = sites.var(0, 2, "count")
    loop = sites.line(0, 3, "for")
    row = sites.var(0, 3, "row")
    test = sites.line(0, 4, "if", column=9, first=[loop, "body"])
    then = sites.line(0, 5, column=13, first=[test, "then"])
    more = sites.var(0, 5, "count")
    sites.line(0, 7, column=13, first=[test, "else"])
    last = sites.line(0, 8)
    data = sites.segment(clean=True)
    stream = Stream(data, 1)
    for rows in ([3, 3], []):
        stream.enter(0, rows)
        stream.line(first)
        stream.var(count, 0)
        stream.line(loop)
        for place, each in enumerate(rows, 1):
            stream.var(row, each)
            stream.line(test, then)
            stream.var(more, each * place)
        stream.line(last)
        stream.ret(sum(rows), dt=1000)
    _keep(folder, sites, data)


def test_lines_have_counts_times_values_and_branches(spans: Spans, tmp_path: Path) -> None:
    _lines(tmp_path)
    code, out, err = spans("source", "app.py::total")
    assert (code, err) == (0, "")
    assert [line.rstrip() for line in out.splitlines()[1:]] == [
        "total  app.py:1  level 5  2 spans  2.16 µs",
        "     ran      time   line │",
        "       2   2.16 µs      1 │ def total(rows):",
        "       2     40 ns      2 │     count = 0               count = 0",
        "       2     30 ns      3 │     for row in rows:        row = 3; 2 turns",
        "       2     20 ns      4 │         if row:             if → then ×2",
        "       2     50 ns      5 │             count += row    count = 6",
        "                        6 │         else:",
        '   never                7 │             print("empty")',
        "       2   2.00 µs      8 │     return count",
    ]


def test_json_has_every_line(spans: Spans, tmp_path: Path) -> None:
    _lines(tmp_path)
    (found,) = json.loads(spans("source", "a*.py::to*", "--json")[1])["functions"]
    assert (found["function"], found["level"], found["spans"], found["durationNs"]) == ("total", 5, 2, 2160)
    assert [line["ran"] for line in found["lines"]] == [2, 2, 2, 2, 2, None, 0, 2]
    assert found["lines"][2] == {
        "line": 3, "text": "    for row in rows:", "ran": 2, "ns": 30, "values": {"row": 3}, "branches": {}, "turns": 2
    }  # fmt: skip
    assert found["lines"][3]["branches"] == {"if → then": 2}


def test_one_span_alone(spans: Spans, tmp_path: Path) -> None:
    _lines(tmp_path)
    root = json.loads(spans("export")[1])["traces"][1]
    (found,) = json.loads(spans("source", root["spanId"], "--json")[1])["functions"]
    assert [line["ran"] for line in found["lines"]] == [1, 1, 1, 0, 0, None, 0, 1]


def test_time_of_a_line_has_no_pauses(spans: Spans, tmp_path: Path) -> None:
    sites = Sites(5)
    sites.function("total", 1, "generator", endLine=8)
    line = sites.line(0, 2)
    data = sites.segment(clean=True)
    stream = Stream(data, 1)
    stream.event(0x10, 0, 1)
    stream.line(line)
    stream.event(0x14, 1, dt=5)
    stream.event(0x15, 1, dt=1000)
    stream.event(0x16, 1, dt=7)
    _keep(tmp_path, sites, data)
    (found,) = json.loads(spans("source", "::total", "--json")[1])["functions"]
    assert found["lines"][1]["ns"] == 12


def _calls(folder: Path) -> None:
    """`other` at level 3, which calls `total`, which calls `print`."""
    sites = _sites(3)
    prints, calls = sites.call(0, 7, "print"), sites.call(1, 12, "total")
    data = sites.segment(clean=True)
    data.callee(1, "total", module="__main__", file="/project/app.py", line=1)
    data.callee(2, "print")
    stream = Stream(data, 1)
    stream.enter(1)
    stream.call(calls, 1)
    stream.enter(0, [])
    for _ in range(2):
        stream.call(prints, 2)
        stream.out(dt=300)
    stream.ret(0)
    stream.out()
    stream.leave()
    _keep(folder, sites, data)


def test_level_3_shows_counts_and_times_of_calls_and_what_more_there_would_be(spans: Spans, tmp_path: Path) -> None:
    _calls(tmp_path)
    lines = spans("source", "app.py::total")[1].splitlines()
    assert '       2    600 ns      7 │             print("empty")' in lines
    assert lines[-1].endswith("lines from level 5 on: instrument app.py::total --level 5")
    (other,) = json.loads(spans("source", "app.py::other", "--json")[1])["functions"]
    assert [(line["ran"], line["ns"]) for line in other["lines"]] == [(1, 670), (1, 630)]


def test_source_of_a_call_is_that_of_the_function_it_stands_in(spans: Spans, tmp_path: Path) -> None:
    _calls(tmp_path)
    call = json.loads(spans("export")[1])["traces"][0]["children"][0]["children"][0]
    assert (call["kind"], call["function"], call["callSite"]) == ("call", "print", {"file": "app.py", "line": 7})
    (found,) = json.loads(spans("source", call["spanId"], "--json")[1])["functions"]
    assert found["function"] == "total"


def test_original_may_be_the_file_itself(spans: Spans, tmp_path: Path) -> None:
    _lines(tmp_path)
    (backup,) = (path for path in (tmp_path / ".spanwright" / "backups").rglob("*") if path.is_file())
    backup.unlink()
    (tmp_path / "app.py").write_text(SOURCE)
    assert spans("source", "app.py::total")[0] == 0
    (tmp_path / "app.py").write_text(SOURCE + "\n")
    code, _, err = spans("source", "app.py::total")
    assert code == 6
    assert err.startswith("error: /project/app.py: neither the vault nor the file has the source that ran; ")
    assert err.endswith("[no-original]\n")


def test_unknown_function_is_said_with_those_that_are_like_it(spans: Spans, tmp_path: Path) -> None:
    _lines(tmp_path)
    code, _, err = spans("source", "app.py::totl")
    assert code == 6
    assert err.endswith("did you mean app.py::total? [unknown-function]\n")
    assert spans("source", "b.py::total")[2].endswith("[unknown-function]\n")
    assert spans("source", "20261120")[2].startswith("error: '20261120' is a run of 2 traces: name a span")
    assert spans("source", "app.py::total", "--run", "nothing")[2].startswith("error: no run, trace or span 'nothing'")
