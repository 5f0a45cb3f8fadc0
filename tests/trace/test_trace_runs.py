from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from segment_encoder import Stream, project, save, value
from trace_helpers import ADD, MAIN, NUMBERS, PUT, SITES, exported, only_run, started

from instrumenter.errors import TraceError
from instrumenter.trace import ops
from instrumenter.trace.find import find, find_run, find_span, load, project_root
from instrumenter.trace.runs import Run, Traces, program


def _process(folder: Path, name: str, **header: Any) -> tuple[str, int]:
    """Save a segment with one call of main; its name, and the number of the call."""
    data = started(**header)
    stream = Stream(data, 1)
    number = stream.enter(MAIN)
    stream.leave()
    return save(project(folder, SITES), data, name).name, number


def _runs(folder: Path) -> list[list[int]]:
    """The process ids of each run."""
    return [[segment.header.pid for segment in run.segments] for run in Traces.load(folder).runs]


def test_unrelated_processes_are_runs_in_the_order_of_their_start(tmp_path: Path) -> None:
    _process(tmp_path, "20261120T091451.000000Z-20.seg", pid=20, started=2)
    _process(tmp_path, "20261120T091450.000000Z-30.seg", pid=30, started=3)
    assert _runs(tmp_path) == [[30], [20]]


def test_process_belongs_below_its_nearest_ancestor(tmp_path: Path) -> None:
    _process(tmp_path, "20261120T091450.000000Z-10.seg", pid=10, started=1)
    _process(tmp_path, "20261120T091451.000000Z-20.seg", pid=20, started=2, ancestors=["15:4", "10:1"])
    _process(tmp_path, "20261120T091452.000000Z-30.seg", pid=30, started=3, ancestors=["20:2", "10:1"])
    _process(tmp_path, "20261120T091453.000000Z-40.seg", pid=40, started=4, ancestors=["10:99"])
    assert _runs(tmp_path) == [[10, 20, 30], [40]]
    run = Traces.load(tmp_path).runs[0]
    assert [segment.parent and segment.parent.header.pid for segment in run.segments] == [None, 10, 20]


def test_parent_that_began_to_record_later_is_the_root(tmp_path: Path) -> None:
    _process(tmp_path, "20261120T091451.000000Z-20.seg", pid=20, started=2, ancestors=["10:1"])
    _process(tmp_path, "20261120T091452.000000Z-10.seg", pid=10, started=1)
    assert _runs(tmp_path) == [[10, 20]]


def test_process_after_exec_belongs_to_the_one_before(tmp_path: Path) -> None:
    _process(tmp_path, "20261120T091450.000000Z-10.seg", pid=10, started=1)
    _process(tmp_path, "20261120T091451.000000Z-10.seg", pid=10, started=1)
    (run,) = Traces.load(tmp_path).runs
    assert [segment.status for segment in run.segments] == ["ended", "killed"]


def test_circle_of_ancestors_ends(tmp_path: Path) -> None:
    _process(tmp_path, "20261120T091450.000000Z-10.seg", pid=10, started=1, ancestors=["20:2"])
    _process(tmp_path, "20261120T091451.000000Z-20.seg", pid=20, started=2, ancestors=["10:1"])
    assert sorted(map(len, _runs(tmp_path))) == [2]


def test_forked_processes_calls_hang_below_the_parents_span(tmp_path: Path) -> None:
    name, number = _process(tmp_path, "20261120T091450.000000Z-10.seg", pid=10, started=1)
    child = started(pid=20, started=2, forked_from=name)
    stream = Stream(child, 1, ticks=5000)
    stream.raw(b"\x0c\x01\x01" + _v(number))
    stream.enter(ADD, 1, 2)
    inner = stream.enter(ADD, 3, 4)
    stream.ret(7)
    stream.ret(3)
    stream.leave()
    save(tmp_path, child, "20261120T091451.000000Z-20.seg")
    grandchild = started(pid=30, started=3, forked_from="20261120T091451.000000Z-20.seg")
    stream = Stream(grandchild, 1, ticks=6000)
    stream.raw(b"\x0c\x02\x02" + _v(number) + b"\x01" + _v(inner))
    stream.enter(MAIN)
    save(tmp_path, grandchild, "20261120T091452.000000Z-30.seg")
    (run,) = Traces.load(tmp_path).runs
    (trace,) = exported(run)["traces"]
    assert trace["process"] == 10
    (below,) = trace["children"]
    assert (below["function"], below["process"], below["traceId"]) == ("add", 20, trace["traceId"])
    assert below["children"][0]["children"][0]["process"] == 30
    assert below["parentSpanId"] == trace["spanId"]


