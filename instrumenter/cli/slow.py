"""`spans slow`: the spans that took long."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from instrumenter.cli._asking import SPAN_ORDERS, Chosen, asked, filter_options, print_spans
from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import json_option, root_option, say
from instrumenter.cli.tree import Duration
from instrumenter.trace.jsonable import FORMAT
from instrumenter.trace.text import duration


@click.command(cls=Command, context_settings=HELP)
@click.option("--threshold", type=Duration(), default="1000ms", show_default=True, metavar="TIME", help="So long.")
@filter_options(SPAN_ORDERS, "duration", 50)
@root_option
@json_option
def main(threshold: int, chosen: Chosen, root: Path | None, as_json: bool) -> None:
    """Print the spans that took at least a second, or what --threshold says, the slowest first.

    \b
    spans slow
    spans slow --threshold 50ms --run last
    spans slow --threshold 1ms --function 'Repository.*' --order-by self
    """
    with asked(root) as (connection, traces):
        from instrumenter.store.rows import find

        filters = chosen.filters(traces, min_ns=max(threshold, chosen.min_ns or 0))
        found, is_cut = find(connection, filters)
        if as_json:
            print_json({"format": FORMAT, "spans": [row.as_json() for row in found], "more": is_cut})
        elif found:
            print_spans(found, is_cut, chosen.limit)
        else:
            slowest, _ = find(connection, replace(filters, min_ns=chosen.min_ns, limit=1, order_by="duration"))
            say(f"no span took {duration(threshold)}{'; the slowest:' if slowest else ''}")
            if slowest:
                print_spans(slowest, False, 1)
