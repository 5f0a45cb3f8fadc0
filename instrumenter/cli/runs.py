"""`spans runs`: what ran."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import columns, json_option, local_time, open_traces, paint, root_option, say, warn
from instrumenter.trace.jsonable import FORMAT, Json, run_json
from instrumenter.trace.runs import Run, program
from instrumenter.trace.segment import Segment
from instrumenter.trace.text import clean, duration, plural
from instrumenter.trace.turned_down import turned_down

_HEADING = ["run", "started", "program", "processes", "duration", "spans", "errors", "state"]
_RIGHT = (3, 4, 5, 6)


@click.command(cls=Command, context_settings=HELP)
@click.option("--processes", is_flag=True, help="Show each run's processes as a tree.")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="The most runs; 0 for all.")
@root_option
@json_option
def main(processes: bool, limit: int, root: Path | None, as_json: bool) -> None:
    """List the programs that ran, the newest first.

    A run is one execution of a program with all processes that descend from it. It has ended, is running or was
    killed: that is, ended without a chance to say so. A dump of a flight recorder is a run of its own. How many
    functions were turned down for TRACING_OVERHEAD_BUDGET stands behind that; `spans doctor` names them.

    \b
    spans runs
    spans runs --processes --limit 3
    """
    traces = open_traces(root)
    shown = traces.runs[::-1][: limit or None]
    rows, trees, objects = [], [], list[Json]()
    for run in shown:
        # One run at a time: to count spans a segment is read whole.
        rows.append(_row(run))
        trees.append(list(_process_tree(run)) if processes else [])
        objects.append(run_json(run) if as_json else None)
        warn(traces, run)
        run.release()
    for problem in traces.problems:
        click.echo(f"warning: {problem}", err=True)
    if as_json:
        print_json({"format": FORMAT, "runs": objects})
        return
    heading, *lines = columns([_HEADING, *rows], _RIGHT)
    say(paint(heading, "dim"))
    for line, run, tree in zip(lines, shown, trees, strict=True):
        say(paint(line, "open") if run.status == "running" else line)
        for process in tree:
            say(f"  {process}")
    if len(traces.runs) > len(shown):
        say(f"… {plural(len(traces.runs) - len(shown), 'older run')} (--limit 0 shows all)")


def _row(run: Run) -> list[str]:
    return [
        run.id, local_time(run.start_ns), clean(run.program), f"{len(run.segments):,}",
        duration(run.end_ns - run.start_ns), f"{run.spans:,}", f"{run.errors:,}", _state(run),
    ]  # fmt: skip


def _state(run: Run) -> str:
    down = turned_down(run)
    return f"{run.state}, {plural(len(down), 'function')} turned down" if down else run.state


def _process_tree(run: Run) -> Iterator[str]:
    """One line a process, children below their parents."""
    children: dict[Segment | None, list[Segment]] = {}
    for segment in run.segments:
        children.setdefault(segment.parent, []).append(segment)
    waiting = [(run.root, "", "")]
    while waiting:
        segment, lead, branch = waiting.pop()
        yield f"{lead}{branch}{_process(segment)}"
        lead += {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
        below = children.get(segment, [])
        waiting += [(child, lead, "└─ " if child is below[-1] else "├─ ") for child in reversed(below)]


def _process(segment: Segment) -> str:
    how = "forked" if segment.forked else clean(program(segment.facts.argv, segment.facts.folder))
    spans = plural(len(segment.table), "span")
    return f"{segment.header.pid}  {how}  {duration(segment.end_ns - segment.start_ns)}  {spans}  {segment.state}"