def test_generator_of_the_parent_is_resumed_in_the_child(tmp_path: Path) -> None:
    data = started(pid=10, started=1)
    stream = Stream(data, 1)
    stream.event(0x10, NUMBERS, 1)
    stream.event(0x14, 1)
    name = save(project(tmp_path, SITES), data, "20261120T091450.000000Z-10.seg").name
    child = started(pid=20, started=2, forked_from=name)
    stream = Stream(child, 1)
    stream.event(0x15, 1)
    stream.enter(ADD, 1, 2)
    stream.ret(3)
    stream.event(0x18, 1, value(5))
    stream.event(0x16, 1)
    stream.enter(MAIN)
    save(tmp_path, child, "20261120T091451.000000Z-20.seg")
    (run,) = Traces.load(tmp_path).runs
    numbers, main = exported(run)["traces"]
    assert (numbers["status"], [child["function"] for child in numbers["children"]]) == ("unfinished", ["add"])
    assert main["process"] == 20


def test_missing_parent_leaves_the_child_a_run_of_its_own(tmp_path: Path) -> None:
    child = started(pid=20, started=2, forked_from="20261120T091450.000000Z-10.seg")
    stream = Stream(child, 1)
    stream.raw(b"\x0c\x01\x01" + _v(70_000))
    stream.enter(ADD, 1, 2)
    save(project(tmp_path, SITES), child)
    (run,) = Traces.load(tmp_path).runs
    assert [trace["function"] for trace in exported(run)["traces"]] == ["add"]


def test_running_process_is_told_from_a_killed_one(tmp_path: Path) -> None:
    fields = Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()
    _process(tmp_path, "20261120T091450.000000Z-1.seg", pid=os.getpid(), started=int(fields[19]))
    _process(tmp_path, "20261120T091451.000000Z-2.seg", pid=os.getpid(), started=1)
    _process(tmp_path, "20261120T091452.000000Z-3.seg", pid=3, started=1, clean=True)
    assert [run.status for run in Traces.load(tmp_path).runs] == ["running", "killed", "ended"]


def test_zombie_was_killed(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    fields = Path(f"/proc/{child.pid}/stat").read_bytes().rpartition(b")")[2].split()
    _process(tmp_path, "20261120T091450.000000Z-1.seg", pid=child.pid, started=int(fields[19]))
    (run,) = Traces.load(tmp_path).runs
    assert run.status == "running"
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert run.status == "killed"
    child.communicate()


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (["/usr/bin/python3", "/project/app.py", "--fast"], "python3 app.py --fast"),
        (["python", "-c", "import x"], "python -c 'import x'"),
        (["python", "x" * 80], "python " + "x" * 52 + "…"),
        ([], "?"),
    ],
)
def test_program_is_its_command_line_shortened(argv: list[str], shown: str) -> None:
    assert program(argv, "/project") == shown


def _two_runs(folder: Path) -> Traces:
    _process(folder, "20261120T091450.000000Z-10.seg", pid=10, started=1)
    _process(folder, "20261121T101112.000000Z-20.seg", pid=20, started=2)
    return load(folder)


def test_run_is_found_by_a_part_of_its_id(tmp_path: Path) -> None:
    traces = _two_runs(tmp_path)

    def found(wanted: str | None) -> Run:
        return find_run(traces, wanted)

    assert found(None) is found("last") is found("20261121") is found("-20") is traces.runs[1]
    assert found("20261120T091450.000000Z-10") is found("1450") is found("20261120T091450.000000Z-10.seg")


@pytest.mark.parametrize(
    ("wanted", "slug", "said"),
    [
        ("202611", "ambiguous-id", "20261121T101112.000000Z-20, 20261120T091450.000000Z-10"),
        ("20261120T091450.000000Z-11", "unknown-id", "did you mean 20261120T091450.000000Z-10"),
        ("zzz", "unknown-id", "the last run is 20261121T101112.000000Z-20"),
        ("ffffffffff", "unknown-id", "no run, trace or span 'ffffffffff'"),
    ],
)
def test_run_that_cannot_be_told_is_an_error_with_candidates(tmp_path: Path, wanted: str, slug: str, said: str) -> None:
    with pytest.raises(TraceError) as caught:
        find(_two_runs(tmp_path), wanted)
    assert caught.value.slug == slug
    assert said in str(caught.value)


