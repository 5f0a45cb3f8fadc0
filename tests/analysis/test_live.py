"""`spans live`: a segment read on while it is written, and what is told of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from analysis_helpers import NAME, Spans, in_project
from detailed_helpers import Sites
from segment_encoder import CHUNK, SegmentBytes, Stream, exception, project, save, v, value
from trace_helpers import ADD, FETCH, MAIN, NUMBERS, PUT, only_run, started

from instrumenter.analysis.live import Process, Watched
from instrumenter.analysis.steps import Step
from instrumenter.cli.live import Shown, follow
from instrumenter.trace import following
from instrumenter.trace.find import find_run, load
from instrumenter.trace.following import Following
from instrumenter.trace.sites import SiteTables


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    return in_project(tmp_path, monkeypatch, capsys)


class Live:
    """A segment in the making, and what a look at it tells."""

    def __init__(self, folder: Path, data: SegmentBytes) -> None:
        self.folder, self.data = folder, data
        path = save(folder, data)
        found = Following.of(path, SiteTables(folder / ".spanwright" / "sites"))
        assert isinstance(found, Following)
        self.following = found
        self.process = Process(found, count(1))

    def steps(self, *, with_events: bool = False) -> list[Step]:
        """What is new since the last look."""
        save(self.folder, self.data)
        return self.process.steps(self.process.look(), with_events=with_events)

    def told(self) -> list[tuple[str, str, int, int]]:
        """(kind, name, number, depth) of that."""
        return [(step.kind, step.span.name, step.number, step.depth) for step in self.steps()]


@pytest.fixture
def live(tmp_path: Path, spans: Spans) -> Iterator[tuple[Live, Stream]]:
    data = started(version=5)
    stream = Stream(data, 1)
    made = Live(tmp_path, data)
    yield made, stream
    made.following.close()


def test_live_tells_what_is_new_and_nothing_twice(live: tuple[Live, Stream]) -> None:
    seen, stream = live
    assert seen.told() == []
    stream.enter(MAIN)
    stream.enter(ADD, 1, 2)
    assert seen.told() == [("enter", "main", 1, 0), ("enter", "add", 2, 1)]
    assert seen.told() == []
    stream.ret(3)
    stream.enter(PUT, None, "k", (), {})
    assert seen.told() == [("leave", "add", 2, 1), ("enter", "Store.put", 3, 1)]
    stream.leave()
    stream.leave()
    assert seen.told() == [("leave", "Store.put", 3, 1), ("leave", "main", 1, 0)]


def test_live_has_parameters_results_and_errors(live: tuple[Live, Stream]) -> None:
    seen, stream = live
    stream.opened(0x02, 0, ADD)
    (began,) = seen.steps()
    stream.args(1.5, "two")
    stream.enter(ADD, [1], {"k": 2})
    stream.fail(exception("app.Missing", "no k", notes=["look"]))
    stream.ret("done")
    _, failed, ended = seen.steps()
    assert began.span.params() == [("a", 1.5), ("b", "two")]
    failure = failed.span.failure()
    assert failure is not None and (failure.type, failure.message, failure.notes) == ("app.Missing", "no k", ("look",))
    assert (ended.span.result(), ended.number) == (("done",), began.number)


def test_live_follows_from_chunk_to_chunk(live: tuple[Live, Stream]) -> None:
    seen, stream = live
    stream.enter(MAIN)
    names = 0
    for turn in range(40):
        for _ in range(20):
            stream.enter(ADD, "x" * 200, turn)
            stream.ret("y" * 100)
        told = seen.told()
        names += sum(kind == "leave" for kind, *_ in told)
        assert all(depth == 1 for _, name, _, depth in told if name == "add")
    assert names == 800 and len(seen.data.chunks) > 3


def test_live_of_several_threads_keeps_them_apart(live: tuple[Live, Stream]) -> None:
    seen, stream = live
    seen.data.thread(2, "worker")
    stream.enter(MAIN)
    other = Stream(seen.data, 2, ticks=2000)
    other.enter(PUT, None, "k", (), {})
    stream.enter(ADD, 1, 2)
    assert seen.told() == [("enter", "main", 1, 0), ("enter", "add", 2, 1), ("enter", "Store.put", 3, 0)]
    other.leave()
    # A later thread goes on in the chunk of one that has ended.
    third = Stream(seen.data, 3, ticks=3000)
    third.take_over(other.chunk)
    third.enter(ADD, 3, 4)
    assert [one[:3] for one in seen.told()] == [("leave", "Store.put", 3), ("enter", "add", 4)]


def test_live_tells_generators_and_coroutines(live: tuple[Live, Stream]) -> None:
    seen, stream = live
    stream.enter(MAIN)
    stream.event(0x10, NUMBERS, 1)
    stream.event(0x14, 1)
    stream.event(0x12, FETCH, 2)
    assert [one[1:] for one in seen.told()] == [("main", 1, 0), ("numbers", 2, 1), ("fetch", 3, 1)]
    stream.event(0x15, 1)
    stream.event(0x16, 1)
    stream.event(0x16, 2)
    assert [one[:2] for one in seen.told()] == [("leave", "numbers"), ("leave", "fetch")]


def test_live_passes_over_what_is_too_much(live: tuple[Live, Stream]) -> None:
    seen, stream = live
    stream.enter(MAIN)
    assert len(seen.told()) == 1
    while len(seen.data.chunks) < 12:
        stream.enter(ADD, "x" * 100, 1)
        stream.ret(1)
    stream.enter(PUT, None, "k", (), {})
    save(seen.folder, seen.data)
    news = seen.process.look()
    assert news.passed_over == 10 * CHUNK
    assert len(news.began) < 1000 and seen.following.span(news.began[-1]).name == "Store.put"
    stream.leave()
    stream.leave()
    # What was open before is not known any more; its end is not mistaken for another's.
    assert [one[:2] for one in seen.told()] == [("leave", "Store.put")]


def test_live_begins_at_the_end_of_a_long_segment(tmp_path: Path, spans: Spans) -> None:
    data = started(version=5)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    while len(data.chunks) < 70:
        stream.enter(ADD, "x" * 1000, 1)
        stream.ret(1)
    stream.enter(PUT, None, "k", (), {})
    seen = Live(tmp_path, data)
    assert len(seen.process.look().began) < 100
    assert [step.span.name for step in seen.process.still_open()] == ["Store.put"]
    seen.following.close()


def test_live_forgets_what_has_ended(live: tuple[Live, Stream], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_ROWS", 10)
    seen, stream = live
    stream.enter(MAIN)
    stream.event(0x12, FETCH, 1)
    for turn in range(20):
        for _ in range(5):
            stream.enter(ADD, turn, 2)
            stream.ret(3)
        assert {depth for _, name, _, depth in seen.told() if name == "add"} == {1}
        assert len(seen.following.segment.table) < 25
    stream.event(0x16, 1)
    stream.leave()
    assert seen.told() == [("leave", "fetch", 2, 1), ("leave", "main", 1, 0)]


def test_live_tells_values_and_changes(tmp_path: Path, spans: Spans) -> None:
    sites = Sites(5)
    sites.function("main", 1)
    sites.function("add", 10, "function", "rows", kept=["rows"])
    line, bound = sites.line(0, 2), sites.var(0, 2, "n")
    data = sites.segment()
    project(tmp_path, sites.table())
    stream = Stream(data, 1)
    stream.enter(0)
    seen = Live(tmp_path, data)
    assert len(seen.steps(with_events=True)) == 1
    stream.line(line)
    stream.var(bound, 5)
    events = [step.event for step in seen.steps(with_events=True)]
    assert [event and (event.type, event.values) for event in events] == [("line", ()), ("checkpoint", (("n", 5),))]
    stream.enter(1, [])
    stream.event(0x3B, 1, v(0), value([]), value([7]))
    stream.leave()
    kinds = [step.event.type if step.event else step.kind for step in seen.steps(with_events=True)]
    assert kinds == ["enter", "state", "leave"]
    seen.following.close()


def test_live_follows_a_ring(tmp_path: Path, spans: Spans) -> None:
    data = started(version=5, ring=3)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    seen = Live(tmp_path, data)
    assert [one[:2] for one in seen.told()] == [("enter", "main")]
    for turn in range(12):
        for _ in range(100):
            stream.enter(ADD, "x" * 200, turn)
            stream.ret(1)
        told = seen.told()
        assert {name for _, name, _, _ in told} == {"add"} and {depth for *_, depth in told} == {1}
        assert sum(kind == "leave" for kind, *_ in told) == 100
    assert len(data.chunks) == 4 and data.turns
    stream.leave()
    assert [one[:2] for one in seen.told()] == [("leave", "main")]
    seen.following.close()


def test_what_was_counted_as_json(live: tuple[Live, Stream]) -> None:
    seen, stream = live
    for turn in range(100):
        stream.enter(ADD, turn, 2)
        if turn == 50:
            stream.fail(exception("ValueError", "bad"))
        else:
            stream.ret(3)
    save(seen.folder, seen.data)
    lines: list[str] = []
    Shown(only_run(seen.folder), 1, True, lines.append).told(seen.process, seen.process.look())
    failed, many = map(json.loads, lines)
    assert (failed["step"], failed["function"], failed["error"]["message"]) == ("leave", "add", "bad")
    assert many == {"step": "many", "calls": 100, "failed": 1, "busiest": {"add": 100}, "bytesPassedOver": 0}


PROGRAM = """\
import os, sys


