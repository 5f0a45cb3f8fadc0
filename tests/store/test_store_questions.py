"""Filters, search and errors, asked of segments that are written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from segment_encoder import UNIX0, Stream, exception, project, save, value
from store_helpers import index_of
from trace_helpers import ADD, MAIN, PUT, SITES, started

from instrumenter.errors import UsageError
from instrumenter.store.errors import as_json, example, groups
from instrumenter.store.filters import Filters
from instrumenter.store.rows import Row, chain, find, trace
from instrumenter.store.search import search
from instrumenter.trace.sites import FUNCTIONS

ALL = ["main", "add", "add", "Store.put"]
FIRST, SECOND = "20261101T091450.000000Z-4242", "20261102T091450.000000Z-4343"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The index of two runs: main calls add twice and put once, which fails; the second run is a thousand s later."""
    for number, (pid, wrong) in enumerate(((4242, "first"), (4343, "second"))):
        data = started(version=5, pid=pid, clean=True, unix0=UNIX0 + number * 10**12)
        stream = Stream(data, 1)
        stream.enter(MAIN)
        stream.enter(ADD, 7, 'say "é"')
        stream.ret({"sum": 42}, dt=100)
        stream.enter(ADD, pid, True)
        stream.ret(None, dt=2000)
        stream.enter(PUT, "the shelf", "key", [1, 2], {})
        stream.fail(_failure(wrong), dt=30)
        stream.leave()
        save(project(tmp_path, SITES), data, f"202611{number + 1:02}T091450.000000Z-{pid}.seg")
    with index_of(tmp_path) as found:
        yield found


def _failure(wrong: str) -> bytes:
    cause = exception("KeyError", "'key'", [("/project/store.py", 3, "get")])
    return exception(
        "store.Refused", f"the {wrong} is full", [("/project/app.py", 10, "put"), ("/project/store.py", 12, "refuse")],
        notes=["a note"], cause=cause, suggestion=value("buy another"),
    )  # fmt: skip


def names(rows: list[Row]) -> list[str]:
    return [row.function for row in rows]


def asked(connection: duckdb.DuckDBPyConnection, **chosen: Any) -> list[Row]:
    return find(connection, Filters(**chosen))[0]


def test_spans_come_slowest_first(connection: duckdb.DuckDBPyConnection) -> None:
    rows, is_cut = find(connection, Filters(run=FIRST, limit=3))
    assert (names(rows), is_cut) == (["main", "add", "add"], True)
    assert [row.duration_ns for row in rows] == [2170, 2000, 100]
    assert find(connection, Filters(run=FIRST, limit=4))[1] is False


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"run": SECOND}, 4), ({"file": "app.py"}, 8), ({"file": "other.py"}, 0), ({"function": "add"}, 4),
        ({"function": "app.py::Store.*"}, 2), ({"function": "put"}, 2), ({"function": "PUT"}, 0),
        ({"since_ns": UNIX0 + 10**11}, 4), ({"until_ns": UNIX0 + 10**11}, 4), ({"min_ns": 100}, 6),
        ({"max_ns": 100}, 4), ({"min_ns": 100, "max_ns": 100}, 2), ({"errors": True}, 2),
        ({"kinds": ("generator",)}, 0), ({"limit": 5}, 5),
        ({"run": SECOND, "errors": True, "function": "add"}, 0),
    ],
)  # fmt: skip
def test_filters_leave_what_they_say(
    connection: duckdb.DuckDBPyConnection, chosen: dict[str, Any], expected: int
) -> None:  # fmt: skip
    assert len(asked(connection, **chosen)) == expected