def test_span_and_trace_are_found_by_their_ids_in_older_runs_too(tmp_path: Path) -> None:
    traces = _two_runs(tmp_path)
    old = traces.runs[0]
    (root,) = old.forest.roots()
    for wanted in (root.span_id, root.span_id.lstrip("0"), root.span_id.upper(), old.forest.trace_id(root)):
        target = find(traces, wanted)
        assert (target.run, target.span) == (old, root)
    assert find_span(traces, old.id).span == root


def test_project_is_found_upwards(tmp_path: Path) -> None:
    (tmp_path / ".spanwright").mkdir()
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert project_root(tmp_path / "a" / "b") == project_root(tmp_path / ".spanwright") == tmp_path.resolve()


def test_nothing_to_read_is_an_error_that_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"no \.spanwright folder") as caught:
        project_root(tmp_path)
    assert caught.value.slug == "no-project"
    with pytest.raises(TraceError, match="no run in") as caught:
        load(project(tmp_path))
    assert caught.value.slug == "no-runs"
    save(tmp_path, b"not a segment at all")
    with pytest.raises(TraceError, match="this is not a segment") as caught:
        load(tmp_path)
    assert caught.value.slug == "unreadable-segment"


def test_unreadable_segments_leave_the_others_readable(tmp_path: Path) -> None:
    _process(tmp_path, "20261120T091450.000000Z-10.seg", pid=10, started=1)
    save(tmp_path, started(version=ops.VERSION + 1).data(), "20261120T091451.000000Z-11.seg")
    save(tmp_path, b"", "20261120T091452.000000Z-12.seg")
    save(tmp_path, started().data()[:100], "20261120T091453.000000Z-13.seg")
    traces = load(tmp_path)
    assert len(traces.runs) == 1
    assert [problem.text for problem in traces.problems] == [
        f"this segment has format version {ops.VERSION + 1}; this reader knows versions 1 to {ops.VERSION}",
        "this file is empty",
        "only 100 bytes are left of this segment",
    ]
    with pytest.raises(TraceError, match=f"format version {ops.VERSION + 1}"):
        find_run(traces, "091451")


def test_traces_elsewhere_are_found_as_the_recorder_finds_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _process(tmp_path / "there", "20261120T091450.000000Z-10.seg", pid=10, started=1)
    monkeypatch.setenv("SPANWRIGHT_TRACES", str(tmp_path / "there" / ".spanwright" / "traces"))
    assert len(load(project(tmp_path / "here")).runs) == 1


def _v(number: int) -> bytes:
    return b"".join(bytes([number >> shift & 127 | 128]) for shift in (0, 7)) + bytes([number >> 14])


def test_process_hangs_below_the_span_that_started_it(tmp_path: Path) -> None:
    data = started(pid=10, started=1)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    for pid in (30, 20):
        stream.enter(ADD, 1, 2)
        stream.event(0x3E, pid, 0)
        stream.leave()
    stream.leave()
    save(project(tmp_path, SITES), data)
    child = started(pid=20, started=2, ancestors=["10:1"])
    Stream(child, 1).enter(PUT, None, "k", (), {})
    save(tmp_path, child, "20261120T091451.000000Z-20.seg")
    below_shell = started(pid=31, started=3, ancestors=["30:2", "10:1"])
    Stream(below_shell, 1).enter(MAIN)
    save(tmp_path, below_shell, "20261120T091452.000000Z-31.seg")
    (main,) = exported(only_run(tmp_path))["traces"]
    assert [[below["process"] for below in child["children"]] for child in main["children"]] == [[31], [20]]
    assert main["children"][0]["children"][0]["traceId"] == main["traceId"]


def test_process_that_no_span_started_has_traces_of_its_own(tmp_path: Path) -> None:
    data = started(pid=10, started=1)
    stream = Stream(data, 1)
    stream.event(0x3E, 20, 0)
    stream.enter(MAIN)
    save(project(tmp_path, SITES), data)
    child = started(pid=20, started=2, ancestors=["10:1"])
    Stream(child, 1).enter(MAIN)
    save(tmp_path, child, "20261120T091451.000000Z-20.seg")
    assert len(exported(only_run(tmp_path))["traces"]) == 2
