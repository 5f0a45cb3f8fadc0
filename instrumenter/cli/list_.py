"""`spans list`: the traces of a run."""

from __future__ import annotations

from pathlib import Path

import click

from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import columns, json_option, open_traces, paint, root_option, say, warn
from instrumenter.trace.find import find_run
from instrumenter.trace.jsonable import FORMAT, Json, run_json, span_json
from instrumenter.trace.runs import Run
from instrumenter.trace.span import Span
from instrumenter.trace.summary import headline
from instrumenter.trace.text import clean, cut, duration, plural

_HEADING = ["trace", "after", "function", "duration", "spans", "errors", "state"]
_RIGHT = (1, 3, 4, 5)
_NAME = 60


@click.command(cls=Command, context_settings=HELP)
@click.argument("run", required=False)
@click.option("--errors", is_flag=True, help="Only traces in which something failed.")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="The most traces; 0 for all.")
@root_option
@json_option
def main(run: str | None, errors: bool, limit: int, root: Path | None, as_json: bool) -> None:
    """List the traces of RUN, by default the last: each is a function that nothing instrumented called.

    The column `after` is the time from the start of the run.

    \b
    spans list
    spans list --errors --limit 0
    """
    traces = open_traces(root)
    found = find_run(traces, run)
    rows, more = _traces(found, errors, limit)
    if as_json:
        print_json({"format": FORMAT, "run": run_json(found), "traces": [_object(found, *row) for row in rows]})
    else:
        say(headline(found))
        heading, *lines = columns([_HEADING, *(_row(found, *row) for row in rows)], _RIGHT)
        say(paint(heading, "dim"))
        for line, (_, _, failed) in zip(lines, rows, strict=True):
            say(paint(line, "error") if failed else line)
        if more:
            say(f"… {plural(more, 'more trace')} (--limit 0 shows all)")
    warn(traces, found)


def _traces(run: Run, errors: bool, limit: int) -> tuple[list[tuple[Span, int, int]], int]:
    """(root, its spans, its errors) of so many traces, and how many there are beyond them."""
    rows: list[tuple[Span, int, int]] = []
    roots = run.forest.roots()
    for place, root in enumerate(roots):
        if limit and len(rows) == limit:
            return rows, len(roots) - place
        spans, failed = run.forest.figures(root)
        if failed or not errors:
            rows.append((root, spans, failed))
    return rows, 0


def _row(run: Run, root: Span, spans: int, failed: int) -> list[str]:
    return [
        root.span_id.lstrip("0"), duration(root.start_ns - run.start_ns), cut(clean(root.name), _NAME),
        duration(root.duration_ns), f"{spans:,}", f"{failed:,}", root.status,
    ]  # fmt: skip


def _object(run: Run, root: Span, spans: int, failed: int) -> Json:
    """The root's own object, with the trace's figures in the place of its children."""
    return {**span_json(root, run.forest, run.forest.trace_id(root)), "spans": spans, "errors": failed}
