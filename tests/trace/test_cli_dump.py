"""`spans dump`, and how every command shows rings and dumps."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from command_in_test import Ended, run_command
from segment_encoder import Counted, SegmentBytes, Stream, project, save
from trace_helpers import ADD, MAIN, SITES, started

from instrumenter.cli.instrument import main as instrument
from instrumenter.cli.spans import main
from instrumenter.trace.runs import Run, Traces
from instrumenter.trace.span import Span

RING = "20261120T091450.000000Z-4242"
LATER = "20261120T101450.000000Z-4242"


@dataclass(frozen=True)
class Reader:
    """The command `spans` in a project of its own; gives exit code, output and errors."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Ended:
        return run_command(main, words, self.capsys)

    def json(self, *words: str) -> Any:
        code, out, err = self(*words)
        assert (code, err) == (0, "")
        return json.loads(out)

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in (self.folder / ".spanwright/traces").iterdir())


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Reader:
    monkeypatch.chdir(project(tmp_path, SITES))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    return Reader(tmp_path, capsys)


def _recorded(**header: Any) -> SegmentBytes:
    """One call that has ended below one that is open, and counters."""
    data = started(version=5, **header)
    data.counters(Counted(ADD, 7, 2, 700))
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD, 1, 2)
    stream.ret(3)
    return data


def _live(spans: Reader, **header: Any) -> Path:
    """Save a ring of this very process."""
    pid = os.getpid()
    return save(
        spans.folder, _recorded(pid=pid, started=0, ring=4, **header), f"20261120T091450.000000Z-{pid}.seg"
    )  # fmt: skip


def test_dump_is_a_run_with_what_the_ring_had(spans: Reader) -> None:
    ring = _live(spans)
    before = ring.read_bytes()
    code, out, err = spans("dump", str(os.getpid()))
    assert (code, err) == (0, "")
    live, dumped = Traces.load(spans.folder).runs
    assert out.splitlines() == [
        f"dumped process {os.getpid()} (python3 app.py): run {dumped.id}, {_size(dumped)}",
        f"read it with: spans tree {dumped.id}",
    ]
    assert (live.state, dumped.state) == ("running (ring)", "dumped (command)")
    assert dumped.root.header.clean and dumped.root.header.is_dump and dumped.root.header.is_ring
    assert [span.status for span in dumped.forest.walk()] == ["unfinished", "ok"]
    assert (dumped.problems(), ring.read_bytes() == before) == ([], True)
    assert spans.files == [ring.name, dumped.root.path.name]
    assert dumped.root.path.stat().st_mode & 0o777 == 0o600


def _size(run: Run) -> str:
    from instrumenter.trace.text import size

    return size(run.root.path.stat().st_size)


def test_dump_as_json(spans: Reader) -> None:
    _live(spans)
    found = spans.json("dump", str(os.getpid()), "--json")
    (dumped,) = [run for run in Traces.load(spans.folder).runs if run.status == "dumped"]
    path = dumped.root.path
    assert found == {
        "format": 1, "run": dumped.id, "process": os.getpid(), "segment": path.name, "bytes": path.stat().st_size
    }  # fmt: skip


def test_dumps_of_a_process_that_was_dumped_before_are_runs_beside(spans: Reader) -> None:
    _live(spans)
    for _ in range(3):
        assert spans("dump", str(os.getpid()))[0] == 0
    runs = Traces.load(spans.folder).runs
    assert [run.status for run in runs] == ["running", "dumped", "dumped", "dumped"]
    assert len({run.id for run in runs}) == 4


def test_process_that_recorded_nothing_here_is_an_error(spans: Reader) -> None:
    _live(spans)
    code, out, err = spans("dump", "999999999")
    assert (code, out) == (6, "")
    assert err == (
        "error: no process 999999999 has recorded anything here; those with a flight recorder: "
        f"{os.getpid()} [no-such-process]\n"
    )
    assert len(spans.files) == 1


