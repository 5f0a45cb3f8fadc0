"""`spans replay`: the steps, in their order and at their time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from analysis_helpers import Spans, calls, in_project
from detailed_helpers import Sites
from segment_encoder import Stream, exception, project, v, value
from trace_helpers import ADD, FETCH, MAIN, PUT, only_run, started

from instrumenter.analysis.steps import Step, steps
from instrumenter.cli.replay import Pace


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    return in_project(tmp_path, monkeypatch, capsys)


def _steps(folder: Path) -> Iterator[Step]:
    run = only_run(folder)
    return steps(run.forest, run.forest.roots(), with_events=True)


def _told(folder: Path) -> list[tuple[str, str, int]]:
    return [(step.kind, step.span.name, step.number) for step in _steps(folder)]


def test_replay_tells_each_step(spans: Spans) -> None:
    spans.record(calls)
    lines = spans("replay", "--verbosity", "1").lines[1:]
    assert [line[20:] for line in lines[:3]] == ["▶ main()", "  ▶ add(a=0, b=1)", "  ◀ add  100 ns  → 1"]
    assert [line.split()[:3] for line in lines[:3]] == [["+0", "ns", "1"], ["+10", "ns", "2"], ["+110", "ns", "2"]]
    at = next(place for place, line in enumerate(lines) if "✗" in line)
    assert lines[at].endswith("✗ Store.put  400 ns  Missing: no k")
    assert lines[-1][20:] == "◀ main  1.50 µs"


def test_replay_tells_as_much_as_asked(spans: Spans) -> None:
    spans.record(calls)
    least, some, most = (spans("replay", "--verbosity", level).out for level in "012")
    assert "a=0" not in least and "→" not in least and "✗ Store.put" in least
    assert "▶ add(a=0, b=1)" in some and "error         app.Missing: no k" in some and "app.py:9 in put" not in some
    assert "app.py:9 in put" in most


def test_replay_tells_changes_and_lines(tmp_path: Path, spans: Spans) -> None:
    sites = Sites(5)
    sites.function("main", 1)
    sites.function("add", 10, "function", "rows", kept=["rows"])
    line, bound = sites.line(0, 2), sites.var(0, 2, "n")
    data = sites.segment(clean=True)
    stream = Stream(data, 1)
    stream.enter(0)
    stream.line(line)
    stream.var(bound, 5)
    stream.enter(1, [])
    stream.event(0x3B, 1, v(0), value([]), value([7]))
    stream.leave()
    stream.leave()
    project(tmp_path, sites.table())
    spans.save(data)
    some, most = (spans("replay", "--verbosity", level).out for level in "12")
    assert "10: rows: 0 -> 1 items, +[0] 7" in some and "n = 5" not in some
    assert "2: n = 5" in most and "2: line" in most
    order = [one["step"] for one in spans("replay", "--json").json["steps"]]
    assert order == ["enter", "event", "event", "enter", "event", "leave", "leave"]


def test_steps_that_meet_are_in_their_order(tmp_path: Path, spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        stream.enter(MAIN)
        for count in range(2):
            stream.enter(ADD, count, 0, dt=0)
            stream.enter(PUT, None, "k", (), {}, dt=0)
            stream.leave(dt=0)
            stream.ret(0, dt=0)
        stream.leave(dt=0)

    spans.record(draw)
    assert _told(tmp_path) == [
        ("enter", "main", 1), ("enter", "add", 2), ("enter", "Store.put", 3), ("leave", "Store.put", 3),
        ("leave", "add", 2), ("enter", "add", 4), ("enter", "Store.put", 5), ("leave", "Store.put", 5),
        ("leave", "add", 4), ("leave", "main", 1),
    ]  # fmt: skip


def test_steps_of_tasks_are_told_as_they_took_turns(tmp_path: Path, spans: Spans) -> None:
    data = started(clean=True)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.event(0x12, FETCH, 1)
    stream.event(0x12, FETCH, 2)
    stream.event(0x16, 1)
    stream.leave()
    stream.event(0x16, 2)
    spans.save(data)
    assert [(kind, number) for kind, _, number in _told(tmp_path)] == [
        ("enter", 1), ("enter", 2), ("enter", 3), ("leave", 2), ("leave", 1), ("leave", 3)
    ]  # fmt: skip


def test_what_never_ended_has_no_end(tmp_path: Path, spans: Spans) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD, 1, 2)
    stream.ret(3)
    spans.save(data)
    assert [(kind, name) for kind, name, _ in _told(tmp_path)] == [
        ("enter", "main"), ("enter", "add"), ("leave", "add")
    ]  # fmt: skip


class Clock:
    """A clock that only sleeping moves on."""

    def __init__(self) -> None:
        self.moment = 100.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += seconds


@pytest.mark.parametrize(("speed", "factor"), [(1.0, 1), (10.0, 10), (0.5, 0.5)])
def test_steps_are_played_at_their_time(tmp_path: Path, spans: Spans, speed: float, factor: float) -> None:
    spans.record(calls)
    clock = Clock()
    moments = [
        (step.time_ns, clock.moment) for step in Pace(speed, False, clock.sleep, clock.now).played(_steps(tmp_path))
    ]
    origin = moments[0][0]
    for time_ns, played in moments:
        assert played - 100 == pytest.approx((time_ns - origin) / 1e9 / factor, abs=1e-12)
    assert sum(clock.slept) == pytest.approx((moments[-1][0] - origin) / 1e9 / factor)


def test_time_that_printing_took_is_not_slept_again(tmp_path: Path, spans: Spans) -> None:
    spans.record(calls)
    clock = Clock()
    for _ in Pace(1.0, False, clock.sleep, clock.now).played(_steps(tmp_path)):
        clock.moment += 1
    assert clock.slept == []


def test_steps_wait_for_enter_until_q(tmp_path: Path, spans: Spans) -> None:
    spans.record(calls)
    answers = iter(["\n", "\n", "q\n"])
    played = list(Pace(None, True, ask=lambda: next(answers)).played(_steps(tmp_path)))
    assert len(played) == 3
    ended = list(Pace(None, True, ask=io.StringIO("\n").readline).played(_steps(tmp_path)))
    assert len(ended) == 2


def test_replay_json_has_the_steps(spans: Spans) -> None:
    def failing(stream: Stream) -> None:
        stream.enter(ADD, 1, 2)
        stream.fail(exception("ValueError", "bad"))

    spans.record(failing)
    began, ended = spans("replay", "--json").json["steps"]
    assert (began["step"], began["number"], began["params"]) == ("enter", 1, {"a": 1, "b": 2})
    assert (ended["step"], ended["status"], ended["durationNs"], ended["error"]["type"]) == (
        "leave", "error", 10, "ValueError"
    )  # fmt: skip


def test_a_bad_speed_is_one_line(spans: Spans) -> None:
    spans.record(calls)
    for speed in ("fast", "0x", "-1"):
        result = spans("replay", "--speed", speed)
        assert (result.code, result.err.count("\n")) == (2, 1)


def test_a_deep_trace_is_played_without_recursion(tmp_path: Path, spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        for count in range(3000):
            stream.enter(ADD, count, 0)
        for _ in range(3000):
            stream.ret(0)

    spans.record(draw)
    assert len(_told(tmp_path)) == 6000