@pytest.mark.parametrize(
    ("order", "first"),
    [("start", FIRST), ("latest", SECOND), ("duration", FIRST), ("self", FIRST), ("function", FIRST)],
)
def test_orders_say_what_comes_first(connection: duckdb.DuckDBPyConnection, order: str, first: str) -> None:
    rows = asked(connection, order_by=order)
    assert rows[0].run == first
    assert len(rows) == 8
    if order == "function":
        assert names(rows) == sorted(names(rows))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["main"], ["main"]), (["ADD"], ["add", "add"]), (["app.py::add"], ["add", "add"]), (["add", "4242"], ["add"]),
        (['say "É"'], ["add"]), (["param.a:7"], ["add"]), (["param.b:true"], ["add"]), (['param.b:say "é"'], ["add"]),
        (["param.a:4"], []), (["param:4242"], ["add"]), (["result:42"], ["add"]), (["result:sum"], ["add"]),
        (["error:FULL"], ["Store.put"]), (["refused"], ["Store.put"]), (["status:error"], ["Store.put"]),
        (["function:store", "status:ok"], []), (["file:app"], ALL), (["thread:main"], ALL),
        (["kind:generator"], []), (["nowhere"], []), (["store::put"], []),
    ],
)  # fmt: skip
def test_search_finds_words(connection: duckdb.DuckDBPyConnection, words: list[str], expected: list[str]) -> None:
    rows, _ = search(connection, tuple(words), Filters(run=FIRST, order_by="start"))
    assert names(rows) == expected


def test_search_refuses_a_status_that_there_is_not(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageError, match="unfinished"):
        search(connection, ("status:lost",), Filters())


def test_trace_is_found_by_its_id(connection: duckdb.DuckDBPyConnection) -> None:
    root = asked(connection, run=SECOND, function="main")[0]
    rows = trace(connection, root.trace_id)
    assert names(rows) == ["main", "add", "add", "Store.put"]
    assert {row.run for row in rows} == {SECOND}
    assert trace(connection, "0" * 32) == []
    assert len(search(connection, (f"trace:{root.trace_id[-12:]}",), Filters(kinds=FUNCTIONS))[0]) == 4


def test_chain_goes_from_the_root_to_the_span(connection: duckdb.DuckDBPyConnection) -> None:
    put = asked(connection, run=FIRST, function="put")[0]
    assert names(chain(connection, put.key)) == ["main", "Store.put"]


def test_errors_are_grouped_by_type_and_place(connection: duckdb.DuckDBPyConnection) -> None:
    (group,), is_cut = groups(connection, Filters(), None)
    assert (group.type, group.file, group.line, group.function) == ("store.Refused", "store.py", 12, "Store.put")
    assert (group.count, is_cut, group.message) == (2, False, "the second is full")
    assert group.last_ns - group.first_ns == 10**12
    shown: Any = as_json(group, example(connection, group))["example"]
    assert [call["function"] for call in shown["calls"]] == ["main", "Store.put"]
    assert shown["calls"][1]["params"] == {"self": "the shelf", "key": "key", "rest": [1, 2], "options": {}}
    assert shown["exception"]["notes"] == ["a note"]
    assert shown["exception"]["suggestion"] == "buy another"
    assert shown["exception"]["cause"]["type"] == "KeyError"


@pytest.mark.parametrize(
    ("wanted", "chosen", "expected"),
    [
        ("Refused", {}, 2), ("store.*", {}, 2), ("KeyError", {}, None), (None, {"run": FIRST}, 1),
        (None, {"function": "add"}, None), (None, {"min_ns": 1000}, None), (None, {"max_ns": 30}, 2),
        (None, {"since_ns": UNIX0 + 10**11}, 1), (None, {"errors": True}, 2),
    ],
)  # fmt: skip
def test_errors_are_chosen_by_type_and_filters(
    connection: duckdb.DuckDBPyConnection, wanted: str | None, chosen: dict[str, Any], expected: int | None
) -> None:
    found, _ = groups(connection, Filters(**chosen), wanted)
    assert [group.count for group in found] == ([] if expected is None else [expected])


def test_errors_of_level_1_have_the_place_of_their_function(tmp_path: Path) -> None:
    data = started(version=5)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD)
    stream.event(0x0B)
    stream.leave()
    stream.event(0x0B)
    stream.leave()
    save(project(tmp_path, SITES), data)
    with index_of(tmp_path) as connection:
        (group,), _ = groups(connection, Filters(), None)
        assert (group.type, group.file, group.line, group.function, group.count) == ("", "app.py", 5, "add", 1)
        assert as_json(group, example(connection, group))["type"] is None
