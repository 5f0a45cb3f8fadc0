from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from detailed_helpers import Sites
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from segment_encoder import Counted, OfType, Shaped, Stream, exception, further_out, project, save, v, value
from trace_helpers import ADD, FETCH, MAIN, NUMBERS, PUT, SITES, started

from instrumenter.cli.doctor import _down_lines
from instrumenter.trace.counts import function_counts
from instrumenter.trace.export import write_counts, write_json
from instrumenter.trace.folding import Folding
from instrumenter.trace.listing import Listing, subjects
from instrumenter.trace.outline import Outline, Shape
from instrumenter.trace.patterns import Pattern
from instrumenter.trace.runs import Traces
from instrumenter.trace.selection import Selection, Wanted
from instrumenter.trace.turned_down import turned_down

_QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _sample() -> bytes:
    """A segment with every kind of event and value."""
    data = started(clean=True)
    data.note(1, "a note")
    stream, other = Stream(data, 1), Stream(data, 2)
    stream.raw(b"\x0c\x02\x01\x05\x02\x07")
    stream.enter(MAIN)
    stream.enter(PUT, None, "key", (1, 2.5, 1j), {"k": [{1}, frozenset([2]), b"b", bytearray(b"c"), 1 << 80]})
    stream.raw(b"\x0a\x01")
    failure = exception(
        "app.Error", "bad", [("/project/app.py", 3, "put")], notes=["note"], left_out=2, suggestion=value("try"),
        cause=exception("OSError", b"\x01\x01" + value(2)), context=exception("KeyError", "'k'"), attribute=value({}),
    )  # fmt: skip
    stream.enter(ADD, 1, 2)
    stream.fail(failure)
    stream.event(0x07, further_out([("/project/app.py", 1, "main")]))
    stream.leave()
    stream.event(0x10, NUMBERS, 1)
    stream.event(0x14, 1)
    stream.event(0x11, NUMBERS, 2, 1)
    stream.event(0x16, 2)
    stream.event(0x12, FETCH, 3)
    other.event(0x13, FETCH, 4, 3)
    other.event(0x17, 4, failure)
    other.event(0x16, 4)
    other.event(0x03, ADD, 4)
    other.args(3, 4)
    odd = b"\x11\x05app.X\x07\x02\x01\x01a\x03\x02\x12\x01\x01f\x13\x14\x01T\x15\x01\x16\x02\x04\x06\x17\x01P\x03\x04"
    other.event(0x05, b"\x0c\x07\x07" + odd)
    other.event(0x05, b"\x0d\x04\x04" + b"\x18\x01E\x01\x01\x00" + b"\x19\x1a\x01A\x05" + b"\x08\x09\x01x")
    stream.event(0x19, 3)
    stream.event(0x1A, 1)
    stream.event(0x0B)
    return data.data()


def _detailed() -> tuple[dict[str, Any], bytes]:
    """A site table of level 5, and a segment with every event that came with version 2."""
    sites = Sites(5, "00112233445566ee")
    main, serve = sites.function("main", 1, "function", "a"), sites.function("serve", 20, "coroutine")
    sites.entries[main]["kept"] = ["a"]
    test = sites.line(0, 2, "if")
    loop = sites.line(0, 3, "for", column=9, first=[test, "then"])
    body = sites.line(0, 4, column=13, first=[loop, "body"])
    bound, let = sites.var(0, 4, "x", "y"), sites.let(0, 5, "d[k]", operator="+=")
    calls, makes = sites.call(0, 6, "main"), sites.call(serve, 21, "serve()")
    waits, own = sites.awaits(serve, 21, "serve()", call=makes), sites.line(serve, 22)
    data = sites.segment(clean=True)
    data.callee(1, "main", file="/project/app.py", line=1)
    data.callee(2, "serve", file="/project/app.py", line=20)
    data.callee(3, "dumps", module="json")
    stream, other = Stream(data, 1), Stream(data, 2)
    stream.enter(main, [1])
    stream.call(calls, 1)
    number = stream.enter(main, {})
    stream.line(test, loop, body, body)
    stream.var(bound, 1, {"k": [1]})
    stream.var(let, 2)
    stream.event(0x3B, 1, v(0), value([1, {2}]), value([2]))
    stream.event(0x3E, 77, 0)
    stream.ret(None)
    stream.out()
    for callee in (2, 3):
        handle = 2 * callee
        stream.event(0x12, serve, handle)
        stream.event(0x31, makes, callee, handle)
        stream.out()
        stream.event(0x34, waits, handle)
        stream.event(0x13, serve, handle + 1, handle)
        stream.event(0x38, own, handle + 1)
        stream.event(0x14, handle)
        stream.event(0x15, handle)
        stream.event(0x3A, bound, handle, v(2), value(1), value("z"))
        stream.event(0x3C, handle, 1, v(0), value({1: 2}), value({}))
        stream.event(0x16, handle + 1)
        stream.event(0x35 if callee == 2 else 0x36, handle)
        stream.event(0x16, handle)
    stream.call(calls, 3)
    stream.event(0x33)
    other.event(0x3D, 1, 0, number)
    other.enter(main, 1)
    other.leave()
    other.event(0x3D, 2, 4)
    other.call(calls, 3)
    other.out()
    other.event(0x3D, 0)
    return sites.table(), data.data()


