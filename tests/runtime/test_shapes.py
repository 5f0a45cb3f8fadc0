"""Types and the fields of objects are described once in a segment, where both cores number them alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from core_under_test import CoreUnderTest
from segment_text import events, read_segment
from shape_programs import PROGRAMS

FORKS = """
import os
class A: pass
class B: pass
def show(*values): _sw_enter(10, *values); _sw_ret()
a = A(); a.x = 1
_sw_enter(1); _sw_keep(1, a)
show(a)
a.x = 2
child = os.fork() == 0
if child:
    _sw_state(1, a)
    b = B(); b.y = a
    show(b)
    _sw_enter(2); _sw_keep(2, b)
    b.y = None
    _sw_state(2, b); _sw_exit(2)
else: os.wait()
_sw_state(1, a); _sw_exit(1)
"""
THREADS = """
import threading
def run(number):
    for kind in range(30):
        it = type(f"T{kind}", (), {})()
        for field in range(6):
            setattr(it, f"f{field}", number)
            _sw_enter(10, it); _sw_ret()
threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def defined(path: Path) -> list[str]:
    """The definitions of types and shapes, in their order."""
    return [line for line in read_segment(path).streams[0].lines if line.startswith(("TYPE", "SHAPE"))]


def shown(path: Path) -> list[str]:
    """The parameters that were captured."""
    return [line.removeprefix("ARGS ") for line in events(path) if line.startswith("ARGS")]


@pytest.mark.parametrize("name", PROGRAMS)
def test_both_cores_number_alike(both_cores: tuple[CoreUnderTest, CoreUnderTest], name: str) -> None:
    c, python = (bytearray(core.run(PROGRAMS[name]).segment.read_bytes()) for core in both_cores)
    c[16] = python[16]
    assert c == python


def test_both_cores_number_alike_across_a_fork(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    c, python = ([path.read_bytes() for path in core.run(FORKS).segments] for core in both_cores)
    assert [content[17:] for content in c] == [content[17:] for content in python]


def test_type_and_fields_are_described_once(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["twice"]).segment
    assert defined(path) == ["TYPE 1 '__main__.A'", "SHAPE 1 '__main__.A' x y"]
    assert shown(path) == ["<__main__.A x=1, y=2>", "[<__main__.A x=3, y=4>]"]
    data = path.read_bytes()
    assert data.count(b"__main__.A") == 1
    assert b"\x09\x01\x1c\x01\x00\x02\x03\x02\x03\x04" in data


def test_definitions_of_what_is_nested_follow(core: CoreUnderTest) -> None:
    assert defined(core.run(PROGRAMS["nested"]).segment) == [
        "TYPE 1 '__main__.A'", "SHAPE 1 '__main__.A' b", "TYPE 2 '__main__.B'", "SHAPE 2 '__main__.B' deep",
        "TYPE 3 '__main__.Slotted'",
    ]  # fmt: skip


def test_objects_by_reference_have_types_by_number(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["by reference"]).segment
    assert shown(path) == ["<__main__.A x=<__main__.A x=self __main__.B>>, [[self __main__.A]]"]
    assert defined(path) == ["TYPE 1 '__main__.A'", "SHAPE 1 '__main__.A' x", "TYPE 2 '__main__.B'"]
    assert b"\x1b\x02\x00" in path.read_bytes()


def test_receivers_have_types_by_number(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["receivers"]).segment
    assert defined(path) == ["TYPE 1 '__main__.A'", "TYPE 2 '__main__.L'", "TYPE 3 'int'"]
    assert shown(path) == [*["self __main__.A"] * 2, "self __main__.L", "class __main__.A", "self int"]


def test_slots_that_are_set_make_the_shape(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["slots"]).segment
    assert [line.partition("' ")[2] for line in defined(path)[2:]] == ["second", "other first second", "other first"]
    assert shown(path)[2] == "<__main__.Slotted other=1, first=1, second=2>"


def test_ninth_shape_of_a_type_has_no_number(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["nine shapes"]).segment
    assert len(defined(path)) == 1 + 8
    *others, last = shown(path)
    assert last == "<__main__.A f0=0, f1=1, f2=2, f3=3, f4=4, f5=5, f6=6, f7=7>"
    assert others[-1] == last.replace(", f7=7", "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("32 and 33 fields", ["TYPE 1 '__main__.A'", "SHAPE 1 '__main__.A' " + " ".join(f"f{i}" for i in range(32))]),
        ("long names", ["TYPE 1 '__main__.A'", "SHAPE 1 '__main__.A' " + "n" * 64]),
        ("other names", ["TYPE 1 '__main__.B'", "SHAPE 1 '__main__.B' x"]),
        ("keys that are no strs", []),
        ("keys of a subclass", []),
    ],
)
def test_fields_that_cannot_be_described_are_written_with_the_object(
    core: CoreUnderTest, name: str, expected: list[str]
) -> None:
    assert defined(core.run(PROGRAMS[name]).segment) == expected


def test_types_of_one_name_are_one(core: CoreUnderTest) -> None:
    assert defined(core.run(PROGRAMS["one name for two types"]).segment) == [
        "TYPE 1 '__main__.local.<locals>.Same'", "SHAPE 1 '__main__.local.<locals>.Same' x"
    ]  # fmt: skip


