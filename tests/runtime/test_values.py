"""Every kind of value is captured as the format says, on both cores with the same bytes."""

from __future__ import annotations

from pathlib import Path

from core_under_test import CoreUnderTest
from segment_text import events
from value_cases import PRELUDE, VALUES

CAPTURE = "\nfor value in [{}]: _sw_enter(10, value); _sw_ret()\n"
SOURCE = PRELUDE + CAPTURE.format(", ".join(expression for expression, _ in VALUES))


def captured(segment: Path) -> list[str]:
    return [line.removeprefix("ARGS ") for line in events(segment) if line.startswith("ARGS")]


def test_values_of_every_kind(core: CoreUnderTest) -> None:
    shown = dict(zip((expression for expression, _ in VALUES), captured(core.run(SOURCE).segment), strict=True))
    assert shown == dict(VALUES)


def test_values_of_every_kind_alike(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    c, python = (core.run(SOURCE).segment.read_bytes() for core in both_cores)
    assert c[17:] == python[17:]


def test_results_and_notes_are_values(core: CoreUnderTest) -> None:
    run = core.run("_sw_enter(1); _sw_val([1]); _sw_ret({2: 'b'})")
    assert events(run.segment) == ["ENTER 1", "VALUE [1]", "RETURN {2: 'b'}"]


def test_event_of_many_values_has_a_budget(core: CoreUnderTest) -> None:
    """16,384 bytes: 15 of these take 1,027 each, the 16th begins below the limit, the 17th does not."""
    run = core.run("_sw_enter(200, *['x' * 1024] * 20); _sw_ret()")
    values = captured(run.segment)[0].split(", ")
    assert [value.strip("'x") for value in values] == [""] * 16 + ["NO ROOM"] * 4


def test_identity_of_objects_under_a_real_clock(core: CoreUnderTest) -> None:
    run = core.run("class A: pass\n_sw_enter_m(20, A(), A()); _sw_ret()", clock="monotonic")
    assert captured(run.segment) == ["self __main__.A@, <__main__.A@ >"]