def _numbered() -> bytes:
    """A segment with types and shapes by number, some of them without a definition."""
    data = started(clean=True, version=3)
    data.type(1, "app.User")
    data.shape(1, 1, "id", "friend")
    data.shape(2, 1)
    data.shape(3, 9, "id")
    friend = Shaped(1, (7, Shaped(2)), 5)
    stream = Stream(data, 1)
    stream.enter(PUT, OfType(1, 3), "key", (friend,), {"k": [friend, Shaped(1)]})
    stream.enter(ADD, Shaped(3, (1,)), OfType(2))
    stream.event(0x08, value([friend, Shaped(4, (1, 2)), OfType(300, 1 << 40)]))
    stream.fail(
        exception("app.Error", b"\x01\x01" + value(friend), attribute=value(Shaped(2)), suggestion=value(friend))
    )
    stream.ret(Shaped(1, (1, 2, 3)))
    return data.data()


def _voluminous() -> bytes:
    """A segment with forgotten traces, spans that were left out, and counters."""
    data = started(clean=True, version=4)
    data.counters(Counted(MAIN, 3, 1, 4000, {8: 2, 39: 1}), Counted(ADD, 1))
    stream, other = Stream(data, 1), Stream(data, 2)
    for forgets in (True, False):
        root = stream.enter(MAIN)
        stream.event(0x12, FETCH, root)
        stream.event(0x3E, 77, 0)
        other.event(0x3D, 1, 0, root)
        other.enter(ADD, 1, 2)
        other.left_out(3)
        other.ret(3)
        stream.raw(b"\x1b" + v(root) + v(2))
        stream.event(0x16, root)
        stream.left_out(1)
        stream.leave()
        if forgets:
            stream.forget(root)
    data.counters(Counted(PUT, 300, 0, 1 << 40))
    return data.data()


def _ring(dump: str) -> bytes:
    """A ring, or a dump of one, in which threads begin late and have a gap, with handles that are told of again."""
    data = started(clean=bool(dump), version=5, ring=3, dump=dump)
    data.callee(1, "add")
    for how in (1, 2, 0, 1):
        data.switch(ADD, how, 100 * how)
    stream, other = Stream(data, 1), Stream(data, 2)
    stream.enter(MAIN)
    task = data.number(stream.event(0x12, FETCH, 5))
    stream.call(ADD, 1)
    stream.opened(0x10, 2 + 7, NUMBERS, 7)
    other.enter(PUT, None, "k", (), {})
    for _ in range(3):
        stream.next_chunk()
        stream.event(0x3D, 2, 5, dt=0)
        stream.args(3)
        stream.event(0x14, 7)
        stream.stack.pop()
        stream.again(NUMBERS, 7, 70000, 40, 5)
        stream.event(0x15, 7)
        stream.stack.append((0, 70000, NUMBERS, 40, 9))
        stream.enter(ADD, 1, [2])
        stream.leave()
    other.next_chunk()
    other.again(FETCH, 5, task, 1020)
    other.event(0x17, 5, exception("app.Error", "bad"))
    other.event(0x16, 5)
    other.raw(b"\x0e" + v(9 << 40 | 5))
    other.leave()
    other.take_over(stream.chunk)
    other.leave()
    return data.data()


OLD, (DETAILED, NEW), NUMBERED, VOLUMINOUS = _sample(), _detailed(), _numbered(), _voluminous()
RING, DUMP = _ring(""), _ring("exception")
SAMPLES = (OLD, NEW, NUMBERED, VOLUMINOUS, RING, DUMP)
#: The places that are in use: in which sample, and where.
USED = [(sample, at) for sample in SAMPLES for at in range(len(sample)) if sample[at] or sample[at - 1]]


