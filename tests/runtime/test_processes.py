"""Threads, forked, spawned and started processes: every event is there once, under the right process and thread."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

from core_under_test import CoreUnderTest
from segment_text import Segment, events, read_segment

CALL = """
import os, sys
def f(n):
    try:
        _sw_enter(10, n)
        return _sw_ret(n)
    except: _sw_fail(10); raise
"""


def definitions(segment: Segment) -> list[str]:
    return segment.streams[0].lines


def by_process(paths: tuple[Path, ...]) -> dict[int, Segment]:
    segments = [read_segment(path) for path in paths]
    return {segment.number(20, 4): segment for segment in segments}


def parents(segment: Segment) -> list[str]:
    return [text for key, text in segment.facts if key == 7]


def test_first_event_makes_the_segment_with_its_definitions(core: CoreUnderTest) -> None:
    run = core.run(CALL + "f(1)")
    twin = core.project / "twin.py"
    assert definitions(read_segment(run.segment)) == [
        f"FILE 0 100 0 '00112233aabbccdd' 'twin.py' '{twin}' '__main__'",
        "THREAD 1 1 ''",
    ]


def test_program_without_events_leaves_nothing(core: CoreUnderTest) -> None:
    assert core.run("print('nothing')").segments == ()


def test_files_registered_later_are_defined_at_once(core: CoreUnderTest) -> None:
    other = "_, = _sw_(__name__, 'other.py@0123456789abcdef', 1, 7, 'enter')"
    run = core.run(
        CALL + f"f(1)\n{other}\n{other}\nenter, = _sw_('m', 'other.py@0123456789abcdef', 1, 7, 'enter')\nenter(2)"
    )
    bases = [line.split()[1:3] for line in definitions(read_segment(run.segment)) if line.startswith("FILE")]
    assert bases == [["0", "100"], ["100", "7"], ["107", "7"]]
    assert events(run.segment)[-1] == "ENTER 109"


THREADS = """
import threading
def work(first):
    for n in range(first, first + 2000): f(n)
