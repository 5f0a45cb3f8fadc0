from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from segment_encoder import Stream, value
from trace_helpers import ADD, MAIN, opened, spans, started

from instrumenter.trace.jsonable import value_json
from instrumenter.trace.shapes import Shapes
from instrumenter.trace.text import value_text
from instrumenter.trace.value_reader import read_value
from instrumenter.trace.values import Bytes, Dict, Items, Value

_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(1 << 200), 1 << 200), st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False), st.text(), st.binary(), st.binary().map(bytearray),
    st.text(st.characters(categories=["Cs", "L"]), max_size=3),
)  # fmt: skip
_HASHABLE = st.one_of(st.none(), st.booleans(), st.integers(), st.text())
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.lists(inner, max_size=4).map(tuple),
        st.sets(_HASHABLE, max_size=4), st.frozensets(_HASHABLE, max_size=4),
        st.dictionaries(_HASHABLE, inner, max_size=4),
    ),
    max_leaves=10,
)  # fmt: skip


def _plain(item: Value) -> Any:
    """A value read back, as the Python value it was."""
    if isinstance(item, Items):
        kind: Any = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[item.type]
        return kind(map(_plain, item.items))
    if isinstance(item, Dict):
        return {_plain(key): _plain(entry) for key, entry in item.pairs}
    if isinstance(item, Bytes):
        return bytearray(item.start) if item.type == "bytearray" else item.start
    return item


def _shape(item: Any) -> str:
    """Equal for equal values of equal types, in whatever order a set lists its items."""
    if isinstance(item, (set, frozenset)):
        return f"{type(item).__name__}{sorted(map(repr, item))}"
    if isinstance(item, dict):
        return str([(repr(key), _shape(entry)) for key, entry in item.items()])
    return f"{type(item).__name__}{list(map(_shape, item))}" if isinstance(item, (list, tuple)) else repr(item)


@given(_VALUES)
def test_value_comes_back(original: Any) -> None:
    data = value(original)
    read, end = read_value(data, 0, Shapes())
    assert end == len(data)
    assert _shape(_plain(read)) == _shape(original)


_SPELLED = _SCALARS.filter(lambda item: type(item) is not bytearray)  # whose quotes repr escapes for no reason


@given(st.one_of(_SPELLED, st.lists(_SPELLED), st.lists(_SPELLED).map(tuple), st.dictionaries(_HASHABLE, _SPELLED)))
def test_text_of_whole_values_is_their_repr(original: Any) -> None:
    assert value_text(read_value(value(original), 0, Shapes())[0]) == repr(original)


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text().filter(lambda key: key not in ("type", "…")), inner, max_size=4),
    ),
    max_leaves=10,
)


@given(_JSON)
def test_what_json_has_is_that_in_json(original: Any) -> None:
    assert value_json(read_value(value(original), 0, Shapes())[0]) == original


@dataclass
class _Expected:
    thread: int
    parent: int
    start: int
    end: int = -1
    result: Any = None
    status: str = "unfinished"
    left_out: int = 0
    args: list[Any] = field(default_factory=list)


_STEPS = ("enter", "add", "leave", "return", "left out", "forget", "chunk")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(_STEPS),
                  st.integers(0, 1 << 30), _VALUES),
        max_size=60,
    )
)  # fmt: skip
def test_program_of_threads_comes_back(steps: list[tuple[int, str, int, Any]]) -> None:
    data = started(version=4)
    streams = {thread: Stream(data, thread) for thread in (1, 2, 3)}
    stacks: dict[int, list[int]] = {1: [], 2: [], 3: []}
    expected: dict[int, _Expected] = {}
    forgotten: set[int] = set()
    for thread, step, dt, item in steps:
        stream, stack = streams[thread], stacks[thread]
        if step == "chunk":
            stream.next_chunk()
        elif step in ("enter", "add"):
            args = [item, dt] if step == "add" else []
            number = stream.enter(ADD if args else MAIN, *args, dt=dt)
            expected[number] = _Expected(thread, stack[-1] if stack else -1, stream.ticks, args=args)
            stack.append(number)
        elif stack:
            number = stack.pop()
            done = expected[number]
            if step == "return":
                stream.ret(item, dt=dt)
                done.result = item
            else:
                if step == "left out":
                    stream.left_out(dt)
                    done.left_out = dt
                stream.leave(dt=dt)
            done.end, done.status = stream.ticks, "ok"
            if step == "forget" and not stack:
                stream.forget(number)
                forgotten.add(number)
    for number, one in list(expected.items()):
        if number in forgotten or one.parent in forgotten:
            forgotten.add(number)
            del expected[number]
    with TemporaryDirectory() as place:
        segment = opened(Path(place), data)
        assert segment.problems() == []
        found = {span.number: span for span in spans(segment)}
        assert found.keys() == expected.keys()
        for number, wanted in expected.items():
            span, table = found[number], segment.table
            assert (span.thread_number, span.status) == (wanted.thread, wanted.status)
            assert span.left_out == wanted.left_out
            parent = table.parents[span.index]
            assert (table.numbers[parent] if parent >= 0 else -1) == wanted.parent
            assert table.starts[span.index] == wanted.start
            assert table.ends[span.index] == (wanted.end if wanted.end >= 0 else streams[wanted.thread].ticks)
            assert _shape([_plain(item) for _, item in span.params()]) == _shape(wanted.args)
            assert _shape([_plain(item) for item in span.result()] or [None]) == _shape([wanted.result])
