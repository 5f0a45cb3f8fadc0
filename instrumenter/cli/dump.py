"""`spans dump`: writes out what the flight recorder of a running process holds."""

from __future__ import annotations

import errno
from pathlib import Path

import click

from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import json_option, open_traces, root_option, say
from instrumenter.errors import StorageError, TraceError
from instrumenter.trace.dumping import dump
from instrumenter.trace.jsonable import FORMAT
from instrumenter.trace.runs import Run, Traces, program
from instrumenter.trace.segment import Segment
from instrumenter.trace.text import clean, size

_FULL = (errno.ENOSPC, errno.EDQUOT)


@click.command(cls=Command, context_settings=HELP)
@click.argument("pid", type=click.IntRange(min=1))
@root_option
@json_option
def main(pid: int, root: Path | None, as_json: bool) -> None:
    """Write out what the flight recorder of the process PID holds now, as a run of its own that stays.

    The process runs with TRACING_FLIGHT_RECORDER. It goes on undisturbed, and may be stuck: its file is read from
    outside.

    \b
    spans dump 4242
    spans tree                         the dump's call tree: it is the last run now
    spans tree "$(spans dump 4242 --json | jq -r .run)"
    """
    segment = _ring(open_traces(root), pid)
    try:
        path = dump(segment)
    except OSError as error:
        slug = "no-space" if error.errno in _FULL else "storage"
        raise StorageError(slug, f"{segment.path.parent}: {error.strerror or error}") from error
    written = path.stat().st_size
    if as_json:
        print_json({"format": FORMAT, "run": path.stem, "process": pid, "segment": path.name, "bytes": written})
        return
    command = clean(program(segment.facts.argv, segment.facts.folder))
    say(f"dumped process {pid} ({command}): run {path.stem}, {size(written)}")
    say(f"read it with: spans tree {path.stem}")


def _ring(traces: Traces, pid: int) -> Segment:
    """The segment to which the process writes; TraceError where there is none, or it is no ring."""
    found = [(run, segment) for run in traces.runs for segment in run.segments if segment.header.pid == pid]
    if not found:
        raise TraceError("no-such-process", f"no process {pid} has recorded anything here{_running(traces)}")
    run, segment = max(found, key=lambda one: _rank(one[1]))
    if segment.status != "running":
        raise TraceError("process-ended", f"process {pid} has ended; what it has left is in run {_named(run, segment)}")
    if not segment.header.is_ring:
        raise TraceError(
            "no-ring", f"process {pid} has no flight recorder: all that it records is in run {_named(run, segment)}"
        )
    return segment


def _rank(segment: Segment) -> tuple[bool, bool, tuple[str, int, str]]:
    """What runs comes before what has ended, that before its dumps, and the latest first: process ids come again."""
    return segment.status == "running", not segment.header.is_dump, segment.order


def _named(run: Run, segment: Segment) -> str:
    """The run, and the process's file where that is not the run's first."""
    return run.id if segment is run.root else f"{run.id} ({segment.path.name})"


def _running(traces: Traces) -> str:
    """The processes that could be meant."""
    pids = [
        str(segment.header.pid)
        for run in traces.runs
        for segment in run.segments
        if segment.header.is_ring and segment.status == "running"
    ]
    return f"; those with a flight recorder: {', '.join(pids)}" if pids else ""
