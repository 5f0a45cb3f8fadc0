"""Whole columns are what spans say one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from instrumenter.store.columns import keys, unix
from instrumenter.store.texts import dump
from instrumenter.trace.header import Clock
from instrumenter.trace.table import PLACE_BITS, short_number

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
