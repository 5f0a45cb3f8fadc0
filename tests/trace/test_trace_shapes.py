"""Objects by the numbers of their shapes and types are read as those that say it all themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from detailed_helpers import Sites
from hypothesis import given, settings
from hypothesis import strategies as st
from segment_encoder import OfType, SegmentBytes, Shaped, Stream, exception, string, v, value
from trace_helpers import ADD, MAIN, PUT, only_run, opened, spans, started

from instrumenter.trace import packed
from instrumenter.trace.events import events
from instrumenter.trace.folding import Folding
from instrumenter.trace.notes import notes
from instrumenter.trace.outline import Outline, Shape
from instrumenter.trace.selection import Selection, Wanted
from instrumenter.trace.shapes import Shapes
from instrumenter.trace.skip import skip_values
from instrumenter.trace.text import value_text
from instrumenter.trace.value_reader import read_value
from instrumenter.trace.values import UNREADABLE


@dataclass(frozen=True)
class _Instance:
    """An object to be written in one way or the other; without fields: by reference."""

    type: str
    fields: tuple[tuple[str, Any], ...] | None = None


class _Numbers:
    """Writes objects by number, and defines what it uses."""

    def __init__(self, data: SegmentBytes) -> None:
        self._data = data
        self._types: dict[str, int] = {}
        self._shapes: dict[tuple[str, tuple[str, ...]], int] = {}

    def value(self, item: Any) -> bytes:
        """An item's bytes."""
        if not isinstance(item, _Instance):
            return _nested(item, self.value)
        kind = self._types.get(item.type)
        if kind is None:
            kind = self._types[item.type] = self._data.type(len(self._types) + 1, item.type)
        if item.fields is None:
            return value(OfType(kind, 9))
        key = item.type, tuple(name for name, _ in item.fields)
        if key not in self._shapes:
            self._shapes[key] = self._data.shape(len(self._shapes) + 1, kind, *key[1])
        fields = b"".join(self.value(entry) for _, entry in item.fields)
        return b"\x1c" + v(self._shapes[key]) + v(9) + v(len(item.fields)) + fields


def _by_name(item: Any) -> bytes:
    if not isinstance(item, _Instance):
        return _nested(item, _by_name)
    if item.fields is None:
        return b"\x1a" + string(item.type) + v(9)
    fields = b"".join(string(name) + _by_name(entry) for name, entry in item.fields)
    return b"\x11" + string(item.type) + v(9) + v(len(item.fields)) * 2 + fields


def _nested(item: Any, write: Callable[[Any], bytes]) -> bytes:
    return b"\x0c" + v(len(item)) * 2 + b"".join(map(write, item)) if isinstance(item, list) else value(item)


_NAMES = st.sampled_from(["id", "name", "next", "_hidden"])
_TYPES = st.sampled_from(["app.User", "app.Group", "a.b.<locals>.C"])
_ITEMS = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=5), st.builds(_Instance, _TYPES)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(_Instance, _TYPES, st.lists(st.tuples(_NAMES, inner), max_size=4).map(tuple)),
    ),
    max_leaves=12,
)


def _recorded(items: list[Any], numbered: bool) -> tuple[list[Any], list[str]]:
    """What is read, and what is drawn, of a segment with these values."""
    data = started(version=3 if numbered else 2)
    write = _Numbers(data).value if numbered else _by_name
    stream = Stream(data, 1)
    for item in items:
        stream.event(0x02, PUT)
        stream.raw(b"\x09\x04" + b"".join(map(write, (_Instance("app.Store"), "k", [item], item))))
        stream.event(0x02, ADD)
        stream.fail(exception("app.Error", b"\x01\x01" + write(item), attribute=write(item), suggestion=write(item)))
        stream.event(0x05, write(item))
    with TemporaryDirectory() as place:
        segment = opened(Path(place), data)
        assert segment.problems() == []
        read = [(span.params(), span.result(), span.failure()) for span in spans(segment)]
        run = only_run(Path(place))
        folding = Folding(run.forest, Selection(run.forest, Wanted()), True)
        return read, list(Outline(folding, Shape(2_000, values=True), _plain).draw(run.forest.roots()))


def _plain(text: str, _: str) -> str:
    return text


@settings(max_examples=60, deadline=None)
@given(st.lists(_ITEMS, min_size=1, max_size=4))
def test_objects_by_number_are_shown_as_those_by_name(items: list[Any]) -> None:
    assert _recorded(items, numbered=True) == _recorded(items, numbered=False)


