"""`spans function`: the executions of a function."""

from __future__ import annotations

from pathlib import Path

import click

from instrumenter.cli._asking import SPAN_ORDERS, Chosen, asked, filter_options, print_spans
from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import json_option, root_option
from instrumenter.errors import TraceError
from instrumenter.trace.jsonable import FORMAT


@click.command(cls=Command, context_settings=HELP)
@click.argument("name", metavar="FILE::NAME")
@filter_options(SPAN_ORDERS, "duration", 50)
@root_option
@json_option
def main(name: str, chosen: Chosen, root: Path | None, as_json: bool) -> None:
    """Print the executions of a function, the slowest first, with parameters and results.

    NAME is the qualified name or its last part; both FILE and NAME may be globs, and FILE:: may be left out.

    \b
    spans function app.py::Shelf.add
    spans function save --since 1h --order-by latest
    """
    with asked(root) as (connection, traces):
        from instrumenter.store.filters import sites
        from instrumenter.store.rows import find

        filters = chosen.filters(traces, function=name)
        if not sites(connection, filters):
            raise TraceError("no-function-ran", f"no function {name!r} has run here; see: spans stats --limit 0")
        found, is_cut = find(connection, filters)
        if as_json:
            print_json({"format": FORMAT, "spans": [row.as_json() for row in found], "more": is_cut})
        else:
            print_spans(found, is_cut, chosen.limit)
