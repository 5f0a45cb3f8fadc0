"""What the commands share that ask the index: opening it, bringing it up to date, filters, tables, spans as lines."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any, TypeVar

import click

from instrumenter.cli._common import say_line
from instrumenter.cli._reading import columns, local_time, open_traces, paint, say, width
from instrumenter.cli.tree import KINDS, Duration
from instrumenter.errors import StoreError
from instrumenter.settings.table import DURATION
from instrumenter.trace.find import find_run
from instrumenter.trace.runs import Traces, trace_folder
from instrumenter.trace.sites import FUNCTIONS
from instrumenter.trace.text import clean, cut, duration, plural

if TYPE_CHECKING:
    import duckdb

    from instrumenter.store.filters import Filters
    from instrumenter.store.rows import Row

F = TypeVar("F", bound=Callable[..., Any])
SPAN_ORDERS = ("duration", "self", "start", "latest", "function")
_INSIDE = ("fields", "items", "entries", "value", "repr", "name", "args")
_LEAST, _WANTED = 16, 40
"""Columns of a terminal that a text keeps, and those for which other columns of a table make room."""


class Moment(click.ParamType[int]):
    """A moment as Unix nanoseconds: `2026-11-22T10:00`, local without a zone, or how long ago: `1h`, `7d`."""

    name = "moment"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Unix nanoseconds."""
        if isinstance(value, int):
            return value
        with contextlib.suppress(ValueError):
            return time_ns() - int(DURATION.read(value.strip()))
        try:
            moment = datetime.fromisoformat(value.strip()).astimezone()
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no moment: give 2026-11-22T10:00, or how long ago, as 30min, 2h or 7d", param, ctx)
        return int(moment.timestamp() * 10**6) * 1000


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters of a command line."""

    run: str | None
    file: str
    function: str
    since_ns: int | None
    until_ns: int | None
    min_ns: int | None
    max_ns: int | None
    errors: bool
    kinds: tuple[str, ...]
    limit: int
    order_by: str

    def filters(self, traces: Traces, **instead: Any) -> Filters:  # noqa: ANN401
        """The same for the index, with the run's whole id; `instead` replaces some."""
        from instrumenter.store.filters import Filters

        run = find_run(traces, self.run).id if self.run is not None else None
        found = {name: getattr(self, name) for name in self.__slots__} | {"run": run} | instead
        return Filters(**found)


def filter_options(
    orders: Sequence[str], order: str, limit: int, *, kinds: Sequence[str] = FUNCTIONS
) -> Callable[[F], F]:
    """Add the filters that all questions have in common; the command takes them as `chosen`, a `Chosen`."""
    options = (
        click.option("--run", metavar="RUN", help="Only this run; `last` is the last. By default all but dumps."),
        click.option("--file", default="", metavar="GLOB", help="Only functions of these files."),
        click.option("--function", default="", metavar="GLOB", help="Only functions so named (or FILE::NAME)."),
        click.option("--since", type=Moment(), metavar="WHEN", help="Only what began later: 1h, 2026-11-22T10:00."),
        click.option("--until", type=Moment(), metavar="WHEN", help="Only what began before."),
        click.option("--min-duration", type=Duration(), metavar="TIME", help="Only spans at least so long: 1ms, 20us."),
        click.option("--max-duration", type=Duration(), metavar="TIME", help="Only spans at most so long."),
        click.option("--errors", is_flag=True, help="Only what failed."),
        click.option(
            "--kind", "kinds", type=click.Choice(KINDS), multiple=True,
            help=f"Only spans of this kind; may be given several times. Default: {', '.join(kinds)}.",
        ),
        click.option("--limit", type=click.IntRange(min=0), default=limit, show_default=True, help="The most rows."),
        click.option("--order-by", type=click.Choice(orders), default=order, show_default=True, help="What is first."),
    )  # fmt: skip

    def add(function: F) -> F:
        @wraps(function)
        def with_chosen(**given: Any) -> Any:  # noqa: ANN401
            chosen = Chosen(
                given.pop("run"), given.pop("file"), given.pop("function"), given.pop("since"), given.pop("until"),
                given.pop("min_duration"), given.pop("max_duration"), given.pop("errors"),
                given.pop("kinds") or tuple(kinds), given.pop("limit"), given.pop("order_by"),
            )  # fmt: skip
            return function(chosen=chosen, **given)

        for option in reversed(options):
            with_chosen = option(with_chosen)
        return with_chosen  # type: ignore[return-value]

    return add


