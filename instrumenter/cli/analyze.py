"""`spans analyze`: what was slow, waited, was done again, or was unusual."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from instrumenter.analysis.report import Report, report
from instrumenter.cli._analysis import report_json, report_lines
from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import json_option, open_traces, paint, root_option, say, warn, width
from instrumenter.trace.find import find
from instrumenter.trace.jsonable import FORMAT, run_json
from instrumenter.trace.runs import Run, Traces
from instrumenter.trace.summary import headline
from instrumenter.trace.text import cut


@click.command(cls=Command, context_settings=HELP)
@click.argument("target", metavar="[RUN|TRACE|SPAN]", required=False)
@click.option(
    "--history", "runs", type=click.IntRange(min=0), default=20, show_default=True, metavar="N",
    help="Hold it against so many runs before; 0: none.",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="The most lines of each finding."
)
@root_option
@json_option
def main(target: str | None, runs: int, limit: int, root: Path | None, as_json: bool) -> None:
    """Say what is striking about a run, a trace or a span; by default about the last run.

    Bottlenecks; the critical path, across threads and tasks; time spent waiting; repeated calls with equal arguments
    and what a cache would have saved; calls that could have been one (N+1); the biggest values; and what was slower,
    or failed more often, than in the runs before. docs/analysis.md says how each is found.

    \b
    spans analyze
    spans analyze 10920000010008 --history 0
    spans analyze --json | jq '.repeats[] | [.function, .calls, .savedNs]'
    """
    traces = open_traces(root)
    found = find(traces, target)
    told = report(found.run, found.roots, islice(_before(traces, found.run), runs), limit)
    if as_json:
        print_json({"format": FORMAT, "run": run_json(found.run), **report_json(told, limit)})
    else:
        say(paint(headline(found.run), "dim"))
        for line in _lines(told, limit):
            say(line)
    warn(traces, found.run)


def _before(traces: Traces, run: Run) -> Iterator[Run]:
    """The runs before one, the newest first."""
    return reversed(traces.runs[: traces.runs.index(run)])


def _lines(told: Report, limit: int) -> Iterator[str]:
    if not len(told.columns):
        yield "no span was recorded"
        return
    for heading, lines in report_lines(told, limit):
        yield ""
        yield paint(heading, "name")
        yield from (cut(f"  {line}", width()) for line in lines)
