"""The C function alone: code objects of a text with insertions get exactly the tables of the text without them."""

from __future__ import annotations

import io
import sys
import sysconfig
import tokenize
import types
from pathlib import Path
from types import CodeType
from typing import Any, cast

import pytest
from c_core import needs_c_core, restore
from code_positions import all_codes, positions, tables
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from position_maps import Entry, Insert, apply, encode

pytestmark = needs_c_core

STDLIB = Path(sysconfig.get_paths()["stdlib"])
FILES = ["bisect.py", "textwrap.py", "contextlib.py", "dataclasses.py", "enum.py", "typing.py", "asyncio/tasks.py"]
SAMPLE = b"""\
def outer(a, *, b=(1,
                   2)):
    @property
    def inner(self):
        return [x + a for x in (lambda: b)()] or self
    class Local(dict):
        line = 6
        def method(self): return super().get(a)
    return inner, Local

async def agen():
    async for x in agen():
        yield await x
"""


def compiled(source: bytes) -> CodeType:
    code = compile(source, "sample.py", "exec", dont_inherit=True)
    assert isinstance(code, CodeType)
    return code


def gaps(source: bytes) -> list[tuple[int, bool]]:
    """Byte offsets between two tokens, and whether a line begins there (a whole line may go in)."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    depth = inside = 0
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        row, column = token.start
        name = tokenize.tok_name[token.type]
        depth += (token.string in "([{") - (token.string in ")]}") if name == "OP" else 0
        inside += (name == "FSTRING_START") - (name == "FSTRING_END")
        if name in ("OP", "NAME") and column and not inside:
            text = source[starts[row - 1] : starts[row]].decode()
            before = text[:column]
            if before.strip():
                found.append((starts[row - 1] + len(before.encode()), False))
        if name == "NEWLINE" and not depth:
            found.append((starts[row], True))
    return found


def draw_inserts(data: st.DataObject, source: bytes) -> list[Insert]:
    """Insertions that leave the bytecode as it is: spaces, comments and empty lines.

    No continued lines: there the compiler chooses other places for some instructions.
    """
    places = gaps(source)
    chosen = data.draw(st.lists(st.sampled_from(places), max_size=40, unique=True))
    inline = st.sampled_from([b" ", b"   ", b"\t", b" " * 90, b" " * 2000])
    whole = st.sampled_from([b"\n", b"# comment\n", b"   # more\n\n", b"\x0c\n", b"\n" * 300])
    texts = [data.draw(whole if line else inline) for _, line in chosen]
    return [Insert(offset, text, b"\n" not in text) for (offset, _), text in zip(chosen, texts, strict=True)]


# To explain a failure Hypothesis sets a tracer, and then nothing is restored.
QUIET = [phase for phase in Phase if phase is not Phase.explain]


@settings(max_examples=60, deadline=None, phases=QUIET)
@given(data=st.data(), name=st.sampled_from(FILES))
def test_tables_of_a_real_file_with_blanks_are_those_of_the_original(data: st.DataObject, name: str) -> None:
    original = (STDLIB / name).read_bytes()
    twin, positions_map = apply(original, draw_inserts(data, original))
    code, expected = compiled(twin), compiled(original)
    assert restore(code, positions_map)
    assert positions(code) == positions(expected)
    assert tables(code) == tables(expected)


def test_positions_of_inserted_code_are_where_the_map_fixes_them() -> None:
    original = b"def f():\n    return 1 + g()\n"
    inserts = [Insert(9, b"    probe(7)\n"), Insert(20, b"probe("), Insert(len(original) - 1, b")")]
    twin, positions_map = apply(original, inserts)
    code = compiled(twin)
    assert restore(code, positions_map)
    function = next(each for each in all_codes(code) if each.co_name == "f")
    lines = {place[2] for place in function.co_lines()}
    assert function.co_firstlineno == 1
    assert lines - {1, None} == {2}


@pytest.mark.skipif(sys.version_info < (3, 11), reason="3.10 has no columns")
def test_columns_of_inserted_code_are_where_the_map_fixes_them() -> None:
    code = compiled(b"probe(f(x))\n")
    assert restore(code, encode([Entry(1, 0, 1, 1, 0), Entry(1, 6, 0, 0, 6), Entry(1, 10, 1, 1, 4)]))
    places = positions(code)
    assert (1, 1, None, None) in places  # the probe's name
    assert places.count((1, 1, 0, 4)) > 1  # the inner call and the probe's, which hands on its value
    assert (1, 1, 0, 1) in places  # the inner name


def test_first_line_of_a_function_is_that_of_its_original_text() -> None:
    original = b"x = 1; f = lambda: 2\n"
    twin, positions_map = apply(original, [Insert(0, b"# header\n"), Insert(7, b"pass\n")])
    code = compiled(twin)
    assert restore(code, positions_map)
    assert [each.co_firstlineno for each in all_codes(code)] == [1, 1]


def test_second_call_changes_nothing() -> None:
    twin, positions_map = apply(SAMPLE, [Insert(0, b"# header\n# and more\n")])
    code = compiled(twin)
    assert restore(code, positions_map)
    once = tables(code)
    assert restore(code, positions_map)
    assert tables(code) == once == tables(compiled(SAMPLE))


def test_running_code_goes_on_with_the_new_table() -> None:
    original = b"def f(): raise KeyError\nf()\n"
    twin, positions_map = apply(original, [Insert(0, b"restore()\n# more\n"), Insert(24, b"\n\n")])
    code = compiled(twin)
    lines = []
    try:
        exec(code, {"restore": lambda: restore(code, positions_map)})
    except KeyError as error:
        trace = error.__traceback__
        while trace is not None:
            lines.append(trace.tb_lineno)
            trace = trace.tb_next
    assert lines[1:] == [2, 1]


def class_body(code: CodeType, name: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    return dict(vars(namespace[name]))


@pytest.mark.skipif(sys.version_info < (3, 13), reason="from 3.13 on classes know their first line")
@pytest.mark.parametrize("filler", [0, 300])
@pytest.mark.parametrize("value", [1, 4, 7])
def test_first_line_of_a_class_is_the_originals(value: int, filler: int) -> None:
    more = "".join(f"    y{n} = {n}.5\n" for n in range(filler))
    original = f"class C:\n    same = {value}\n{more}    def f(self): return {value}\n".encode()
    twin, positions_map = apply(original, [Insert(0, b"# a\n# b\n# c\n")])
    code = compiled(twin)
    assert restore(code, positions_map)
    body = class_body(code, "C")
    assert (body["__firstlineno__"], body["same"]) == (4 if filler and value == 4 else 1, value)
    assert all_codes_agree(code)


def all_codes_agree(code: CodeType) -> bool:
    """The code bytes that Python sees are those that run: a copy made from them behaves alike."""
    return all(each.replace().co_code == each.co_code for each in all_codes(code))


def lists_of_entries() -> st.SearchStrategy[list[Entry]]:
    small = st.integers(-3, 300)
    entry = st.builds(Entry, st.integers(0, 40), st.integers(0, 60), st.integers(0, 2), small, small)
    return st.lists(entry, max_size=12)


@settings(max_examples=300, deadline=None, phases=QUIET)
@given(rows=lists_of_entries(), tail=st.binary(max_size=3), cut=st.integers(0, 80), in_order=st.booleans())
def test_any_map_is_applied_whole_or_not_at_all(rows: list[Entry], tail: bytes, cut: int, in_order: bool) -> None:
    data = encode(sorted(rows) if in_order else rows)
    code = compiled(SAMPLE)
    before = tables(code)
    done = restore(code, (data + tail)[: len(data) + len(tail) - cut if cut < 40 else None])
    assert len(positions(code)) == len(positions(compiled(SAMPLE)))
    assert done or tables(code) == before


@settings(max_examples=200, deadline=None, phases=QUIET)
@given(data=st.binary(max_size=60))
def test_bytes_that_are_no_map_change_nothing(data: bytes) -> None:
    code = compiled(SAMPLE)
    for each in (data, b"SWMAP1\n" + data):
        if not restore(code, each):
            assert tables(code) == tables(compiled(SAMPLE))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SWMAP1\n",
        b"SWMAP2\n\0",
        b"SWMAP1\n\0\0",
        b"SWMAP1\n\x05" + b"\0" * 20,
        b"SWMAP1\n" + b"\xff" * 9 + b"\x01",
        encode([Entry(1, 0, 0, 2, 0)]),
        encode([Entry(1, 0, 1, 0, 0)]),
        encode([Entry(1, 0, 1, 1, -1)]),
        encode([Entry(1, 0, 2, 1, 1)]),
        encode([Entry(1, 5, 0, 0, 0), Entry(1, 4, 0, 0, 0)]),
        encode([Entry(1 << 40, 0, 0, 0, 0)]),
        encode([Entry(1, 0, 1, 1 << 40, 0)]),
    ],
)
def test_a_bad_map_is_refused(data: bytes) -> None:
    code = compiled(SAMPLE)
    assert not restore(code, data)
    assert tables(code) == tables(compiled(SAMPLE))


def test_an_empty_map_is_a_map() -> None:
    code = compiled(SAMPLE)
    assert restore(code, encode([]))
    assert tables(code) == tables(compiled(SAMPLE))


def test_arguments_that_are_none_of_these_are_refused() -> None:
    from spanwright import _core

    for call, refused in ((cast(Any, _core.restore_positions), None), (cast(Any, _core.restore_tables), False)):
        code = compiled(SAMPLE)
        assert call() is refused
        assert call(code, encode([])) is refused
        assert call(code, "SWMAP1\n", False) is refused
        assert call("code", encode([]), False) is refused
        assert call(code, encode([]), 0) is refused
        assert call(code, encode([]), False, False) is refused


def test_a_damaged_line_table_is_refused() -> None:
    column_of_a_cut_entry = b"\xf0" if sys.version_info >= (3, 11) else b"\x02"
    code = cast(Any, compiled(b"x = 1\n")).replace(co_linetable=column_of_a_cut_entry)
    assert not restore(code, encode([]))
    assert code.co_linetable == column_of_a_cut_entry


@settings(max_examples=300, deadline=None, phases=QUIET)
@given(table=st.binary(max_size=40), rows=lists_of_entries())
def test_any_line_table_is_mapped_whole_or_left(table: bytes, rows: list[Entry]) -> None:
    code = cast(Any, compiled(b"x = 1\n")).replace(co_linetable=table)
    done = restore(code, encode(sorted(rows)))
    assert done or code.co_linetable == table


def test_nothing_is_changed_while_a_tracer_is_at_work() -> None:
    twin, positions_map = apply(SAMPLE, [Insert(0, b"# header\n")])
    code = compiled(twin)
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        assert not restore(code, positions_map)
    finally:
        sys.settrace(before)
    assert tables(code) == tables(compiled(twin))


def test_a_profiler_does_not_hinder() -> None:
    original = b"def f(): return 1\n\nx = [f() for _ in 'ab']\n"
    twin, positions_map = apply(original, [Insert(0, b"restore()\n# more\n")])
    code = compiled(twin)
    lines: set[int] = set()

    def profile(frame: types.FrameType, *_: object) -> None:
        if frame.f_code.co_name == "f":
            lines.add(frame.f_lineno)

    sys.setprofile(profile)
    try:
        exec(code, {"restore": lambda: restore(code, positions_map)})
    finally:
        sys.setprofile(None)
    assert lines == {1}
    assert tables(code)[0][1] == 1


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is new in 3.12")
def test_nothing_is_changed_where_lines_are_monitored() -> None:
    twin, positions_map = apply(b"x = 1\ny = 2\n", [Insert(0, b"restore()\n")])
    code = compiled(twin)
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    monitoring.use_tool_id(5, "lines")
    monitoring.set_local_events(5, code, monitoring.events.LINE)
    done: list[bool] = []
    try:
        exec(code, {"restore": lambda: done.append(restore(code, positions_map))})
    finally:
        monitoring.set_local_events(5, code, 0)
        monitoring.free_tool_id(5)
    assert done == [False]
    assert tables(code) == tables(compiled(twin))
