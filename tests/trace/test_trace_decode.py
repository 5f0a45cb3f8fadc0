from __future__ import annotations

from pathlib import Path

import pytest
from segment_encoder import SegmentBytes, Stream, further_out, v, value
from segment_encoder import exception as raised
from trace_helpers import ADD, FETCH, MAIN, NUMBERS, opened, spans, started, texts, tree

from instrumenter.trace.forest import Forest


def test_calls_nest_in_the_order_of_their_events(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    number = stream.enter(MAIN)
    stream.enter(ADD, 1, 2)
    stream.ret(3)
    stream.leave()
    segment = opened(tmp_path, data)
    assert tree(segment) == [["main", [["add", []]]]]
    main, add = spans(segment)
    assert (main.number, main.start_ns, main.duration_ns) == (number, segment.header.clock.unix0 + 1010, 30)
    assert (add.params(), add.result(), add.status) == ([("a", 1), ("b", 2)], (3,), "ok")
    assert (main.result(), main.file, main.line, main.kind) == ((), "app.py", 1, "function")
    assert segment.problems() == []


def test_span_id_is_process_and_offset(tmp_path: Path) -> None:
    data = started(pid=0x1234)
    number = Stream(data, 1).enter(MAIN)
    (span,) = spans(opened(tmp_path, data))
    assert span.span_id == f"{0x1234 << 40 | number:016x}"
    assert Forest([span.segment]).trace_id(span) == f"{1_700_000_000_000_000_000:016x}{span.span_id}"


def test_long_times_and_sites_are_read(tmp_path: Path) -> None:
    data = SegmentBytes()
    data.file(70_000)
    stream = Stream(data, 1, ticks=10**12)
    for dt in (127, 128, 16_383, 16_384, 2**40):
        stream.enter(65_000 + dt % 100, dt=dt)
        stream.leave(dt=dt)
    found = spans(opened(tmp_path, data))
    assert [span.duration_ns for span in found] == [127, 128, 16_383, 16_384, 2**40]
    assert found[0].name == "app.py#65027"


@pytest.mark.parametrize("opcode", [0x02, 0x10])
def test_open_span_of_a_killed_process_is_unfinished_until_the_last_time_seen(tmp_path: Path, opcode: int) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.event(opcode, MAIN, *[1] * (opcode == 0x10))
    stream.enter(ADD, 1, 2, dt=100)
    stream.ret(3, dt=50)
    main, add = spans(opened(tmp_path, data))
    assert (main.status, main.duration_ns, add.status) == ("unfinished", 150, "ok")


def test_lost_span_is_unfinished(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.event(0x0A, dt=70)
    (span,) = spans(opened(tmp_path, data))
    assert (span.status, span.duration_ns) == ("unfinished", 70)


def test_value_then_leave_is_the_result(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.event(0x08, value("first"))
    stream.event(0x08, value("second"))
    stream.leave()
    (span,) = spans(opened(tmp_path, data))
    assert (span.result(), span.status) == (("second",), "ok")


def test_error_then_leave_fails_and_forgets_the_value(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.event(0x08, value(1))
    stream.event(0x07, raised("KeyError", "'x'"))
    stream.leave()
    (span,) = spans(opened(tmp_path, data))
    assert (span.status, span.result()) == ("error", ())
    failure = span.failure()
    assert failure is not None
    assert (failure.type, failure.message) == ("KeyError", "'x'")


@pytest.mark.parametrize("opcode", [0x0B, 0x1A])
def test_flag_marks_a_failure_without_details(tmp_path: Path, opcode: int) -> None:
    data = started()
    stream = Stream(data, 1)
    if opcode == 0x0B:
        stream.enter(MAIN)
        stream.event(opcode)
        stream.leave()
    else:
        stream.event(0x12, FETCH, 1)
        stream.event(opcode, 1)
        stream.event(0x16, 1)
    (span,) = spans(opened(tmp_path, data))
    assert (span.status, span.failure()) == ("error", None)


def test_generator_is_one_span_and_parent_only_while_it_runs(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.event(0x10, NUMBERS, 1)
    stream.args(3)
    stream.enter(ADD, 1, 2)
    stream.ret(3)
    stream.event(0x14, 1)
    stream.enter(ADD, 3, 4)
    stream.ret(7)
    stream.event(0x15, 1)
    stream.enter(ADD, 5, 6)
    stream.ret(11)
    stream.event(0x18, 1, value("done"))
    stream.event(0x16, 1)
    stream.enter(ADD, 7, 8)
    stream.ret(15)
    segment = opened(tmp_path, data)
    assert tree(segment) == [["main", [["numbers", [["add", []], ["add", []]]], ["add", []], ["add", []]]]]
    assert (spans(segment)[1].result(), spans(segment)[1].params()) == (("done",), [("n", 3)])


def test_closed_generator_is_no_failure(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.event(0x10, NUMBERS, 1)
    stream.event(0x14, 1)
    stream.event(0x15, 1)
    stream.event(0x19, 1)
    stream.event(0x16, 1)
    (span,) = spans(opened(tmp_path, data))
    assert (span.status, span.result()) == ("ok", ())


def test_interleaved_coroutines_keep_their_calls(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.event(0x12, MAIN, 1)
    for handle in (2, 3):
        stream.event(0x13, FETCH, handle, 1)
        stream.args("url")
    for handle in (2, 3, 2):
        stream.event(0x03, ADD, handle)
        stream.args(handle, 0)
        stream.ret(0)
    for handle in (3, 2, 1):
        stream.event(0x18, handle, value(handle))
        stream.event(0x16, handle)
    segment = opened(tmp_path, data)
    assert tree(segment) == [["main", [["fetch", [["add", []], ["add", []]]], ["fetch", [["add", []]]]]]]
    assert [span.result() for span in spans(segment)[:3]] == [(1,), (2,), (3,)]


def test_under_no_handle_is_a_root(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.event(0x03, ADD, 0)
    stream.leave()
    stream.event(0x13, FETCH, 1, 0)
    assert tree(opened(tmp_path, data)) == [["main", []], ["add", []], ["fetch", []]]


def test_threads_have_stacks_of_their_own(tmp_path: Path) -> None:
    data = started()
    data.thread(2, "worker", native=99)
    one, two = Stream(data, 1), Stream(data, 2)
    one.enter(MAIN)
    two.enter(MAIN)
    two.enter(ADD, 1, 2)
    two.ret(3)
    two.leave()
    one.leave()
    segment = opened(tmp_path, data)
    assert tree(segment) == [["main", []], ["main", [["add", []]]]]
    assert [(span.thread.name, span.thread.native) for span in spans(segment)] == [
        ("MainThread", 1), ("worker", 99), ("worker", 99)
    ]  # fmt: skip


def test_stack_carries_over_chunks(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    for count in range(20_000):
        stream.enter(ADD, count, 1)
        stream.ret(count + 1)
    stream.leave()
    segment = opened(tmp_path, data)
    assert len(data.chunks) > 4
    assert [len(children) for _, children in tree(segment)] == [20_000]
    assert spans(segment)[-1].params() == [("a", 19_999), ("b", 1)]


def test_parameters_apart_from_their_span_are_found(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(ADD)
    stream.next_chunk()
    stream.args("left", "right")
    stream.ret(None)
    (span,) = spans(opened(tmp_path, data))
    assert span.params() == [("a", "left"), ("b", "right")]


def test_parts_are_read_in_the_order_of_their_sequence(tmp_path: Path) -> None:
    data = started()
    other, stream = Stream(data, 2), Stream(data, 1)
    stream.enter(MAIN)
    other.enter(ADD, 1, 2)
    other.ret(3)
    stream.take_over(other.chunk)
    stream.enter(ADD, 3, 4)
    stream.ret(7)
    stream.next_chunk()
    stream.leave()
    segment = opened(tmp_path, data)
    assert tree(segment) == [["main", [["add", []]]], ["add", []]]
    assert [span.status for span in spans(segment)] == ["ok"] * 3


def test_generator_that_changes_threads_is_resumed_there(tmp_path: Path) -> None:
    data = started()
    early, late = Stream(data, 1, ticks=5000), Stream(data, 2)
    late.event(0x10, NUMBERS, 1)
    late.event(0x14, 1)
    late.event(0x12, FETCH, 2)
    early.event(0x15, 2)
    early.event(0x15, 1)
    early.enter(ADD, 1, 2)
    early.ret(3)
    early.event(0x14, 1)
    early.event(0x18, 1, value(9))
    early.event(0x16, 1)
    segment = opened(tmp_path, data)
    assert tree(segment) == [["numbers", [["add", []]]], ["fetch", []]]
    assert {span.name: span.result() for span in spans(segment)}["numbers"] == (9,)


def test_failure_seen_further_out_has_the_whole_stack(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    for _ in range(3):
        stream.enter(MAIN)
    stream.fail(raised("ValueError", "no", [("/project/app.py", 3, "inner")]))
    stream.fail(further_out([("/project/app.py", 2, "middle")]))
    stream.fail(further_out([("/project/app.py", 1, "outer")]))
    outer, _, inner = (span.failure() for span in spans(opened(tmp_path, data)))
    assert outer is not None and inner is not None
    assert [frame.function for frame in outer.stack] == ["outer", "middle", "inner"]
    assert [frame.function for frame in inner.stack] == ["inner"]


def test_unused_rest_of_the_file_is_nothing(tmp_path: Path) -> None:
    data = started()
    Stream(data, 1).enter(MAIN)
    segment = opened(tmp_path, data.data() + bytes(200_000))
    assert (len(segment.table), segment.problems()) == (1, [])


def test_half_written_event_is_not_seen(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.raw(b"\x00\x0a\x05hello")
    segment = opened(tmp_path, data)
    assert (len(segment.table), segment.problems()) == (1, [])


def test_unknown_event_ends_its_chunk_only(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    place = stream.raw(b"\x7f")
    stream.next_chunk()
    stream.leave()
    segment = opened(tmp_path, data)
    assert [span.status for span in spans(segment)] == ["ok"]
    (problem,) = segment.problems()
    assert problem.offset == place
    assert problem.text == "the unknown event 0x7f; the rest of this chunk is passed over"


def test_cut_file_is_read_up_to_the_cut(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(ADD, "left", "right")
    segment = opened(tmp_path, data.data()[:-3])
    assert texts(segment.problems()) == ["an event that is cut or damaged; the rest of this chunk is passed over"]
    (span,) = spans(segment)
    assert span.params()[0] == ("a", "left")


def test_chunk_without_owner_is_named(tmp_path: Path) -> None:
    data = started()
    data.write(data.new_chunk(), b"\x02\x01\x00")
    assert texts(opened(tmp_path, data).problems()) == ["this chunk does not say whose it is; it is passed over"]


def test_ends_without_a_start_are_counted(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.leave()
    stream.ret(1)
    assert texts(opened(tmp_path, data).problems()) == ["2 ends of spans whose start is missing"]


def test_circle_of_handles_is_broken(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.event(0x13, FETCH, 1, 2)
    stream.event(0x13, FETCH, 2, 1)
    assert tree(opened(tmp_path, data)) == [["fetch", [["fetch", []]]]]


def test_notes_and_definitions_in_a_further_chunk_are_read(tmp_path: Path) -> None:
    data = started()
    chunk = data.new_chunk()
    data.write(chunk, b"\x01\x00\x01" + v(500))
    data.write(chunk, b"\x22" + v(3) + v(4) + b"full")
    segment = opened(tmp_path, data)
    assert segment.problems() == []
    assert segment.definitions.notes == [(3, "full")]


def test_parameters_without_a_site_table_end_their_chunk(tmp_path: Path) -> None:
    data = SegmentBytes()
    data.file(3, table="ffffffffffffffff", name="lost.py")
    stream = Stream(data, 1)
    stream.enter(2)
    stream.enter(1, "a value")
    stream.ret(1)
    stream.next_chunk()
    stream.leave()
    segment = opened(tmp_path, data)
    assert [(span.name, span.status) for span in spans(segment)] == [("lost.py#2", "unfinished"), ("lost.py#1", "ok")]
    assert texts(segment.problems()) == [
        "parameters of a function whose site table is missing; the rest of this chunk is passed over"
    ]