def test_process_that_has_ended_is_an_error_that_names_its_run(spans: Reader) -> None:
    save(spans.folder, _recorded(ring=4, clean=True), f"{RING}.seg")
    save(spans.folder, _recorded(ring=4, dump="signal", clean=True), f"{LATER}.seg")
    code, out, err = spans("dump", "4242")
    assert (code, out) == (6, "")
    assert err == f"error: process 4242 has ended; what it has left is in run {RING} [process-ended]\n"
    (spans.folder / ".spanwright/traces" / f"{RING}.seg").unlink()
    assert spans("dump", "4242")[2] == err.replace(RING, LATER)
    assert spans("dump", "7")[2] == "error: no process 7 has recorded anything here [no-such-process]\n"


def test_process_without_a_ring_is_an_error_that_names_its_run(spans: Reader) -> None:
    parent, pid = "20261120T091449.000000Z-7", os.getpid()
    save(spans.folder, _recorded(pid=7, clean=True), f"{parent}.seg")
    name = f"20261120T091450.000000Z-{pid}.seg"
    save(spans.folder, _recorded(pid=pid, started=0, forked_from=f"{parent}.seg"), name)
    code, out, err = spans("dump", str(pid))
    assert (code, out) == (6, "")
    assert err == (
        f"error: process {pid} has no flight recorder: all that it records is in run {parent} ({name}) [no-ring]\n"
    )


def test_process_id_must_be_a_number(spans: Reader) -> None:
    _live(spans)
    assert spans("dump", "app.py")[0] == 2


