"""`spans stats`: figures of functions."""

from __future__ import annotations

from pathlib import Path

import click

from instrumenter.cli._asking import Chosen, asked, filter_options, print_list, print_table
from instrumenter.cli._common import HELP, Command
from instrumenter.cli._reading import json_option, root_option, say
from instrumenter.trace.text import duration, plural, share

_HEADING = ["function", "calls", "errors", "rate", "mean", "p50", "p95", "p99", "max", "self", "total", "per s"]
_LESS = ("per s", "rate", "max", "p50", "p99")
"""Columns that a narrow terminal does without, in this order."""
_ORDERS = ("total", "self", "calls", "errors", "mean", "p50", "p95", "p99", "max", "function")


@click.command(cls=Command, context_settings=HELP)
@click.argument("target", metavar="[FILE[::FUNCTION]]", required=False)
@filter_options(_ORDERS, "total", 40)
@root_option
@json_option
def main(target: str | None, chosen: Chosen, root: Path | None, as_json: bool) -> None:
    """Print figures of functions: calls, errors, exact percentiles, total and self time, throughput.

    Where settings leave spans out, calls, errors, mean and total are those that were counted, of all calls; percentiles
    are of the spans that are there, and the row says of how many. "In part": a function's probes were out for a while,
    for the overhead budget, and what it did then is in no figure. Self time is what a function took without what it
    called.

    \b
    spans stats
    spans stats app.py::Shelf.add --since 1d
    spans stats --run last --order-by p99 --json
    """
    with asked(root) as (connection, traces):
        from instrumenter.store.stats import Figures, stats

        found = stats(connection, chosen.filters(traces, **_meant(target)))
        shown = found[: chosen.limit or None]
        if as_json:
            print_list([one.as_json() for one in shown])
            return

        def row(one: Figures) -> list[str]:
            p50, p95, p99 = one.percentiles or (None, None, None)
            spans = f" ({plural(one.spans, 'span')})" if one.spans != one.calls else ""
            spans += " (in part)" if one.is_part else ""
            rate = share(one.errors, one.calls) if one.errors else ""
            speed = one.per_second or 0
            return [
                f"{one.file}::{one.function}{spans}", f"{one.calls:,}", f"{one.errors:,}", rate, _time(one.mean_ns),
                _time(p50), _time(p95), _time(p99), _time(one.max_ns), _time(one.self_ns), _time(one.total_ns),
                f"{speed:,.3g}" if speed < 1000 else f"{speed:,.0f}",
            ]  # fmt: skip

        if not found:
            say("no span matches")
            return
        print_table(_HEADING, [row(one) for one in shown], _LESS, ["error" if one.errors else "" for one in shown])
        if len(found) > len(shown):
            say(f"… {plural(len(found) - len(shown), 'more function')} (--limit 0 shows all)")


def _meant(target: str | None) -> dict[str, str]:
    """The filters that FILE or FILE::FUNCTION means."""
    if target is None:
        return {}
    return {"function": target} if "::" in target else {"file": target}


def _time(ns: float | None) -> str:
    return "" if ns is None else duration(round(ns))
