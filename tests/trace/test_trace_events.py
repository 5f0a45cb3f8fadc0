"""What happened within spans: values, changes, lines, and the branches and turns that follow from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from detailed_helpers import Sites
from segment_encoder import Stream, string, v, value
from trace_helpers import exported, only_run, spans

from instrumenter.trace.changes import difference, difference_text
from instrumenter.trace.events import Event, events
from instrumenter.trace.jsonable import difference_json
from instrumenter.trace.notes import notes, outcome_text
from instrumenter.trace.shapes import Shapes
from instrumenter.trace.value_reader import read_value
from instrumenter.trace.values import Object, Value

LINE, HLINE, HVAR, STATE, HSTATE = 0x37, 0x38, 0x3A, 0x3B, 0x3C


def _record(folder: Path, sites: Sites, write: Callable[[Stream], object]) -> list[Event]:
    """The events of a span of site 0 in which this was written."""
    data = sites.segment()
    stream = Stream(data, 1)
    stream.enter(0)
    write(stream)
    stream.leave()
    segment = sites.opened(folder, data)
    assert segment.problems() == []
    return list(events(spans(segment)[0]))


def _function(kind: str = "function") -> Sites:
    sites = Sites(5)
    sites.function("main", 1, kind)
    return sites


def _path(found: list[Event]) -> list[Any]:
    """Lines as numbers, outcomes as text."""
    return [event.line if event.outcome is None else outcome_text(event.outcome) for event in found]


def test_checkpoint_names_what_was_bound(tmp_path: Path) -> None:
    sites = _function()
    both, item = sites.var(0, 4, "a", "b"), sites.let(0, 5, "d[k]", operator="+=")

    def write(stream: Stream) -> None:
        stream.var(both, 1, [2])
        stream.var(item, 3, dt=300)

    first, second = _record(tmp_path, sites, write)
    assert (first.type, first.line, [name for name, _ in first.values]) == ("checkpoint", 4, ["a", "b"])
    assert (second.operator, second.values, second.time_ns - first.time_ns) == ("+=", (("d[k]", 3),), 300)
    (trace,) = exported(only_run(tmp_path))["traces"]
    assert trace["events"] == [
        {"type": "checkpoint", "line": 4, "time": "2023-11-14T22:13:20.000001Z", "ns": 10,
         "values": {"a": 1, "b": [2]}},
        {"type": "checkpoint", "line": 5, "time": "2023-11-14T22:13:20.000001Z", "ns": 310,
         "values": {"d[k]": {"operator": "+=", "operand": 3}}},
    ]  # fmt: skip


def test_one_value_given_to_many_names_is_shown_for_each(tmp_path: Path) -> None:
    sites = _function()
    many = sites.let(0, 4, "a.x", "b[0]")
    (event,) = _record(tmp_path, sites, lambda stream: stream.var(many, 7))
    assert event.values == (("a.x", 7), ("b[0]", 7))


def test_events_of_a_handle_are_its_spans(tmp_path: Path) -> None:
    sites = _function("coroutine")
    line, bound = sites.line(0, 2), sites.var(0, 2, "x")
    data = sites.segment()
    stream = Stream(data, 1)
    stream.event(0x12, 0, 1)
    stream.event(HLINE, line, 1)
    stream.event(0x14, 1)
    stream.event(0x15, 1)
    stream.event(HVAR, bound, 1, v(1), value("y"))
    stream.event(HSTATE, 1, 1, v(0), value([1]), value([]))
    stream.event(0x16, 1)
    (span,) = spans(sites.opened(tmp_path, data))
    assert [event.type for event in events(span)] == ["line", "checkpoint", "state"]


def test_state_says_which_parameter_has_changed(tmp_path: Path) -> None:
    sites = _function()
    sites.entries[0]["kept"] = ["rows", "seen"]
    (event,) = _record(
        tmp_path, sites, lambda stream: stream.event(STATE, 1, v(1), value({"draft": 1}), value({"issue": 2}))
    )
    ((name, change),) = event.changes
    assert (name, difference_text(change), event.line) == ("seen", "+issue 2, -draft", 1)


def test_events_without_a_site_table_are_read(tmp_path: Path) -> None:
    sites = _function()
    line, bound = sites.line(0, 2), sites.var(0, 2, "x")
    data = sites.segment()
    stream = Stream(data, 1)
    stream.enter(0, 5)
    stream.line(line)
    stream.var(bound, 1)
    stream.leave()
    sites.opened(tmp_path, data)
    for path in (tmp_path / ".spanwright" / "sites").glob("*.json"):
        path.unlink()
    (trace,) = exported(only_run(tmp_path))["traces"]
    assert [(event["line"], event["values"]) for event in trace["events"]] == [(0, {}), (0, {"#0": 1})]


def _branches() -> tuple[Sites, list[int]]:
    """if (2): 3 elif (4): 5; after (6)."""
    sites = _function()
    test = sites.line(0, 2, "if")
    then = sites.line(0, 3, column=9, first=[test, "then"])
    other = sites.line(0, 4, "if", first=[test, "else"])
    last = sites.line(0, 5, column=9, first=[other, "then"])
    return sites, [test, then, other, last, sites.line(0, 6)]


@pytest.mark.parametrize(
    ("taken", "path"),
    [
        ([0, 1, 4], [2, "if → then", 3, 6]),
        ([0, 2, 3, 4], [2, "if → else", 4, "if → then", 5, 6]),
        ([0, 2, 4], [2, "if → else", 4, "if not taken", 6]),
        ([0, 2], [2, "if → else", 4, "if not taken"]),
        ([0], [2]),
    ],
)
def test_branch_is_told_by_the_line_that_follows(taken: list[int], path: list[Any], tmp_path: Path) -> None:
    sites, lines = _branches()
    assert _path(_record(tmp_path, sites, lambda stream: stream.line(*(lines[one] for one in taken)))) == path


def test_exception_in_a_condition_takes_no_branch(tmp_path: Path) -> None:
    sites = _function()
    test = sites.line(0, 3, "if", column=9)
    sites.line(0, 4, column=13, first=[test, "then"])
    caught = sites.line(0, 5, "except")
    assert _path(_record(tmp_path, sites, lambda stream: stream.line(test, caught))) == [3, 5]


def test_cases_of_a_match(tmp_path: Path) -> None:
    sites = _function()
    match = sites.line(0, 2, "match", cases=[3, 5])
    sites.line(0, 4, column=13, first=[match, 0])
    second, after = sites.line(0, 6, column=13, first=[match, 1]), sites.line(0, 7)
    found = _record(tmp_path, sites, lambda stream: stream.line(match, second, match, after))
    assert _path(found) == [2, "match → case 2", 6, 2, "match not taken", 7]


def test_arms_of_a_conditional_expression_decide_nothing_else(tmp_path: Path) -> None:
    sites = _function()
    test = sites.line(0, 2, "if")
    arm = sites.line(0, 2, "arm", column=9, first=[test, "then"])
    other = sites.line(0, 3, column=9, first=[test, "then"])
    found = _record(tmp_path, sites, lambda stream: stream.line(test, arm, other))
    assert _path(found) == [2, "… if … else … → then", 2, "if → then", 3]


def test_loops_count_their_turns(tmp_path: Path) -> None:
    sites = _function()
    outer = sites.line(0, 2, "for")
    inner = sites.line(0, 3, "while", column=9, first=[outer, "body"])
    body = sites.line(0, 4, column=13, first=[inner, "body"])
    more, after = sites.line(0, 5, column=13), sites.line(0, 6)
    turns = [inner, body, more, inner, body, more, inner]
    found = _record(tmp_path, sites, lambda stream: stream.line(outer, *turns, inner, after, outer))
    assert _path(found) == [
        2, 3, 4, 5, 3, 4, 5, 3, "while ×2", 3, "while ×0", "for ×2", 6, 2, "for ×0"
    ]  # fmt: skip
    assert [note.text for note in notes(found)][:2] == ["lines 2 3 4 5 3 4 5 3", "3: while ×2"]


def test_spans_are_walked_one_by_one(tmp_path: Path) -> None:
    sites = _function()
    line = sites.line(0, 2)
    _record(tmp_path, sites, lambda stream: stream.line(line, line))
    walked = [(span.name, [event.line for event in events(span)]) for span in only_run(tmp_path).forest.walk()]
    assert walked == [("main", [2, 2])]


def test_else_of_a_loop_is_outside_of_it(tmp_path: Path) -> None:
    sites = _function()
    loop = sites.line(0, 2, "for")
    body = sites.line(0, 3, column=9, first=[loop, "body"])
    other = sites.line(0, 5, column=9, first=[loop, "else"])
    found = _record(tmp_path, sites, lambda stream: stream.line(loop, body, body, other))
    assert _path(found) == [2, 3, 3, "for ×2", 5]


def _read(content: bytes) -> Value:
    return read_value(content, 0, Shapes())[0]


@pytest.mark.parametrize(
    ("before", "after", "said", "as_json"),
    [
        ({"count": 3, "draft": 1}, {"count": 4, "issue": None}, "+issue None, ~count 3 -> 4, -draft",
         {"added": {"issue": None}, "changed": {"count": [3, 4]}, "removed": {"draft": 1}}),
        ([1, 2, 3], [1, 5], "3 -> 2 items, ~[1] 2 -> 5, -[2]",
         {"length": [3, 2], "added": {}, "changed": {"1": [2, 5]}, "removed": {"2": 3}}),
        ({1}, {2}, "+2, -1", {"added": [2], "removed": [1]}),
        ([1], [True], "~[0] 1 -> True", {"added": {}, "changed": {"0": [1, True]}, "removed": {}}),
        ({1: 2}, {1: 2, (3,): 4}, "+(3,) 4", {"added": {"(3,)": 4}, "changed": {}, "removed": {}}),
        (bytearray(b"a"), bytearray(b"b"), "bytearray(b'a') -> bytearray(b'b')",
         {"before": {"type": "bytearray", "repr": "bytearray(b'a')"},
          "after": {"type": "bytearray", "repr": "bytearray(b'b')"}}),
    ],
)  # fmt: skip
def test_changes_are_what_differs(before: Any, after: Any, said: str, as_json: Any) -> None:
    change = difference(_read(value(before)), _read(value(after)))
    assert (difference_text(change), difference_json(change)) == (said, as_json)


def test_change_of_an_object_and_of_a_subclass() -> None:
    old = Object("app.User", 1, (("name", "a"), ("age", 3)), 2)
    new = Object("app.User", 1, (("name", "b"),), 1)
    assert difference_text(difference(old, new)) == "~name 'a' -> 'b', -age"
    kind = b"\x17" + string("app.Bag")
    bags = difference(_read(kind + value([1])), _read(kind + value([1, 2])))
    assert difference_text(bags) == "1 -> 2 items, +[1] 2"


def test_what_was_cut_off_is_not_taken_for_removed() -> None:
    cut = b"\x10" + v(3) + v(1) + value("a") + value(1)
    assert difference_text(difference(_read(value({"a": 1, "b": 2})), _read(cut))) == "2 -> 3 items"