@given(_ITEMS)
def test_objects_by_number_are_skipped_where_reading_ends(item: Any) -> None:
    data = SegmentBytes(version=3)
    content = _Numbers(data).value(item)
    shapes = Shapes()
    _define(shapes, bytes(data.chunks[0][4096 : data.used[0]]))
    read, end = read_value(content + b"\x00", 0, shapes)
    assert skip_values(content + b"\x00", 0, 1) == end == len(content)
    assert read == read_value(_by_name(item), 0, Shapes())[0]


def _define(shapes: Shapes, definitions: bytes) -> None:
    at = definitions.index(b"MainThread") + len("MainThread")
    while at < len(definitions):
        take = {0x24: shapes.read_type, 0x25: shapes.read_shape}[definitions[at]]
        at = take(definitions, at + 1)


def _defined() -> SegmentBytes:
    data = started(version=3)
    data.type(1, "app.User")
    data.shape(1, 1, "id")
    data.shape(2, 7, "id")
    return data


def test_object_of_a_number_without_a_definition_is_damaged_and_the_rest_is_read(tmp_path: Path) -> None:
    data = _defined()
    stream = Stream(data, 1)
    for unknown in (Shaped(3, (1,)), Shaped(2, (1,)), Shaped(1, (1, 2)), OfType(2), [OfType(2)]):
        stream.enter(ADD, unknown, 2)
        stream.ret(unknown)
    stream.enter(ADD, Shaped(1, (5,)), OfType(1))
    stream.ret(Shaped(1, (6,)))
    segment = opened(tmp_path, data)
    assert segment.problems() == []
    *unknown_ones, last = spans(segment)
    for span in unknown_ones:
        assert (span.params(), span.result()) == ([("a", UNREADABLE)], (UNREADABLE,))
    assert [value_text(item) for _, item in last.params()] == ["User(id=5)", "<User>"]
    assert value_text(last.result()[0]) == "User(id=6)"


def test_exception_with_an_object_of_an_unknown_shape_is_damaged(tmp_path: Path) -> None:
    data = _defined()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.fail(exception("app.Error", b"\x01\x01" + value(Shaped(3, (1,)))))
    (span,) = spans(opened(tmp_path, data))
    failure = span.failure()
    assert failure is not None
    assert failure.message == "an exception whose record is damaged"


def test_definitions_are_found_in_later_chunks_of_the_process(tmp_path: Path) -> None:
    data = started(version=3)
    stream, process = Stream(data, 1), Stream(data, 0, sequence=1)
    process.raw(b"\x24" + v(1) + string("app.User"))
    process.raw(b"\x25" + v(1) + v(1) + v(1) + string("id"))
    stream.enter(ADD, Shaped(1, (1,)), 2)
    (span,) = spans(opened(tmp_path, data))
    assert value_text(span.params()[0][1]) == "User(id=1)"


def test_segment_given_back_defines_anew(tmp_path: Path) -> None:
    data = _defined()
    Stream(data, 1).enter(ADD, Shaped(1, (1,)), 2)
    segment = opened(tmp_path, data)
    (span,) = spans(segment)
    first = span.params()
    segment.release()
    assert span.params() == first != []


def test_values_and_changes_of_objects_by_number_are_read(tmp_path: Path) -> None:
    sites = Sites(5)
    main = sites.function("main", 1, "function", "user")
    sites.entries[main]["kept"] = ["user"]
    bound = sites.var(main, 2, "x")
    data = sites.segment(version=3)
    data.type(1, "app.User")
    data.shape(1, 1, "id", "name")
    stream = Stream(data, 1)
    stream.enter(main, Shaped(1, (1, "a")))
    stream.var(bound, Shaped(1, (2, "b")))
    stream.event(0x3B, 1, v(0), value(Shaped(1, (1, "a"))), value(Shaped(1, (1, "c"))))
    stream.ret(None)
    (span,) = spans(sites.opened(tmp_path, data))
    assert [note.text for note in notes(events(span))] == ["2: x = User(id=2, name='b')", "1: user: ~name 'a' -> 'c'"]


def test_definition_written_while_a_live_file_was_read_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = started(version=3)
    process, stream = Stream(data, 0, sequence=1), Stream(data, 1)
    process.raw(b"\x24" + v(1) + string("app.User"))
    before = data.data()
    process.raw(b"\x25" + v(1) + v(1) + v(1) + string("id"))
    stream.enter(ADD, Shaped(1, (1,)), 2)
    stream.enter(MAIN)
    late = data.data()
    segment = opened(tmp_path, data)
    monkeypatch.setattr(packed, "whole", lambda file: before[: 2 * 65_536] + late[2 * 65_536 :])
    first, _ = spans(segment)
    assert value_text(first.params()[0][1]) == "User(id=1)"
