"""SWITCH: what was turned down for the overhead budget, to what, and from when to when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segment_encoder import UNIX0, Counted, SegmentBytes, Stream, project, save
from trace_helpers import ADD, MAIN, NUMBERS, PUT, SITES, only_run, opened, started, texts, tree

from instrumenter.trace.counts import function_counts
from instrumenter.trace.turned_down import TurnedDown, turned_down

FIRST = "20261120T091450.000000Z-10.seg"
SECOND = "20261120T091451.000000Z-20.seg"
RECORDED, COUNTED_ONLY, TAKEN_OUT = range(3)


def _begun(**header: Any) -> SegmentBytes:
    return started(version=5, **header)


def _told(found: list[TurnedDown]) -> dict[str, list[tuple[Any, ...]]]:
    return {
        one.function: [(period.how, period.start_ns, period.end_ns) for period in one.periods] for one in found
    }  # fmt: skip


def test_function_that_was_turned_down_and_up_has_its_periods(tmp_path: Path) -> None:
    data = _begun(clean=True)
    data.switch(ADD, COUNTED_ONLY, 1000)
    data.switch(MAIN, COUNTED_ONLY, 1100)
    data.switch(ADD, TAKEN_OUT, 2000)
    data.switch(ADD, RECORDED, 5000)
    data.switch(ADD, COUNTED_ONLY, 7000)
    data.switch(ADD, RECORDED, 7500)
    segment = opened(tmp_path, data)
    found = turned_down(only_run(tmp_path))
    assert [(one.file, one.function, one.line) for one in found] == [("app.py", "main", 1), ("app.py", "add", 5)]
    assert _told(found) == {
        "main": [("counted_only", 1100, None)],
        "add": [("counted_only", 1000, 2000), ("taken_out", 2000, 5000), ("counted_only", 7000, 7500)],
    }
    assert [one.was_taken_out for one in found] == [False, True]
    assert segment.problems() == []


def test_run_in_which_nothing_was_turned_down_says_so(tmp_path: Path) -> None:
    data = _begun()
    data.switch(ADD, RECORDED, 1000)
    opened(tmp_path, data)
    assert turned_down(only_run(tmp_path)) == []


def test_ticks_of_a_switch_are_those_of_the_clock(tmp_path: Path) -> None:
    data = _begun(duration=2_000_000)
    data.chunks[0][56:64] = (1000 + 1_000_000).to_bytes(8, "little")
    data.switch(ADD, TAKEN_OUT, 500)
    opened(tmp_path, data)
    assert _told(turned_down(only_run(tmp_path))) == {"add": [("taken_out", 1000, None)]}


def test_turning_to_what_it_is_already_changes_nothing(tmp_path: Path) -> None:
    data = _begun()
    for ticks in (100, 200):
        data.switch(ADD, TAKEN_OUT, ticks)
    for ticks in (300, 400):
        data.switch(ADD, RECORDED, ticks)
    opened(tmp_path, data)
    assert _told(turned_down(only_run(tmp_path))) == {"add": [("taken_out", 100, 300)]}


def test_way_that_lasted_no_time_is_passed_over(tmp_path: Path) -> None:
    data = _begun()
    for how, ticks in ((COUNTED_ONLY, 100), (TAKEN_OUT, 100), (RECORDED, 100), (TAKEN_OUT, 300)):
        data.switch(ADD, how, ticks)
    opened(tmp_path, data)
    assert _told(turned_down(only_run(tmp_path))) == {"add": [("taken_out", 300, None)]}


def test_processes_of_a_run_are_put_together_by_file_and_name(tmp_path: Path) -> None:
    first = _begun(pid=10, started=1)
    first.switch(ADD, COUNTED_ONLY, 3000)
    second = SegmentBytes(version=5, pid=20, started=2, forked_from=FIRST, unix0=UNIX0 + 1000)
    second.file(3, table="00112233445566aa", name="other.py", filename="/project/other.py")
    second.file(len(SITES["sites"]))
    second.switch(3 + ADD, TAKEN_OUT, 500)
    second.switch(3 + ADD, RECORDED, 600)
    second.switch(1, COUNTED_ONLY, 700)
    second.switch(900, COUNTED_ONLY, 800)
    for name, data in ((FIRST, first), (SECOND, second)):
        save(project(tmp_path, SITES), data, name)
    found = turned_down(only_run(tmp_path))
    assert [(one.file, one.function, one.line) for one in found] == [
        ("", "?#900", 0), ("app.py", "add", 5), ("other.py", "other.py#1", 0)
    ]  # fmt: skip
    assert [(period.process, period.how, period.start_ns, period.end_ns) for period in found[1].periods] == [
        (20, "taken_out", 1500, 1600), (10, "counted_only", 3000, None)
    ]  # fmt: skip


def test_counts_of_a_function_whose_probes_were_out_are_a_part(tmp_path: Path) -> None:
    data = _begun()
    data.counters(Counted(ADD, 7, 0, 700), Counted(MAIN, 1, 0, 900), Counted(PUT, 2))
    data.switch(ADD, COUNTED_ONLY, 100)
    data.switch(MAIN, COUNTED_ONLY, 100)
    data.switch(ADD, TAKEN_OUT, 200)
    data.switch(ADD, RECORDED, 300)
    opened(tmp_path, data)
    found = function_counts(only_run(tmp_path))
    assert [(one.function, one.is_part) for one in found] == [("main", False), ("add", True), ("Store.put", False)]


def test_switches_of_a_segment_that_is_read_twice_are_there_once(tmp_path: Path) -> None:
    data = _begun()
    data.switch(ADD, COUNTED_ONLY, 100)
    opener, early = Stream(data, 2), Stream(data, 1)
    early.event(0x15, 7)
    early.enter(MAIN)
    opener.event(0x10, NUMBERS, 7)
    segment = opened(tmp_path, data)
    assert tree(segment) and len(segment.definitions.switches) == 1


def test_switch_may_stand_in_any_chunk_of_the_process(tmp_path: Path) -> None:
    data = _begun()
    process = Stream(data, 0, sequence=1)
    process.raw(b"\x26" + bytes([ADD, COUNTED_ONLY, 50]))
    process.raw(b"\x26" + bytes([ADD, RECORDED, 60]))
    opened(tmp_path, data)
    assert _told(turned_down(only_run(tmp_path))) == {"add": [("counted_only", 50, 60)]}


def test_unknown_way_of_turning_down_is_damage(tmp_path: Path) -> None:
    data = _begun()
    data.switch(ADD, TAKEN_OUT, 100)
    data.switch(MAIN, 3, 200)
    Stream(data, 1).enter(MAIN)
    segment = opened(tmp_path, data)
    assert texts(segment.problems()) == [
        "a function turned down in the unknown way 3; the rest of this chunk is passed over"
    ]
    assert _told(turned_down(only_run(tmp_path))) == {"add": [("taken_out", 100, None)]}
    assert tree(segment) == [["main", []]]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_switch_that_is_cut_is_damage(size: int, tmp_path: Path) -> None:
    data = _begun()
    content = bytes(data.chunks[0][: data.used[0]]) + b"\x26\x01\x01\x64"[:size]
    segment = opened(tmp_path, content)
    assert texts(segment.problems()) == ["an event that is cut or damaged; the rest of this chunk is passed over"]
    assert turned_down(only_run(tmp_path)) == []


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([MAIN, ADD, 70]), st.integers(0, 2), st.integers(0, (1 << 70) - 1)), max_size=20)
)
def test_periods_follow_one_another_whatever_the_ticks_say(
    tmp_path_factory: pytest.TempPathFactory, switches: list[tuple[int, int, int]]
) -> None:
    data = _begun()
    for switch in switches:
        data.switch(*switch)
    folder = tmp_path_factory.mktemp("switches")
    opened(folder, data)
    for one in turned_down(only_run(folder)):
        assert all(period.end_ns is None or period.start_ns < period.end_ns for period in one.periods)
        assert sum(period.end_ns is None for period in one.periods) <= 1