@pytest.mark.parametrize(("number", "slug"), [(errno.ENOSPC, "no-space"), (errno.EROFS, "storage")])
def test_disk_that_refuses_leaves_nothing_behind(
    number: int, slug: str, spans: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = _live(spans)

    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    code, out, err = spans("dump", str(os.getpid()))
    assert (code, out) == (5, "")
    assert err == f"error: {ring.parent}: {os.strerror(number)} [{slug}]\n"
    assert spans.files == [ring.name]


@pytest.fixture
def dumped(spans: Reader) -> Reader:
    """A ring that has ended, and a dump of it."""
    save(spans.folder, _recorded(ring=4, clean=True), f"{RING}.seg")
    save(spans.folder, _recorded(ring=4, clean=True, dump="exception"), f"{LATER}.seg")
    return spans


def test_runs_says_what_is_a_ring_and_why_a_dump_was_made(dumped: Reader) -> None:
    _, *lines = dumped("runs")[1].splitlines()
    assert [line.split()[0] for line in lines] == [LATER, RING]
    assert [line.split("  ")[-1] for line in lines] == ["dumped (exception)", "ended (ring)"]
    lines = dumped("runs", "--processes")[1].splitlines()
    assert [line.endswith(("dumped (exception)", "ended (ring)")) for line in lines[1:]] == [True] * 4


def test_json_says_what_is_a_ring_and_why_a_dump_was_made(dumped: Reader) -> None:
    dump, ring = dumped.json("runs", "--json")["runs"]
    assert (dump["status"], dump["dump"], dump["processes"][0]["status"]) == ("dumped", "exception", "dumped")
    assert (ring["status"], "dump" in ring) == ("ended", False)
    assert [run["processes"][0]["ring"] for run in (dump, ring)] == [True, True]
    assert dumped.json("export", RING)["run"] == ring
    save(dumped.folder, _recorded(clean=True, pid=9), "20261120T111450.000000Z-9.seg")
    assert "ring" not in dumped.json("runs", "--json")["runs"][0]["processes"][0]


def test_tree_list_show_and_doctor_say_that_it_is_a_dump(dumped: Reader) -> None:
    for words in (["tree"], ["list"]):
        assert dumped(*words)[1].splitlines()[0].endswith("2 spans · dumped (exception)")
        assert dumped(*words, RING)[1].splitlines()[0].endswith("2 spans · ended (ring)")
    shown = dumped("show", LATER)[1].splitlines()
    assert "process       4242 (dumped (exception))" in shown
    assert "status        unfinished" in shown
    assert f"  4242  dumped (exception)  python  fake clock  CPython 3.12.1  0.1.0  {LATER}.seg" in dumped("doctor")[1]


def test_counts_are_in_rings_and_dumps(dumped: Reader) -> None:
    for run in (RING, LATER):
        (count,) = dumped.json("export", "--counts", run)["functions"]
        assert (count["function"], count["calls"], count["failures"]) == ("add", 7, 2)


def test_same_span_is_found_in_the_last_run_that_has_it(dumped: Reader) -> None:
    ids = [dumped.json("export", run)["traces"][0]["spanId"] for run in (RING, LATER)]
    assert ids[0] == ids[1]
    assert dumped.json("show", ids[0], "--json")["run"]["id"] == LATER


PROGRAM = """\
import sys
import threading


def double(x):
    return 2 * x


def numbers(count):
    for number in range(count):
        yield number


def request(count):
    return sum(double(one) for one in numbers(count % 7)) + double(count)


def fails():
    raise ValueError("no")


def work(goes_on):
    count = 0
    while goes_on():
        count += 1
        request(count)
        if count == 3000:
            far.release()
        try:
            fails()
        except ValueError:
            pass


ended, far = threading.Event(), threading.Semaphore(0)
threads = [threading.Thread(target=work, args=(lambda: not ended.is_set(),)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    far.acquire()
print("ready", flush=True)
sys.stdin.readline()
ended.set()
for thread in threads:
    thread.join()
"""
# A generator that was paused when the ring began is told of again, without what it hangs below.
PARENTS: dict[str, set[str | None]] = {
    "double": {"request"}, "numbers": {"request", None}, "fails": {"work"}, "request": {"work"}, "work": {None},
}  # fmt: skip


@contextmanager
def _running(folder: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """The program in a process that has written more than its ring holds."""
    (folder / "app.py").write_text(PROGRAM)
    with pytest.raises(SystemExit):
        instrument.main(["app.py"])
    env = {**os.environ, "TRACING_FLIGHT_RECORDER": "256kB", **settings}
    child = subprocess.Popen(
        [sys.executable, "app.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=folder
    )  # fmt: skip
    with child:
        try:
            assert child.stdout is not None and child.stdout.readline() == "ready\n"
            yield child
            child.communicate("\n", timeout=60)
            assert child.returncode == 0
        finally:
            child.kill()


def _wrong(run: Run) -> list[object]:
    """What does not make sense, as if a thread's part of the ring was torn."""
    above = {(span.name, _name_above(run, span)) for span in run.forest.walk()}
    wrong = [(name, parent) for name, parent in above if parent not in PARENTS[name]]
    return [*run.problems(), *wrong, *([] if run.spans > 100 else ["hardly any spans"])]


def _name_above(run: Run, span: Span) -> str | None:
    parent = run.forest.parent(span)
    return parent.name if parent else None


@pytest.mark.parametrize("core", ["c", "python"])
@pytest.mark.parametrize("settings", [{}, {"TRACING_SAMPLE_RATE": "50%"}], ids=["all", "sampled"])
def test_busy_process_is_dumped_and_goes_on(core: str, settings: dict[str, str], spans: Reader) -> None:
    with _running(spans.folder, SPANWRIGHT_CORE=core, **settings) as child:
        for _ in range(5):
            code, out, err = spans("dump", str(child.pid))
            assert (code, err) == (0, "") and out.startswith(f"dumped process {child.pid} (python")
            live = next(run for run in Traces.load(spans.folder).runs if run.status == "running")
            assert _wrong(live) == []
    runs = Traces.load(spans.folder).runs
    by_command = [run for run in runs if run.state == "dumped (command)"]
    assert [_wrong(run) for run in by_command] == [[]] * 5
    (ring,) = [run for run in runs if run.status != "dumped"]
    assert (ring.state, _wrong(ring)) == ("ended (ring)", [])
    assert spans("dump", str(child.pid))[0] == 6