@contextlib.contextmanager
def asked(root: Path | None, *, rebuild: bool = False) -> Iterator[tuple[duckdb.DuckDBPyConnection, Traces]]:
    """The index of a project, brought up to date, and its traces."""
    try:
        from instrumenter.store.index import opened
        from instrumenter.store.ingest import refresh
    except ImportError as error:
        raise StoreError(
            "no-store", f"{error.name} is not installed, and the index needs it: pip install 'spanwright[store]'"
        ) from error
    traces = open_traces(root)
    with opened(trace_folder(traces.root), say_line, rebuild=rebuild) as connection:
        refresh(connection, traces)
        yield connection, traces
        _warn(connection, traces)


def _warn(connection: duckdb.DuckDBPyConnection, traces: Traces) -> None:
    """Say on stderr what is not in the index because it could not be read."""
    for problem in traces.problems:
        say_line(f"warning: {problem}")
    row = connection.execute("SELECT count(*), sum(problems) FROM segments WHERE problems > 0").fetchone()
    if row and row[0]:
        places = f"{plural(row[1], 'place')} in {plural(row[0], 'segment')}"
        say_line(f"warning: {places} could not be read; see: spans doctor")


def print_list(rows: Sequence[object]) -> None:
    """Print a JSON list, an object a line."""
    say("[" + ",\n ".join(json.dumps(row) for row in rows) + "]")


def print_table(
    heading: Sequence[str], rows: Sequence[Sequence[str]], less: Sequence[str] = (), styles: Sequence[str] = ()
) -> None:
    """Print a table of a text and numbers: the text is cut so that lines fit, after the columns `less` are left out."""
    cells = [list(heading), *(list(map(clean, row)) for row in rows)]
    longest, dropped = max(len(row[0]) for row in cells), list(less)
    while (left := width() - _taken(cells)) < min(longest, _WANTED) and dropped:
        place = cells[0].index(dropped.pop(0))
        cells = [row[:place] + row[place + 1 :] for row in cells]
    for row in cells:
        row[0] = cut(row[0], max(left, _LEAST))
    first, *lines = columns(cells, tuple(range(1, len(cells[0]))))
    say(paint(first, "dim"))
    for place, line in enumerate(lines):
        say(paint(line, styles[place]) if styles else line)


def _taken(cells: Sequence[Sequence[str]]) -> int:
    """The columns of a terminal that all but the first of a table's take."""
    return sum(max(len(row[place]) for row in cells) + 2 for place in range(1, len(cells[0])))


def print_spans(found: Sequence[Row], is_cut: bool, limit: int) -> None:
    """Print spans, one a line: when, which, how long, what with what."""
    if not found:
        say("no span matches")
        return
    lead = [(local_time(row.start_ns), row.span_id.lstrip("0"), duration(row.duration_ns).rjust(8)) for row in found]
    sizes = [max(len(row[place]) for row in lead) for place in range(3)]
    rest = width() - sum(sizes) - 6
    for (when, span, took), row in zip(lead, found, strict=True):
        called = cut(row_text(row), max(rest, _LEAST))
        line = f"{when}  {span.ljust(sizes[1])}  {took.rjust(sizes[2])}  {called}"
        say(paint(line, "error") if row.status == "error" else line)
    if is_cut:
        say(f"… more than {limit:,} (--limit 0 shows all)")


def row_text(row: Row) -> str:
    """A span as a call: `app.py::load(path='x') → 3`."""
    shown = ((name, value) for name, value in row.params.items() if name not in ("self", "cls"))
    params = ", ".join(f"{name}={value_text(value)}" for name, value in shown)
    ends = ""
    if row.error:
        ends = f" ✗ {row.error[0].rpartition('.')[2]}: {row.error[1]}"
    elif row.status != "ok":
        ends = " ✗ failed" if row.status == "error" else " … unfinished"
    elif row.result and row.result[0] is not None:
        ends = f" → {value_text(row.result[0])}"
    called = f"({params})" if row.kind in FUNCTIONS else ""
    return clean(f"{row.file}::{row.function}{called}{ends}")


def value_text(value: object) -> str:
    """A value of the index on one line: objects by their type, everything else as JSON."""
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        kind = value["type"].rpartition(".")[2]
        inside = next((value[key] for key in _INSIDE if key in value), "")
        return f"<{kind}>" if inside in ("", {}, []) else f"{kind} {value_text(inside)}"
    return json.dumps(value, ensure_ascii=False)
