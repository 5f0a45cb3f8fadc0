from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from segment_encoder import Stream, exception, further_out, project, save, value
from trace_helpers import ADD, FETCH, MAIN, NUMBERS, PUT, SITES, started

from instrumenter.trace.export import write_json
from instrumenter.trace.folding import Folding
from instrumenter.trace.outline import Outline, Shape
from instrumenter.trace.runs import Traces
from instrumenter.trace.selection import Selection, Wanted

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


SAMPLE = _sample()
USED = [at for at in range(len(SAMPLE)) if SAMPLE[at] or SAMPLE[at - 1]]


def _show_everything(content: bytes) -> None:
    """Read, export and draw these bytes, as every command would."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        save(project(folder, SITES), content)
        for run in Traces.load(folder).runs:
            forest, roots = run.forest, run.forest.roots()
            for wanted in (Wanted(), Wanted("a*", 1, True)):
                selection = Selection(forest, wanted)
                write_json(run, roots, selection, io.StringIO().write)
                list(Outline(Folding(forest, selection, False), Shape(80), lambda text, role: text).draw(roots))
            assert all(map(str, run.problems()))


def test_sample_is_sound() -> None:
    with TemporaryDirectory() as place:
        save(project(Path(place), SITES), SAMPLE)
        (run,) = Traces.load(Path(place)).runs
        assert [problem.text for problem in run.problems()] == ["1 ends of spans whose start is missing"]
        assert run.spans == 8


@_QUICK
@given(st.sampled_from(USED))
def test_file_cut_anywhere_is_read(at: int) -> None:
    _show_everything(SAMPLE[:at])


@_QUICK
@given(st.lists(st.tuples(st.sampled_from(USED), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_bytes_changed_are_read(changes: list[tuple[int, int]]) -> None:
    content = bytearray(SAMPLE)
    for at, byte in changes:
        content[at] = byte
    _show_everything(bytes(content))


@_QUICK
@given(st.binary(max_size=400), st.sampled_from([4096, 65536, 65540, 131072, 131076]))
def test_any_bytes_in_place_of_events_are_read(content: bytes, at: int) -> None:
    _show_everything(SAMPLE[:at] + content + SAMPLE[at + len(content) :])


@_QUICK
@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    _show_everything(content)
    _show_everything(SAMPLE[:8] + content)
