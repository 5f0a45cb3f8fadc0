"""Whole columns are what spans say one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from segment_encoder import OfType, Shaped, string, v, value

from instrumenter.store.columns import keys
from instrumenter.store.spelling import dump, spell
from instrumenter.store.times import unix
from instrumenter.trace.header import Clock
from instrumenter.trace.jsonable import value_json
from instrumenter.trace.shapes import Shapes
from instrumenter.trace.table import PLACE_BITS, short_number
from instrumenter.trace.value_reader import read_value

LATER = st.integers(0, 1 << 53)
RATES = st.integers(1, 1 << 50)


@given(st.lists(LATER, min_size=1), RATES, st.floats(0.05, 20.0))
def test_times_are_exact_to_the_nanosecond(ticks: list[int], each: int, speed: float) -> None:
    clock = Clock(1_700_000_000_000_000_000, each, max(int(each * speed), 1))
    found = unix(clock, np.array(ticks, dtype=np.int64))
    assert found.tolist() == [clock.unix(one) for one in ticks]


@given(st.lists(st.integers(0, (1 << 64) - 1), min_size=1), st.integers(1, 1000))
def test_keys_end_with_the_numbers_of_spans(numbers: list[int], segment: int) -> None:
    found = keys(segment, np.array(numbers, dtype=np.uint64))
    assert found.tolist() == [segment << PLACE_BITS | short_number(one) for one in numbers]


@given(st.text(st.characters()))
def test_json_has_no_half_of_a_surrogate_pair(text: str) -> None:
    assert dump({text: [text]}).encode()


TEXTS = st.text(st.characters(), max_size=8)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.binary(max_size=5), st.complex_numbers(),
    st.builds(OfType, st.just(1), st.integers(0, 1 << 48)),
)  # fmt: skip
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.one_of(TEXTS, st.sampled_from(["type", "…"])), inner, max_size=4),
        st.dictionaries(st.one_of(st.integers(), TEXTS), inner, max_size=3),
        st.lists(inner, max_size=2).map(lambda fields: Shaped(1, tuple(fields), 77)),
    ),
    max_leaves=12,
)


def shapes() -> Shapes:
    """A type, and a shape of it with three fields."""
    found = Shapes()
    found.read_type(v(1) + string("app.Shelf"), 0)
    found.read_shape(v(1) + v(1) + v(3) + string("name") + string("items") + string("type"), 0)
    return found


@given(VALUES)
def test_values_are_spelled_as_they_are_exported(item: object) -> None:
    content, known = value(item), shapes()
    text, end = spell(content + b"\0", 0, known)
    assert (text, end) == (dump(value_json(read_value(content, 0, known)[0])), len(content))


@given(st.integers(0x0C, 0x10), st.lists(PLAIN, max_size=2), st.integers(0, 2000))
def test_cut_containers_are_spelled_as_they_are_exported(tag: int, items: list[object], missing: int) -> None:
    pairs = [part for item in items for part in (("key", item) if tag == 0x10 else (item,))]
    content = bytes([tag]) + v(len(items) + missing) + v(len(items)) + b"".join(map(value, pairs))
    known = shapes()
    assert spell(content, 0, known)[0] == dump(value_json(read_value(content, 0, known)[0]))