threads = [threading.Thread(target=work, args=(k * 10_000,), name=f"worker {k}") for k in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_threads_have_streams_of_their_own(core: CoreUnderTest) -> None:
    segment = read_segment(core.run(CALL + THREADS, clock="monotonic").segment)
    names = dict(re.findall(r"THREAD (\d+) \d+ '(.*)'", "\n".join(definitions(segment))))
    del segment.streams[0]
    assert len(segment.streams) == 8
    for number, stream in segment.streams.items():
        first = int(names[str(number)].split()[1]) * 10_000
        expected = [line for n in range(first, first + 2000) for line in ("ENTER 10", f"ARGS {n}", f"RETURN {n}")]
        assert stream.lines == expected
        assert stream.times == sorted(stream.times)


def test_main_thread_is_named_once_threading_is_loaded(core: CoreUnderTest) -> None:
    run = core.run("import threading\n" + CALL + "f(1)")
    assert definitions(read_segment(run.segment))[1] == "THREAD 1 1 'MainThread'"


def test_threads_that_end_hand_their_chunk_on(core: CoreUnderTest) -> None:
    run = core.run(
        CALL
        + """
import threading
for n in range(40):
    thread = threading.Thread(target=f, args=(n,)); thread.start(); thread.join()
""",
        clock="monotonic",
    )
    segment = read_segment(run.segment)
    assert len(segment.data) < 65_536 * 4
    assert [segment.streams[n + 1].lines[1] for n in range(40)] == [f"ARGS {n}" for n in range(40)]


FORK = """
def fork():
    _sw_enter(1)
    child = os.fork()
    if child == 0:
        f("child")
        _sw_ret("in child")
        f("after")
        sys.exit()
    os.waitpid(child, 0)
    _sw_ret("in parent")
f("before")
_sw_enter(2)
fork()
_sw_exit(2)
"""


def test_forked_child_takes_a_segment_of_its_own(core: CoreUnderTest) -> None:
    run = core.run(CALL + FORK)
    parent, child = core.traces / "fake.seg", core.traces / "fake-1.seg"
    assert set(run.segments) == {parent, child}
    opened = [place for line, place in zip(events(parent), read_segment(parent).streams[1].places, strict=True)
              if line in ("ENTER 2", "ENTER 1")]  # fmt: skip
    assert events(parent)[-3:] == ["ENTER 1", "RETURN 'in parent'", "LEAVE"]
    assert events(child) == [
        f"INHERIT 1:{opened[0]} 1:{opened[1]}",
        *("ENTER 10", "ARGS 'child'", "RETURN 'child'", "RETURN 'in child'"),
        *("ENTER 10", "ARGS 'after'", "RETURN 'after'"),
    ]
    assert parents(read_segment(child)) == ["fake.seg"]
    assert read_segment(child).clean


def test_fork_alike(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    c, python = ([path.read_bytes()[17:] for path in sorted(core.run(CALL + FORK).segments)] for core in both_cores)
    assert c == python


def test_grandchild_names_the_span_of_each_forebear(core: CoreUnderTest) -> None:
    run = core.run(
        CALL
        + """
_sw_enter(1)
if os.fork(): os.wait(); os._exit(0)
_sw_enter(2)
if os.fork(): os.wait(); os._exit(0)
f("grandchild")
"""
    )
    assert len(run.segments) == 3
    grandchild = core.traces / "fake-2.seg"
    assert re.fullmatch(r"INHERIT 2:65\d{3} 1:65\d{3}", events(grandchild)[0])
    assert parents(read_segment(grandchild)) == ["fake-1.seg"]


def test_child_that_records_nothing_leaves_no_segment(core: CoreUnderTest) -> None:
    """What its own child had open is numbered by the segment that is there."""
    run = core.run(
        CALL
        + """
_sw_enter(1)
if os.fork(): os.wait(); os._exit(0)
if os.fork(): os.wait(); os._exit(0)
f("grandchild")
"""
    )
    assert len(run.segments) == 2
    assert events(core.traces / "fake-1.seg")[0].startswith("INHERIT 1:65")
    assert parents(read_segment(core.traces / "fake-1.seg")) == ["fake.seg"]


def test_generators_and_coroutines_go_on_in_a_forked_child(core: CoreUnderTest) -> None:
    run = core.run(
        CALL
        + """
def numbers():
    _sw_s = _sw_gen(1)
    try:
        for n in range(2): _sw_resume(_sw_s, (yield _sw_pause(_sw_s, n)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
async def co():
    _sw_s = _sw_co(2)
    try:
        if os.fork(): os.wait(); os._exit(0)
        f(1)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
g = numbers(); next(g)
try: co().send(None)
except StopIteration: pass
list(g)
list(numbers())
"""
    )
    assert run.status == 0
    assert events(core.traces / "fake-1.seg") == [
        *("ENTER_UNDER 10 2", "ARGS 1", "RETURN 1", "END 2"),
        *("RESUME 1", "PAUSE 1", "RESUME 1", "END 1"),
        *("START 1 3", "PAUSE 3", "RESUME 3", "PAUSE 3", "RESUME 3", "END 3"),
    ]


def test_fork_in_a_thread_keeps_that_thread_only(core: CoreUnderTest) -> None:
    core.run(
        CALL
        + """
import threading
_sw_enter(1)
def work():
    _sw_enter(2)
    if os.fork(): os.wait(); return
    f(5)
    os._exit(0)
thread = threading.Thread(target=work); thread.start(); thread.join()
"""
    )
    child = read_segment(core.traces / "fake-1.seg")
    assert sorted(child.streams) == [0, 1]
    assert re.fullmatch(r"INHERIT 1:\d+", child.streams[1].lines[0])
    assert re.fullmatch(r"ADOPT 1 1:65\d+", child.streams[1].lines[1])
    assert child.streams[1].lines[2:] == ["ENTER 10", "ARGS 5", "RETURN 5"]


POOL = """
import multiprocessing
if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(4) as pool:
        assert pool.map(f, range(200), chunksize=5) == list(range(200))
        pool.close(); pool.join()
"""


def recorded_calls(segments: tuple[Path, ...]) -> Counter[str]:
    calls: Counter[str] = Counter()
    for path in segments:
        calls.update(line for line in events(path) if line.startswith("ARGS"))
    return calls


def test_pools_record_every_call_once(core: CoreUnderTest) -> None:
    for method in ("fork", "spawn"):
        for old in core.segments():
            old.unlink()
        run = core.run(CALL + POOL, method, clock="monotonic")
        assert recorded_calls(run.segments) == {f"ARGS {n}": 1 for n in range(200)}


def test_subprocess_names_its_forebears(core: CoreUnderTest) -> None:
    start = "f(0); subprocess.run([sys.executable, __file__, 'child'], check=True)"
    start = f"import subprocess\nif len(sys.argv) < 2: {start}\nelse: f(1)"
    run = core.run(CALL + start, clock="monotonic")
    (parent_id, parent), (_, child) = sorted(by_process(run.segments).items(), key=lambda item: item[1].number(48, 8))
    forebears = [text for key, text in child.facts if key == 8]
    assert forebears[0] == f"{parent_id}:{parent.number(24, 8)}"
    assert forebears[1].startswith(f"{os.getpid()}:")


def test_exec_goes_on_in_a_new_segment(core: CoreUnderTest) -> None:
    again = "if len(sys.argv) < 2: f(0); os.execv(sys.executable, [sys.executable, __file__, 'again'])\nf(1)"
    run = core.run(CALL + again, clock="monotonic")
    first, second = (read_segment(path) for path in sorted(run.segments))
    assert [segment.streams[1].lines[1] for segment in (first, second)] == ["ARGS 0", "ARGS 1"]
    assert first.data[20:32] == second.data[20:32]
    assert [first.clean, second.clean] == [False, True]


def test_probes_are_found_again_where_they_are_unpickled(core: CoreUnderTest) -> None:
    """Tools that pickle functions of `__main__` pickle what these refer to as well."""
    run = core.run(
        CALL
        + """
import copy, pickle
for probe in (_sw_enter, _sw_fail, _sw_gen):
    again = pickle.loads(pickle.dumps(probe))
    assert type(again) is type(probe) and copy.deepcopy(probe) is not None
pickle.loads(pickle.dumps(_sw_enter))(3)
"""
    )
    assert events(run.segment) == ["ENTER 3"]
    assert len([line for line in definitions(read_segment(run.segment)) if line.startswith("FILE")]) == 1


def test_handles_are_copied_and_pickled_like_other_locals(core: CoreUnderTest) -> None:
    run = core.run(
        """
        import copy, pickle
        def numbers():
            _sw_s = _sw_gen(1)
            names = copy.deepcopy(locals()); copy.copy(_sw_s)
            dead = pickle.loads(pickle.dumps(locals()))["_sw_s"]
            assert _sw_val(dead, 5) == 5 and _sw_pause(dead, 6) == 6 and _sw_resume(dead, 7) == 7
            _sw_error(dead); _sw_flag(dead); _sw_exit(dead)
            with dead: pass
            yield from _sw_from(dead, [1])
            _sw_exit(_sw_s)
        assert list(numbers()) == [1]
        """
    )
    assert events(run.segment) == ["START 1 1", "END 1"]
