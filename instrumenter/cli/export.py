"""`spans export`: the span trees for other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from instrumenter.cli._common import HELP, Command
from instrumenter.cli._reading import json_out, open_traces, root_option, warn
from instrumenter.errors import StorageError
from instrumenter.trace.export import write_json
from instrumenter.trace.find import Target, find
from instrumenter.trace.selection import Selection, Wanted


@click.command(cls=Command, context_settings=HELP)
@click.argument("target", metavar="[RUN|TRACE|SPAN]", required=False)
@click.option("--format", "form", type=click.Choice(["json"]), default="json", show_default=True, help="The format.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to a file."
)
@root_option
def main(target: str | None, form: str, output: Path | None, root: Path | None) -> None:
    """Write a run's span trees, by default the last run's; docs/reading.md describes the format.

    \b
    spans export -o run.json
    spans export | jq '.traces[].function'
    """
    traces = open_traces(root)
    found = find(traces, target)
    if output is None:
        _write(found, json_out())
    else:
        _save(found, output)
    warn(traces, found.run)


def _write(found: Target, write: Callable[[str], object]) -> None:
    write_json(found.run, found.roots, Selection(found.run.forest, Wanted()), write)


def _save(found: Target, path: Path) -> None:
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            _write(found, file.write)
    except OSError as error:
        raise StorageError("cannot-write", f"{path}: {error.strerror}") from error