def work(number):
    if number == "fail":
        raise ValueError("bad")
    if number == "many":
        for each in range(5000):
            inner(each)
    return number


def inner(each):
    return each


def main():
    for line in sys.stdin:
        word = line.strip()
        if word == "fork":
            ours, theirs = os.pipe()
            if not os.fork():
                os.close(theirs)
                work("child")
                os.read(ours, 1)  # until the parent has ended
                os._exit(0)
        else:
            try:
                work(word)
            except ValueError:
                pass
        print("done", flush=True)


main()
"""


class Running:
    """An instrumented program that does what it is told, a line at a time."""

    def __init__(self, folder: Path) -> None:
        (folder / "app.py").write_text(PROGRAM)
        script = "from instrumenter.cli.instrument import main; main()"
        subprocess.run([sys.executable, "-c", script, "app.py"], cwd=folder, check=True, capture_output=True)
        self.process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.do("first")

    def do(self, word: str) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def end(self) -> None:
        """Until it has ended, and those that it forked: all have its output."""
        with self.process:
            assert self.process.stdin is not None and self.process.stdout is not None
            self.process.stdin.close()
            assert self.process.stdout.read() == ""


def _followed(folder: Path, words: list[str]) -> list[str]:
    """What the command says of a program that does one thing between every two looks, then ends."""
    program = Running(folder)
    run = find_run(load(folder), None)
    waiting = iter(words)
    lines: list[str] = []

    def sleep(seconds: float) -> None:
        word = next(waiting, None)
        if word is not None:
            program.do(word)
        elif program.process.poll() is None:
            program.end()

    watched = Watched(load(folder), run)
    follow(watched, Shown(run, 1, False, lines.append), sleep)
    watched.close()
    return lines


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    (tmp_path / ".spanwright").mkdir()
    return tmp_path


def test_a_running_program_is_followed_to_its_end(folder: Path) -> None:
    lines = [line[20:] for line in _followed(folder, ["second", "fail"])]
    assert lines[:3] == ["▶ main()", "  ▶ work(number='second')", lines[2]]
    assert lines[2].startswith("  ◀ work  ") and lines[2].endswith("→ 'second'")
    failed = next(line for line in lines if line.startswith("  ✗ work"))
    assert failed.endswith("ValueError: bad") and lines[-1].startswith("◀ main")
    assert not any("first" in line for line in lines)


def test_what_nobody_can_read_is_counted(folder: Path) -> None:
    lines = _followed(folder, ["many"])
    assert any(line.startswith("… 5,001 calls  inner ×5,000  work ×1") for line in lines)


def test_a_process_that_begins_meanwhile_is_followed_too(folder: Path) -> None:
    lines = _followed(folder, ["fork", "a", "b", "c", "d"])
    assert any("work(number='child')" in line for line in lines)


def test_live_needs_a_program_that_runs(spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        stream.enter(MAIN)
        stream.leave()

    spans.record(draw)
    result = spans("live")
    assert (result.code, result.err) == (6, f"error: no program runs; the last one was {NAME} [not-running]\n")
    assert "spans replay" in spans("live", NAME).err


@pytest.mark.parametrize("command", ["flow", "batch", "analyze", "compare", "replay", "live"])
def test_help_of_each_has_examples(spans: Spans, command: str) -> None:
    result = spans(command, "--help")
    assert result.code == 0 and f"\n  spans {command}" in result.out