def test_renamed_type_is_another(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["a type that is renamed"]).segment
    assert [line for line in defined(path) if line.startswith("TYPE")] == [
        "TYPE 1 '__main__.A'", "TYPE 2 '__main__.Z'", "TYPE 3 'm.Z'"
    ]  # fmt: skip


def test_known_types_have_no_shapes(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["known types"]).segment
    assert defined(path) == ["TYPE 1 '__main__.A'", "SHAPE 1 '__main__.A' x", "SHAPE 2 '__main__.A'"]


def test_names_of_fields_decide_what_is_hidden(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["secrets"]).segment
    hidden = "'<redacted: password>'"
    first, second = shown(path)
    assert first == (
        f"<__main__.A user='u', password={hidden}, token=None, retries=3>, <__main__.A user='u', password={hidden}>"
    )
    assert second == f"{{'password': {hidden}}}, <__main__.B api_key='<redacted: api key>'>"


def test_object_ends_where_its_room_ends(core: CoreUnderTest) -> None:
    first, second, third = shown(core.run(PROGRAMS["no room"]).segment)
    assert first.endswith(">~2")
    assert second.startswith("[<__main__.A x=0, y='y")
    assert third.count("<__main__.A") == 17
    assert third.endswith("NO ROOM")


def test_what_is_only_compared_is_defined_and_not_written(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["compared only"]).segment
    assert events(path)[:4] == ["ENTER 1", "LEAVE", "CALL 2 1", "OUT"]
    assert defined(path)[:4] == [
        "TYPE 1 '__main__.A'", "SHAPE 1 '__main__.A' x", "TYPE 2 '__main__.B'", "SHAPE 2 '__main__.B' x"
    ]  # fmt: skip
    assert events(path)[5] == (
        "STATE 0: <__main__.A x=1, y=1> -> <__main__.A x=2, y=1>, "
        "1: <__main__.B x=[self __main__.A]> -> <__main__.B x=[self __main__.A, self __main__.A]>"
    )


def test_thread_that_has_not_begun_remembers_and_compares_nothing(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["a thread that has begun elsewhere"]).segment
    assert not [line for line in events(path) if "STATE" in line]
    assert [line for line in defined(path) if "main__.B" in line] == []
    assert events(path, 2) == ["ADOPT 2 1", "ENTER 10", "ARGS <__main__.Slotted second=1>", "RETURN None"]


def test_too_many_types_are_named_where_they_occur(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["too many types"]).segment
    assert len(defined(path)) == 4_096
    assert shown(path)[-1] == "self __main__.T4097"
    data = path.read_bytes()
    assert [data.count(b"\x1a\x0e__main__.T%d\0" % number) for number in (4_095, 4_096, 4_097)] == [0, 1, 1]


def test_too_many_shapes_are_written_with_the_objects(core: CoreUnderTest) -> None:
    path = core.run(PROGRAMS["too many shapes"]).segment
    lines = defined(path)
    assert sum(line.startswith("SHAPE") for line in lines) == 4_096
    assert lines[-1] == "TYPE 513 '__main__.T513'"
    assert shown(path)[-2].startswith("<__main__.T513 f0=0")


def test_forked_child_defines_anew_and_numbers_go_on(core: CoreUnderTest) -> None:
    parent, child = sorted(core.run(FORKS).segments, key=lambda path: path.name, reverse=True)
    own = ["TYPE 1 '__main__.A'", "SHAPE 1 '__main__.A' x"]
    assert defined(parent) == own
    assert defined(child) == ["TYPE 2 '__main__.B'", "SHAPE 2 '__main__.B' y", *own]
    assert [line for line in events(parent) if line.startswith("STATE")] == [
        "STATE 0: <__main__.A x=1> -> <__main__.A x=2>"
    ]
    assert [line for line in events(child) if line.startswith("STATE")] == [
        "STATE 0: <__main__.B y=<__main__.A x=2>> -> <__main__.B y=None>"
    ]


@pytest.mark.parametrize(("items", "shapes"), [("2", 1), ("3", 2)])
def test_limit_of_items_is_the_limit_of_fields(core: CoreUnderTest, items: str, shapes: int) -> None:
    source = PROGRAMS["twice"] + "; show(made(A, x=1, y=2, z=3))"
    path = core.run(source, env={"TRACING_MAX_CAPTURE_ITEMS": items}).segment
    assert sum(line.startswith("SHAPE") for line in defined(path)) == shapes
    assert shown(path)[-1] == ("<__main__.A x=1, y=2>~3" if shapes == 1 else "<__main__.A x=1, y=2, z=3>")


def test_identities_are_kept_under_a_real_clock(core: CoreUnderTest) -> None:
    source = PROGRAMS["nested"] + "\nclass M: pass\n_sw_enter_m(11, M()); _sw_ret()"
    assert shown(core.run(source, clock="monotonic").segment) == [
        "<__main__.A@ b=<__main__.B@ deep=self __main__.Slotted@>>", "self __main__.M@"
    ]  # fmt: skip


def test_threads_number_alike_whatever_they_meet_first(core: CoreUnderTest) -> None:
    segment = read_segment(core.run(THREADS, clock="monotonic").segment)
    assert len(segment.types) == 30
    for number in range(1, 7):
        args = [line for line in segment.streams[number].lines if line.startswith("ARGS")]
        values = {line.partition("f0=")[2].partition(">")[0].partition(",")[0] for line in args}
        assert len(args) == 180
        assert len(values) == 1
