"""`spans export`: the span trees, or what was counted, for other programs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from instrumenter.cli._common import HELP, Command
from instrumenter.cli._reading import json_out, open_traces, root_option, warn
from instrumenter.errors import StorageError, TraceError, UsageError
from instrumenter.trace.counts import FunctionCount, function_counts, has_counters
from instrumenter.trace.export import write_counts, write_json
from instrumenter.trace.find import Target, find
from instrumenter.trace.selection import Selection, Wanted


@click.command(cls=Command, context_settings=HELP)
@click.argument("target", metavar="[RUN|TRACE|SPAN]", required=False)
@click.option("--format", "form", type=click.Choice(["json"]), default="json", show_default=True, help="The format.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to a file."
)
@click.option("--counts", is_flag=True, help="Write what was counted of each function of RUN instead: all its calls.")
@root_option
def main(target: str | None, form: str, output: Path | None, counts: bool, root: Path | None) -> None:
    """Write a run's span trees, by default the last run's; docs/reading.md describes the format.

    Where the settings leave spans out (TRACING_SAMPLE_RATE, TRACING_MIN_DURATION, TRACING_MAX_DEPTH), calls are counted
    all the same: `--counts` writes how often each function ended, how often it failed, and how long that took.

    \b
    spans export -o run.json
    spans export | jq '.traces[].function'
    spans export --counts | jq -r '.functions[] | [.function, .calls, .failures] | @tsv'
    """
    traces = open_traces(root)
    found = find(traces, target)
    content = partial(write_counts, found.run, _counted(found)) if counts else partial(_write_spans, found)
    if output is None:
        content(json_out())
    else:
        _save(content, output)
    warn(traces, found.run)


def _write_spans(found: Target, write: Callable[[str], object]) -> None:
    write_json(found.run, found.roots, Selection(found.run.forest, Wanted()), write)


def _counted(found: Target) -> list[FunctionCount]:
    """What was counted in the run that was named."""
    if found.span is not None:
        raise UsageError("whole-runs", "--counts is about whole runs: name a run, not a trace or a span")
    if not any(map(has_counters, found.run.segments)):
        raise TraceError("no-counters", f"run {found.run.id} has no counters: no setting had spans left out")
    return function_counts(found.run)


def _save(content: Callable[[Callable[[str], object]], None], path: Path) -> None:
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            content(file.write)
    except OSError as error:
        raise StorageError("cannot-write", f"{path}: {error.strerror}") from error
