"""Dumps of the flight recorder: when one is written, and what it is (docs/flight-recorder.md)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from core_under_test import CoreUnderTest
from flight_programs import CHUNK, by_name, lines, parts, reasons, run_ring, values
from segment_text import read_segment
from volume_programs import counted

FAILS = "swallows(lambda: fails(1))\n"


def test_failed_root_leaves_a_dump_and_the_program_goes_on(core: CoreUnderTest) -> None:
    run = run_ring(core, "fill(9)\n" + FAILS + "span(2)")
    segment, dump = by_name(run)
    assert [line.split()[:2] for line in lines(dump)[-2:]] == [["ENTER", "1"], ["RAISE", "ValueError:"]]
    assert lines(segment)[-2:] == ["ENTER 2", "RETURN None"]
    assert [line.split()[0] for line in lines(segment)[-4:-2]] == ["ENTER", "RAISE"]
    assert counted(dump) == {1: (1, 1), 50: (324, 0)}


def test_dump_is_marked_and_says_why_it_was_made(core: CoreUnderTest) -> None:
    run = run_ring(core, FAILS)
    segment, dump = (read_segment(path) for path in by_name(run))
    assert (segment.data[19], dump.data[19]) == (3, 7)
    assert dump.facts == [*segment.facts, (10, "exception")]
    assert len(dump.data) <= len(segment.data) and dump.data[4_096:] == segment.data[4_096 : len(dump.data)]


def test_dump_has_the_clock_pair_of_its_moment(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(3)\n" + FAILS + "span(2)")
    segment, dump = (read_segment(path) for path in by_name(run))
    end = parts(by_name(run)[1])[-1].times[-1] + segment.number(32, 8)
    assert dump.number(56, 8) == end + 100 and dump.number(64, 8) == 1_000_000 + end + 100
    begin = parts(by_name(run)[0])[-1].find("ENTER 2")[1] + segment.number(32, 8)
    assert begin == end + 200  # the dump has read the clock once


def test_dump_stays_what_it_was(core: CoreUnderTest) -> None:
    source = "fill(6)\n" + FAILS + "import shutil, os\nshutil.copy(core.segment()[:-4] + '-1.seg', 'then')\nfill(6)"
    run = run_ring(core, source)
    _, dump = by_name(run)[:2]
    assert dump.read_bytes() == (core.project / "then").read_bytes()
    assert values(by_name(run)[0])[-1] == 215 and lines(dump)[-1].startswith("RAISE")


@pytest.mark.parametrize(
    "source",
    [
        "_sw_enter(1)\ntry: raise ValueError\nexcept: _sw_fail(1)",
        "_sw_enter(1)\ntry: raise ValueError\nexcept: _sw_error(1)\nfinally: _sw_exit(1)",
        "_sw_enter(1)\ntry: raise ValueError\nexcept: _sw_flag(1)\nfinally: _sw_exit(1)",
        "def no(): raise ValueError\nswallows(lambda: next(items(1, no)))",
        "def no(): raise ValueError\nswallows(lambda: drive(task(1, lambda: calls(no))))",
    ],
    ids=["RAISE", "ERROR", "FLAG", "generator", "coroutine"],
)
def test_root_has_failed_however_that_is_said(core: CoreUnderTest, source: str) -> None:
    assert reasons(run_ring(core, source)) == ["exception"]


@pytest.mark.parametrize(
    "source",
    [
        "span(1, lambda: swallows(lambda: fails(2)))",
        "one = items(1, bool); next(one); one.close()",
        "swallows(lambda: _sw_call(1, int)('x'))",
        "_sw_enter(1)",
    ],
    ids=["handled", "closed", "call", "open"],
)
def test_root_that_has_not_failed_leaves_no_dump(core: CoreUnderTest, source: str) -> None:
    assert reasons(run_ring(core, source)) == []


def test_thread_whose_root_fails_leaves_a_dump(core: CoreUnderTest) -> None:
    run = run_ring(core, "thread(1, lambda: swallows(lambda: fails(2)))\nthreading.excepthook = print\n" + FAILS)
    assert reasons(run) == ["exception"]


def test_none_is_written_before_half_of_the_ring_is_new(core: CoreUnderTest) -> None:
    run = run_ring(core, FAILS * 3 + "fill(9)\n" + FAILS * 2 + "fill(1)\n" + FAILS + "fill(2)\n" + FAILS)
    dumps = by_name(run)[1:]
    assert reasons(run) == ["exception"] * 3
    newest = [parts(path)[-1].turn for path in dumps]
    assert newest[0] == 0 and newest[1] >= 2 and newest[2] - newest[1] >= 2


def test_dump_that_was_asked_for_counts_as_the_last_one(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(1)\ncore.dump('signal')\n" + FAILS + "core.dump('command')")
    assert reasons(run) == ["signal", "command"]


def test_dump_without_a_segment_or_a_ring_is_none(core: CoreUnderTest) -> None:
    assert by_name(run_ring(core, "core.dump('signal')")) == []
    done = core.run("from spanwright._select import core\n_sw_enter(1); _sw_ret()\ncore.dump('signal')")
    assert len(done.segments) == 1


def test_dumps_alone_stay_where_traces_are_not_stored(core: CoreUnderTest) -> None:
    run = run_ring(core, "fill(1)\n" + FAILS + "span(2)", STORE_TRACES="off")
    assert reasons(run) == ["exception"] and len(run.segments) == 1


def test_dump_that_cannot_be_written_is_counted_and_the_program_goes_on(core: CoreUnderTest) -> None:
    source = "span(2)\nimport os\nshutil.rmtree(os.path.dirname(core.segment()))\n" + FAILS + "print(core.trouble())"
    run = run_ring(core, source)
    assert (run.out, run.segments) == ("{'segment': 1}\n", ())


def test_file_size_limit_is_no_harm(core: CoreUnderTest) -> None:
    source = """
    import resource
    fill(2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    swallows(lambda: fails(1))
    print(core.trouble())
    """
    run = run_ring(core, source)
    assert run.out == "{'segment': 1}\n" and len(run.segments) == 1


def test_dump_in_a_child_names_its_parent(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(1)\nforked(lambda: swallows(lambda: fails(2)))")
    facts = [dict(read_segment(path).facts) for path in by_name(run)]
    assert [(fact.get(7), fact.get(10)) for fact in facts] == [
        (None, None), ("fake.seg", None), ("fake.seg", "exception"),
    ]  # fmt: skip


def test_failed_trace_that_is_not_kept_leaves_no_dump(core: CoreUnderTest) -> None:
    assert reasons(run_ring(core, "span(2)\n" + FAILS, SAMPLE_RATE="0", KEEP_ERRORS="off")) == []
    undecided = {"SAMPLE_RATE": "0", "KEEP_ERRORS": "off", "KEEP_SLOWER_THAN": "1s"}
    assert reasons(run_ring(core, FAILS, **undecided)) == []


def test_dump_of_a_busy_process_has_whole_events(core: CoreUnderTest) -> None:
    """Three threads write while the main thread dumps."""
    source = """
    sys.setswitchinterval(1e-6)
    busy = [True]
    def write():
        while busy: fill(1)
    threads = [threading.Thread(target=write) for _ in range(3)]
    for one in threads: one.start()
    for n in range(12):
        fill(1)
        core.dump("signal")
    busy.clear()
    for one in threads: one.join()
    """
    run = run_ring(core, source)
    assert reasons(run) == ["signal"] * 12
    for path in by_name(run):
        for thread in set(read_segment(path).streams) - {0}:
            for part in parts(path, thread):
                found = [int(line.split()[1].rstrip(",")) for line in part.lines if line.startswith("ARGS")]
                assert all(later - one in (1, -35) for one, later in pairwise(found))


def test_ring_in_a_dump_is_as_long_as_the_file_was_used(core: CoreUnderTest) -> None:
    run = run_ring(core, FAILS)
    assert CHUNK < len(by_name(run)[1].read_bytes()) < 3 * CHUNK