def _show_everything(content: bytes) -> None:
    """Read, export and draw these bytes, as every command would."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        save(project(folder, SITES, DETAILED), content)
        for run in Traces.load(folder).runs:
            forest, roots = run.forest, run.forest.roots()
            for wanted in (Wanted(), Wanted("a*", 1, True)):
                selection = Selection(forest, wanted)
                write_json(run, roots, selection, io.StringIO().write)
                for values in (False, True):
                    shape = Shape(80, values=values)
                    list(Outline(Folding(forest, selection, values), shape, lambda text, role: text).draw(roots))
            for subject in subjects(run, Pattern.parse("*")):
                assert Listing(subject, forest).lines
            write_counts(run, function_counts(run), io.StringIO().write)
            list(_down_lines(turned_down(run), True))
            assert all(map(str, run.problems()))


def test_sample_is_sound() -> None:
    with TemporaryDirectory() as place:
        save(project(Path(place), SITES), OLD)
        (run,) = Traces.load(Path(place)).runs
        assert [problem.text for problem in run.problems()] == ["1 ends of spans whose start is missing"]
        assert run.spans == 8
        save(project(Path(place), DETAILED), NEW)
        (run,) = Traces.load(Path(place)).runs
        assert (run.problems(), run.spans) == ([], 10)
        save(project(Path(place), SITES), NUMBERED)
        (run,) = Traces.load(Path(place)).runs
        assert (run.problems(), run.spans) == ([], 2)
        save(project(Path(place), SITES), VOLUMINOUS)
        (run,) = Traces.load(Path(place)).runs
        assert (run.problems(), run.spans, len(function_counts(run))) == ([], 3, 3)
        for content in (RING, DUMP):
            save(project(Path(place), SITES), content)
            (run,) = Traces.load(Path(place)).runs
            assert (run.problems(), run.spans) == ([], 6)


@_QUICK
@given(st.sampled_from(USED))
def test_file_cut_anywhere_is_read(place: tuple[bytes, int]) -> None:
    content, at = place
    _show_everything(content[:at])


@_QUICK
@given(st.lists(st.tuples(st.sampled_from(USED), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_bytes_changed_are_read(changes: list[tuple[tuple[bytes, int], int]]) -> None:
    for sample in SAMPLES:
        content = bytearray(sample)
        for (_, at), byte in changes:
            content[at % len(content)] = byte
        _show_everything(bytes(content))


@_QUICK
@given(st.binary(max_size=400), st.sampled_from([4096, 65536, 65540, 131072, 131076]))
def test_any_bytes_in_place_of_events_are_read(content: bytes, at: int) -> None:
    for sample in SAMPLES:
        _show_everything(sample[:at] + content + sample[at + len(content) :])


@_QUICK
@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    _show_everything(content)
    _show_everything(OLD[:8] + content)
    _show_everything(NEW[:8] + content)
    _show_everything(NUMBERED[:8] + content)
    _show_everything(VOLUMINOUS[:8] + content)
    _show_everything(DUMP[:8] + content)


@_QUICK
@given(
    st.lists(st.lists(st.integers(0, 1 << 70), min_size=5, max_size=5), max_size=6), st.integers(0, 1 << 70),
    st.lists(st.lists(st.one_of(st.integers(0, 9), st.integers(0, 1 << 70)), min_size=5, max_size=5), max_size=4),
    st.integers(0, 3), st.sampled_from(["", "exception"]),
)  # fmt: skip
def test_any_list_of_what_is_open_is_read(
    listed: list[list[int]], turn: int, handles: list[list[int]], sequence: int, dump: str
) -> None:
    data = started(clean=bool(dump), version=5, ring=3, dump=dump)
    stream = Stream(data, 1)
    stream.event(0x12, FETCH, 2)
    stream.enter(MAIN)
    data.turns[2] = turn & (1 << 60) - 1
    stream.stack = [(field[0] % 3, field[1], field[2] % 8, *field[3:]) for field in listed]
    stream.sequence += sequence
    stream.next_chunk()
    for site, *fields in handles:
        stream.raw(b"\x1c" + b"".join(map(v, (site % 8, *fields))))
        stream.event(0x15, fields[0])
        stream.enter(ADD, 1, 2)
    stream.ret(3)
    _show_everything(data.data())
