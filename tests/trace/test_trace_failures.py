from __future__ import annotations

from pathlib import Path
from typing import Any

from segment_encoder import Stream, exception, further_out, v, value
from trace_helpers import MAIN, exported, only_run, opened, spans, started

from instrumenter.trace.failures import KEPT
from instrumenter.trace.jsonable import failure_json


def _failed(folder: Path, content: bytes) -> Any:
    """The JSON of an exception."""
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.fail(content)
    (span,) = spans(opened(folder, data))
    return failure_json(span.failure(), "/project")


def test_message_stack_and_notes_are_told(tmp_path: Path) -> None:
    frames = [("/project/app.py", 3, "main"), ("/usr/lib/json.py", 9, "loads")]
    assert _failed(tmp_path, exception("ValueError", "bad", frames, notes=["a", "b"])) == {
        "type": "ValueError",
        "message": "bad",
        "stack": [
            {"file": "app.py", "line": 3, "function": "main"},
            {"file": "/usr/lib/json.py", "line": 9, "function": "loads"},
        ],
        "cause": None,
        "context": None,
        "suggestion": None,
        "notes": ["a", "b"],
    }


def test_cause_and_context_are_nested(tmp_path: Path) -> None:
    error = _failed(
        tmp_path,
        exception("A", "1", cause=exception("B", "2"), context=exception("C", "3", context=exception("D", ""))),
    )
    assert (error["cause"]["type"], error["context"]["type"]) == ("B", "C")
    assert error["context"]["context"]["type"] == "D"


def test_suppressed_context_is_left_out(tmp_path: Path) -> None:
    assert _failed(tmp_path, exception("A", "1", context=exception("B", "2"), suppressed=True))["context"] is None


def test_attributes_context_and_suggestion_come_first(tmp_path: Path) -> None:
    content = exception(
        "A", "1", context=exception("B", "2"), attribute=value({"user": 3}), suggestion=value("log in first")
    )
    error = _failed(tmp_path, content)
    assert (error["context"], error["suggestion"]) == ({"user": 3}, "log in first")


def test_args_stand_in_for_a_message(tmp_path: Path) -> None:
    assert _failed(tmp_path / "one", exception("A", v(1) + v(1) + value([1])))["message"] == "[1]"
    assert _failed(tmp_path / "two", exception("A", v(3) + v(2) + value(1) + value("x")))["message"] == (
        "(1, 'x', …+1 value)"
    )


def test_frames_left_out_are_marked_in_their_place(tmp_path: Path) -> None:
    stack = _failed(tmp_path, exception("A", "1", [("/project/app.py", 1, "inner")], left_out=40))["stack"]
    assert stack[0] == {"file": None, "line": None, "function": "…+40 frames"}
    assert stack[1]["function"] == "inner"


def test_very_long_stack_loses_its_middle(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    for _ in range(1000):
        stream.enter(MAIN)
    stream.fail(exception("RecursionError", "deep", [("/project/app.py", 1000, "f")]))
    for line in range(999, 0, -1):
        stream.fail(further_out([("/project/app.py", line, "f")]))
    outermost = spans(opened(tmp_path, data))[0].failure()
    assert outermost is not None
    lines = [frame.line for frame in outermost.stack]
    half = KEPT // 2
    assert lines == [*range(1, half + 1), 0, *range(1000 - half, 1001)]
    assert outermost.stack[half].left_out == 1000 - 2 * half - 1


def test_stacks_of_the_python_core_are_in_the_originals_lines(tmp_path: Path) -> None:
    data = started()
    data.file(1, table="aabbccddeeff0011", name="lib.py", filename="/project/lib.py", flags=0)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.fail(exception("A", "1", [("/project/lib.py", 12, "f"), ("/project/app.py", 12, "g")]))
    segment = opened(tmp_path, data)
    (tmp_path / ".spanwright" / "sites" / "aabbccddeeff0011.map").write_bytes(
        b"SWMAP1\n" + v(1) + v(2) + v(0) + b"\x00" + v(4) + v(0)
    )
    failure = spans(segment)[0].failure()
    assert failure is not None
    assert [frame.line for frame in failure.stack] == [10, 12]


def test_failure_in_the_export_of_a_run(tmp_path: Path) -> None:
    data = started()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.fail(exception("A", "1"))
    opened(tmp_path, data)
    (trace,) = exported(only_run(tmp_path))["traces"]
    assert (trace["status"], trace["error"]["type"]) == ("error", "A")
