"""`spans hotspots`: where the time goes."""

from __future__ import annotations

from pathlib import Path

import click

from instrumenter.cli._asking import Chosen, asked, filter_options, print_list, print_table
from instrumenter.cli._common import HELP, Command
from instrumenter.cli._reading import json_option, root_option, say
from instrumenter.trace.text import duration, plural, share

_HEADING = ["function", "self", "share", "total", "share", "calls"]


@click.command(cls=Command, context_settings=HELP)
@filter_options(("self", "total"), "self", 20)
@root_option
@json_option
def main(chosen: Chosen, root: Path | None, as_json: bool) -> None:
    """Print the functions that took the most time, by what they took themselves or with what they called.

    Shares are of the time of all traces together. A recursive function's total counts every level.

    \b
    spans hotspots --run last
    spans hotspots --order-by total --limit 10
    """
    with asked(root) as (connection, traces):
        from instrumenter.store.stats import hotspots

        found = hotspots(connection, chosen.filters(traces))
        shown = found[: chosen.limit or None]
        if as_json:
            print_list([one.as_json() for one in shown])
            return
        if not found:
            say("no span matches")
            return
        rows = [
            [f"{one.file}::{one.function}", duration(one.self_ns), _percent(one.self_share), duration(one.total_ns),
             _percent(one.total_share), f"{one.calls:,}"]
            for one in shown
        ]  # fmt: skip
        print_table(_HEADING, rows)
        if len(found) > len(shown):
            say(f"… {plural(len(found) - len(shown), 'more function')} (--limit 0 shows all)")


def _percent(part: float) -> str:
    return share(round(part * 10**9), 10**9)
