"""`spans index`: brings the index up to date."""

from __future__ import annotations

import time
from pathlib import Path

import click

from instrumenter.cli._asking import asked
from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import root_option, say
from instrumenter.trace.jsonable import FORMAT
from instrumenter.trace.runs import trace_folder
from instrumenter.trace.text import plural, size


@click.command(cls=Command, context_settings=HELP)
@click.option("--rebuild", is_flag=True, help="Make it anew, whatever lies in its place.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON; docs/store.md describes it.")
def main(rebuild: bool, root: Path | None, as_json: bool) -> None:
    """Bring the index of the spans up to date, and say what is in it.

    Every command that asks the index does so by itself; this one does nothing else. The index may be deleted at any
    time: everything in it comes from the segments.

    \b
    spans index
    spans index --rebuild
    """
    started = time.monotonic()
    with asked(root, rebuild=rebuild) as (connection, traces):
        seconds = time.monotonic() - started
        counts = {
            table: (connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,))[0]
            for table in ("runs", "segments", "traces", "spans", "failures")
        }
        path = trace_folder(traces.root) / "index.duckdb"
    if as_json:
        print_json({"format": FORMAT, "index": str(path), "bytes": path.stat().st_size, "seconds": seconds, **counts})
        return
    say(f"{path}: {size(path.stat().st_size)}")
    said = (plural(counts[name], name[:-1]) for name in ("runs", "segments", "traces", "spans", "failures"))
    say(f"{', '.join(said)}; up to date after {seconds:.2f} s")
